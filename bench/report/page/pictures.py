"""The figures of an experiment as pictures inside the page; some are for a reader without JavaScript."""

import base64
import io
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from bench.store.store import Store

NAMES = {
    "labels": "Agreement with the true labels: one dot for each seed",
    "silhouettes": "Silhouettes: one dot for each seed",
    "training": "Training curves: one line for each seed",
    "time-to-accuracy": "Accuracy against time",
    "k": "Indices and the stability over seeds against the number of clusters",
    "compression": "Size and speed of smaller forms of the models, and the labels that they keep",
    "ranks": "Ranks on the data sets: one dot for each data set",
    "critical-difference": "Mean ranks, with a bar over rows that cannot be told apart",
}
"""The figures that the page shows as pictures, with their alternative texts."""
WIDEST = 1400
"""Largest width in pixels; wider pictures are made smaller."""


@dataclass(frozen=True)
class Picture:
    """One figure as a picture inside the page."""

    address: str
    """A `data:` address."""
    text: str
    """What it shows, for a reader who does not see it."""
    width: int
    height: int


def pictures(store: Store) -> dict[str, Picture]:
    """The figures that are there, by name; as WebP."""
    return {name: _picture(store, name, text) for name, text in NAMES.items() if _path(store, name).exists()}


def _path(store: Store, name: str) -> Path:
    return store.path("figures", f"{name}.png")


def _picture(store: Store, name: str, text: str) -> Picture:
    with Image.open(_path(store, name)) as opened:
        image = opened.convert("RGB")
    if image.width > WIDEST:
        image = image.resize((WIDEST, round(image.height * WIDEST / image.width)), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", quality=70, method=4)
    address = f"data:image/webp;base64,{base64.b64encode(buffer.getvalue()).decode()}"
    return Picture(address, text, image.width, image.height)
