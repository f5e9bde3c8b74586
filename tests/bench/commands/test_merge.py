"""`merge`: the records of several folders in one, the folders unchanged, and one line for everything that clashes."""

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace
from stored import ENVIRONMENT, record_of

from bench.cli.app import main
from bench.store.files import atomic_write
from bench.store.locks import Locks
from bench.store.records import Attempt, Cell, DataSummary, Failure, Manifest, Record, Scores
from bench.store.store import Store

DATA = DataSummary(
    name="wine", source="s", revision="r", split="all", digest="d", n_samples=178, n_features=13, image_shape=None,
    class_names=["a", "b", "c"],
)  # fmt: skip
LABELS = np.repeat(np.arange(3), [59, 71, 48])


def cell(method: str, seed: int) -> Cell:
    return Cell(method=method, seed=seed, n_clusters=3)


def attempt(of: Cell, name: str, *, failed: bool = False, at: str = "2026-01-01T00:00:00Z") -> Attempt:
    failure = Failure(type="ValueError", message="no", traceback="a traceback") if failed else None
    return Attempt(
        id=name, key=of.key, cell=of, ending="failed" if failed else "ok", failure=failure, started_at=at,
        wall_seconds=1.0, host=f"host-{name}", data_digest="d",
    )  # fmt: skip


class Machine:
    """A results folder that is filled cell by cell."""

    def __init__(self, folder: Path, name: str, data: DataSummary = DATA) -> None:
        self.store, self.data = Store(folder, name), data
        self.cells: list[Cell] = []
        self.path = self.store.path()

    def ok(self, of: Cell, *, shift: int = 0, code: str = "c", model: bool = False) -> Record:
        """A finished fit; `shift` changes its arrays."""
        name = f"{self.store.name}-{of.key}"
        record = record_of(of, attempt=name, code_version=code, started_at="2026-01-01T00:00:00Z")
        files = {"config.json": b"{}", "model.safetensors": b"weights"} if model else {}
        self.store.write(record, {"labels": np.roll(LABELS, shift)}, files)
        self.store.add_attempt(attempt(of, name))
        self.cells.append(of)
        stored = self.store.finished(of)
        assert stored is not None
        values = {"accuracy": 1 - shift / 10, "ari": 0.5, "silhouette_input": 0.1}
        self.store.write_scores(Scores(key=of.key, arrays_digest=stored.arrays_digest, values=values))
        atomic_write(self.store.assignments_path(of.key), b"row,name\n")
        return stored

    def failed(self, of: Cell) -> None:
        self.store.add_attempt(attempt(of, f"{self.store.name}-{of.key}-failed", failed=True))
        self.cells.append(of)

    def done(self, *, notes: list[str] | None = None, cells: list[Cell] | None = None) -> Path:
        name = self.store.name
        self.store.write_manifest(
            Manifest(
                name="wine", commands=[f"the command of {name}"], created_at=f"2026-01-0{len(name) % 9 + 1}T00:00:00Z",
                data=self.data, environment=ENVIRONMENT, code_versions=["c"], notes=notes or [],
                cells=cells or list({each.key: each for each in self.cells}.values()),
            )
        )  # fmt: skip
        return self.path


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def two(tmp_path: Path) -> tuple[Machine, Machine]:
    """Seeds 0 and 1 on one machine, seeds 1 and 2 on another; seed 1 has equal arrays on both."""
    one, other = Machine(tmp_path / "x", "one"), Machine(tmp_path / "y", "other")
    one.ok(cell("kmeans", 0), model=True)
    one.ok(cell("kmeans", 1))
    other.ok(cell("kmeans", 1))
    other.ok(cell("kmeans", 2))
    other.failed(cell("som", 2))
    return one, other


