"""Columns with images in any form give the same pixels; what is not an image is one line."""

import json
import tarfile
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import pyarrow as pa
import pytest
from columns import parquet_set, png, read_set, refused
from datasets import Array2D, Array3D, Dataset, Features, Image, List
from pictures import save_grey

PIXELS = np.arange(2 * 2 * 4, dtype=np.uint8).reshape(2, 2, 4) * 15
COLOURS = np.arange(2 * 2 * 4 * 3, dtype=np.uint8).reshape(2, 2, 4, 3) * 5
FILES = [png(pixels) for pixels in PIXELS]

COLUMNS: dict[str, Any] = {
    "struct": [{"bytes": file, "path": None} for file in FILES],
    "struct of large bytes": pa.array([{"bytes": file} for file in FILES], pa.struct({"bytes": pa.large_binary()})),
    "bytes": FILES,
    "large bytes": pa.array(FILES, pa.large_binary()),
    "view of bytes": pa.array(FILES, pa.binary_view()),
    "list of one": [[{"bytes": file, "path": "a.png"}] for file in FILES],
    "list of bytes": [[file] for file in FILES],
    "nested lists": [pixels.tolist() for pixels in PIXELS],
    "nested lists of uint8": pa.array([pixels.tolist() for pixels in PIXELS], pa.list_(pa.list_(pa.uint8()))),
    "nested lists of uint16": pa.array((PIXELS * np.uint16(257)).tolist(), pa.list_(pa.list_(pa.uint16()))),
    "nested lists of floats": (PIXELS / 255).tolist(),
    "height, width, 1": [pixels[..., None].tolist() for pixels in PIXELS],
}


@pytest.mark.parametrize("form", COLUMNS)
def test_grey_images_in_any_form(tmp_path: Path, form: str):
    data = read_set(parquet_set(tmp_path / "set", train={"pic": COLUMNS[form], "label": [0, 1], "image": [1, 2]}))
    assert data.image_shape == (2, 4, 1)
    np.testing.assert_allclose(data.features, PIXELS.reshape(2, -1) / np.float32(255), rtol=1e-6)
    assert data.class_names == ["0", "1"]


@pytest.mark.parametrize("transposed", [False, True])
def test_colours_with_channels_first_or_last(tmp_path: Path, transposed: bool):
    wide = COLOURS.repeat(2, axis=2)  # (2, 8, 3): the channels are not ambiguous
    cells = [each.transpose(2, 0, 1).tolist() if transposed else each.tolist() for each in wide]
    data = read_set(parquet_set(tmp_path / "set", train={"image": cells}))
    assert data.image_shape == (2, 8, 3)
    np.testing.assert_allclose(data.features, wide.reshape(2, -1) / np.float32(255), rtol=1e-6)


def dataset(folder: Path, kind: Any, cells: list[Any]) -> Path:
    folder.mkdir()
    Dataset.from_dict({"image": cells}, features=Features({"image": kind})).to_parquet(folder / "train.parquet")
    return folder


@pytest.mark.parametrize("name", ["array2d", "array3d", "not decoded", "list of images"])
def test_the_image_types_of_datasets(tmp_path: Path, name: str):
    stored = {"bytes": FILES[0], "path": None}
    kinds = {
        "array2d": (Array2D((2, 4), "uint8"), [PIXELS[0].tolist()]),
        "array3d": (Array3D((2, 4, 1), "uint8"), [PIXELS[0][..., None].tolist()]),
        "not decoded": (Image(decode=False), [stored]),
        "list of images": (List(Image()), [[stored]]),
    }
    data = read_set(dataset(tmp_path / "set", *kinds[name]))
    np.testing.assert_allclose(data.features, PIXELS[:1].reshape(1, -1) / np.float32(255), rtol=1e-6)


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet"])
def test_names_of_files_in_the_data_set(tmp_path: Path, kind: str):
    folder = tmp_path / "set"
    names = [str(save_grey(folder / "img" / f"{value}.png", value).relative_to(folder)) for value in (255, 0)]
    if kind == "csv":
        (folder / "train.csv").write_text("image,label\n" + "".join(f"{name},a\n" for name in names))
    elif kind == "jsonl":
        (folder / "train.jsonl").write_text("".join(json.dumps({"image": name, "label": "a"}) + "\n" for name in names))
    else:
        parquet_set(folder, train={"image": names, "label": ["a", "a"]})
    (folder / "README.md").write_text(f"---\nconfigs:\n- config_name: default\n  data_files: train.{kind}\n---\n")
    data = read_set(folder)
    assert data.features[:, 0].tolist() == [1, 0]
    assert data.row_names == ("img/255.png", "img/0.png")


