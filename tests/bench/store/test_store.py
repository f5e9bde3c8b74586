"""The store returns exactly the stored content or nothing: never a part of it, never the content of another cell."""

import errno
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import torch
from msgspec.structs import replace

from bench.errors import UsageError
from bench.store import arrays
from bench.store.encoding import encode
from bench.store.files import atomic_write, write_text
from bench.store.records import SCHEMA_VERSION, Attempt, Cell, Environment, Failure, Record, RecordError, Scores
from bench.store.store import Store
from methods import registry
from methods.dec.pretrained import Pretrained, save_pretrained

CELL = Cell(method="dec", seed=4, n_clusters=10, preset="small", latent_dim=10, params={"kl_weight": 0.1, "on": True})
ENVIRONMENT = Environment(
    python="3.11",
    platform="Linux",
    processor="P",
    cores=2,
    threads=2,
    accelerator=None,
    versions={},
    commit=None,
)
ARRAYS = {
    arrays.LABELS: np.arange(100, dtype=np.int64),
    arrays.EMBEDDING: np.random.default_rng(0).normal(size=(100, 4)).astype(np.float32),
}


def record(cell: Cell = CELL, seconds: float = 1.5) -> Record:
    return Record(
        key=cell.key,
        cell=cell,
        started_at="2025-01-01T00:00:00Z",
        environment=ENVIRONMENT,
        code_version="c",
        data_digest="d",
        fit_seconds=seconds,
        grid_shape=(10, 10),
        history={"cluster/kl": [0.5, 0.25]},
    )


def failed(message: str = "no", cell: Cell = CELL) -> Attempt:
    return Attempt(
        key=cell.key,
        cell=cell,
        ending="failed",
        failure=Failure(type="ValueError", message=message, traceback="…"),
        started_at="2025-01-01T00:00:00Z",
        wall_seconds=1.0,
        host="h",
        environment=ENVIRONMENT,
        code_version="c",
        data_digest="d",
    )


def stored(store: Store, cell: Cell = CELL) -> Record | None:
    """The record of the finished fit, without the digest that the store sets."""
    finished = store.finished(cell)
    return finished and replace(finished, arrays_digest="")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path, "demo")


def files(store: Store) -> set[str]:
    return {str(path.relative_to(store.path())) for path in store.path().rglob("*") if path.is_file()}


@pytest.mark.parametrize("name", ["../x", "a/b", "", ".hidden", "-x", "a b", "x\n", "..", "/tmp/x", "ü"])
def test_an_invalid_folder_name_is_refused_in_one_line(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="folder name") as refusal:
        Store(tmp_path, name)
    assert "\n" not in str(refusal.value)


def test_a_record_and_its_arrays_are_read_back_equal(store: Store) -> None:
    store.write(record(), ARRAYS)
    assert stored(store) == record()
    read = store.arrays(CELL.key)
    assert read.keys() == ARRAYS.keys()
    for name, array in ARRAYS.items():
        assert read[name].dtype == array.dtype
        np.testing.assert_array_equal(read[name], array)
    assert not store.warnings


def test_scores_are_read_back_equal_with_undefined_metrics(store: Store) -> None:
    scores = Scores(key=CELL.key, values={"ari": 0.1 + 0.2, "kl_divergence": None})
    store.write_scores(scores)
    assert store.scores(CELL.key) == scores


def test_a_new_store_is_empty_and_creates_no_folder(store: Store) -> None:
    assert store.manifest() is store.finished(CELL) is store.scores(CELL.key) is None
    assert store.attempts(CELL.key) == []
    with pytest.raises(RecordError, match="missing"):
        store.arrays(CELL.key)
    assert not store.path().exists()


def test_every_attempt_is_kept_in_order_and_is_not_a_finished_fit(store: Store) -> None:
    attempts = [failed(str(number)) for number in range(11)]
    for attempt in attempts:
        store.add_attempt(attempt)
    assert store.attempts(CELL.key) == attempts
    assert store.finished(CELL) is None
    store.write(record(), ARRAYS)
    assert stored(store) == record()
    assert store.attempts(CELL.key) == attempts


