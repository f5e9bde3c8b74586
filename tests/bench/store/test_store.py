"""The store returns exactly the stored content or nothing: never a part of it, never the content of another cell."""

import errno
import hashlib
import io
import os
import re
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import numpy as np
import pytest
import torch
from msgspec.structs import replace
from stored import ENVIRONMENT, record_of

from bench.errors import UsageError
from bench.store import arrays
from bench.store.encoding import decode, encode
from bench.store.files import atomic_write, write_text
from bench.store.records import (
    SCHEMA_VERSION,
    Attempt,
    Cell,
    DataSummary,
    Failure,
    Manifest,
    Record,
    RecordError,
    Scores,
)
from bench.store.store import Store
from methods import registry
from methods.dec.pretrained import Pretrained, save_pretrained

CELL = Cell(method="dec", seed=4, n_clusters=10, preset="small", latent_dim=10, params={"kl_weight": 0.1, "on": True})
ARRAYS = {
    arrays.LABELS: np.arange(100, dtype=np.int64),
    arrays.EMBEDDING: np.random.default_rng(0).normal(size=(100, 4)).astype(np.float32),
    arrays.CLUSTER_CENTERS: np.zeros((100, 4)),
    arrays.PROTOTYPES: np.zeros((100, 4), np.float32),
}


def record(cell: Cell = CELL, seconds: float = 1.5) -> Record:
    return record_of(cell, fit_seconds=seconds, grid_shape=(10, 10), history={"cluster/kl": [0.5, 0.25]})


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


def manifest(name: str = "demo", data_digest: str = "d") -> Manifest:
    data = DataSummary(
        name="digits",
        source="s",
        revision="r",
        split="all",
        digest=data_digest,
        n_samples=100,
        n_features=4,
        image_shape=None,
        class_names=None,
    )
    return Manifest(
        name=name, commands=[], created_at="", data=data, environment=ENVIRONMENT, code_versions=[], cells=[CELL]
    )


def stored(store: Store, cell: Cell = CELL) -> Record | None:
    """The record of the finished fit, without the digest that the store sets."""
    finished = store.finished(cell)
    return finished and replace(finished, arrays_digest="", arrays_bytes=0)


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
    store.write(record(), ARRAYS)
    finished = store.finished(CELL)
    scores = Scores(
        key=CELL.key, arrays_digest=finished.arrays_digest, values={"ari": 0.1 + 0.2, "kl_divergence": None}
    )
    store.write_scores(scores)
    assert store.scores(finished) == scores


def test_a_new_store_is_empty_and_creates_no_folder(store: Store) -> None:
    assert store.manifest() is store.finished(CELL) is store.scores(None) is None
    assert store.attempts(CELL.key) == []
    with pytest.raises(RecordError, match="missing"):
        store.arrays(CELL.key)
    assert not store.path().exists()


def test_every_attempt_is_kept_in_order_and_is_not_a_finished_fit(store: Store) -> None:
    attempts = [failed(str(number)) for number in range(11)]
    for attempt in attempts:
        store.add_attempt(attempt)
    attempts = [replace(attempt, number=number) for number, attempt in enumerate(attempts, 1)]
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
    store.write_scores(Scores(key=CELL.key, arrays_digest="", values={}))
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


def test_scores_of_another_cell_or_of_other_arrays_do_not_count(store: Store) -> None:
    store.write(record(), ARRAYS)
    finished = store.finished(CELL)
    other = Cell(method="som", seed=0, n_clusters=10)
    store.path("scores").mkdir()
    for scores in (
        Scores(key=other.key, arrays_digest=finished.arrays_digest, values={"ari": 1.0}),
        Scores(key=CELL.key, arrays_digest="0" * 64, values={"ari": 1.0}),
    ):
        store.path("scores", f"{CELL.key}.json").write_bytes(encode(scores))
        assert store.scores(finished) is None
        assert "scores of another fit" in store.warnings[-1]


@pytest.mark.parametrize("content", [b"", b"{", b'{"schema_version": 2}', b"[]", b"\xff", b"[" * 100_000, b"\0" * 64])
def test_damaged_files_of_every_kind_are_set_aside(store: Store, content: bytes) -> None:
    store.write(record(), ARRAYS)
    finished = store.finished(CELL)
    paths = [f"scores/{CELL.key}.json", "manifest.json", f"attempts/{CELL.key}/0001.json", f"cells/{CELL.key}.json"]
    for path in map(store.path, paths):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    assert store.scores(finished) is store.manifest() is store.finished(CELL) is None
    assert store.attempts(CELL.key) == []
    assert files(store) == {f"{path}.corrupt" for path in paths} | {f"cells/{CELL.key}.npz"}
    assert len(store.warnings) == 4
    assert all("\n" not in line for line in store.warnings)


class Later(msgspec.Struct):
    schema_version: int
    later: list[int]


VERSION_1 = b'{\n "schema_version": 1,\n "name": "demo",\n "data": {\n  "digest": "d"\n }\n}\n'


