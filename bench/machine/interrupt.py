"""Ctrl-C stops a command even where Python would ignore it."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def interruptible() -> Iterator[Callable[[], None]]:
    """Context in which Ctrl-C cannot be lost. It yields a function that raises KeyboardInterrupt after a Ctrl-C.

    Ctrl-C raises KeyboardInterrupt at once, as usual. But if Python is in a destructor or in a callback from C, it
    prints the exception and continues; threadpoolctl has such a callback. Therefore the caller calls the function
    often. In threads other than the main thread the function does nothing. If the program ignores or handles Ctrl-C
    already, nothing changes.
    """
    interrupted = False

    def interrupt(number: int, frame: FrameType | None) -> None:
        nonlocal interrupted
        interrupted = True
        raise KeyboardInterrupt

    def check() -> None:
        if interrupted and threading.current_thread() is threading.main_thread():
            raise KeyboardInterrupt

    is_main = threading.current_thread() is threading.main_thread()
    if not is_main or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield check
        return
    signal.signal(signal.SIGINT, interrupt)
    try:
        yield check
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
