"""Ctrl-C, and Ctrl-C that got lost."""

import signal
from contextlib import suppress

import pytest

from bench.interrupt import interruptible


def test_a_lost_interrupt_is_raised_again(ctrl_c: None):
    with interruptible() as check:
        check()
        with suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            check()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_who_ignores_it_goes_on_so(ctrl_c: None):
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # as a shell does for what it runs in the background
    with interruptible() as check:
        signal.raise_signal(signal.SIGINT)
        check()
