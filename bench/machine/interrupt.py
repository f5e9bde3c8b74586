"""Ctrl-C that arrives: Python loses it where it cannot raise."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def interruptible() -> Iterator[Callable[[], None]]:
    """Within it, Ctrl-C raises KeyboardInterrupt as ever; the function that it yields raises it once more.

    For Python prints and goes on where an exception cannot leave, in a destructor or in a callback from C, as when
    threadpoolctl looks for libraries. Call the function often; in other threads than this one it does nothing.
    Whoever ignores Ctrl-C, or handles it, goes on so.
    """
    asked = False

    def ask(number: int, frame: FrameType | None) -> None:
        nonlocal asked
        asked = True
        raise KeyboardInterrupt

    def check() -> None:
        if asked and threading.current_thread() is threading.main_thread():
            raise KeyboardInterrupt

    is_main = threading.current_thread() is threading.main_thread()
    if not is_main or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield check
        return
    signal.signal(signal.SIGINT, ask)
    try:
        yield check
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
