"""The list of the published experiments: its commands are valid, and write what git keeps.

The commands are read, not run.
"""

import shlex
from pathlib import Path

import pytest
from documents import ROOT
from other_packages import ARE_HERE, NOT_HERE
from shell_commands import recorded

from bench.cli.app import main
from bench.experiments.publication import Publication, read_publications
from bench.report.ledger import read_ledger

LIST = read_publications(ROOT / "docs/results/experiments.toml")
MOST_MINUTES = 16 * 60
STARTED = {"run", "search", "reproduce"}
PARTS = {"--split": 1, "--limit": 1, "--class-sizes": 1, "--jobs": 1, "--threads": 1, "--no-models": 0}
"""Options, with their number of values, that are left out here: the images of the test are few."""
STANDS_IN = {"mnist": "mnist-5k", "fashion": "mnist-5k", "mfeat": "digits", "news": "digits"}


def calls_of(each: Publication, folder: Path) -> list[list[str]]:
    """The arguments of each call of Python in the command of an experiment, with the name of each data set in small."""
    places = {name: name.lower() for name in LIST.data}
    chosen = {"*best_setting.py*": ""}
    return recorded(each.command, folder, chosen, OPTIONS="--threads 1 --jobs 2", **places)


def without(words: list[str], options: dict[str, int]) -> list[str]:
    kept, skipped = [], 0
    for word in words:
        if skipped:
            skipped -= 1
        elif word in options:
            skipped = options[word]
        else:
            kept.append(word)
    return kept


def value(words: list[str], option: str, default: str = "") -> str:
    return words[words.index(option) + 1] if option in words else default


def folder_of(words: list[str]) -> str:
    """The results folder that a command of the benchmark writes, relative to results/."""
    name = value(words, "--name", f"reproduce-{words[1]}" if words[0] == "reproduce" else words[1])
    return str(Path(value(words, "--results-dir", "results"), name).relative_to("results"))


@pytest.mark.parametrize("each", LIST.experiment, ids=lambda each: each.name)
def test_a_command_writes_what_its_entry_says(each: Publication, tmp_path: Path) -> None:
    calls = calls_of(each, tmp_path)
    benched = [call[2:] for call in calls if call[:2] == ["-m", "bench"]]
    scripts = [call for call in calls if call[0] != "-m"]
    assert {folder_of(words) for words in benched} == set(each.written_folders)
    for words in benched:
        if words[0] in STARTED:
            assert words[-4:] == ["--threads", "1", "--jobs", "2"], "$OPTIONS is last"
    assert all((ROOT / call[0]).is_file() for call in scripts)
    written = [argument for call in scripts for argument in call[1:]]
    if any(call[:3] == ["-m", "pytest", "tests/benchmarks"] for call in calls):
        written.append("results/benchmarks/")
    for file in each.files:
        assert any(f"results/{file}".startswith(argument) for argument in written)


@pytest.mark.parametrize("each", LIST.experiment, ids=lambda each: each.name)
def test_each_run_is_valid(
    each: Publication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Bundled data stand for those of the list."""
    if "peers.sh" in each.command and not ARE_HERE:
        pytest.skip(NOT_HERE)
    calls = calls_of(each, tmp_path)
    monkeypatch.syspath_prepend(ROOT / "docs/results")
    monkeypatch.chdir(tmp_path)
    for words in (call[2:] for call in calls if call[:2] == ["-m", "bench"] and call[2] in STARTED):
        arguments = [STANDS_IN.get(word, word) for word in without(words, PARTS)]
        assert main([*arguments, "--dry-run"]) == 0, capsys.readouterr().err


def test_all_experiments_take_at_most_sixteen_hours() -> None:
    assert sum(each.minutes for each in LIST.experiment) <= MOST_MINUTES


def test_the_ledger_has_only_experiments_of_the_list() -> None:
    ledger = read_ledger(ROOT / "results", pytest.fail, read_only=True)
    assert set(ledger) <= {each.name for each in LIST.experiment}
    for entry in ledger.values():
        if entry.is_finished:
            (each,) = (listed for listed in LIST.experiment if listed.name == entry.name)
            for folder in each.written_folders:
                assert (ROOT / "results" / folder / "manifest.json").exists()


def test_the_check_runs_tests_that_exist() -> None:
    paths = [word for word in shlex.split(LIST.check) if word.startswith("tests/")]
    assert paths
    assert all((ROOT / path).exists() for path in paths)
