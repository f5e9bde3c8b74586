"""Results of a reader's own runs do not change the state of git, and published results stay in it."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from documents import ROOT

PUBLISHED = re.findall(r"^!/results/(.+)/$", (ROOT / ".gitignore").read_text(), re.MULTILINE)
OF_ALL = {"index.html", "published.csv"}
"""Files beside the published folders."""


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_git_ignores_results_except_the_published_folders(tmp_path: Path):
    def git(*arguments: str) -> list[str]:
        command = ["git", "-c", "core.excludesFile=", *arguments]
        return subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True).stdout.splitlines()

    git("init", "--quiet")
    shutil.copy(ROOT / ".gitignore", tmp_path)
    for name in [*PUBLISHED, "mnist-5k", "my-own"]:
        for file in (
            "table.md",
            "figures/labels.png",
            "figures/labels.svg",
            "cells/som.json",
            "cells/som.npz",
            "assignments/som.csv",
            "models/som/config.json",
            "page/material.json",
            "locks/a/1.json",
        ):
            path = tmp_path / "results" / name / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
    (tmp_path / "results" / ".pretrained").mkdir()
    (tmp_path / "results" / ".pretrained" / "1.safetensors").touch()
    for name in (*OF_ALL, "notes.txt"):
        (tmp_path / "results" / name).touch()
    seen = git("ls-files", "--others", "--exclude-standard")
    kept = [f"results/{name}/{file}" for name in PUBLISHED for file in ("figures/labels.png", "table.md")]
    assert sorted(seen) == sorted([".gitignore", *kept, *(f"results/{name}" for name in OF_ALL)])


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="this copy of the project has no history")
def test_the_published_folders_are_those_that_git_has_and_none_of_their_files_is_ignored():
    def files(*options: str) -> list[str]:
        command = ["git", "ls-files", *options]
        return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()

    assert sorted({path.split("/")[1] for path in files("results")} - OF_ALL) == PUBLISHED
    assert files("--cached", "--ignored", "--exclude-standard") == []
