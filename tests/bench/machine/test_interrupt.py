"""Ctrl-C, and a Ctrl-C that Python ignored."""

import signal
from contextlib import suppress

import pytest

from bench.cli import app as cli
from bench.machine.interrupt import interruptible


def test_an_ignored_ctrl_c_is_raised_at_the_next_check(ctrl_c: None):
    with interruptible() as check:
        check()
        with suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            check()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_program_that_ignores_ctrl_c_still_ignores_it(ctrl_c: None):
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # as a shell does for a background program
    with interruptible() as check:
        signal.raise_signal(signal.SIGINT)
        check()


@pytest.mark.parametrize("command", [["report", "x"], ["figures", "x"], ["list", "presets"]])
def test_ctrl_c_prints_one_line_in_every_command(
    command: list[str], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
):
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    for name in ("bench.store.store.Store.__init__", "bench.commands.listing.listing"):
        monkeypatch.setattr(name, interrupted)
    assert cli.main(command) == 130
    assert capfd.readouterr().err == "interrupted\n"
