"""The file of a preparation keeps everything, and a change of any of its bits is found."""

import json
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load, save

from bench.datasets.load import load as load_data
from bench.datasets.preparation import Preparation, Steps
from bench.datasets.preparation_file import pack, read_preparation, steps_digest, unpack
from bench.errors import UsageError
from bench.store.reading import Reading

STEPS = Steps(kind="texts", n_features=2, words=["a", "é"], reading=Reading(limit=3))
ARRAYS = {"idf": np.array([1.5, 2]), "components": np.eye(2)}
WHOLE = Preparation(STEPS, ARRAYS, "a" * 64, "b" * 64)
FILE = Path("preparation.safetensors")


def values(preparation: Preparation) -> object:
    arrays = {name: (array.dtype.str, array.tolist()) for name, array in preparation.arrays.items()}
    return preparation.steps, arrays, preparation.data_digest, preparation.weights_digest


def refused(content: bytes) -> str:
    with pytest.raises(UsageError) as caught:
        unpack(content, FILE, "write it again")
    message = str(caught.value)
    assert "\n" not in message
    return message


def changed(**changes: object) -> bytes:
    """The file with another text in its header; its own digest is not made again."""
    content = pack(WHOLE)
    length = int.from_bytes(content[:8], "little")
    metadata = json.loads(content[8 : 8 + length])["__metadata__"]
    ((key, text),) = metadata.items()
    return save(load(content), {key: json.dumps(json.loads(text) | changes)})


def test_a_file_keeps_everything_and_its_bytes_depend_on_nothing_else() -> None:
    content = pack(WHOLE)
    assert content == pack(replace(WHOLE, arrays=dict(reversed(ARRAYS.items()))))
    assert values(unpack(content, FILE, "")) == values(WHOLE)


def test_no_flip_of_a_bit_gives_another_preparation() -> None:
    """A flip is refused in one line, or it changes nothing, such as in the space at the end of the header."""
    content, generator, n_harmless = pack(WHOLE), random.Random(0), 0
    messages: set[str] = set()
    for bit in generator.sample(range(8 * len(content)), 2000):
        damaged = bytearray(content)
        damaged[bit // 8] ^= 1 << bit % 8
        try:
            came = unpack(bytes(damaged), FILE, "write it again")
        except UsageError as error:
            messages.add(str(error))
        else:
            assert values(came) == values(WHOLE)
            n_harmless += 1
    assert n_harmless < 100
    assert all("\n" not in text and text.endswith(("write it again.", "a newer dec-bench.")) for text in messages)


def test_damage_says_which_file_and_how_it_is_mended(tmp_path: Path) -> None:
    content = pack(WHOLE)
    for wrong in (content[:40], content[:-3], b"", b"\x00" * 50):
        assert refused(wrong) == f"{FILE}: it has no preparation of data, or is damaged; write it again."
    at = content.index(np.float64(1.5).tobytes())
    other = content[:at] + np.float64(2.5).tobytes() + content[at + 8 :]
    for wrong in (other, changed(data_digest="c" * 64), changed(weights_digest="")):
        assert refused(wrong) == f"{FILE} is damaged: its content differs from its digest; write it again."
    assert "is damaged: its steps are not valid (" in refused(changed(digest=None))
    with pytest.raises(UsageError, match=r"^cannot read '.*' \(No such file or directory\); write it again\.$"):
        read_preparation(tmp_path / "none", "write it again")


def test_files_of_other_versions_are_refused() -> None:
    assert refused(changed(format_version=1)) == f"{FILE} was written by an older version; write it again."
    assert "has format version 9; this version reads 2; install a newer dec-bench" in refused(changed(format_version=9))


def test_the_digest_of_steps_is_that_of_equal_preparations() -> None:
    same = Preparation(STEPS, dict(reversed(ARRAYS.items())))
    assert steps_digest(same) == steps_digest(WHOLE)
    for other in (
        replace(WHOLE, arrays={**ARRAYS, "idf": np.array([1.5, 2.5])}),
        replace(WHOLE, arrays={**ARRAYS, "idf": np.array([1.5, 2], dtype=np.float32)}),
        replace(WHOLE, arrays={"idf": ARRAYS["idf"]}),
        replace(WHOLE, steps=Steps(kind="texts", n_features=3)),
    ):
        assert steps_digest(other) != steps_digest(WHOLE)


def test_the_file_in_the_cache_names_its_data(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("width,height\n0,10\n2,30\n")
    data = load_data(str(tmp_path / "a.csv"))
    assert data.preparation is not None
    assert read_preparation(data.preparation, "").data_digest == data.digest
