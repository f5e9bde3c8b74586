"""A results folder that is damaged, mixed up or forged never gives a traceback or, without a line, another table.

`FUZZ_EXAMPLES=1000 pytest tests/fuzz` draws as many new examples for each test, and `make nightly` 100; otherwise the
examples are few and always the same.
"""

import contextlib
import io
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from mutations import (
    ONE,
    RUN,
    TWO,
    Mutation,
    damages,
    forged_arrays,
    forged_cells,
    forgeries,
    make_experiments,
    movements,
)
from stranger import EVIL, classes_to_import

from bench.cli.app import main

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name != "posix", reason="modes of files")]

DRAWN = os.environ.get("FUZZ_EXAMPLES")
TABLES = ("table.md", "table.csv", "cells.csv", "improvements.csv")
IN_THE_TABLE = ("Missing (not finished, or the record is lost)", "finished cells have no scores yet")
"""Lines of table.md that say what is absent."""
COMMANDS = {
    "status": ["status", ONE],
    "report": ["report", ONE],
    "figures": ["figures", ONE, "--samples", "10", "--threads", "1"],
    "indices": ["indices", ONE, "--threads", "1"],
    "choose": ["choose", ONE, "--threads", "1"],
    "dry run": [*RUN.split(), "--name", ONE, "--dry-run"],
    "run": [*RUN.split(), "--name", ONE],
}


@dataclass(frozen=True)
class Output:
    code: int
    text: str
    tables: dict[str, bytes]

    @property
    def names_a_reason(self) -> bool:
        """Whether a printed line, or a caveat of the table, says what was wrong."""
        table = self.tables.get("table.md", b"").decode()
        return "warning: " in self.text or "error: " in self.text or any(line in table for line in IN_THE_TABLE)


@dataclass(frozen=True)
class Lab:
    """Two experiments, and the tables of the first one."""

    base: Path
    work: Path
    tables: dict[str, bytes]


def examples(n_examples: int) -> settings:
    """`n_examples` examples of a test."""
    checks = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]
    return settings(
        max_examples=int(DRAWN or n_examples),
        derandomize=DRAWN is None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=checks,
    )


def run(name: str, folder: Path) -> Output:
    """Run a command in this process."""
    text = io.StringIO()
    with contextlib.redirect_stdout(text), contextlib.redirect_stderr(text):
        code = main([*COMMANDS[name], "--results-dir", str(folder)])
    paths = [folder / ONE / table for table in TABLES]
    return Output(code, text.getvalue(), {path.name: path.read_bytes() for path in paths if path.is_file()})


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    folder = tmp_path_factory.mktemp("fuzz")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DEC_BENCH_CACHE", str(folder / "cache"))
        make_experiments(folder / "base")
        yield Lab(folder / "base", folder / "work", run("report", folder / "base").tables)


def contents(folder: Path) -> dict[str, bytes | None]:
    """Every file below `folder`, and every folder."""
    return {str(path): path.read_bytes() if path.is_file() else None for path in sorted(folder.rglob("*"))}


def outputs_after(mutation: Mutation, lab: Lab, *commands: str) -> list[Output]:
    """The output of each command after the mutation. Nothing outside the folder of the experiment may change."""
    shutil.rmtree(lab.work, ignore_errors=True)
    shutil.copytree(lab.base, lab.work)
    mutation.apply(lab.work)
    before = contents(lab.work / TWO)
    outputs = [run(name, lab.work) for name in commands]
    for output in outputs:
        assert output.code in (0, 1, 2)
        assert "Traceback" not in output.text
        assert output.code == 0 or "error: " in output.text or "failed" in output.text
    assert contents(lab.work / TWO) == before
    assert {path.name for path in lab.work.iterdir()} - {"index.html"} == {ONE, TWO, ".pretrained"}
    return outputs


@examples(25)
@given(st.data())
def test_damaged_and_misplaced_files_give_the_same_tables_or_a_reason(lab: Lab, data: st.DataObject) -> None:
    mutation = data.draw(st.one_of(damages(lab.base), movements(lab.base)))
    report, _ = outputs_after(mutation, lab, "report", "status")
    assert report.tables == lab.tables or report.names_a_reason


@examples(25)
@given(st.data())
def test_forged_records_end_in_a_table_or_in_one_line(lab: Lab, data: st.DataObject) -> None:
    mutation = data.draw(st.one_of(forgeries(lab.base), forged_cells(lab.base)))
    outputs_after(mutation, lab, "status", "report", "dry run")


@examples(8)
@given(st.data())
def test_forged_arrays_end_in_one_line_and_are_made_again(lab: Lab, data: st.DataObject) -> None:
    mutation = data.draw(st.one_of(forged_arrays(lab.base), forged_cells(lab.base)))
    outputs_after(mutation, lab, "figures", "run")


def test_a_class_that_a_manifest_names_is_not_imported(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    """The class is in the results folder itself, and Python would find it from the folder above."""
    work = lab.work.with_name("import")
    shutil.copytree(lab.base, work / "results")
    monkeypatch.syspath_prepend(work)
    classes_to_import(work / "results", work)
    for name in COMMANDS:
        output = run(name, work / "results")
        assert output.code in (0, 1), output.text
        assert not (work / "imported").exists()
    assert EVIL.partition(":")[0] not in sys.modules
    assert EVIL in (work / "results" / ONE / "table.csv").read_text()
