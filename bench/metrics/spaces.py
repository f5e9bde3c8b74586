"""The spaces in which an index can be measured."""

from typing import Literal

Space = Literal["own", "input", "reference"]
"""`own`: the space of the method's `transform`; `input`: X as it was clustered, the same for all methods; `reference`:
50 principal components of X, or X itself if it has at most 50 features, the same for all methods, too."""
COMPONENTS = 50
"""Number of principal components of the reference space."""
