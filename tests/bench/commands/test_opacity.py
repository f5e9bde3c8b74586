"""Images with a channel of opacity: networks with convolutions learn from it, and figures show the images on white."""

from pathlib import Path

import numpy as np
import pandas as pd
import PIL.Image
import pytest

from bench.cli.app import main

pytestmark = [pytest.mark.slow, pytest.mark.draws]

QUICK = ["dec.pretrain_epochs=15", "dec.epochs=2", "dec.augment=true", "som.n_steps=500"]


def stickers(folder: Path, mode: str) -> Path:
    """Black squares on transparency, left in one class and right in the other: only the opacity tells them apart."""
    random = np.random.default_rng(0)
    for kind, column in (("left", 1), ("right", 9)):
        (folder / kind).mkdir(parents=True)
        for number in range(40):
            pixels = np.zeros((16, 16, len(mode)), np.uint8)
            row = random.integers(2, 8)
            pixels[row : row + 6, column : column + 6, -1] = random.integers(180, 256)
            PIL.Image.fromarray(pixels, mode).save(folder / kind / f"{number}.png")
    return folder


@pytest.mark.parametrize("mode", ["LA", "RGBA"])
def test_a_network_with_convolutions_takes_two_and_four_channels(tmp_path: Path, mode: str):
    folder = stickers(tmp_path / "stickers", mode)
    where = ["--results-dir", str(tmp_path / "results"), "--threads", "1"]
    run = ["run", "--dataset", str(folder), "--transparent", "channel", "--preset", "small", "--seeds", "1"]
    params = [part for param in QUICK for part in ("--param", param)]
    assert main([*run, "--methods", "dec,som,kmeans", *params, *where]) == 0
    results = tmp_path / "results" / "stickers"
    assert f"16 × 16 × {len(mode)} images" in (results / "table.md").read_text()
    cells = pd.read_csv(results / "cells.csv").set_index("method")
    assert cells.loc["dec", "accuracy"] == 1
    assert main(["figures", "stickers", "--samples", "60", *where]) == 0
    drawn = {path.stem for path in (results / "figures").glob("*.png")}
    assert {"centres-dec", "reconstructions-dec", "tsne-dec", "map-som"} <= drawn
    for name in ("examples-dec", "centres-kmeans"):
        shown = np.asarray(PIL.Image.open(results / "figures" / f"{name}.png").convert("L"))
        assert (shown == 255).mean() > 0.5, "transparency is white"
        assert (shown < 100).mean() > 0.02, "opaque black is dark"
