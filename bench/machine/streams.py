"""A program may be started without its standard streams, and the reader of its output may go: the command goes on.

This module imports little, because it is used before everything else.
"""

import io
import os
import sys
from typing import TextIO


def open_missing_streams() -> None:
    """Connect each standard stream that is missing to the null device.

    Streams are missing after `>&-` in a shell, in some services, and under `pythonw` of Windows. Without this, the next
    file that the program opens would get the number of the stream, and messages of libraries would go into that file.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            opened = os.open(os.devnull, os.O_RDONLY if number == 0 else os.O_WRONLY)
            os.dup2(opened, number)  # inherited by the processes that this one starts
            if opened != number:
                os.close(opened)
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115 - it lives with the process


def discard(stream: TextIO) -> None:
    """Discard everything that is printed on `stream` from now on: its reader has gone."""
    try:
        number = stream.fileno()
    except (OSError, io.UnsupportedOperation):  # a program has replaced it
        return
    opened = os.open(os.devnull, os.O_WRONLY)
    os.dup2(opened, number)
    os.close(opened)
