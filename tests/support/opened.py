"""The files that Python opens. An audit hook cannot be removed, so all tests share one."""

import os
import sys
from typing import Any

OPENED: list[str] = []
"""Real paths, in order. Clear it before the code that a test observes."""


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "open" and isinstance(arguments[0], str):
        OPENED.append(os.path.realpath(arguments[0]))


sys.addaudithook(_audit)
