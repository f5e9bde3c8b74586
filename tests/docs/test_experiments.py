"""The list of the published experiments names what is published."""

import shlex

import pytest
from documents import ROOT

from bench.experiments.publication import Publication, read_publications

LIST = read_publications(ROOT / "docs/results/experiments.toml")


@pytest.mark.parametrize("each", LIST.experiment, ids=lambda each: each.name)
def test_a_command_writes_the_folder_that_git_keeps(each: Publication) -> None:
    words = shlex.split(each.command)
    assert words[-1] == "$OPTIONS"
    kept = (ROOT / ".gitignore").read_text().splitlines()
    for folder in each.written_folders:
        assert words[words.index("--name") + 1] == folder
        assert f"!/results/{folder.split('/')[0]}/" in kept
        assert (ROOT / "results" / folder / "manifest.json").exists()


def test_the_check_runs_tests_that_exist() -> None:
    files = [word for word in shlex.split(LIST.check) if word.startswith("tests/")]
    assert len(files) > 5
    assert all((ROOT / file).is_file() for file in files)
