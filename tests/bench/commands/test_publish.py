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
from bench.commands.publish_plan import digest
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


def one(name: str, line: str, file: str = "") -> str:
    files = f'files = ["{file}"]\n' if file else ""
    return f'[[experiment]]\nname = "{name}"\ncommand = "{line}"\nminutes = 1\n{files}'


def write_ledger_of(entry: Entry) -> None:
    Path("results").mkdir(exist_ok=True)
    write_ledger(Path("results"), {entry.name: entry})


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
    assert "--anew sets it aside in results/.earlier" in refused
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
        name="demo", command=digest("true"), code_version=code_version(), processor="p", device="–", seeds="1",
        minutes=7.0, is_finished=True,
    )  # fmt: skip
    write_ledger_of(entry)
    assert call(capfd, "list.toml", "--dry-run").split()[0] == "finished"
    write_ledger_of(replace(entry, is_finished=False))
    assert call(capfd, "list.toml", "--dry-run").split()[:2] == ["without", "records"]
    refused = call(capfd, "list.toml", code=2)
    assert "results/demo has published tables without their records, so it cannot be continued" in refused
    call(capfd, "list.toml", "--anew", code=1)
    assert Path("results/.earlier/demo-1/cells.csv").exists()


def test_a_folder_with_networks_from_two_devices_is_refused(listed: Path, capfd: pytest.CaptureFixture[str]) -> None:
    listed.write_text(one("demo", "true"))
    filled = Filled(Path("results"))
    for seed, device in enumerate(("cpu", "cuda:0")):
        filled.fit(filled.cell("dec", seed), {}, device=device, code_version=code_version())
    filled.done()
    line = (
        "results/demo has networks that were trained on cpu and cuda:0; a published folder has one device: --anew sets"
    )
    assert line in call(capfd, "list.toml", code=2)
    call(capfd, "list.toml", "--anew", code=1)
    assert Path("results/.earlier/demo-1/cells").exists()


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


