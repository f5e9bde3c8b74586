"""Values of a data set in messages."""

from typing import Any


def shown(value: Any) -> str:
    """A value in a message: at most 60 characters, quoted."""
    text = str(value)
    return repr(text if len(text) <= 60 else text[:60] + "…")
