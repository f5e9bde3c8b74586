"""Classes of other packages are checked in a process of their own, which a class may end in any way."""

import os
import re
from pathlib import Path

import pytest

from bench.experiments.class_check import Check, check_classes
from methods.registry import MethodError

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals and os.fork")

SOURCE = """
import os, signal, sys, threading, time

class Good:
    def __init__(self, k=2, size=1.0, kind=None):
        print("a word")
    def fit_predict(self, X): ...

class Wants(Good):
    def __init__(self, k=2, size=1.0, kind=None):
        assert (k, size, kind) == (2, 0.1, "é"), (k, size, kind)

class Leaves(Good):
    def __init__(self):
        print("a last word")
        os._exit(7)

class Crashes(Good):
    def __init__(self):
        os.kill(os.getpid(), signal.SIGSEGV)

class Interrupts(Good):
    def __init__(self):
        raise KeyboardInterrupt

class Forks(Good):
    def __init__(self):
        os.fork()

class LeavesAnother(Good):
    def __init__(self):
        if os.fork() == 0:
            time.sleep(600)
        os._exit(0)

class StartsThread(Good):
    def __init__(self):
        threading.Thread(target=time.sleep, args=(600,)).start()

class Reads(Good):
    def __init__(self):
        assert sys.stdin.read() == ""

class WritesEverywhere(Good):
    def __init__(self):
        for number in range(3, 64):
            try:
                os.write(number, b"no answer at all\\n")
            except OSError:
                pass

class Nothing:
    def __init__(self, n_clusters=3): ...
"""


@pytest.fixture(autouse=True)
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "harmful_classes.py").write_text(SOURCE)
    (tmp_path / "harmful_module.py").write_text("import os\nos._exit(9)\n")
    monkeypatch.syspath_prepend(tmp_path)


def check(name: str, typed: str | None = None, **params: bool | int | float | str | None) -> Check:
    target = f"harmful_classes:{name}"
    return Check(target, typed or target, params)


def test_good_classes_pass_whatever_they_print_read_or_start(capfd: pytest.CaptureFixture[str]):
    names = ("Good", "Forks", "StartsThread", "Reads")
    check_classes([*map(check, names), check("Wants", size=0.1, kind="é")])
    assert capfd.readouterr() == ("", "")


def test_no_class_needs_no_process(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("bench.experiments.class_check._run", lambda *_: pytest.fail("a process was started"))
    check_classes([])


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("Leaves", "the process ended without a result, exit code 7; it printed last: a last word"),
        ("Crashes", "the process was ended by signal 11 (SIGSEGV)"),
        ("Interrupts", "the process was ended by signal 2 (SIGINT); it printed last: KeyboardInterrupt"),
        ("LeavesAnother", "the process ended without a result, exit code 0"),
        ("WritesEverywhere", "the process ended without a result, exit code 0"),
    ],
)
def test_a_class_that_ends_its_process_is_one_line(name: str, how: str):
    wanted = f"method 'mine' (harmful_classes:{name}) cannot be created: {how}"
    with pytest.raises(MethodError, match=f"^{re.escape(wanted)}$"):
        check_classes([check("Good"), check(name, "mine")])


def test_a_module_that_ends_its_process_is_one_line():
    with pytest.raises(MethodError, match=r"^method 'harmful_module:X' cannot be imported: .*, exit code 9$"):
        check_classes([Check("harmful_module:X", "harmful_module:X")])


def test_without_params_a_class_is_not_constructed():
    check_classes([Check("harmful_classes:Leaves", "mine")])


def test_the_errors_and_their_notes_are_those_of_the_registry():
    with pytest.raises(MethodError, match=r"^method 'mine' .* has neither fit_predict nor fit with labels_") as error:
        check_classes([check("Good"), check("Nothing", "mine")])
    (note,) = error.value.__notes__
    assert note.startswith("class Nothing:\n")
    with pytest.raises(MethodError, match=r"cannot be created \(AssertionError: \(2, 1\.0, 'e'\)\)"):
        check_classes([check("Wants", kind="e")])
