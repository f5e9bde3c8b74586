"""Published figures have 256 colours where nobody sees the difference, and the list of own files knows it."""

import io
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from bench.report.figures.fewer_colours import shrink_pictures, with_fewer_colours
from bench.report.figures.own_files import OwnFiles
from bench.report.figures.rendering import render
from bench.store.store import Store


def chart() -> bytes:
    figure = Figure(figsize=(4, 3))
    axes = figure.add_subplot()
    points = np.random.default_rng(0).normal(size=(300, 2))
    axes.scatter(*points.T, c=points[:, 0], cmap="viridis", alpha=0.7)
    return render(figure)[0]


def as_png(pixels: np.ndarray, **options: tuple[int, int]) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG", **options)
    return file.getvalue()


def test_a_chart_is_smaller_and_looks_the_same() -> None:
    png = chart()
    smaller = with_fewer_colours(png)
    assert len(smaller) < 0.6 * len(png)
    before, after = (Image.open(io.BytesIO(each)) for each in (png, smaller))
    assert (after.mode, after.size) == ("P", before.size)
    assert after.info["dpi"] == pytest.approx(before.info["dpi"])
    change = np.abs(np.asarray(before.convert("RGB"), dtype=int) - np.asarray(after.convert("RGB"), dtype=int))
    assert change.max(axis=2).mean() < 0.5
    assert with_fewer_colours(smaller) is smaller


def test_a_photograph_and_a_clear_picture_stay_as_they_are() -> None:
    random = np.random.default_rng(0)
    photograph = as_png(random.integers(0, 256, size=(64, 64, 3), dtype=np.uint8))
    assert with_fewer_colours(photograph) is photograph
    clear = as_png(np.zeros((64, 64, 4), dtype=np.uint8))
    assert with_fewer_colours(clear) is clear


def test_a_picture_of_few_pixels_does_not_grow() -> None:
    dot = as_png(np.zeros((1, 1, 3), dtype=np.uint8))
    assert with_fewer_colours(dot) is dot


def test_own_pictures_are_replaced_and_changed_ones_stay(tmp_path: Path) -> None:
    store = Store(tmp_path, "demo")
    png = chart()
    OwnFiles(store).write({"labels.png": png, "changed.png": png, "gone.png": png, "labels.svg": b"<svg/>"})
    store.path("figures", "changed.png").write_bytes(png + b"mine")
    store.path("figures", "gone.png").unlink()
    shrink_pictures(store)
    assert store.path("figures", "labels.png").read_bytes() == with_fewer_colours(png)
    assert store.path("figures", "changed.png").read_bytes() == png + b"mine"
    assert {path.name for path in store.path("figures").iterdir()} == {"labels.png", "changed.png", "labels.svg"}
    files = OwnFiles(store)
    files.remove("labels.png")
    assert not store.path("figures", "labels.png").exists(), "it still counts as own"
    assert files.notes() == []
