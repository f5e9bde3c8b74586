"""New rows are prepared as the rows of the fit were: with its scaling, words, size of images and columns."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import PIL.Image
import pytest

from bench.datasets.images import ImageData
from bench.datasets.load import load
from bench.datasets.preparation import Preparation
from bench.datasets.preparation_file import read_preparation
from bench.errors import UsageError
from bench.store.reading import Reading

TEXTS = ["the red car", "a blue car drives", "red apples and pears", "pears and blue plums", "car drives red", "plums"]


def preparation_of(data: ImageData) -> Preparation:
    assert data.preparation is not None
    return read_preparation(data.preparation, "load again")


@pytest.fixture
def pictures(tmp_path: Path) -> Callable[..., str]:
    """A function that writes a folder of images of one mode and size, and returns its path."""

    def write(name: str, n: int, size: tuple[int, int], mode: str = "L") -> str:
        folder = tmp_path / name
        folder.mkdir()
        generator = np.random.default_rng(len(name))
        shape = (*size, len(mode)) if len(mode) > 1 else size
        for number in range(n):
            PIL.Image.fromarray(generator.integers(0, 256, shape, np.uint8)).save(folder / f"{number}.png")
        return str(folder)

    return write


def test_the_same_rows_have_the_same_features(pictures: Callable[..., str], tmp_path: Path) -> None:
    table = tmp_path / "a.csv"
    table.write_text("width,height,kind\n1,10,x\n2,30,y\n4,20,x\n3,90,y\n")
    texts = tmp_path / "texts"
    texts.mkdir()
    for number, text in enumerate(TEXTS):
        (texts / f"{number}.txt").write_text(text)
    for name, reading in (
        (pictures("grey", 4, (8, 6)), Reading(resize=5, resize_mode="pad")),
        (pictures("colour", 3, (5, 5), "RGB"), Reading()),
        (str(table), Reading()),
        (str(table), Reading(scale="minmax")),
        (str(texts), Reading()),
        ("digits", Reading()),
    ):
        data = load(name, reading=reading)
        again = load(name, learnt=preparation_of(data))
        assert again.features.tobytes() == data.features.tobytes(), name
        assert again.image_shape == data.image_shape
        assert again.digest == data.digest


def test_a_table_is_scaled_by_the_rows_of_the_fit(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("width,height\n0,10\n2,30\n")
    (tmp_path / "b.csv").write_text("other,height,width\n7,30,4\n7,10,0\n7,50,2\n")
    learnt = preparation_of(load(str(tmp_path / "a.csv")))
    data = load(str(tmp_path / "b.csv"), learnt=learnt)
    assert data.features.tolist() == [[3, 1], [-1, -1], [1, 3]]  # mean 1 and 20, standard deviation 1 and 10
    assert any("'other' is not read" in note.text for note in data.notes)


def test_texts_have_the_words_of_the_fit(tmp_path: Path) -> None:
    for name, texts in (("a", TEXTS), ("b", ["red zebra", "zebra"])):
        (tmp_path / name).mkdir()
        for number, text in enumerate(texts):
            (tmp_path / name / f"{number}.txt").write_text(text)
    learnt = preparation_of(load(str(tmp_path / "a")))
    data = load(str(tmp_path / "b"), learnt=learnt)
    assert np.linalg.norm(data.features, axis=1).tolist() == pytest.approx([1, 0], abs=1e-5)
    assert data.features.shape[1] == learnt.steps.n_features


def test_columns_may_be_chosen(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("width,height,kind,weight\n0,10,x,1\n2,30,y,5\n1,1,x,2\n1,2,y,3\n")
    data = load(str(tmp_path / "a.csv"), reading=Reading(columns=("weight", "width"), scale="none"))
    assert data.features.tolist() == [[1, 0], [5, 2], [2, 1], [3, 1]]
    assert data.class_names == ["x", "y"]
    with pytest.raises(UsageError, match="unknown column 'wigth'; did you mean 'width'"):
        load(str(tmp_path / "a.csv"), reading=Reading(columns=("wigth",)))


def test_other_rows_are_refused_in_one_line(pictures: Callable[..., str], tmp_path: Path) -> None:
    grey, colour = pictures("grey", 3, (8, 6)), pictures("colour", 3, (8, 6), "RGB")
    (tmp_path / "a.csv").write_text("width,height\n0,10\n2,30\n")
    (tmp_path / "b.csv").write_text("width\n0\n2\n")
    of_grey, of_table = preparation_of(load(grey)), preparation_of(load(str(tmp_path / "a.csv")))
    for name, learnt, message in (
        (colour, of_grey, "has images in colour; the model expects images as in its training data: convert"),
        (pictures("large", 2, (9, 9)), of_grey, "has images of 9 × 9 pixels, grey; the model expects 8 × 6 pixels"),
        (str(tmp_path / "a.csv"), of_grey, "has columns of numbers; the model expects images"),
        (grey, of_table, "has images; the model expects columns of numbers"),
        (str(tmp_path / "b.csv"), of_table, "unknown column 'height'"),
    ):
        with pytest.raises(UsageError, match=message):
            load(name, learnt=learnt)


def test_grey_images_fit_a_model_of_colours(pictures: Callable[..., str]) -> None:
    learnt = preparation_of(load(pictures("colour", 3, (4, 4), "RGB")))
    data = load(pictures("grey", 2, (4, 4)), learnt=learnt)
    pixels = data.features.reshape(2, 4, 4, 3)
    assert (pixels[..., 0] == pixels[..., 2]).all()


def test_options_that_change_the_content_are_those_of_the_fit(pictures: Callable[..., str]) -> None:
    learnt = preparation_of(load(pictures("a", 2, (8, 8)), reading=Reading(resize=4)))
    with pytest.raises(UsageError, match="--resize is decided by the data of the fit"):
        load(pictures("bb", 2, (8, 8)), reading=Reading(resize=5), learnt=learnt)
    assert load(pictures("ccc", 2, (9, 7)), learnt=learnt).image_shape == (4, 4, 1)