@pytest.mark.parametrize(
    ("content", "message"), [(VERSION_1, "older"), (encode(Later(SCHEMA_VERSION + 1, [])), "update")]
)
def test_a_file_of_another_schema_is_refused_and_not_changed(store: Store, content: bytes, message: str) -> None:
    path = store.path("manifest.json")
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    with pytest.raises(UsageError, match=message):
        store.manifest()
    assert files(store) == {"manifest.json"}
    assert path.read_bytes() == content


def test_a_flipped_bit_in_any_byte_of_a_file_is_found(store: Store) -> None:
    store.write(record(), ARRAYS)
    path = store.path("cells", f"{CELL.key}.json")
    content = path.read_bytes()
    assert decode(content, Record, "record") == store.finished(CELL)
    for position in range(len(content)):
        damaged = bytearray(content)
        damaged[position] ^= 1 << position % 8
        with pytest.raises(RecordError, match="digest"):
            decode(bytes(damaged), Record, "record")


def test_a_record_or_an_attempt_of_other_data_is_set_aside(store: Store) -> None:
    store.write(record(), ARRAYS)
    store.add_attempt(failed())
    store.write_manifest(manifest(data_digest="e"))
    assert store.finished(CELL) is None
    assert store.attempts(CELL.key) == []
    assert [line.count("other data") for line in store.warnings] == [1, 1]


def test_the_manifest_of_another_experiment_is_named(store: Store) -> None:
    store.write_manifest(manifest(name="another"))
    assert store.manifest() == store.manifest() == manifest(name="another")
    assert len(store.warnings) == 1
    assert "'another'" in store.warnings[0]


