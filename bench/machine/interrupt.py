"""Ctrl-C, SIGTERM and SIGHUP end a command once: the first one raises KeyboardInterrupt, later ones are ignored.

Only `python -m bench` handles signals in this way, and a call from Python its Ctrl-C (`raising_in_call`); elsewhere,
Python's own handlers stay. A signal is not lost where Python prints an exception and continues (destructors, callbacks
from C). It never breaks an import, because libraries turn a KeyboardInterrupt there into other errors. This module
imports little, because it is the first one of a command.
"""

import os
import signal
import sys
import threading
from _thread import interrupt_main
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = (
    [signal.SIGINT, signal.SIGTERM] if sys.platform == "win32" else [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
)
_AGAIN_SECONDS = 0.05
"""A signal that cannot be raised now is tried again after this time."""
_TIDY_SECONDS = 60.0
"""The longest time from a signal to the end of the process."""


class _State:
    def __init__(self) -> None:
        self.number: signal.Signals | None = None  # the first signal
        self.raised = False
        self.raises = False  # whether a signal raises KeyboardInterrupt; otherwise it ends the process at once
        self.in_call = False  # whether the process goes on after the end of the run
        self.n_shields = 0
        self.stage = "the command has not started."


_state = _State()


def handle_signals() -> None:
    """Handle signals from now on. Outside of `raising`, a signal ends the process at once, with one line.

    A signal that the process ignores is still ignored: a shell ignores Ctrl-C for a program in the background, and
    `nohup` ignores SIGHUP.
    """
    for number in _SIGNALS:
        if signal.getsignal(number) in (signal.default_int_handler, signal.SIG_DFL):
            signal.signal(number, _handle)
    sys.unraisablehook = _handle_unraisable


def ignore_signals() -> None:
    """Ignore signals from now on: the command has finished, and only the interpreter has to end."""
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)


@contextmanager
def raising() -> Iterator[None]:
    """Context in which the first signal raises KeyboardInterrupt."""
    _state.raises = True
    try:
        yield
        check()
    finally:
        _state.raises, _state.stage = False, "the command has finished."


@contextmanager
def raising_in_call() -> Iterator[None]:
    """Context of a call from Python: the first Ctrl-C raises KeyboardInterrupt, at a place that leaves no lock.

    The process lives on: afterwards, everything is as before. Other signals keep their handlers. It does nothing in
    threads other than the main thread, which get no signals, and in a program that handles Ctrl-C itself.
    """
    is_main = threading.current_thread() is threading.main_thread()
    if not is_main or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return
    hook = sys.unraisablehook
    vars(_state).update(vars(_State()), raises=True, in_call=True)
    signal.signal(signal.SIGINT, _handle)
    sys.unraisablehook = _handle_unraisable
    try:
        yield
        check()
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        sys.unraisablehook = hook
        vars(_state).update(vars(_State()))


@contextmanager
def shielded() -> Iterator[None]:
    """Context in which a signal raises KeyboardInterrupt only in `check`, in `interruptible` and at the end."""
    _state.n_shields += 1
    try:
        yield
    finally:
        _state.n_shields -= 1
    if not _state.raised:  # otherwise an interrupt from outside of the shield is on its way, with its message
        check()


@contextmanager
def interruptible() -> Iterator[None]:
    """Context inside of `shielded` in which a signal raises KeyboardInterrupt at once."""
    before, _state.n_shields = _state.n_shields, 0
    try:
        check()
        yield
    finally:
        _state.n_shields = before


def check() -> None:
    """Raise KeyboardInterrupt if a signal has come. In threads other than the main thread it does nothing."""
    if _state.number is not None and threading.current_thread() is threading.main_thread():
        _state.raised = True
        raise KeyboardInterrupt


def was_interrupted() -> bool:
    """Whether a signal has come."""
    return _state.number is not None


def exit_code() -> int:
    """The exit code of an interrupted command, as shells use it: 128 + the number of the signal."""
    return 128 + (_state.number or signal.SIGINT)


def interruption(detail: str = "") -> str:
    """The line about an interruption.

    >>> interruption("1 of 2 cells are finished.")
    'interrupted: 1 of 2 cells are finished.'
    """
    number = _state.number or signal.SIGINT
    what = "interrupted" if number == signal.SIGINT else f"interrupted by {number.name}"
    return f"{what}: {detail}" if detail else what


def _handle(number: int, frame: FrameType | None) -> None:
    if _state.number is None:
        _state.number = signal.Signals(number)
        if not _state.raises:
            _end(_state.stage)
        if not _state.in_call:
            _silence_libraries()
            _later(_TIDY_SECONDS, lambda: _end("the command did not end in time; the same command continues it."))
    if _state.raised or _state.n_shields or not _state.raises:
        return
    if _is_importing(frame):
        _raise_soon()
        return
    _state.raised = True
    raise KeyboardInterrupt


def _handle_unraisable(unraisable: "sys.UnraisableHookArgs") -> None:
    """Python cannot raise this exception. If it is the KeyboardInterrupt of a signal, raise it again soon."""
    if _state.number is None:
        sys.__unraisablehook__(unraisable)
    elif issubclass(unraisable.exc_type, KeyboardInterrupt):
        _state.raised = False
        _raise_soon()


def _raise_soon() -> None:
    def again() -> None:
        if _state.number is not None:  # otherwise the call from Python that it was for has ended
            interrupt_main(_state.number)

    _later(_AGAIN_SECONDS, again)


def _is_importing(frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back
    return False


def _silence_libraries() -> None:
    """From now on, the threads of libraries may fail: print nothing about it."""
    import logging

    logging.disable()
    threading.excepthook = lambda arguments: None


def _later(seconds: float, function: Callable[[], object]) -> None:
    timer = threading.Timer(seconds, function)
    timer.daemon = True
    timer.start()


def _end(detail: str) -> None:
    """Print the line about the interruption and end this process, without any handler of Python or of a library."""
    try:
        os.write(2, f"{interruption(detail)}\n".encode())
    finally:
        os._exit(exit_code())
