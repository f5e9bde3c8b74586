"""Pretrained weights on disk: every change of the file is found, and a file that cannot be read is not damaged."""

import errno
import json
import os
import random
import threading
from pathlib import Path
from unittest import mock

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import save

from methods.dec import pretrained as module
from methods.dec.pretrained import Pretrained, is_whole, load_pretrained, save_pretrained

MADE_FROM = {"preset": "small", "image_shape": [8, 8, 1], "seed": 0, "lr": 0.001}
STORED = Pretrained(
    {
        "encoder.weight": torch.linspace(-1, 1, 24).reshape(4, 6),
        "encoder.half": torch.linspace(-1, 1, 8, dtype=torch.bfloat16),
        "digest": torch.tensor(3),
    },
    {"pretrain/reconstruction": [0.1, 1 / 3, 5e-324], "pretrain/contrast": [1e308]},
    12.5,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "weights.safetensors"
    save_pretrained(path, STORED, MADE_FROM)
    return path


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("content") / "weights.safetensors"
    save_pretrained(path, STORED, MADE_FROM)
    return path.read_bytes()


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file for one changed content after another."""
    return tmp_path_factory.mktemp("changed") / "weights.safetensors"


def forged(content: bytes) -> bytes:
    """`content` with the digest that it should have."""
    place = module._DIGEST.search(content)
    assert place is not None
    return content[: place.start(1)] + module._digest(content, place).encode() + content[place.end(1) :]


def with_training(training: str, **others: str) -> bytes:
    """A file with these metadata and the right digest."""
    return forged(save(STORED.weights, {"digest": "0" * 64, "training": training, **others}))


def test_what_is_read_equals_what_was_written_to_the_bit(path: Path):
    read = load_pretrained(path, MADE_FROM)
    assert is_whole(path)
    assert (read.history, read.seconds) == (STORED.history, STORED.seconds)
    assert read.weights.keys() == STORED.weights.keys()
    for name, weight in STORED.weights.items():
        assert read.weights[name].dtype == weight.dtype
        assert torch.equal(read.weights[name], weight)


def test_each_flipped_bit_is_found(content: bytes, changed: Path):
    bits = random.Random(0).sample(range(8 * len(content)), 400)
    in_weights = sum(bit // 8 >= 8 + int.from_bytes(content[:8], "little") for bit in bits)
    assert 20 < in_weights < 380, "bits of the header and of the weights"
    for bit in bits:
        damaged = bytearray(content)
        damaged[bit // 8] ^= 1 << bit % 8
        changed.write_bytes(damaged)
        assert not is_whole(changed), f"bit {bit}"
        with pytest.raises(ValueError, match="cannot be used"):
            load_pretrained(changed, MADE_FROM)


def changes(content: bytes) -> st.SearchStrategy[bytes]:
    """The content truncated, extended, with a part replaced, with a part moved, or of other bytes."""
    place = st.integers(0, len(content))
    anything = st.binary(max_size=40)
    return st.one_of(
        place.map(lambda end: content[:end]),
        anything.map(lambda extra: content + extra),
        st.tuples(place, place, anything).map(lambda cut: content[: cut[0]] + cut[2] + content[cut[1] :]),
        st.tuples(place, place, place).map(
            lambda cut: content[: cut[0]] + content[cut[1] : cut[2]] + content[cut[0] :]
        ),
        anything,
    )


@given(data=st.data())
def test_each_other_change_is_found(content: bytes, changed: Path, data: st.DataObject):
    new = data.draw(changes(content))
    changed.write_bytes(new)
    assert is_whole(changed) == (new == content)


@given(data=st.data())
def test_a_change_with_a_forged_digest_raises_no_other_error(content: bytes, changed: Path, data: st.DataObject):
    new = data.draw(changes(content).filter(lambda new: module._DIGEST.search(new) is not None))
    changed.write_bytes(forged(new))
    if is_whole(changed):
        load_pretrained(changed, {})
    else:
        with pytest.raises(ValueError, match="cannot be used"):
            load_pretrained(changed, {})


TRAINING = {"name": "weights.safetensors", "made_from": MADE_FROM, "history": STORED.history, "seconds": 12.5}


@pytest.mark.parametrize(
    "training",
    [
        "no JSON",
        "[" * 100_000,
        json.dumps({**TRAINING, "made_from": None}),
        json.dumps(TRAINING)[:-1] + ', "extra": ' + "[" * 100_000 + "]" * 100_000 + "}",
        json.dumps({**TRAINING, "history": {"pretrain/reconstruction": ["0.1"]}}),
        json.dumps({**TRAINING, "history": {"pretrain/reconstruction": [float("nan")]}}),
        json.dumps(TRAINING).replace("12.5", "1e999"),
        json.dumps({**TRAINING, "seconds": -1}),
        json.dumps({**TRAINING, "seconds": True}),
        json.dumps({key: value for key, value in TRAINING.items() if key != "history"}),
    ],
)
def test_values_of_wrong_types_are_damage_even_with_a_digest(changed: Path, training: str):
    changed.write_bytes(with_training(json.dumps(TRAINING)))
    assert is_whole(changed)
    changed.write_bytes(with_training(training))
    assert not is_whole(changed)


@pytest.mark.parametrize("length", [2**63, 2**40, 200_000_000, 0, 3])
def test_a_wrong_length_of_the_header_is_damage(content: bytes, changed: Path, length: int):
    changed.write_bytes(forged(length.to_bytes(8, "little") + content[8:]))
    assert not is_whole(changed)


def test_a_safetensors_file_of_another_program_is_not_read(changed: Path):
    changed.write_bytes(save(STORED.weights, {"format": "pt"}))
    assert not is_whole(changed)
    with pytest.raises(ValueError, match="has no digest, so this project did not write it"):
        load_pretrained(changed, MADE_FROM)


def test_the_file_of_other_weights_is_not_whole_under_this_name_but_can_be_loaded(path: Path, tmp_path: Path):
    other = path.rename(tmp_path / "other.safetensors")
    assert not is_whole(other)
    assert load_pretrained(other, MADE_FROM).seconds == STORED.seconds


def test_a_loss_that_is_not_finite_is_not_written(tmp_path: Path):
    path = tmp_path / "weights.safetensors"
    with pytest.raises(ValueError, match="Out of range float values"):
        save_pretrained(path, Pretrained({}, {"pretrain/reconstruction": [float("inf")]}, 1.0), {})
    assert not list(tmp_path.iterdir())


def test_a_missing_file_is_not_whole(tmp_path: Path):
    assert not is_whole(tmp_path / "weights.safetensors")
    with pytest.raises(ValueError, match="cannot be read: No such file"):
        load_pretrained(tmp_path / "weights.safetensors", MADE_FROM)


@pytest.mark.parametrize("number", [errno.EACCES, errno.EIO, errno.ESTALE])
def test_a_file_that_cannot_be_read_is_not_damaged(path: Path, number: int):
    error = OSError(number, os.strerror(number), str(path))
    with mock.patch.object(Path, "read_bytes", side_effect=error):
        with pytest.raises(OSError, match=os.strerror(number)):
            is_whole(path)
        with pytest.raises(ValueError, match=f"cannot be read: {os.strerror(number)}"):
            load_pretrained(path, MADE_FROM)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read every file")
def test_a_file_without_read_permission_is_not_damaged(path: Path):
    path.chmod(0)
    with pytest.raises(PermissionError):
        is_whole(path)


@pytest.mark.skipif(os.name != "posix", reason="pipes in folders")
def test_a_pipe_is_not_read(tmp_path: Path):
    path = tmp_path / "weights.safetensors"
    os.mkfifo(path)
    answers: list[bool] = []
    reader = threading.Thread(target=lambda: answers.append(is_whole(path)), daemon=True)
    reader.start()
    reader.join(10)
    assert answers == [False]


def test_a_folder_is_not_whole(tmp_path: Path):
    assert not is_whole(tmp_path)


def test_two_processes_with_one_number_write_at_the_same_time(tmp_path: Path):
    """Processes in two containers may have the same number."""
    path = tmp_path / "weights.safetensors"
    opened: list[Path] = []
    barrier = threading.Barrier(2)
    open_file = Path.open

    def open_together(file: Path, *arguments: str):
        opened.append(file)
        barrier.wait(10)
        return open_file(file, *arguments)

    with mock.patch.object(Path, "open", open_together):
        writers = [threading.Thread(target=save_pretrained, args=(path, STORED, MADE_FROM)) for _ in range(2)]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
    assert len(set(opened)) == 2
    assert is_whole(path)
    assert list(tmp_path.iterdir()) == [path]


def test_weights_of_another_device_are_used_with_a_warning_that_names_both(tmp_path: Path):
    path, of_gpu = tmp_path / "weights.safetensors", {"hardware": "H100, cuDNN 91002", "precision": "bfloat16"}
    save_pretrained(path, STORED, MADE_FROM | of_gpu)
    with pytest.warns(UserWarning, match=r"on another device \(H100, cuDNN 91002, bfloat16; here cpu, float32\)"):
        read = load_pretrained(path, MADE_FROM | {"hardware": "cpu", "precision": "float32"})
    assert torch.equal(read.weights["encoder.weight"], STORED.weights["encoder.weight"])
    with pytest.raises(ValueError, match="was made with seed=0, expected 1"):
        load_pretrained(path, MADE_FROM | {"hardware": "cpu", "precision": "float32", "seed": 1})


def test_another_precision_of_the_same_device_is_refused(tmp_path: Path):
    path, here = tmp_path / "weights.safetensors", {"hardware": "cpu", "precision": "bfloat16"}
    save_pretrained(path, STORED, MADE_FROM | here)
    with pytest.raises(ValueError, match="was made with precision='bfloat16', expected 'float32'"):
        load_pretrained(path, MADE_FROM | here | {"precision": "float32"})
