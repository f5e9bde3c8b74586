"""`publish`: one list, one code version and one device in each folder, a ledger, and a check at the end."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
from msgspec.structs import replace
from published import VALUES, Filled, published

from bench.cli.app import main
from bench.machine.code import code_version
from bench.report.ledger import Entry, read_ledger, write_ledger
from bench.report.tables.write import write_tables

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no POSIX shell")
RUN = "python -m bench run --methods kmeans --dataset digits --limit 60 --n-clusters 3 --seeds 2 --no-models"
LIST = f"""
check = "test -e results/note.txt"

[data]
DIGITS = ["here/digits", "digits"]

[[experiment]]
name = "note"
command = "mkdir -p results && echo $DIGITS $OPTIONS > results/note.txt"
minutes = 30
files = ["note.txt"]

[[experiment]]
name = "small"
command = "{RUN} --name small $OPTIONS"
minutes = 10
"""


@pytest.fixture
def listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A list in an empty working directory."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "list.toml"
    path.write_text(LIST)
    return path


def call(capfd: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    capfd.readouterr()
    assert main(["publish", *arguments]) == code
    output, errors = capfd.readouterr()
    if code == 2:
        assert len(errors.splitlines()) == 1, errors
        return errors
    return output


@pytest.mark.slow
def test_a_list_runs_once_and_the_ledger_says_how(listed: Path, capfd: pytest.CaptureFixture[str]) -> None:
    dry = call(capfd, "list.toml", "--dry-run").splitlines()
    assert [line.split() for line in dry[:2]] == [
        ["to", "run", "30", "min", "note"],
        ["to", "run", "10", "min", "small"],
    ]
    assert dry[2] == "2 of 2 experiments to run; expected, on two cores: 40 min"
    assert not (listed.parent / "results").exists()

    text = call(capfd, "list.toml", "--jobs", "1")
    assert (listed.parent / "results/note.txt").read_text() == "digits --threads 1 --jobs 1\n"
    ledger = read_ledger(Path("results"), pytest.fail)
    version = code_version()
    assert {name: (entry.code_version, entry.seeds, entry.is_finished) for name, entry in ledger.items()} == {
        "note": (version, "–", True),
        "small": (version, "2", True),
    }
    assert f"small: code version {version}, {ledger['small'].processor}, networks on –, seeds: 2, " in text
    assert set(pd.read_csv("results/small/cells.csv").threads) == {1}

    before = Path("results/small/cells.csv").stat().st_mtime_ns
    again = call(capfd, "list.toml")
    assert again.splitlines()[2] == "0 of 2 experiments to run; expected, on two cores: 0 s"
    assert Path("results/small/cells.csv").stat().st_mtime_ns == before


def test_a_folder_of_another_code_version_stays_or_is_set_aside(
    listed: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    listed.write_text(LIST.partition("[[")[0] + one("demo", "true"))
    filled = Filled(Path("results"))
    filled.fit(filled.cell("kmeans", 0), VALUES)
    write_tables(filled.done())
    store = published(filled.store, Path("copy"))
    refused = call(capfd, "list.toml", code=2)
    assert "results/demo has cells of code version" in refused
    assert "--anew sets such folders aside in results/.earlier" in refused
    assert call(capfd, "list.toml", "--dry-run").split()[:6] == ["other", "code", "version", "1", "min", "demo"]
    text = call(capfd, "list.toml", "--anew", code=1)  # the check fails, because there is no note
    assert "results/demo is set aside in results/.earlier/demo-1" in text
    assert "The check of the published figures has failed." in text
    assert Path("results/.earlier/demo-1/cells.csv").exists()
    assert not Path("results/demo").exists()
    store.path().rename("results/demo")  # tables without records, as in a clone
    assert "has cells of code version" in call(capfd, "list.toml", code=2)


def test_tables_without_records_are_finished_or_set_aside(listed: Path, capfd: pytest.CaptureFixture[str]) -> None:
    listed.write_text(one("demo", "true"))
    filled = Filled(Path("records"))
    filled.fit(filled.cell("kmeans", 0), VALUES, code_version=code_version())
    write_tables(filled.done())
    published(filled.store, Path("results"))
    entry = Entry(
        name="demo", code_version=code_version(), processor="p", device="–", seeds="1", minutes=7.0, is_finished=True
    )
    write_ledger_of(entry)
    assert call(capfd, "list.toml", "--dry-run").split()[0] == "finished"
    write_ledger_of(replace(entry, is_finished=False))
    assert call(capfd, "list.toml", "--dry-run").split()[:2] == ["without", "records"]
    refused = call(capfd, "list.toml", code=2)
    assert "results/demo has published tables without their records, so 'demo' cannot be continued" in refused
    call(capfd, "list.toml", "--anew")
    assert Path("results/.earlier/demo-1/cells.csv").exists()


def test_a_folder_with_networks_from_two_devices_is_refused(listed: Path, capfd: pytest.CaptureFixture[str]) -> None:
    listed.write_text(one("demo", "true"))
    filled = Filled(Path("results"))
    for seed, device in enumerate(("cpu", "cuda:0")):
        filled.fit(filled.cell("dec", seed), {}, device=device, code_version=code_version())
    filled.done()
    assert "the networks of experiment 'demo' were trained on cpu and cuda:0" in call(capfd, "list.toml", code=2)


def test_a_folder_is_continued_on_its_device(listed: Path, capfd: pytest.CaptureFixture[str]) -> None:
    listed.write_text(one("demo", "echo $OPTIONS > options.txt"))
    filled = Filled(Path("results"))
    filled.fit(filled.cell("dec", 0), {}, device="cpu", code_version=code_version())
    filled.done()
    call(capfd, "list.toml")
    assert Path("options.txt").read_text() == "--threads 1 --jobs 2 --device cpu\n"


def test_a_failure_does_not_stop_the_others(listed: Path, capfd: pytest.CaptureFixture[str]) -> None:
    listed.write_text(one("bad", "exit 3", "bad.txt") + one("good", "echo > results/good.txt", "good.txt"))
    Path("results").mkdir()
    text = call(capfd, "list.toml", code=1)
    assert "Not finished: bad; the same command continues." in text
    ledger = read_ledger(Path("results"), pytest.fail)
    assert (ledger["bad"].is_finished, ledger["good"].is_finished) == (False, True)
    assert [line.split()[0] for line in call(capfd, "list.toml", "--dry-run").splitlines()[:2]] == ["begun", "finished"]
    Path("results/good.txt").unlink()
    assert "begun" in call(capfd, "list.toml", "--dry-run", "--only", "good")


def test_minutes_of_several_calls_are_added(listed: Path, capfd: pytest.CaptureFixture[str]) -> None:
    listed.write_text(one("long", "true", "absent.txt"))
    entry = Entry(
        name="long", code_version=code_version(), processor="p", device="–", seeds="–", minutes=7.0, is_finished=False
    )
    write_ledger_of(entry)
    assert "expected, on two cores: 6 s" in call(capfd, "list.toml", "--dry-run")  # a tenth of the minute, at least
    call(capfd, "list.toml")
    assert read_ledger(Path("results"), pytest.fail)["long"].minutes == 7.0
    write_ledger_of(replace(entry, code_version="older"))
    call(capfd, "list.toml")
    assert read_ledger(Path("results"), pytest.fail)["long"].minutes == 0.0


@pytest.mark.parametrize(
    ("content", "arguments", "message"),
    [
        (None, "", "no file other.toml; expected a list of experiments"),
        ("[[experiment]", "", "other.toml: "),
        ('[[experiment]]\nname = "a"\n', "", "Object missing required field `command`"),
        ('[[experiment]]\nname = "a"\ncommand = "b"\nminutes = 1\nseed = 3\n', "", "unknown field `seed`"),
        ("TWICE", "", "'a' is the name of two experiments"),
        ("ONE", "--only note", "--only: unknown experiment 'note'; known: a"),
    ],
)
def test_wrong_use_is_one_line(
    listed: Path, capfd: pytest.CaptureFixture[str], content: str | None, arguments: str, message: str
) -> None:
    if content is not None:
        text = {"ONE": one("a", "true"), "TWICE": one("a", "true") * 2}.get(content, content)
        Path("other.toml").write_text(text)
    assert message in call(capfd, "other.toml", *arguments.split(), code=2)
    assert not Path("results").exists()


def test_without_a_shell_it_says_so(
    listed: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    assert "there is no POSIX shell" in call(capfd, "list.toml", code=2)


@pytest.mark.slow
def test_after_an_interruption_nothing_runs_on_and_the_minutes_are_kept(listed: Path) -> None:
    """Also the children of the shell end."""
    line = "mkdir -p results; sleep 600 & echo $! > results/child; wait"
    listed.write_text(one("slow", line, "slow.txt"))
    process = subprocess.Popen(
        [sys.executable, "-m", "bench", "publish", "list.toml"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    child = Path("results/child")
    deadline = time.monotonic() + 120
    while not (child.exists() and child.read_text().strip()):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=120) == 143
    with pytest.raises(ProcessLookupError):
        os.kill(int(child.read_text()), 0)
    assert not read_ledger(Path("results"), pytest.fail)["slow"].is_finished


def one(name: str, line: str, file: str = "") -> str:
    files = f'files = ["{file}"]\n' if file else ""
    return f'[[experiment]]\nname = "{name}"\ncommand = "{line}"\nminutes = 1\n{files}'


def write_ledger_of(entry: Entry) -> None:
    Path("results").mkdir(exist_ok=True)
    write_ledger(Path("results"), {entry.name: entry})