def test_a_command_that_does_not_write_what_it_should_is_not_finished(
    listed: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    listed.write_text(one("folder", "true") + one("file", "true", "some.txt"))
    text = call(capfd, "list.toml", code=1)
    assert "folder: the command has ended, but not written results/folder." in text
    assert "file: the command has ended, but not written results/some.txt." in text
    assert "Not finished: folder, file; the same command continues." in text
    assert not any(entry.is_finished for entry in read_ledger(Path("results"), pytest.fail).values())


@pytest.mark.parametrize(
    ("devices", "version", "problem"),
    [
        (("cpu", "cpu"), "000000000000", "results/demo has cells of code version 000000000000, and the methods have"),
        (("cpu", "cuda:0"), None, "results/demo has networks that were trained on cpu and cuda:0"),
    ],
)
def test_what_a_command_has_written_is_looked_at(
    listed: Path, capfd: pytest.CaptureFixture[str], devices: tuple[str, str], version: str | None, problem: str
) -> None:
    filled = Filled(Path("made"))
    for seed, device in enumerate(devices):
        filled.fit(filled.cell("dec", seed), {}, device=device, code_version=version or code_version())
    filled.done()
    listed.write_text(one("demo", "mkdir -p results && cp -r made/demo results/demo"))
    assert f"demo: {problem}" in call(capfd, "list.toml", code=1)
    assert not read_ledger(Path("results"), pytest.fail)["demo"].is_finished


def test_methods_that_change_during_a_run_are_noticed(
    listed: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    listed.write_text(one("a", "mkdir -p results; echo > results/a.txt", "a.txt"))
    versions = iter(["111111111111", "222222222222"])
    monkeypatch.setattr("bench.commands.publish.code_version", lambda: next(versions))
    assert "a: the methods have changed since the start, when they had code version 1111" in call(
        capfd, "list.toml", code=1
    )


def test_another_command_or_missing_cells_begin_again(listed: Path, capfd: pytest.CaptureFixture[str]) -> None:
    filled = Filled(Path("made"))
    for seed in (0, 1):
        filled.fit(filled.cell("kmeans", seed), VALUES, code_version=code_version())
    filled.done()
    line = "mkdir -p results && cp -r made/. results"
    listed.write_text(one("demo", line))
    call(capfd, "list.toml")
    assert call(capfd, "list.toml", "--dry-run").split()[0] == "finished"
    listed.write_text(one("demo", f"{line} && true"))
    assert call(capfd, "list.toml", "--dry-run").split()[:2] == ["command", "changed"]
    call(capfd, "list.toml")
    assert call(capfd, "list.toml", "--dry-run").split()[0] == "finished"
    sorted(Path("results/demo/cells").glob("*.json"))[0].unlink()
    assert call(capfd, "list.toml", "--dry-run").split()[0] == "begun"


def test_a_file_of_another_version_is_set_aside(listed: Path, capfd: pytest.CaptureFixture[str]) -> None:
    Path("results/numbers").mkdir(parents=True)
    Path("results/numbers/f.csv").write_text("precious")
    listed.write_text(one("f", "echo new > results/numbers/f.csv", "numbers/f.csv"))
    assert call(capfd, "list.toml", "--dry-run").split()[:2] == ["other", "file"]
    refused = call(capfd, "list.toml", code=2)
    assert "results/numbers/f.csv was not written by this code version, as far as published.csv says: --anew" in refused
    call(capfd, "list.toml", "--anew")
    assert Path("results/.earlier/numbers/f.csv-1").read_text() == "precious"
    assert Path("results/numbers/f.csv").read_text() == "new\n"


def test_a_row_of_another_call_stays(listed: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """The command of the first experiment runs the second one, as another terminal could."""
    inner = "python -m bench publish inner.toml && echo > results/a.txt"
    listed.write_text(one("null", inner, "a.txt"))
    Path("inner.toml").write_text(one("NA", "mkdir -p results; echo > results/b.txt", "b.txt"))
    call(capfd, "list.toml")
    ledger = read_ledger(Path("results"), pytest.fail)
    assert {name: entry.is_finished for name, entry in ledger.items()} == {"null": True, "NA": True}


def test_a_damaged_ledger_is_ignored_by_a_dry_run_and_then_set_aside(
    listed: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    listed.write_text(one("a", "echo > results/a.txt", "a.txt"))
    Path("results").mkdir()
    ledger = Path("results/published.csv")
    ledger.write_text("name\nx\n")
    assert "warning: results/published.csv: " in call(capfd, "list.toml", "--dry-run")
    assert ledger.read_text() == "name\nx\n"
    assert "set aside as published.csv.corrupt; its experiments run again." in call(capfd, "list.toml")
    assert read_ledger(Path("results"), pytest.fail)["a"].is_finished


def test_a_damaged_folder_is_named_and_the_minutes_are_kept(listed: Path, capfd: pytest.CaptureFixture[str]) -> None:
    line = "mkdir -p results/m/cells; echo broken > results/m/manifest.json; echo {} > results/m/cells/a.json"
    listed.write_text(one("m", line))
    assert "m: results/m/manifest.json: " in call(capfd, "list.toml", code=1)
    assert not read_ledger(Path("results"), pytest.fail)["m"].is_finished
    assert "results/m/manifest.json: " in call(capfd, "list.toml", "--dry-run", code=2)


def test_minutes_of_several_calls_are_added(listed: Path, capfd: pytest.CaptureFixture[str]) -> None:
    files = """files = ["made.txt", "absent.txt"]"""
    listed.write_text(one("long", "true") + files)
    entry = Entry(
        name="long", command=digest("true"), code_version=code_version(), processor="p", device="–", seeds="–",
        minutes=7.0, is_finished=False,
    )  # fmt: skip
    write_ledger_of(entry)
    Path("results/made.txt").touch()
    assert "expected, on two cores: 6 s" in call(capfd, "list.toml", "--dry-run")  # a tenth of the minute, at least
    call(capfd, "list.toml", code=1)
    assert read_ledger(Path("results"), pytest.fail)["long"].minutes == 7.0
    Path("results/made.txt").unlink()  # nothing is left of these minutes
    assert "expected, on two cores: 60 s" in call(capfd, "list.toml", "--dry-run")
    call(capfd, "list.toml", code=1)
    assert read_ledger(Path("results"), pytest.fail)["long"].minutes == 0.0


def with_lines(*lines: str) -> str:
    """A list with one experiment that has these lines, too."""
    return one("a", "true") + "".join(f"{line}\n" for line in lines)


@pytest.mark.parametrize(
    ("content", "arguments", "message"),
    [
        (None, "", "no file other.toml; expected a list of experiments"),
        ("[[experiment]", "", "other.toml: "),
        ('[[experiment]]\nname = "a"\n', "", "Object missing required field `command`"),
        ('[[experiment]]\nname = "a"\ncommand = "b"\nminutes = 1\nseed = 3\n', "", "unknown field `seed`"),
        ("experiment = []\n", "", "there is no experiment; expected [[experiment]] with name, command, minutes"),
        (one("a", "true") * 2, "", "'a' is the name of two experiments"),
        (one("a", "true"), "--only note", "--only: unknown experiment 'note'; known: a"),
        (one("../o", "true"), "", "name '../o'; expected letters, digits"),
        (one("a", " "), "", "experiment 'a' has no command that a shell can read"),
        (one("a", "a\\u0000b"), "", "experiment 'a' has no command that a shell can read"),
        (one("published.csv", "true"), "", "experiment 'published.csv' writes 'published.csv'; expected a path in the"),
        (with_lines('folders = [""]'), "", "experiment 'a' writes ''"),
        (with_lines('folders = ["."]'), "", "experiment 'a' writes '.'"),
        (with_lines('files = ["/etc/passwd"]'), "", "experiment 'a' writes '/etc/passwd'"),
        (with_lines('files = ["x/../../y"]'), "", "experiment 'a' writes 'x/../../y'"),
        (
            with_lines('folders = ["x", "x/y"]'),
            "",
            "experiment 'a' would write 'x' and 'x/y'; expected folders and files",
        ),
        (with_lines('folders = ["b"]') + one("b", "true"), "", "the experiments 'a' and 'b' would write 'b' and 'b'"),
        (with_lines("[data]", "X = []"), "", "data: X has no folder or name of a data set"),
        (with_lines("[data]", '"A=B" = ["x"]'), "", "data: 'A=B'; expected capital letters"),
        (
            with_lines("[data]", 'PATH = ["x"]'),
            "",
            "data: 'PATH'; expected capital letters, digits and '_', but not OPT",
        ),
        (
            'needs = ["docs/absent.py"]\n' + one("a", "true"),
            "--dry-run",
            "other.toml needs docs/absent.py, which is not",
        ),
    ],
)
def test_wrong_use_is_one_line(
    listed: Path, capfd: pytest.CaptureFixture[str], content: str | None, arguments: str, message: str
) -> None:
    if content is not None:
        Path("other.toml").write_text(content)
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