@pytest.mark.parametrize("error", [errno.EACCES, errno.EIO, errno.ESTALE])
@pytest.mark.parametrize("suffix", ["json", "npz"])
def test_a_file_that_cannot_be_read_is_not_damaged(
    store: Store, suffix: str, error: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.write(record(), ARRAYS)
    before, real = files(store), os.open

    def failing(path, *arguments, **options):
        if str(path).endswith(f"{CELL.key}.{suffix}"):
            raise OSError(error, os.strerror(error))
        return real(path, *arguments, **options)

    monkeypatch.setattr(os, "open", failing)
    with pytest.raises(UsageError, match=re.escape(os.strerror(error))):
        store.arrays(CELL.key)
    assert files(store) == before
    assert not store.warnings


@pytest.mark.parametrize("place", ["", "cells", "attempts/x", "locks/a/1.json", "figures/labels.png", "../.pretrained"])
@pytest.mark.parametrize("kind", ["link to a folder", "link to a file", "dangling link", "fifo"])
def test_a_folder_with_a_link_or_a_fifo_is_refused(tmp_path: Path, place: str, kind: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "package.json").write_text("{}")
    path = tmp_path / "results" / "demo" / place
    path.parent.mkdir(parents=True, exist_ok=True)
    targets = {"link to a folder": outside, "link to a file": outside / "package.json", "dangling link": "nowhere"}
    if kind == "fifo":
        os.mkfifo(path)
    else:
        path.symlink_to(targets[kind])
    with pytest.raises(UsageError, match="FIFO|expected a folder" if kind == "fifo" else "symbolic link") as refusal:
        Store(tmp_path / "results", "demo")
    assert str(path.name) in str(refusal.value)
    assert [file.name for file in outside.iterdir()] == ["package.json"]


def test_a_results_directory_that_is_a_link_is_the_choice_of_the_user(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "results").symlink_to(tmp_path / "disk")
    store = Store(tmp_path / "results", "demo")
    assert store.write(record(), ARRAYS)
    assert (tmp_path / "disk" / "demo" / "cells").is_dir()


def test_arrays_in_fortran_order_are_read_back_equal(store: Store) -> None:
    embedding = np.asfortranarray(ARRAYS[arrays.EMBEDDING])
    store.write(record(), {**ARRAYS, arrays.EMBEDDING: embedding})
    np.testing.assert_array_equal(store.arrays(CELL.key)[arrays.EMBEDDING], embedding)


def test_a_folder_in_place_of_a_file_is_named(store: Store) -> None:
    store.write(record(), ARRAYS)
    for suffix in ("npz", "json"):
        path = store.path("cells", f"{CELL.key}.{suffix}")
        path.unlink()
        path.mkdir()
        with pytest.raises(UsageError, match="is a folder; expected a file"):
            store.finished(CELL)


def test_an_open_file_of_emacs_is_no_link_of_a_stranger(tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo/.#table.md").symlink_to("user@host.1:2")
    Store(tmp_path, "demo")


def test_a_file_that_cannot_be_written_is_named_without_its_temporary_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left") as error:
        atomic_write(tmp_path / "file", b"new")
    assert error.value.filename == str(tmp_path / "file")


def test_an_archive_that_unpacks_to_more_than_its_size_is_refused(store: Store) -> None:
    """Each bomb has the right digest and size in its record, as a forger would write them."""
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(header, {"descr": "<f4", "fortran_order": False, "shape": (2**40,)})
    compressed, huge = io.BytesIO(), io.BytesIO()
    np.savez_compressed(compressed, labels=np.zeros(2**20))
    with zipfile.ZipFile(huge, "w") as archive:
        archive.writestr("labels.npy", header.getvalue() + b"\0" * 64)
    for bomb, reason in ((compressed, "compressed"), (huge, "does not fit its bytes")):
        content = bomb.getvalue()
        path = store.path("cells", f"{CELL.key}.npz")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        digest = hashlib.sha256(content).hexdigest()
        forged = replace(record(), arrays_digest=digest, arrays_bytes=len(content))
        path.with_suffix(".json").write_bytes(encode(forged))
        with pytest.raises(RecordError, match="set aside"):
            store.arrays(CELL.key)
        assert reason in store.warnings[-1]


@pytest.mark.parametrize("seconds", [-1.0, 1e308])
def test_a_number_that_no_result_reaches_is_damage(store: Store, seconds: float) -> None:
    store.write(record(), ARRAYS)
    path = store.path("cells", f"{CELL.key}.json")
    path.write_bytes(encode(replace(store.finished(CELL), fit_seconds=seconds)))
    assert store.finished(CELL) is None
    assert "fit_seconds" in store.warnings[0]


def test_an_interrupted_write_leaves_the_old_file_and_no_other_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    atomic_write(path, b"old")

    def interrupted(descriptor: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        atomic_write(path, b"new")
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


def test_the_error_of_an_unknown_name_lists_the_experiments(tmp_path: Path) -> None:
    for name in ("second", "first"):
        Store(tmp_path, name).write_manifest(manifest())
    (tmp_path / "no-experiment").mkdir()
    assert Store(tmp_path, "other").unknown() == f"no experiment 'other' under {tmp_path}; there: first, second."
    assert Store(tmp_path / "first", "other").unknown().endswith("there: none.")
    assert f"there is no folder {tmp_path / 'absent'}" in Store(tmp_path / "absent", "other").unknown()


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


def test_an_attempt_that_was_copied_moved_or_removed_is_named(store: Store) -> None:
    for number in range(3):
        store.add_attempt(failed(str(number)))
    folder = store.path("attempts", CELL.key)
    (folder / "0004.json").write_bytes((folder / "0001.json").read_bytes())
    assert [attempt.number for attempt in store.attempts(CELL.key)] == [1, 2, 3]
    assert "0004.json: it has attempt 1 of" in store.warnings[0]
    first, second = (folder / "0001.json").read_bytes(), (folder / "0002.json").read_bytes()
    (folder / "0001.json").write_bytes(second)
    (folder / "0002.json").write_bytes(first)
    assert [attempt.number for attempt in store.attempts(CELL.key)] == [3]
    assert len(store.warnings) == 3
    for path in folder.glob("*.corrupt"):
        path.unlink()
    assert len(store.attempts(CELL.key)) == 1
    assert "2 of the 3 attempts are missing" in store.warnings[-1]


def test_more_than_9999_attempts_keep_their_order(store: Store) -> None:
    path = store.path("attempts", CELL.key, "9999.json")
    path.parent.mkdir(parents=True)
    path.write_bytes(encode(replace(failed(), number=9999)))
    store.add_attempt(failed("last"))
    assert [attempt.number for attempt in store.attempts(CELL.key)] == [9999, 10000]


def test_arrays_that_do_not_fit_their_record_are_set_aside(store: Store) -> None:
    """Their digest is the one in the record, as a forger would write it."""
    store.write(record(), {**ARRAYS, arrays.EMBEDDING: np.zeros((99, 4), np.float32)})
    with pytest.raises(RecordError, match="set aside"):
        store.arrays(CELL.key)
    assert "'embedding' of shape (99, 4) does not fit" in store.warnings[0]
    assert store.finished(CELL) is None


@pytest.mark.parametrize(
    "wrong",
    [
        *({"folds": 0}, {"folds": 1}, {"folds": 101}, {"n_clusters": 0}, {"n_clusters": 101}),
        *({"seed": 2**32}, {"latent_dim": 0}),
    ],
)
def test_a_manifest_with_a_cell_that_does_not_fit_its_data_is_damaged(store: Store, wrong: dict[str, int]) -> None:
    content = msgspec.to_builtins(manifest())
    content["cells"][0] |= wrong
    store.path().mkdir(parents=True)
    store.path("manifest.json").write_bytes(encode(content))
    assert store.manifest() is None
    assert "not a valid Manifest" in store.warnings[0]


def test_a_manifest_whose_images_do_not_have_its_features_is_damaged(store: Store) -> None:
    content = msgspec.to_builtins(manifest())
    content["data"]["image_shape"] = [2, 2, 3]
    store.path().mkdir(parents=True)
    store.path("manifest.json").write_bytes(encode(content))
    assert store.manifest() is None
    assert "images of shape (2, 2, 3) do not have 4 features" in store.warnings[0]