def test_several_drivers_lose_no_attempt(store: Store) -> None:
    with ThreadPoolExecutor(4) as drivers:
        list(drivers.map(store.add_attempt, [failed(str(number)) for number in range(40)]))
    assert sorted(int(attempt.failure.message) for attempt in store.attempts(CELL.key) if attempt.failure) == list(
        range(40)
    )


def test_a_finished_fit_is_never_overwritten(store: Store) -> None:
    assert store.write(record(), ARRAYS)
    assert not store.write(record(seconds=9.0), {arrays.LABELS: np.zeros(1)})
    assert stored(store) == record()
    assert len(store.arrays(CELL.key)[arrays.LABELS]) == 100
    assert "finished already" in store.warnings[0]


def test_a_discarded_cell_leaves_no_file(store: Store) -> None:
    store.write(record(), ARRAYS)
    store.write_scores(Scores(key=CELL.key, values={}))
    store.discard(CELL)
    assert files(store) == set()
    store.discard(CELL)


@pytest.mark.parametrize("suffix", ["json", "npz"])
@pytest.mark.parametrize("damage", [lambda data: data[: len(data) // 2], lambda data: b"", lambda data: b"\x00" * 64])
def test_a_damaged_fit_is_set_aside_and_can_be_made_again(store: Store, suffix: str, damage) -> None:
    store.write(record(), ARRAYS)
    path = store.path("cells", f"{CELL.key}.{suffix}")
    path.write_bytes(damage(path.read_bytes()))
    assert store.finished(CELL) is None
    assert path.with_name(f"{path.name}.corrupt").exists()
    assert not path.exists()
    assert all("\n" not in warning for warning in store.warnings)
    assert str(path) in store.warnings[0]
    store.write(record(), ARRAYS)
    assert stored(store) == record()
    np.testing.assert_array_equal(store.arrays(CELL.key)[arrays.LABELS], ARRAYS[arrays.LABELS])


def test_one_flipped_byte_in_the_arrays_is_noticed(store: Store) -> None:
    store.write(record(), ARRAYS)
    path = store.path("cells", f"{CELL.key}.npz")
    data = bytearray(path.read_bytes())
    data[data.index(ARRAYS[arrays.EMBEDDING].tobytes()[:16])] ^= 1
    path.write_bytes(data)
    with pytest.raises(RecordError, match="set aside"):
        store.arrays(CELL.key)
    assert store.finished(CELL) is None
    assert store.warnings


def test_a_record_without_its_arrays_does_not_count(store: Store) -> None:
    store.write(record(), ARRAYS)
    store.path("cells", f"{CELL.key}.npz").unlink()
    assert store.finished(CELL) is None
    assert "missing" in store.warnings[0]


def test_a_record_of_another_cell_does_not_count(store: Store) -> None:
    other = Cell(method="som", seed=0, n_clusters=10)
    store.write(record(), ARRAYS)
    store.path("cells", f"{CELL.key}.json").write_bytes(encode(record(other)))
    assert store.finished(CELL) is None
    store.path("scores").mkdir()
    store.path("scores", f"{CELL.key}.json").write_bytes(encode(Scores(key=other.key, values={"ari": 1.0})))
    assert store.scores(CELL.key) is None


@pytest.mark.parametrize("text", ["", "{", '{"schema_version": 1}', "[]", '{"schema_version": 1, "key": 3}'])
def test_damaged_scores_and_manifest_are_set_aside(store: Store, text: str) -> None:
    store.path("scores").mkdir(parents=True)
    store.path("scores", f"{CELL.key}.json").write_text(text)
    store.path("manifest.json").write_text(text)
    assert store.scores(CELL.key) is None
    assert store.manifest() is None
    assert files(store) == {f"scores/{CELL.key}.json.corrupt", "manifest.json.corrupt"}
    assert len(store.warnings) == 2


def test_a_file_of_a_newer_schema_is_refused_and_not_changed(store: Store) -> None:
    store.path("scores").mkdir(parents=True)
    path = store.path("scores", f"{CELL.key}.json")
    path.write_text(f'{{"schema_version": {SCHEMA_VERSION + 1}, "later": []}}')
    with pytest.raises(UsageError, match="update"):
        store.scores(CELL.key)
    assert path.exists()


def test_an_interrupted_write_leaves_the_old_file_and_no_other_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    atomic_write(path, lambda file: file.write(b"old"))

    def interrupted(file) -> None:
        file.write(b"ne")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        atomic_write(path, interrupted)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_text_is_written_as_utf_8_with_its_own_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "new" / "file"
    assert write_text(path, "ü\n") == path
    assert path.read_bytes() == "ü\n".encode()


def test_an_interrupt_before_the_record_leaves_no_finished_fit(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(path: Path, value: object, *, replace: bool) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(store, "_write", interrupted)
        with pytest.raises(KeyboardInterrupt):
            store.write(record(), ARRAYS)
    assert store.finished(CELL) is None
    assert not store.warnings
    store.write(record(), ARRAYS)
    assert stored(store) == record()


def test_pretrained_weights_are_shared_between_experiments(tmp_path: Path) -> None:
    path = Store(tmp_path, "one").pretrained_path("abc")
    assert path == Store(tmp_path, "two").pretrained_path("abc") == tmp_path / ".pretrained" / "abc.safetensors"


def test_damaged_pretrained_weights_are_set_aside(store: Store) -> None:
    whole = registry.is_whole_pretrained
    for number, damage in enumerate(
        (lambda content: content[:-8], lambda content: content[:-1] + b"\x01", lambda _: b"")
    ):
        key = f"abc{number}"
        assert not store.has_pretrained(key, whole)
        path = store.pretrained_path(key)
        save_pretrained(path, Pretrained({"weight": torch.zeros(4, 4)}, {}, 1.0), {})
        assert store.has_pretrained(key, whole)
        path.write_bytes(damage(path.read_bytes()))
        assert not store.has_pretrained(key, whole)
        assert not path.exists()
        assert str(path) in store.warnings[number]


def test_records_lists_all_finished_fits(store: Store) -> None:
    other = record(Cell(method="som", seed=0, n_clusters=10))
    store.write(other, ARRAYS)
    store.write(record(), ARRAYS)
    store.add_attempt(failed(cell=Cell(method="kmeans", seed=0, n_clusters=10)))
    assert {finished.key for finished in store.records()} == {other.key, CELL.key}


def test_tables_without_records_are_a_published_copy(store: Store) -> None:
    assert not store.is_published_copy()
    store.path().mkdir(parents=True)
    store.path("cells.csv").write_text("method\n")
    assert store.is_published_copy()
    store.add_attempt(failed())
    assert not store.is_published_copy()


def test_a_driver_that_slept_does_not_overwrite_another_fit(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """It slept after its check whether the cell is finished, and another driver finished the cell meanwhile."""
    real = Store.finished
    checks = []

    def first_check_is_outdated(self: Store, cell: Cell) -> Record | None:
        checks.append(cell)
        if len(checks) == 1:
            other_store = Store(store.results_dir, store.name)
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(Store, "finished", real)
                assert other_store.write(record(), ARRAYS)
            return None
        return real(self, cell)

    monkeypatch.setattr(Store, "finished", first_check_is_outdated)
    other = {name: np.ones_like(array) for name, array in ARRAYS.items()}
    assert not store.write(record(), other)
    assert "second result is dropped" in store.warnings[0]
    for name, array in store.arrays(CELL.key).items():
        np.testing.assert_array_equal(array, ARRAYS[name])


def test_two_processes_may_set_the_same_file_aside(store: Store) -> None:
    store.write(record(), ARRAYS)
    path = store.path("cells", f"{CELL.key}.json")
    path.write_text("{")
    both = [Store(store.results_dir, store.name) for _ in range(2)]
    real = Path.replace

    def too_late(self: Path, target: Path) -> Path:
        if self == path:
            real(self, target)
        return real(self, target)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "replace", too_late)
        assert both[0].finished(CELL) is None
    assert both[1].finished(CELL) is None


def test_a_damaged_file_on_a_read_only_disk_is_ignored(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.write(record(), ARRAYS)
    store.path("cells", f"{CELL.key}.json").write_text("{")

    def read_only(self: Path, target: Path) -> Path:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(Path, "replace", read_only)
    assert store.finished(CELL) is None
    assert "cannot be set aside (Read-only file system) and is ignored" in store.warnings[0]
