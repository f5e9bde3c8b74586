"""What the training data decided about their features, so that new rows are prepared in the same way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import msgspec
from numpy.typing import NDArray

from bench.errors import UsageError
from bench.store.reading import READ_PLAIN, Reading

CONTENT_OPTIONS = ("resize", "resize_mode", "transparent", "image_shape", "scale", "features", "columns")
"""The options of a reading that say how the content of a row becomes features. All others say which rows are read."""


class Steps(msgspec.Struct, frozen=True, kw_only=True):
    """The steps from a row to its features, without the arrays that they use."""

    kind: Literal["images", "texts", "table", "pretrained"]
    """What the features are: pixels, weights of words, columns, or the output of a pretrained model."""
    n_features: int
    image_shape: tuple[int, int, int] | None = None
    """Height, width, channels of images; None for other features."""
    opacity: bool = False
    """Whether the last channel is the opacity."""
    limits: tuple[float, float] | None = None
    """Black and white of images whose files do not tell it; None if the training data had no such images."""
    columns: list[str] | None = None
    """Names of the columns, in order; None for numbers without names, and for other features."""
    words: list[str] | None = None
    """The words that count; None for other features."""
    weights: str = ""
    """Digest of the weights of the pretrained model; empty for other features."""
    reading: Reading = READ_PLAIN
    """How the training data were read. Of it, `CONTENT_OPTIONS` hold for new rows."""


@dataclass(frozen=True, eq=False)
class Preparation:
    """The steps and their arrays."""

    steps: Steps
    arrays: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    """Table: `shift` and `size`, (n_columns,). Texts: `idf`, (n_words,), and `components`, (n_features, n_words)."""
    data_digest: str = ""
    """Digest of the data that are prepared in this way, as in `DataSummary`; empty until they are in the cache."""
    weights_digest: str = ""
    """SHA-256 of the model.safetensors to which this belongs in an exported folder; empty in other places."""

    def reading_of(self, reading: Reading) -> Reading:
        """`reading`, which says which rows are read, with the content options of the training data.

        Raises UsageError if it has a content option of its own.
        """
        for name in CONTENT_OPTIONS:
            if getattr(reading, name) != getattr(READ_PLAIN, name):
                option = "--" + name.replace("_", "-")
                raise UsageError(
                    f"{option} is decided by the data of the fit, for which the model was made; leave it out"
                )
        known = self.steps.reading
        taken = {name: getattr(known, name) for name in CONTENT_OPTIONS}
        if self.steps.columns is not None:
            taken["columns"] = tuple(self.steps.columns)
        return msgspec.structs.replace(reading, **taken)


def check_kind(learnt: Preparation, source: str, kind: str) -> None:
    """Raise UsageError if rows of this kind, `images`, `texts` or `table`, are not what the model expects.

    Rows of a table may be images, too.
    """
    expected = learnt.steps.kind
    fits = {"images": ("images", "table"), "pretrained": ("images", "texts")}.get(expected, (expected,))
    if kind not in fits:
        raise _other_kind(source, kind, expected)


def check_fits(
    learnt: Preparation,
    source: str,
    kind: str,
    n_features: int,
    image_shape: tuple[int, int, int] | None = None,
) -> None:
    """Raise UsageError if rows of this kind and shape cannot be prepared as the training data were."""
    steps = learnt.steps
    if steps.kind != kind:
        raise _other_kind(source, kind, steps.kind)
    if steps.image_shape != image_shape:
        raise UsageError(
            f"data set '{source}' has images of {_shape(image_shape)}; the model expects {_shape(steps.image_shape)}, "
            "as in its training data: convert the images, or fit the model with --resize"
        )
    if steps.n_features != n_features:
        raise UsageError(
            f"data set '{source}' has {n_features:,} columns of features; the model expects {steps.n_features:,}, as "
            "in its training data"
        )


def _other_kind(source: str, kind: str, expected: str) -> UsageError:
    return UsageError(
        f"data set '{source}' has {_KINDS[kind]}; the model expects {_KINDS[expected]}, as in its training data"
    )


_KINDS = {
    "images": "images",
    "texts": "texts",
    "table": "columns of numbers",
    "pretrained": "images or texts for a pretrained model",
}


def _shape(shape: tuple[int, int, int] | None) -> str:
    if shape is None:
        return "no shape"
    channels = {1: "grey", 2: "grey with transparency", 3: "colour", 4: "colour with transparency"}
    return f"{shape[0]} × {shape[1]} pixels, {channels.get(shape[2], f'{shape[2]} channels')}"