def test_structures_of_a_path_and_paths_of_windows(tmp_path: Path):
    folder = tmp_path / "set"
    save_grey(folder / "img" / "1.png", 255)
    for cell in ({"path": "img/1.png"}, "img\\1.png"):
        (folder / "README.md").write_text("---\nconfigs:\n- config_name: default\n  data_files: train.parquet\n---\n")
        assert read_set(parquet_set(folder, train={"image": [cell]})).features.min() == 1


def test_a_file_that_is_not_there_and_one_outside(tmp_path: Path):
    save_grey(tmp_path / "secret.png")
    for name, part in [("no.png", "'no.png', which is not there"), ("../secret.png", "outside of the data set")]:
        folder = parquet_set(tmp_path / f"set{len(name)}", train={"image": [name]})
        assert part in refused(folder)


@pytest.mark.parametrize("address", ["https://a.org/1.png?size=9", "hf://datasets/a/b/1.jpg", "https://a.org/photo/17"])
def test_addresses_are_not_opened(tmp_path: Path, address: str):
    message = refused(parquet_set(tmp_path / "set", train={"image": [address, address]}))
    assert (
        f"addresses such as {address!r}, outside of the data set; they are not opened: download the images" in message
    )


def test_several_columns_of_bytes(tmp_path: Path):
    folder = parquet_set(tmp_path / "set", train={"image": FILES, "mask": FILES[::-1]})
    data = read_set(folder)
    assert "the images are the column 'image', not 'mask'; --image-column chooses" in data.notes[0].text
    other = read_set(folder, image_column="mask")
    assert other.features[0].tolist() == data.features[1].tolist()
    folder = parquet_set(tmp_path / "other", train={"front": FILES, "back": FILES, "image": [1, 2]})
    assert "the columns 'front', 'back' may all have the images; name one with --image-column" in refused(folder)


def test_an_image_column_that_is_not_there_or_has_no_images(tmp_path: Path):
    folder = parquet_set(tmp_path / "set", train={"image": FILES, "size": [1, 2]})
    message = refused(folder, image_column="imaeg")
    assert "--image-column: unknown column 'imaeg'; did you mean 'image'? known: image, size" in message
    assert "--image-column size: expected images, bytes, structures" in refused(folder, image_column="size")


def test_two_images_in_a_row_and_rows_of_different_lengths(tmp_path: Path):
    assert "row 0: 2 images in one row" in refused(parquet_set(tmp_path / "a", train={"image": [FILES]}))
    ragged = parquet_set(tmp_path / "b", train={"image": [[[1, 2], [3]]]})
    assert "row 0: nested lists of different lengths" in refused(ragged)


def web_data_set(folder: Path, labels: list[str]) -> Path:
    folder.mkdir()
    with tarfile.open(folder / "train-0000.tar", "w") as tar:
        for row, (file, label) in enumerate(zip(FILES, labels, strict=True)):
            for ending, content in (("png", file), ("cls", label.encode())):
                entry = tarfile.TarInfo(f"{row:04}.{ending}")
                entry.size = len(content)
                tar.addfile(entry, BytesIO(content))
    return folder


def test_a_web_data_set_with_classes_and_keys(tmp_path: Path):
    data = read_set(web_data_set(tmp_path / "set", ["0", "1"]))
    assert data.class_names == ["0", "1"]
    assert data.row_names == ("0000.png", "0001.png")
    assert "must contain a whole number: name files with words .txt" in refused(
        web_data_set(tmp_path / "words", ["cat", "dog"])
    )


def test_a_mode_is_applied_to_images_of_type_image(tmp_path: Path):
    colour = BytesIO()
    PIL.Image.new("RGB", (3, 2), (255, 0, 0)).save(colour, "PNG")
    folder = dataset(tmp_path / "set", Image(mode="L"), [{"bytes": colour.getvalue(), "path": None}])
    assert read_set(folder).image_shape == (2, 3, 1)
