"""A data set is decoded once, and again if its entry in the cache is damaged or out of date."""

import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import PIL.Image
import pytest
from datasets import ClassLabel, Image

from bench.datasets import cache, repository
from bench.datasets.listing import Listing
from bench.datasets.load import load
from bench.datasets.stream import ImageStream, Metadata
from bench.errors import UsageError


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


DAMAGES: dict[str, Callable[[Path], None]] = {
    "features cut": lambda entry: _truncate(entry / "features.npy"),
    "features empty": lambda entry: (entry / "features.npy").write_bytes(b""),
    "features of another shape": lambda entry: np.save(entry / "features.npy", np.zeros((1, 6), np.float32)),
    "features of another type": lambda entry: np.save(entry / "features.npy", np.zeros((5, 6))),
    "features pickled": lambda entry: np.save(entry / "features.npy", np.array([{}]), allow_pickle=True),
    "labels missing": lambda entry: (entry / "labels.npy").unlink(),
    "labels cut": lambda entry: _truncate(entry / "labels.npy"),
    "metadata missing": lambda entry: (entry / "entry.json").unlink(),
    "metadata cut": lambda entry: _truncate(entry / "entry.json"),
    "metadata of another format": lambda entry: (entry / "entry.json").write_text("{}"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_entry_is_decoded_again(folder: Path, decoded: list[Path], cache_dir: Path, damage: str):
    whole = load(str(folder), "train")
    expected = np.array(whole.features)
    (entry,) = cache_dir.iterdir()
    DAMAGES[damage](entry)
    again = load(str(folder), "train")
    assert len(decoded) == 2
    np.testing.assert_array_equal(again.features, expected)
    assert again.digest == whole.digest
    assert list(cache_dir.iterdir()) == [entry]


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
