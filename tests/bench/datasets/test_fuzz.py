"""Damaged files of every kind: never a traceback, never a file outside read or changed, never other data silently.

The environment variable DEC_BENCH_FUZZ is the number of mutations of each kind of file; without it there are few.
"""

import json
import os
import shutil
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import PIL.Image
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from opened import OPENED
from pictures import class_folders, parquet_rows, save_grey

from bench.datasets.load import load
from bench.errors import UsageError

GENERATED = settings(
    max_examples=int(os.environ.get("DEC_BENCH_FUZZ", "12")),
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
NESTED = [
    b"[" * 5000,
    b"{" * 5000,
    b'{"a":' * 5000,
    b"- " * 2000,
    b"((" * 5000,
    b"\xff\xfe\x00",
    b"../" * 40,
    b"/etc/passwd",
]

pytestmark = pytest.mark.slow


def metadata_csv(folder: Path) -> Path:
    class_folders(folder)
    (folder / "metadata.csv").write_text("file_name,label\na/0.png,x\na/1.png,y\nb/0.png,x\nb/1.png,y\n")
    return folder / "metadata.csv"


def metadata_jsonl(folder: Path) -> Path:
    class_folders(folder)
    rows = [{"file_name": f"{kind}/{sample}.png", "label": kind} for kind in "ab" for sample in (0, 1)]
    (folder / "metadata.jsonl").write_text("\n".join(map(json.dumps, rows)) + "\n")
    return folder / "metadata.jsonl"


def card(folder: Path) -> Path:
    class_folders(folder)
    text = "configs:\n- config_name: default\n  data_files:\n  - split: train\n    path: [a/*.png, b/*.png]\n"
    (folder / "README.md").write_text(f"---\nlicense: mit\n{text}---\n# Pictures\n")
    return folder / "README.md"


def infos(folder: Path) -> Path:
    class_folders(folder)
    features = {"image": {"_type": "Image"}, "label": {"names": ["a", "b"], "_type": "ClassLabel"}}
    info = {"features": features, "dataset_name": "set", "config_name": "default"}
    (folder / "dataset_infos.json").write_text(json.dumps({"default": info}))
    return folder / "dataset_infos.json"


def parquet(folder: Path) -> Path:
    class_folders(folder.with_name("sources"))
    cells = [{"bytes": path.read_bytes(), "path": None} for path in sorted(folder.with_name("sources").rglob("*.png"))]
    return parquet_rows(folder, *cells) / "train.parquet"


def png(folder: Path) -> Path:
    return class_folders(folder) / "b" / "1.png"


def jpeg(folder: Path) -> Path:
    for path in class_folders(folder).rglob("*.png"):
        pixels = np.arange(64, dtype=np.uint8).reshape(8, 8) * 3
        PIL.Image.fromarray(pixels).save(path.with_suffix(".jpg"))
        path.unlink()
    return folder / "b" / "1.jpg"


def zipped(folder: Path) -> Path:
    folder.mkdir()
    picture = save_grey(folder.with_name("1.png"))
    with zipfile.ZipFile(folder / "files.zip", "w") as archive:
        archive.write(picture, "a/1.png")
    parquet_rows(folder, {"bytes": None, "path": f"zip://a/1.png::{folder / 'files.zip'}"})
    return folder / "files.zip"


def tarred(folder: Path) -> Path:
    folder.mkdir()
    picture = save_grey(folder.with_name("1.png"))
    with tarfile.open(folder / "train.tar", "w") as archive:
        archive.add(picture, "1.png")
    return folder / "train.tar"


DATA_FILES: dict[str, Callable[[Path], Path]] = {
    make.__name__: make for make in (metadata_csv, metadata_jsonl, card, infos, parquet, png, jpeg, zipped, tarred)
}
ENTRY_FILES = ("entry.json", "features.npy", "labels.npy")


@st.composite
def mutations(draw: st.DrawFn) -> Callable[[bytes, list[bytes]], bytes]:
    """A function of the bytes of a file and of other files; it gives the damaged bytes."""
    kind = draw(st.sampled_from(["flip", "flip", "cut", "nest", "swap", "insert", "zero", "number"]))
    where, bit, length = draw(st.floats(0, 0.999)), draw(st.integers(0, 7)), draw(st.integers(1, 64))
    text = draw(st.one_of(st.sampled_from(NESTED), st.binary(min_size=1, max_size=40)))
    number = draw(st.sampled_from([b"-1", b"1e308", b"99999999999999999999", b"null", b"{}", b"[]", b'"../../secret"']))
    other = draw(st.integers(0, 100))

    def mutate(content: bytes, others: list[bytes]) -> bytes:
        at = int(where * max(1, len(content)))
        if kind == "flip":
            return content[:at] + bytes([content[at] ^ 1 << bit]) + content[at + 1 :]
        if kind == "zero":
            return content[:at] + bytes(length) + content[at + length :]
        if kind == "number":
            return content[:at] + number + content[at + 2 :]
        simple = {
            "cut": content[:at],
            "swap": others[other % len(others)],
            "insert": content[:at] + text + content[at:],
        }
        return simple.get(kind, text)

    return mutate


@pytest.fixture
def fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], Path]]:
    """A function that gives a new folder with an own cache. At the end, a secret file outside is unchanged."""
    secret = tmp_path / "secret"
    secret.write_bytes(b"secret")
    count = iter(range(10**6))

    def make() -> Path:
        for old in tmp_path.glob("example-*"):
            shutil.rmtree(old)
        folder = tmp_path / f"example-{next(count)}"
        folder.mkdir()
        monkeypatch.setenv("DEC_BENCH_CACHE", str(folder / "cache"))
        return folder

    yield make
    assert secret.read_bytes() == b"secret"
    assert {path.name for path in tmp_path.iterdir() if not path.name.startswith("example-")} == {"secret"}


