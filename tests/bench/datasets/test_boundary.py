"""A data set cannot make the loader read a file outside of its folder, or use the network."""

import io
import json
import socket
from pathlib import Path
from typing import Any

import PIL.Image
import pytest
from datasets import Value
from opened import OPENED
from pictures import class_folders, parquet_rows, refusal, save_grey

from bench.datasets.load import load
from bench.errors import UsageError


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection or a name look-up is an error of the test."""

    def refuse(*arguments: object, **options: object) -> None:
        pytest.fail(f"the network is used: {arguments}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A picture outside of every data set."""
    return save_grey(tmp_path / "secrets" / "train.png")


def assert_refused(folder: Path, secret: Path, *parts: str) -> None:
    OPENED.clear()
    message = refusal(folder)
    assert all(part in message for part in parts), message
    assert str(secret) not in OPENED


@pytest.mark.parametrize(
    "form", ["{secret}", "../secrets/train.png", "file://{secret}", "pictures/{relative}", "train.png"]
)
def test_a_parquet_row_cannot_name_a_file(tmp_path: Path, secret: Path, form: str, monkeypatch: Any):
    monkeypatch.chdir(secret.parent)  # a relative path would be read from the working directory
    path = form.format(secret=secret, relative="../secrets/train.png")
    folder = parquet_rows(tmp_path / "pictures", {"bytes": None, "path": path})
    assert_refused(folder, secret, "'pictures'", repr(path), "outside")


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/a.png", "hf://datasets/a/b/c.png", "zip://a.png::/etc/a.zip"])
def test_a_parquet_row_cannot_name_an_address(tmp_path: Path, secret: Path, address: str):
    folder = parquet_rows(tmp_path / "pictures", {"bytes": None, "path": address})
    assert_refused(folder, secret, "outside")


def test_a_parquet_row_can_name_a_file_of_the_data_set(tmp_path: Path):
    inside = save_grey(tmp_path / "pictures" / "files" / "1.png", 255)
    folder = parquet_rows(tmp_path / "pictures", {"bytes": None, "path": str(inside)})
    assert load(str(folder), "train").features.max() == 1


def test_a_row_cannot_name_a_hidden_file_because_the_digest_does_not_cover_it(tmp_path: Path):
    hidden = save_grey(tmp_path / "pictures" / ".hidden" / "1.png")
    folder = parquet_rows(tmp_path / "pictures", {"bytes": None, "path": str(hidden)})
    assert_refused(folder, hidden, "hidden")


@pytest.mark.parametrize("name", ["{secret}", "../secrets/train.png", "file://{secret}", "http://127.0.0.1:9/a.png"])
@pytest.mark.parametrize("kind", ["metadata.csv", "metadata.jsonl"])
def test_a_metadata_file_cannot_name_a_file_outside(tmp_path: Path, secret: Path, kind: str, name: str):
    folder = class_folders(tmp_path / "pictures")
    name = name.format(secret=secret)
    text = f"file_name,label\n{name},a\n" if kind.endswith("csv") else json.dumps({"file_name": name}) + "\n"
    (folder / kind).write_text(text)
    assert_refused(folder, secret, "'pictures'")


def test_a_metadata_file_cannot_name_a_hidden_file(tmp_path: Path):
    folder = class_folders(tmp_path / "pictures")
    hidden = save_grey(folder / ".hidden" / "x.png")
    (folder / "metadata.csv").write_text("file_name,label\n.hidden/x.png,a\n")
    assert_refused(folder, hidden, "hidden")


CARDS = {
    "absolute": "  data_files: {secret}",
    "parent": "  data_files: ../secrets/*.png",
    "list": "  data_files:\n  - split: train\n    path: [a/*.png, '{secret}']",
    "home": "  data_files: ~/*.png",
    "folder": "  data_dir: ../secrets",
    "http": "  data_files: http://127.0.0.1:9/train.png",
    "hub": "  data_files: hf://datasets/owner/name/train.png",
    "archive": "  data_files: zip://*.png::/etc/a.zip",
    "hidden": "  data_files: .hidden/*.png",
}


@pytest.mark.parametrize("card", ["README.md", ".huggingface.yaml"])
@pytest.mark.parametrize("form", CARDS)
def test_a_card_cannot_name_a_file_outside(tmp_path: Path, secret: Path, form: str, card: str):
    folder = class_folders(tmp_path / "pictures")
    save_grey(folder / ".hidden" / "1.png")
    text = "configs:\n- config_name: default\n" + CARDS[form].format(secret=secret) + "\n"
    (folder / card).write_text(f"---\n{text}---\n" if card == "README.md" else text)
    assert_refused(folder, secret, card, "expected a path inside")


def test_a_card_can_name_files_inside_and_changes_the_entry(tmp_path: Path):
    folder = class_folders(tmp_path / "pictures")
    card = "configs:\n- config_name: default\n  data_files: {}/*.png\n"
    sums = []
    for kind in "ab":
        (folder / ".huggingface.yaml").write_text(card.format(kind))
        sums.append(float(load(str(folder), "train").features.sum()))
    assert sums[0] < sums[1]


def test_yaml_aliases_are_refused_before_they_grow(tmp_path: Path):
    folder = class_folders(tmp_path / "pictures")
    levels = "\n".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 12))
    (folder / "README.md").write_text(f"---\nl0: &l0 [x, x]\n{levels}\nconfigs: *l11\n---\n")
    assert "YAML aliases" in refusal(folder)


def test_a_program_in_the_folder_is_not_run(tmp_path: Path):
    folder = class_folders(tmp_path / "pictures")
    (folder / "pictures.py").write_text(f"open({str(tmp_path / 'proof')!r}, 'w').write('run')")
    assert load(str(folder), "train").class_names == ["a", "b"]
    assert not (tmp_path / "proof").exists()


def test_readers_that_open_further_files_are_not_used(tmp_path: Path):
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "train.h5").write_bytes(b"\x89HDF\r\n\x1a\n")
    assert "files of the kind 'hdf5'; expected one of arrow, csv" in refusal(tmp_path / "texts")


def test_an_eps_file_is_not_decoded_because_it_is_a_program(tmp_path: Path):
    buffer = io.BytesIO()
    PIL.Image.new("RGB", (3, 2)).save(buffer, "EPS")
    folder = parquet_rows(tmp_path / "pictures", {"bytes": buffer.getvalue(), "path": None})
    assert "row 0: the image cannot be decoded: a file of text" in refusal(folder)


def test_texts_as_images_are_paths_and_are_checked(tmp_path: Path, secret: Path):
    folder = parquet_rows(tmp_path / "pictures", str(secret), kind=Value("string"))
    (folder / "README.md").write_text("---\ndataset_info:\n  features:\n  - name: image\n    dtype: image\n---\n")
    assert_refused(folder, secret, "outside")


def test_a_column_name_with_zero_bytes_is_one_line(tmp_path: Path):
    folder = tmp_path / "data"
    folder.mkdir()
    PIL.Image.new("L", (8, 8)).save(folder / "0.png")
    (folder / "metadata.csv").write_text("file_name,label\0x\n0.png,a\n")
    with pytest.raises(UsageError, match=r"metadata\.csv has zero bytes"):
        load(str(folder), "train+test", tmp_path / "cache")
