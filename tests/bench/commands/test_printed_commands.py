"""Each printed command that names an experiment works when it is pasted, also for another results folder."""

import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from bench.cli.app import main

pytestmark = pytest.mark.slow

FOLDER = "my results"
COMMAND = re.compile(r"python -m bench \w+ [\w.-]+(?: --\S+(?: '[^']+')?)*")
FAILING = "sklearn.cluster:AgglomerativeClustering"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A results folder with a space in its name: a fit of kmeans, and one with a wrong option."""
    folder = tmp_path_factory.mktemp("place")
    options = ["--dataset", "digits", "--limit", "100", "--seeds", "1", "--threads", "1", "--results-dir", FOLDER]
    params = ["--param", f"{FAILING}.linkage=nothing"]
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        assert main(["run", "--methods", f"kmeans,{FAILING}", *params, *options, "--name", "demo"]) == 1
    return folder


@pytest.fixture
def say(place: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """A function that gives a command and returns all that it prints."""
    monkeypatch.chdir(place)

    def give(*arguments: str, code: int = 0) -> str:
        capfd.readouterr()
        assert main(arguments) == code
        return "".join(capfd.readouterr())

    return give


def pasted(text: str) -> list[str]:
    """The arguments of the one command in a text."""
    (found,) = set(COMMAND.findall(" ".join(text.split())))
    return shlex.split(found)[3:]


def test_the_caveat_about_failed_cells(say: Callable[..., str], place: Path) -> None:
    table = (place / FOLDER / "demo/table.md").read_text()
    (line,) = (line for line in table.splitlines() if "Tracebacks of failed cells" in line)
    for text in (line, say("show", "demo", "--results-dir", FOLDER).split("Tracebacks")[1].split("(in")[0]):
        assert "Traceback (most recent call last)" in say(*pasted(text))


@pytest.mark.parametrize("command", [["show", "demo", "--clusters", FAILING], ["export", "demo", "--method", FAILING]])
def test_the_refusal_of_a_failed_fit(say: Callable[..., str], command: list[str]) -> None:
    more = ["--to", "model"] if command[0] == "export" else []
    message = say(*command, *more, "--results-dir", FOLDER, code=2)
    assert "Traceback (most recent call last)" in say(*pasted(message))


def test_tables_and_assignments_that_are_missing(say: Callable[..., str], place: Path) -> None:
    (file,) = (place / FOLDER / "demo/assignments").glob("kmeans-*.csv")
    content = file.read_bytes()
    file.unlink()
    say(*pasted(say("show", "demo", "--clusters", "kmeans", "--results-dir", FOLDER, code=2)))
    assert file.read_bytes() == content
    table = place / FOLDER / "demo/table.md"
    table.unlink()
    message = say("show", "demo", "--results-dir", FOLDER)
    say(*pasted(message[message.index("no tables are written yet") :]))
    assert table.exists()