def snapshot(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def outcome(folder: Path) -> str:
    """`read`, or the one line with which the data set is refused. Any other exception fails the test.

    Of the files beside the example and of the passwords, none is opened.
    """
    OPENED.clear()
    message = "read"
    try:
        load(str(folder))
    except UsageError as error:
        message = str(error)
    example = folder.parent
    outside = [path for path in OPENED if Path(path).is_relative_to(example.parent) or path == "/etc/passwd"]
    assert [path for path in outside if not Path(path).is_relative_to(example)] == []
    return message


@pytest.mark.parametrize("kind", DATA_FILES)
def test_damaged_files_of_a_data_set(fresh: Callable[[], Path], kind: str):
    counts = {"read": 0, "refused": 0}
    whole = fresh() / "set"
    DATA_FILES[kind](whole)
    assert outcome(whole) == "read"

    @GENERATED
    @given(mutations(), st.booleans())
    def run(mutate: Callable[[bytes, list[bytes]], bytes], repeat: bool) -> None:
        example = fresh()
        path = DATA_FILES[kind](example / "set")
        others = [file.read_bytes() for file in sorted((example / "set").rglob("*")) if file.is_file()]
        content = mutate(path.read_bytes(), others)
        path.write_bytes(mutate(content, others) if repeat and content else content)
        before = snapshot(example / "set")
        message = outcome(example / "set")
        assert "\n" not in message
        counts["read" if message == "read" else "refused"] += 1
        assert snapshot(example / "set") == before

    run()
    print(f"{kind}: {counts}")  # noqa: T201


@pytest.mark.parametrize("name", ENTRY_FILES)
def test_damaged_files_of_a_cache_entry(fresh: Callable[[], Path], name: str):
    counts = {"made again": 0, "unchanged": 0}
    example = fresh()
    folder = class_folders(example / "set")
    whole = load(str(folder))
    (entry,) = (example / "cache").iterdir()
    contents = snapshot(entry)

    @GENERATED
    @given(mutations())
    def run(mutate: Callable[[bytes, list[bytes]], bytes]) -> None:
        for path, content in contents.items():
            Path(path).write_bytes(content)
        damaged = mutate(contents[str(entry / name)], list(contents.values()))
        (entry / name).write_bytes(damaged)
        again = load(str(folder))
        assert again.summary() == whole.summary()
        assert again.parts == whole.parts
        assert bool(again.notes) == (damaged != contents[str(entry / name)])
        assert snapshot(entry) == contents
        counts["made again" if again.notes else "unchanged"] += 1

    run()
    print(f"{name}: {counts}")  # noqa: T201
