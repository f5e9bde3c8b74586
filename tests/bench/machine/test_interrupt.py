"""Signals in small programs: the first one ends the program tidily, later ones change nothing."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bench.cli import app as cli

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name != "posix", reason="signals and process groups")]

_START = """
import sys, threading, time
from signal import SIGHUP, SIGINT, SIGTERM, raise_signal
from bench.machine import interrupt
from bench.machine.interrupt import check, exit_code, handle_signals, interruptible, interruption, raising, shielded

def say(text):
    print(text, flush=True)

"""
_END = """
except KeyboardInterrupt as error:
    say(interruption(*error.args))
    sys.exit(exit_code())
say("not interrupted")
"""


def program(
    body: str, *, folder: Path | None = None, ignored: bool = False, start: str = "handle_signals()"
) -> tuple[int, str]:
    """The exit code of a program, and its standard output and error in the order in which they were written."""
    body = f"{_START}{start}\ntry:\n    " + body.strip().replace("\n", "\n    ") + _END
    before = signal.signal(signal.SIGINT, signal.SIG_IGN if ignored else signal.default_int_handler)
    try:
        both = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        done = subprocess.run([sys.executable, "-c", body], cwd=folder, text=True, check=False, timeout=60, **both)  # type: ignore[call-overload]
    finally:
        signal.signal(signal.SIGINT, before)
    return done.returncode, done.stdout


@pytest.mark.parametrize(
    ("name", "code", "what"),
    [("SIGINT", 130, ""), ("SIGTERM", 143, " by SIGTERM"), ("SIGHUP", 129, " by SIGHUP")],
)
def test_each_signal_has_its_exit_code_and_line(name: str, code: int, what: str):
    assert program(f"with raising(): raise_signal({name})") == (code, f"interrupted{what}\n")
    assert program(f"raise_signal({name})") == (code, f"interrupted{what}: the command has not started.\n")
    after = f"with raising(): pass\nraise_signal({name})"
    assert program(after) == (code, f"interrupted{what}: the command has finished.\n")


def test_later_signals_do_not_disturb_the_end():
    body = """
with raising():
    try:
        time.sleep(9)
    finally:
        for number in (SIGINT, SIGTERM, SIGINT):
            raise_signal(number)
        say("tidy")
"""
    assert program(f"threading.Timer(0.1, interrupt.interrupt_main).start()\n{body.strip()}") == (
        130,
        "tidy\ninterrupted\n",
    )


def test_a_shield_delays_the_interrupt():
    assert program('with raising(), shielded():\n    raise_signal(SIGINT)\n    say("whole")\nsay("no")') == (
        130,
        "whole\ninterrupted\n",
    )
    assert program('with raising(), shielded():\n    raise_signal(SIGINT)\n    check()\n    say("no")') == (
        130,
        "interrupted\n",
    )


def test_a_shield_during_the_end_keeps_the_message():
    body = """
with raising():
    try:
        raise_signal(SIGINT)
    except KeyboardInterrupt:
        raise KeyboardInterrupt("half is done.") from None
    finally:
        with shielded():
            pass
"""
    assert program(body) == (130, "interrupted: half is done.\n")


def test_an_interruptible_part_of_a_shield():
    body = "with raising(), shielded():\n    with interruptible():\n        raise_signal(SIGINT)\n        say('no')"
    assert program(body) == (130, "interrupted\n")
    body = "with raising(), shielded():\n    raise_signal(SIGINT)\n    with interruptible():\n        say('no')"
    assert program(body) == (130, "interrupted\n")


def test_a_signal_in_a_destructor_is_not_lost():
    body = """
class Thing:
    def __del__(self):
        raise_signal(SIGINT)

with raising():
    thing = Thing()
    del thing
    say("goes on")
    for _ in range(1000):
        time.sleep(0.01)
"""
    assert program(body) == (130, "goes on\ninterrupted\n")


def test_an_import_is_not_broken(tmp_path: Path):
    module = "from signal import SIGINT, raise_signal\nraise_signal(SIGINT)\nprint('imported', flush=True)\n"
    (tmp_path / "signalling.py").write_text(module)
    body = "sys.path.insert(0, '.')\nwith raising():\n    import signalling\n    time.sleep(9)"
    assert program(body, folder=tmp_path) == (130, "imported\ninterrupted\n")


@pytest.mark.parametrize(("next_line", "printed"), [("check(); say('no')", ""), ("say('end')", "end\n")])
def test_a_swallowed_interrupt_is_raised_by_the_next_check(next_line: str, printed: str):
    body = f"""
with raising():
    try:
        raise_signal(SIGINT)
    except BaseException:
        pass
    {next_line}
"""
    assert program(body) == (130, f"{printed}interrupted\n")


def test_other_threads_are_not_interrupted():
    body = """
with raising(), shielded():
    raise_signal(SIGINT)
    thread = threading.Thread(target=lambda: (check(), say("works")))
    thread.start()
    thread.join()
"""
    assert program(body) == (130, "works\ninterrupted\n")


def test_libraries_print_nothing_after_a_signal():
    body = """
import logging
with raising(), shielded():
    raise_signal(SIGINT)
    logging.getLogger("asyncio").critical("Task exception was never retrieved")
    thread = threading.Thread(target=lambda: 1 / 0)
    thread.start()
    thread.join()
"""
    assert program(body) == (130, "interrupted\n")


def test_an_end_that_hangs_is_cut_short():
    body = """
interrupt._TIDY_SECONDS = 0.2
with raising():
    try:
        raise_signal(SIGINT)
    finally:
        time.sleep(50)
"""
    line = "interrupted: the command did not end in time; the same command continues it.\n"
    assert program(body) == (130, line)


def test_a_program_that_ignores_ctrl_c_still_ignores_it():
    assert program("with raising(): raise_signal(SIGINT)", ignored=True) == (0, "not interrupted\n")


def test_a_signal_after_the_end_changes_nothing():
    assert program("with raising(): pass\ninterrupt.ignore_signals()\nraise_signal(SIGTERM)") == (
        0,
        "not interrupted\n",
    )


def test_an_error_in_a_destructor_is_still_printed():
    body = "class Thing:\n    def __del__(self): 1 / 0\nThing()"
    code, output = program(body)
    assert code == 0
    assert "ZeroDivisionError" in output


@pytest.mark.parametrize("command", [["report", "x"], ["figures", "x"], ["list", "presets"]])
def test_ctrl_c_prints_one_line_in_every_command(
    command: list[str], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
):
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    for name in ("bench.store.store.Store.__init__", "bench.commands.listing.listing"):
        monkeypatch.setattr(name, interrupted)
    assert cli.main(command) == 130
    assert capfd.readouterr().err == "interrupted: give the same command again.\n"
