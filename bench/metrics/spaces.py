"""The spaces in which an index can be measured."""

from typing import Literal

Space = Literal["own", "input"]
"""`own`: the space of the method's `transform`; `input`: X as it was clustered, the same for all methods."""
