"""A data set is decoded once, and again if its entry in the cache is damaged or out of date."""

import errno
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt
import PIL.Image
import pytest
from datasets import ClassLabel, Image
from grids import job_of
from sklearn.datasets import load_digits

from bench.datasets import bundled, cache, repository
from bench.datasets.array_files import DamagedError, array_header
from bench.datasets.listing import Listing
from bench.datasets.load import load
from bench.datasets.stream import ImageStream, Metadata
from bench.errors import UsageError
from bench.running.prepared import Prepared
from bench.store.encoding import decode
from bench.store.records import Cell
from bench.store.store import Store


@pytest.fixture
def folder(make_folder: Callable[..., Path]) -> Path:
    pictures = [PIL.Image.new("L", (3, 2), value) for value in range(5)]
    columns = {"image": pictures, "label": [0, 1, 0, 1, 1]}
    return make_folder({"image": Image(), "label": ClassLabel(names=["a", "b"])}, train=columns)


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The folders that were decoded, one item for each time."""
    calls: list[Path] = []
    original = repository.open_folder

    def count(folder: Path, listing: Listing, split: str, scratch: Path, channels: int | None) -> ImageStream:
        calls.append(folder)
        return original(folder, listing, split, scratch, channels)

    monkeypatch.setattr(repository, "open_folder", count)
    return calls


def test_the_second_load_is_memory_mapped_and_equal(folder: Path, decoded: list[Path]):
    first, second = load(str(folder), "train"), load(str(folder), "train")
    assert len(decoded) == 1
    assert isinstance(second.features, np.memmap)
    np.testing.assert_array_equal(first.features, second.features)
    np.testing.assert_array_equal(first.labels, second.labels)
    assert first.summary() == second.summary()
    assert first.parts == second.parts == {"train": 5}


def test_arrays_are_read_only(folder: Path):
    data = load(str(folder), "train")
    assert data.labels is not None
    with pytest.raises(ValueError, match="read-only"):
        data.features[0, 0] = 1
    with pytest.raises(ValueError, match="read-only"):
        data.labels[0] = 1


def test_the_digest_is_of_features_labels_and_shape(folder: Path):
    data = load(str(folder), "train")
    assert data.labels is not None
    content = np.array(data.features).tobytes() + np.array(data.labels).tobytes() + b"(2, 3, 1)"
    assert data.digest == hashlib.sha256(content).hexdigest()


def test_the_same_files_elsewhere_are_the_same_data(folder: Path, tmp_path: Path):
    (tmp_path / "copy").mkdir()
    for path in folder.iterdir():
        (tmp_path / "copy" / path.name).write_bytes(path.read_bytes())
    assert load(str(tmp_path / "copy"), "train").digest == load(str(folder), "train").digest


def test_each_split_has_its_own_entry(folder: Path, decoded: list[Path]):
    assert len(load(str(folder), "train").features) == 5
    assert len(load(str(folder), "train[:2]").features) == 2
    assert len(decoded) == 2


def test_workers_find_the_entry_of_the_driver(folder: Path, decoded: list[Path], tmp_path: Path):
    """The data set has no split `test`, so the driver loads `train+test` and gets `train`."""
    data = load(str(folder))
    assert data.split == "train"
    task = job_of(data, Store(tmp_path, "results")).task(Cell(method="kmeans", seed=0, n_clusters=2))
    Prepared().prepare(task)
    assert len(decoded) == 1


def test_a_changed_file_is_decoded_again(folder: Path, decoded: list[Path], make_folder: Callable[..., Path]):
    before = load(str(folder), "train")
    make_folder({"image": Image()}, train={"image": [PIL.Image.new("L", (3, 2), 255)]})
    after = load(str(folder), "train")
    assert after.features.tolist() == [[1.0] * 6]
    assert after.labels is None
    assert after.revision != before.revision
    assert len(decoded) == 2


def test_a_file_with_another_modification_time_is_decoded_again(folder: Path, decoded: list[Path]):
    load(str(folder), "train")
    path = next(folder.iterdir())
    state = path.stat()
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns + 1))
    load(str(folder), "train")
    assert len(decoded) == 2


def _truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-3])


def _other_entry(entry: Path) -> None:
    """Put the metadata of another split, which are whole, into the entry."""
    load(str(entry.parents[1] / "pictures"), "train[:5]")
    (other,) = (path for path in entry.parent.iterdir() if path != entry)
    (other / "entry.json").replace(entry / "entry.json")
    shutil.rmtree(other)


def _link(path: Path, folder: Path) -> None:
    """Move the file to `folder`, and leave a link."""
    path.symlink_to(path.rename(folder / path.name))


def _fifo(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


DAMAGES: dict[str, Callable[[Path], object]] = {
    "features cut": lambda entry: _truncate(entry / "features.npy"),
    "features empty": lambda entry: (entry / "features.npy").write_bytes(b""),
    "features of another shape": lambda entry: np.save(entry / "features.npy", np.zeros((1, 6), np.float32)),
    "features of another type": lambda entry: np.save(entry / "features.npy", np.zeros((5, 6))),
    "features pickled": lambda entry: np.save(entry / "features.npy", np.array([{}]), allow_pickle=True),
    "features declare a huge shape": lambda entry: (entry / "features.npy").write_bytes(
        array_header("<f4", (10**9, 10**9)) + bytes(120)
    ),
    "features a link": lambda entry: _link(entry / "features.npy", entry.parents[1]),
    "features a FIFO": lambda entry: _fifo(entry / "features.npy"),
    "features a folder": lambda entry: [(entry / "features.npy").unlink(), (entry / "features.npy").mkdir()],
    "labels missing": lambda entry: (entry / "labels.npy").unlink(),
    "labels cut": lambda entry: _truncate(entry / "labels.npy"),
    "metadata missing": lambda entry: (entry / "entry.json").unlink(),
    "metadata cut": lambda entry: _truncate(entry / "entry.json"),
    "metadata of another format": lambda entry: (entry / "entry.json").write_text("{}"),
    "metadata nested": lambda entry: (entry / "entry.json").write_bytes(b"[" * 10**6),
    "metadata of another entry": _other_entry,
    "entry a link": lambda entry: _link(entry, entry.parents[1]),
    "entry a file": lambda entry: [shutil.rmtree(entry), entry.touch()],
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_entry_is_made_again_and_named(folder: Path, cache_dir: Path, damage: str):
    whole = load(str(folder), "train")
    expected = np.array(whole.features)
    (entry,) = cache_dir.iterdir()
    DAMAGES[damage](entry)
    again = load(str(folder), "train")
    note, *others = again.notes
    assert note.text.startswith(f"cache entry '{entry}' was damaged (")
    assert note.text.endswith("it has been made again")
    assert "\n" not in note.text
    assert note.kind == "event"  # the data are the same: no table shows it
    assert tuple(others) == whole.notes
    np.testing.assert_array_equal(again.features, expected)
    assert again.summary() == whole.summary()
    assert list(cache_dir.iterdir()) == [entry]
    assert load(str(folder), "train").notes == whole.notes


def test_the_target_of_a_link_is_not_changed(folder: Path, cache_dir: Path, tmp_path: Path):
    load(str(folder), "train")
    (entry,) = cache_dir.iterdir()
    _link(entry, tmp_path)
    before = {path.name: path.read_bytes() for path in (tmp_path / entry.name).iterdir()}
    load(str(folder), "train")
    assert {path.name: path.read_bytes() for path in (tmp_path / entry.name).iterdir()} == before


def test_every_flipped_bit_of_the_metadata_is_found(folder: Path, cache_dir: Path):
    whole = load(str(folder), "train")
    path = next(cache_dir.iterdir()) / "entry.json"
    content = path.read_bytes()
    for position in range(len(content)):
        path.write_bytes(content[:position] + bytes([content[position] ^ 1 << position % 8]) + content[position + 1 :])
        with pytest.raises(DamagedError):
            cache.read(path.parent, "name")
    path.write_bytes(content)
    again = cache.read(path.parent, whole.name)
    assert again is not None
    assert again.summary() == whole.summary()


@pytest.mark.parametrize("number", [errno.EACCES, errno.EIO, errno.ESTALE])
@pytest.mark.parametrize("name", ["entry.json", "features.npy", "labels.npy"])
def test_an_entry_that_cannot_be_read_is_kept(
    folder: Path, cache_dir: Path, decoded: list[Path], monkeypatch: pytest.MonkeyPatch, number: int, name: str
):
    load(str(folder), "train")
    (entry,) = cache_dir.iterdir()
    before = {path.name: path.read_bytes() for path in entry.iterdir()}
    original = os.open

    def refuse(path: str | Path, flags: int, mode: int = 0o777) -> int:
        if Path(path) == entry / name:
            raise OSError(number, os.strerror(number))
        return original(path, flags, mode)

    with monkeypatch.context() as patch:
        patch.setattr(os, "open", refuse)
        with pytest.raises(
            UsageError, match=f"cannot read the cache entry .*{os.strerror(number)}.* nothing is deleted"
        ):
            load(str(folder), "train")
    assert {path.name: path.read_bytes() for path in entry.iterdir()} == before
    assert len(decoded) == 1


def test_an_equal_entry_of_another_process_stays_in_place(
    folder: Path, cache_dir: Path, monkeypatch: pytest.MonkeyPatch
):
    """Two workers may decode the same data; the first may be reading its entry while the second writes."""
    load(str(folder), "train")
    (entry,) = cache_dir.iterdir()
    before = {path.name: path.stat().st_ino for path in entry.iterdir()}
    first = iter([None])  # this process looked before the entry was there
    monkeypatch.setattr(cache, "read", lambda *args, original=cache.read: next(first, original(*args)))
    data = load(str(folder), "train")
    assert next(first, "used") == "used"
    assert len(data.features) == 5
    assert {path.name: path.stat().st_ino for path in entry.iterdir()} == before
    assert list(cache_dir.iterdir()) == [entry]


@pytest.mark.parametrize("part", ["features", "labels", "class names"])
def test_a_forged_entry_of_a_bundled_set_is_not_used(cache_dir: Path, part: str):
    whole = load("digits")
    assert whole.labels is not None
    (entry,) = cache_dir.iterdir()
    metadata = decode((entry / "entry.json").read_bytes(), Metadata, "entry.json")
    features, labels = np.array(whole.features), np.array(whole.labels)
    if part == "features":  # an image that shows its label: accuracy 1
        features[:] = (labels / 9)[:, None]
    elif part == "labels":
        labels[:] = 0
    else:
        metadata = msgspec.structs.replace(metadata, class_names=list("9876543210"))
    cache.write(entry, ImageStream(metadata, labels, iter([features])))  # all digests fit
    assert cache.read(entry, "digits") is not None
    again = load("digits")
    assert "does not contain the bundled data set" in again.notes[0].text
    np.testing.assert_array_equal(again.features, load_digits(return_X_y=True)[0] / np.float32(16))
    assert again.summary() == whole.summary()


def test_a_package_with_other_data_is_refused(monkeypatch: pytest.MonkeyPatch):
    values, classes = load_digits(return_X_y=True)
    monkeypatch.setitem(bundled._READERS, "digits", (lambda: (values[::-1], classes), 16))
    with pytest.raises(UsageError, match=r"'digits' of scikit-learn .* is not the known one: expected digest af542e8b"):
        load("digits")


def test_an_interrupted_write_leaves_no_files_and_no_entry(tmp_path: Path):
    def batches() -> Iterator[npt.NDArray[np.float32]]:
        yield np.ones((1, 4), dtype=np.float32)
        raise KeyboardInterrupt

    metadata = Metadata(
        source="s", revision="r", split="train", parts={}, n_samples=2, image_shape=(2, 2, 1), class_names=None
    )
    stream = ImageStream(metadata, None, batches())
    (tmp_path / "c").mkdir()
    with pytest.raises(KeyboardInterrupt):
        cache.write(tmp_path / "c" / "entry", stream)
    assert list((tmp_path / "c").iterdir()) == []
    assert cache.read(tmp_path / "c" / "entry", "s") is None


def test_progress_reaches_the_total(folder: Path):
    steps: list[tuple[int, int]] = []
    load(str(folder), "train", progress=lambda done, total: steps.append((done, total)))
    assert steps[-1] == (5, 5)
    steps.clear()
    load(str(folder), "train", progress=lambda done, total: steps.append((done, total)))
    assert steps == []


def test_the_argument_overrides_the_environment_variable(tmp_path: Path, cache_dir: Path):
    load("digits", cache_dir=tmp_path / "other")
    assert (tmp_path / "other").is_dir()
    assert not cache_dir.exists()


def test_a_cache_that_cannot_be_written_is_an_error_of_one_line(tmp_path: Path, folder: Path):
    (tmp_path / "file").touch()
    for name, split in [("digits", "all"), (str(folder), "train")]:
        with pytest.raises(UsageError, match=r"cannot write the cache .* set DEC_BENCH_CACHE") as caught:
            load(name, split, cache_dir=tmp_path / "file")
        assert "\n" not in str(caught.value)
