"""The console of a call from Python: its warnings are Python's warnings, and its errors are kept for the caller."""

import io
import sys
import warnings
from importlib.util import find_spec
from typing import Any

from rich.console import Console

from bench.interface.words import in_python

_WARNING, _ERROR = "warning: ", "error: "
"""The beginnings of the lines about which a command warns, or with which it ends."""


class CallConsole(Console):
    """Prints lines and bars of a run. Bars are shown in a terminal, and in a notebook that has ipywidgets."""

    def __init__(self, verbose: bool, caller: tuple[str, int]) -> None:
        """`verbose`: whether to print. `caller`: file and line that warnings name."""
        self.errors: list[str] = []
        self._caller = caller
        if not verbose:
            super().__init__(file=io.StringIO())
        elif Console().is_jupyter:
            widgets = find_spec("ipywidgets") is not None
            # A kernel may say that its output is a terminal; but a notebook cannot redraw lines without widgets.
            super().__init__(force_jupyter=widgets, force_terminal=widgets, width=100)
        elif sys.stdout is not None and sys.stdout.isatty():
            super().__init__()
        else:
            super().__init__(width=160)

    @property
    def is_terminal(self) -> bool:
        """Whether bars can be shown."""
        return self.is_jupyter or super().is_terminal

    def print(self, *objects: Any, **options: Any) -> None:
        """Print; a line that begins with `warning: ` is a warning, one with `error: ` is added to `errors`."""
        line = " ".join(map(str, objects)) if len(objects) == 1 else ""
        if line.startswith(_WARNING):
            warnings.warn_explicit(in_python(line.removeprefix(_WARNING)), UserWarning, *self._caller)
        elif line.startswith(_ERROR):
            self.errors.append(in_python(line.removeprefix(_ERROR)))
        else:
            super().print(*objects, **options)
