"""`make help` lists every target of the Makefile; the workflows and the hooks run what it has."""

import re
import subprocess
from pathlib import Path

import pytest
import yaml
from documents import ROOT

MAKEFILE = (ROOT / "Makefile").read_text()
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def make(*arguments: str, folder: Path = ROOT) -> str:
    command = ["make", "--no-print-directory", *arguments]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout


def targets() -> list[str]:
    """The names of the targets that are no files."""
    return [name for line in re.findall(r"^\.PHONY: (.+)$", MAKEFILE, re.MULTILINE) for name in line.split()]


def test_help_has_one_line_for_every_target():
    lines = make("help").splitlines()
    assert len(targets()) > 10
    assert sorted(line.split()[1] for line in lines) == sorted(targets())
    for line in lines:
        assert re.fullmatch(r"make [a-z-]+ {2,}[A-Z].{8,90}[^.]", line), line


@pytest.mark.parametrize(
    ("option", "is_listed"),
    [("-n", True), ("--dry-run", True), ("-q", True), ("-t", True), ("-s", False), ("--output-sync=target", False)],
)
def test_results_are_only_listed_if_make_itself_would_do_nothing(tmp_path: Path, option: str, is_listed: bool):
    (tmp_path / "python").write_text('#!/bin/sh\necho "$@"\n')
    (tmp_path / "python").chmod(0o755)
    (tmp_path / ".peers").touch()
    variables = [f"BIN={tmp_path}", f"READY={tmp_path}/.peers", f"PEERS={tmp_path}/.peers"]
    printed = make(option, "results", *variables).splitlines()
    assert printed[-1] == f"-m bench publish docs/results/experiments.toml{' --dry-run' if is_listed else ''}"


def test_make_alone_prints_the_help():
    assert make() == make("help")


def test_a_target_without_a_comment_is_not_in_the_help(tmp_path: Path):
    (tmp_path / "Makefile").write_text(MAKEFILE + "\nshrink:\n\ttrue\n\ngrow: ## Let it grow\n\ttrue\n")
    added = set(make("help", folder=tmp_path).splitlines()) - set(make("help").splitlines())
    assert [line.split(maxsplit=2) for line in added] == [["make", "grow", "Let it grow"]]


def test_the_workflows_call_targets_that_the_makefile_has():
    jobs = [job for path in WORKFLOWS for job in yaml.safe_load(path.read_text())["jobs"].values()]
    steps = [step["run"] for job in jobs for step in job["steps"] if "run" in step]
    called = {name for step in steps for name in re.findall(r"\bmake ([a-z-]+)", step)}
    assert {"lint", "test", "test-fast", "test-lowest", "coverage", "nightly", "docs"} <= called
    assert called <= set(targets())


def test_the_matrix_has_every_supported_python_on_linux_and_macos():
    jobs = yaml.safe_load((ROOT / ".github" / "workflows" / "test.yml").read_text())["jobs"]
    matrix = jobs["systems"]["strategy"]["matrix"]
    pairs = {(system, python) for system in matrix["os"] for python in matrix["python"]}
    excluded = {(pair["os"], pair["python"]) for pair in matrix["exclude"]}
    (python,) = (step["with"]["python-version"] for step in jobs["test"]["steps"] if "python" in step.get("uses", ""))
    assert excluded == {(jobs["test"]["runs-on"], python)}, "the job `test` has this pair"
    assert {system.partition("-")[0] for system, _ in pairs} == {"ubuntu", "macos"}
    assert {python for _, python in pairs} == {"3.11", "3.12", "3.13"}


def test_the_hooks_before_a_commit_are_the_programs_of_make_lint():
    (repository,) = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]
    programs = [re.match(r"\.venv/bin/[a-z]+( check| format)?", hook["entry"]) for hook in repository["hooks"]]
    linted = make("--dry-run", "lint")
    assert [program and program[0] for program in programs] == [
        *(".venv/bin/ruff check", ".venv/bin/ruff format", ".venv/bin/typos")
    ]
    assert all(program and re.search(rf"^{re.escape(program[0])}\b", linted, re.MULTILINE) for program in programs)
