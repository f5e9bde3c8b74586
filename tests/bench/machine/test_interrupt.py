"""Ctrl-C, and Ctrl-C that got lost."""

import signal
from contextlib import suppress

import pytest

from bench.cli import app as cli
from bench.machine.interrupt import interruptible


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


@pytest.mark.parametrize("command", [["report", "x"], ["figures", "x"], ["list", "presets"]])
def test_ctrl_c_is_told_in_one_line_whatever_runs(
    command: list[str], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
):
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    for name in ("bench.store.store.Store.__init__", "bench.commands.listing.listing"):
        monkeypatch.setattr(name, interrupted)
    assert cli.main(command) == 130
    assert capfd.readouterr().err == "interrupted\n"
