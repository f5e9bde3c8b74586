"""The commit of the checkout is read without a change of the checkout."""

import os
import subprocess
from pathlib import Path

import pytest

from bench.machine import code


def git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"]
    command = ["git", "-C", str(folder), *identity, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with one commit, whose index has another time of the file than the disk."""
    (tmp_path / "bench").mkdir()
    source = tmp_path / "bench" / "source.py"
    source.write_text("pass\n")
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", "bench")
    git(tmp_path, "commit", "--quiet", "--message", "One file")
    os.utime(source, (1e9, 1e9))
    monkeypatch.setattr(code, "_ROOT", tmp_path)
    return tmp_path


def test_the_commit_has_12_digits_and_says_whether_the_code_has_changed(checkout: Path):
    head = git(checkout, "rev-parse", "HEAD")[:12]
    assert code.commit() == head
    (checkout / "bench" / "source.py").write_text("changed\n")
    assert code.commit() == head + "+changes"


def test_a_folder_without_a_repository_has_no_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(code, "_ROOT", tmp_path)
    assert code.commit() is None


def test_the_index_is_not_written(checkout: Path):
    index = checkout / ".git" / "index"
    before, time = index.read_bytes(), index.stat().st_mtime_ns
    code.commit()
    assert (index.read_bytes(), index.stat().st_mtime_ns) == (before, time)
    assert not list((checkout / ".git").glob("*.lock"))
    git(checkout, "status")
    assert index.read_bytes() != before, "a plain `git status` writes it"


def test_another_git_command_that_holds_the_lock_is_not_in_the_way(checkout: Path):
    (checkout / ".git" / "index.lock").touch()
    assert code.commit() == git(checkout, "rev-parse", "HEAD")[:12]


@pytest.mark.skipif(os.name != "posix", reason="the monitor is a shell script")
def test_the_file_system_monitor_of_the_checkout_is_not_started(checkout: Path):
    monitor = checkout / "monitor"
    monitor.write_text("#!/bin/sh\ntouch started\nexit 1\n")
    monitor.chmod(0o755)
    git(checkout, "config", "core.fsmonitor", str(monitor))
    code.commit()
    assert not (checkout / "started").exists()
    git(checkout, "status")
    assert (checkout / "started").exists(), "a plain `git status` starts it"