@pytest.fixture
def merge(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Merge folders into results/both; the exit code, the output, and the lines of standard error."""

    def run(*folders: Path, name: str = "both") -> tuple[int, str, str]:
        code = main(["merge", *map(str, folders), "--name", name, "--results-dir", str(tmp_path / "results")])
        return code, *capfd.readouterr()

    return run


def test_all_cells_attempts_scores_models_and_commands_are_in_one_folder(two, merge, tmp_path: Path):
    paths = [two[0].done(), two[1].done()]
    before = [digests(path) for path in paths]
    code, output, errors = merge(*paths)
    assert (code, errors) == (0, "")
    assert [digests(path) for path in paths] == before, "the sources have not changed"
    assert "4 finished cells" not in output
    assert "3 finished cells are copied to" in output
    assert "1 cells are in several folders" in output
    both = Store(tmp_path / "results", "both")
    manifest = both.manifest()
    assert manifest is not None
    assert [(each.method, each.seed) for each in manifest.cells] == [
        ("kmeans", 0), ("kmeans", 1), ("kmeans", 2), ("som", 2)
    ]  # fmt: skip
    assert manifest.commands[:2] == ["the command of one", "the command of other"]
    assert len(manifest.commands) == 3, "and the merge"
    assert manifest.name == "both"
    assert manifest.created_at == "2026-01-04T00:00:00Z", "the earlier one"
    for machine, seed in ((two[0], 0), (two[0], 1), (two[1], 2)):
        copied = both.finished(cell("kmeans", seed))
        assert copied == machine.store.finished(cell("kmeans", seed))
        assert both.scores(copied) == machine.store.scores(copied)
        np.testing.assert_array_equal(both.arrays(copied.key)["labels"], LABELS)
        assert both.assignments_path(copied.key).exists()
    first = both.finished(cell("kmeans", 0))
    assert both.has_model(first)
    assert (both.model_path(first.key) / "model.safetensors").read_bytes() == b"weights"
    assert [each.host for each in both.attempts(cell("kmeans", 1).key)] == [
        f"host-other-{cell('kmeans', 1).key}", f"host-one-{cell('kmeans', 1).key}"
    ], "the attempt of the record that is used comes last"  # fmt: skip
    assert both.attempts(cell("som", 2).key)[0].failure.traceback == "a traceback"
    table = both.path("table.md").read_text()
    assert "3 of 4 cells finished" in table
    assert "Failed: som" in table
    assert "Failed when run again" not in table
    assert not both.lock_path(cell("kmeans", 0).key).exists(), "no lock of a finished cell stays"


def test_the_same_command_again_changes_nothing(two, merge, tmp_path: Path):
    paths = [two[0].done(), two[1].done()]
    assert merge(*paths)[0] == 0
    before = {name: d for name, d in digests(tmp_path / "results" / "both").items() if not name.startswith("locks")}
    code, output, _ = merge(*paths)
    assert code == 0
    assert "0 finished cells are copied" in output
    after = {name: d for name, d in digests(tmp_path / "results" / "both").items() if not name.startswith("locks")}
    assert after == before


def test_a_merge_that_was_interrupted_is_continued(two, merge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    paths = [two[0].done(), two[1].done()]
    real = Store.write_packed
    written: list[str] = []

    def once(self: Store, record: Record, *arguments: object) -> bool:
        if written:
            raise OSError(28, "No space left on device", str(self.path()))
        written.append(record.key)
        return real(self, record, *arguments)

    monkeypatch.setattr(Store, "write_packed", once)
    code, _, errors = merge(*paths)
    assert code == 1
    assert errors.count("\n") == 1
    assert "No space left" in errors
    monkeypatch.undo()
    code, output, _ = merge(*paths)
    assert code == 0
    assert "2 finished cells are copied" in output


def test_a_third_machine_is_added_later(two, merge, tmp_path: Path):
    assert merge(two[0].done(), two[1].done())[0] == 0
    third = Machine(tmp_path / "z", "third")
    third.ok(cell("som", 2), shift=1)
    code, output, _ = merge(third.done())
    assert code == 0
    assert "1 finished cells are copied" in output
    assert Store(tmp_path / "results", "both").finished(cell("som", 2)) is not None
    assert "4 of 4 cells finished" in (tmp_path / "results/both/table.md").read_text()


def test_one_cell_with_two_results_is_refused_and_nothing_is_written(two, merge, tmp_path: Path):
    clashing = Machine(tmp_path / "z", "third")
    clashing.ok(cell("kmeans", 1), shift=3)
    clashing.ok(cell("kmeans", 2), shift=3)
    code, output, errors = merge(two[0].done(), two[1].done(), clashing.done())
    assert (code, output) == (2, "")
    assert errors.count("\n") == 1
    assert f"cell {cell('kmeans', 1).key} has other arrays in {clashing.path} than in {two[0].path}" in errors
    assert "1 other cells" in errors
    assert not (tmp_path / "results").exists()


def test_a_clash_with_the_target_is_refused(two, merge, tmp_path: Path):
    assert merge(two[0].done())[0] == 0
    before = digests(tmp_path / "results")
    clashing = Machine(tmp_path / "z", "third")
    clashing.ok(cell("kmeans", 1), shift=3)
    code, _, errors = merge(clashing.done())
    assert code == 2
    assert f"than in {tmp_path / 'results' / 'both'}" in errors
    assert digests(tmp_path / "results") == before


def test_other_data_are_refused(two, merge, tmp_path: Path):
    other = Machine(tmp_path / "z", "third", replace(DATA, name="beer", digest="e"))
    other.cells.append(cell("kmeans", 0))
    other.store.add_attempt(replace(attempt(cell("kmeans", 0), "e", failed=True), data_digest="e"))
    code, _, errors = merge(two[0].done(), other.done())
    assert code == 2
    assert "'wine' (all, d)" in errors
    assert "'beer' (all, e)" in errors


def test_one_name_of_two_classes_is_refused(two, merge, tmp_path: Path):
    other = Machine(tmp_path / "z", "third")
    other.failed(replace(cell("kmeans", 0), alias_of="sklearn.cluster:KMeans"))
    code, _, errors = merge(two[0].done(), other.done())
    assert code == 2
    assert "'kmeans' is kmeans in" in errors
    assert "sklearn.cluster:KMeans" in errors


def test_other_code_versions_and_names_of_the_data_are_said(two, merge, tmp_path: Path):
    other = Machine(tmp_path / "z", "third", replace(DATA, name="/home/me/wine.csv", caveats=["3 rows were left out."]))
    other.ok(cell("som", 0), code="another version")
    code, output, _ = merge(two[0].done(), other.done())
    assert code == 0
    assert "warning: the cells were run with different code versions (1 with another vers, 2 with c)" in output
    assert f"'wine' (all) in {two[0].path}, '/home/me/wine.csv' (all) in {other.path}" in output
    table = (tmp_path / "results/both/table.md").read_text()
    assert "different code versions: 1 with another vers, 2 with c" in table
    assert "3 rows were left out" in table


def test_a_note_of_one_folder_says_whose_cells_it_is_about(two, merge, tmp_path: Path):
    assert merge(two[0].done(notes=["Shared.", "Epochs are scaled."]), two[1].done(notes=["Shared."]))[0] == 0
    manifest = Store(tmp_path / "results", "both").manifest()
    assert manifest.notes == ["Shared.", "Only for the cells of one: Epochs are scaled."]


def test_a_damaged_source_is_not_touched_and_another_folder_has_the_cell(two, merge, tmp_path: Path):
    paths = [two[0].done(), two[1].done()]
    damaged = two[0].store.path("cells", f"{cell('kmeans', 1).key}.npz")
    content = bytearray(damaged.read_bytes())
    content[-1] ^= 1
    damaged.write_bytes(content)
    only = two[0].store.path("cells", f"{cell('kmeans', 0).key}.npz")
    only.write_bytes(b"short")
    before = digests(paths[0])
    code, output, errors = merge(*paths)
    assert (code, errors) == (0, "")
    assert digests(paths[0]) == before
    assert f"{damaged}: its content differs from the digest in its record; it stays as it is" in output
    both = Store(tmp_path / "results", "both")
    assert both.finished(cell("kmeans", 1)) is not None
    assert both.finished(cell("kmeans", 0)) is None
    assert "Missing (not finished, or the record is lost): kmeans, seed 0" in both.path("table.md").read_text()


def test_what_is_not_merged_is_said(two, merge, tmp_path: Path):
    two[0].store.path("compression.csv").write_text("x")
    path = two[0].done(cells=[cell("kmeans", 0)])
    code, output, _ = merge(path)
    assert code == 0
    assert f"{path}: not merged, because other commands write them: compression.csv." in output
    assert f"records that its manifest does not name (1); they are not merged: {cell('kmeans', 1).key}" in output


def test_a_cell_that_is_being_made_in_the_target_is_refused(two, merge, tmp_path: Path):
    third = Machine(tmp_path / "results", "both")
    third.cells.append(cell("kmeans", 0))
    third.done()
    with Locks() as locks:
        assert locks.take(third.store.lock_path(cell("kmeans", 0).key))
        code, _, errors = merge(two[0].done())
    assert code == 2
    assert f"another process is making cell {cell('kmeans', 0).key}" in errors


def test_a_cell_that_runs_in_a_source_is_said(two, merge):
    path = two[0].done(cells=[*two[0].cells, cell("som", 5)])
    with Locks() as locks:
        assert locks.take(two[0].store.lock_path(cell("som", 5).key))
        code, output, _ = merge(path)
    assert code == 0
    assert "1 cells seem to be running" in output


def bad_inputs(tmp_path: Path) -> dict[str, str]:
    """What each bad folder is refused with."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "a-file").write_text("x")
    (tmp_path / "sets").mkdir()
    (tmp_path / "sets/sets.json").write_text("x")
    published = Path(__file__).parents[3] / "results" / "mnist-flagship"
    shutil.copytree(published, tmp_path / "published")
    good = Machine(tmp_path, "good")
    good.ok(cell("kmeans", 0))
    for name, change in (("damaged", b'"wine"'), ("older", b'"schema_version": 2')):
        shutil.copytree(good.done(), tmp_path / name)
        path = tmp_path / name / "manifest.json"
        content = path.read_bytes().replace(change, change.replace(b"2", b"1").replace(b"wine", b"beer"))
        path.write_bytes(content)
    (tmp_path / "good/a-link").symlink_to(tmp_path / "a-file")
    return {
        "missing": "there is no folder",
        "a-file": "is a file; expected a results folder",
        "empty": "is not a results folder: it has no manifest.json",
        "sets": "several data sets",
        "published": "published tables without their records",
        "damaged": "its content does not match its digest; it stays as it is",
        "older": "schema version 1 is older than 2",
        "good": "a-link is a symbolic link",
        "": "contains the results folders damaged, good, older, published; name one of them",
    }


def test_every_bad_folder_is_one_clear_line(tmp_path: Path, merge):
    expected = bad_inputs(tmp_path)
    before = digests(tmp_path)
    for name, reason in expected.items():
        code, output, errors = merge(tmp_path / name)
        assert (code, output.replace("warning: ", "", 1).count("\n") <= 1) == (2, True), name
        assert errors.count("\n") == 1, name
        assert reason in errors, errors
    assert digests(tmp_path) == before


def test_wrong_use_of_the_command_is_one_clear_line(two, merge, tmp_path: Path):
    path = two[0].done()
    _, _, errors = merge(path, Path(f"{path}/../one"))
    assert "is named twice" in errors
    assert merge(path)[0] == 0
    code, _, errors = merge(tmp_path / "results/both")
    assert code == 2
    assert "is the folder that is written" in errors
    code, _, errors = merge(path, name="../x")
    assert code == 2
    assert "must be a folder name" in errors
    nothing = Machine(tmp_path / "z", "third")
    nothing.cells.append(cell("kmeans", 0))
    code, _, errors = merge(nothing.done(), name="new")
    assert code == 2
    assert "no cell has finished or failed" in errors
    assert not (tmp_path / "results/new").exists()


@pytest.mark.parametrize("kind", ["published", "sets", "no manifest"])
def test_a_target_to_which_nothing_can_be_added_is_refused(two, merge, tmp_path: Path, kind: str):
    target = tmp_path / "results" / "both"
    if kind == "published":
        shutil.copytree(Path(__file__).parents[3] / "results" / "mnist-flagship", target)
    elif kind == "sets":
        target.mkdir(parents=True)
        (target / "sets.json").write_text("x")
    else:
        shutil.copytree(two[1].done(), target)
        (target / "manifest.json").unlink()
    before = digests(target)
    code, _, errors = merge(two[0].done())
    assert code == 2
    assert errors.startswith("error: results 'both' ")
    assert digests(target) == before


def test_the_merged_tables_are_written_as_latex_and_an_unknown_format_is_refused(two, merge, tmp_path: Path, capfd):
    assert merge(two[0].done())[0] == 0
    here = ["--results-dir", str(tmp_path / "results")]
    assert main(["report", "both", "--format", "latx", *here]) == 2
    assert "unknown format 'latx'; did you mean 'latex'?" in capfd.readouterr().err
    assert main(["report", "both", "--format", "latex", *here]) == 0
    assert f"{tmp_path / 'results/both/table.tex'}: the tables as LaTeX." in capfd.readouterr().out
    assert r"\begin{tabular}" in (tmp_path / "results/both/table.tex").read_text()
