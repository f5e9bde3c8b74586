"""The standard streams of a process that answers another one: other code in it gets none of them."""

import os
from typing import BinaryIO


def own_streams() -> tuple[BinaryIO, BinaryIO]:
    """The streams of requests and replies. A method, or a program that it starts, gets none of them.

    It reads nothing, and the text that it prints goes to standard error.
    """
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return requests, replies
