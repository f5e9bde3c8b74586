"""The commands that messages name."""

import shlex
from pathlib import Path

import pytest

from bench.store.command import command, errors_command
from bench.store.store import Store


@pytest.mark.parametrize("folder", ["results", "./results"])
def test_the_usual_results_folder_is_not_named(folder: str) -> None:
    assert command("report", "demo", Path(folder)) == "python -m bench report demo"
    assert errors_command(Store(Path(folder), "demo")) == "python -m bench show demo --errors"


@pytest.mark.parametrize("folder", ["other", "my results", "/a/$HOME", "it's"])
def test_another_results_folder_is_named_as_one_word_of_a_shell(folder: str) -> None:
    words = shlex.split(errors_command(Store(Path(folder), "demo")))
    assert words == ["python", "-m", "bench", "show", "demo", "--errors", "--results-dir", folder]
