"""The options that say how the rows of a data set are read."""

from typing import Annotated, Any

import typer

from bench.experiments.reading import LARGEST_SIDE, reading_of
from bench.store.reading import Reading

_PANEL = "How the data are read"


def _option(help_text: str, *names: str, **settings: Any) -> Any:
    return typer.Option(*names, help=help_text, rich_help_panel=_PANEL, **settings)


def reading_options(
    config: Annotated[str | None, _option("Configuration of a data set that has several.", metavar="NAME")] = None,
    image_column: Annotated[
        str | None, _option("Column of images. \\[default: the only one]", metavar="COLUMN")
    ] = None,
    text_column: Annotated[
        str | None, _option("Column of texts. \\[default: the only one, if there are no images]", metavar="COLUMN")
    ] = None,
    label_column: Annotated[
        str | None,
        _option(
            "Column of true labels; none: use no labels. \\[default: a column of classes, or with a usual name]",
            metavar="COLUMN|none",
        ),
    ] = None,
    columns: Annotated[
        str | None,
        _option("Columns of a table that are features: a,b,c. \\[default: all columns of numbers]", metavar="COLUMNS"),
    ] = None,
    labels: Annotated[
        str | None, _option("CSV file with the name of a row and its true label in each line.", metavar="FILE")
    ] = None,
    image_shape: Annotated[
        str | None,
        _option("Shape of images that are rows of numbers: HEIGHTxWIDTHxCHANNELS.", metavar="HxWxC"),
    ] = None,
    resize: Annotated[
        int | None, _option(f"Resize each image to N × N pixels, 2 to {LARGEST_SIDE:,}.", metavar="N")
    ] = None,
    resize_mode: Annotated[
        str | None,
        _option("crop cuts out the centre of an image, pad adds a border. \\[default: crop]", metavar="crop|pad"),
    ] = None,
    transparent: Annotated[
        str | None,
        _option(
            "What transparent pixels become; channel keeps the transparency as a channel. \\[default: white]",
            metavar="white|black|channel",
        ),
    ] = None,
    on_bad: Annotated[
        str | None,
        _option(
            "What a row that cannot be read does: end the command, or be left out and listed. \\[default: refuse]",
            metavar="refuse|skip",
        ),
    ] = None,
    limit: Annotated[
        int | None, _option("Draw N rows at random, always the same ones. \\[default: all rows]", metavar="N")
    ] = None,
    stratify: Annotated[bool, _option("With --limit: keep the shares of the classes.", "--stratify")] = False,
    class_sizes: Annotated[
        str | None,
        _option(
            "Draw classes of unequal size, always the same rows: FIRST rows of the first class, LAST of the last, and "
            "evenly spaced numbers between, such as 600:6000. \\[default: all rows]",
            metavar="FIRST:LAST",
        ),
    ] = None,
    scale: Annotated[
        str | None,
        _option("Scaling of columns of numbers. \\[default: as usual for the kind]", metavar="standard|minmax|none"),
    ] = None,
    features: Annotated[
        str | None,
        _option(
            "Model whose features replace pixels or texts: timm:NAME, transformers:NAME, or a sentence-transformers "
            "model for texts.",
            metavar="MODEL",
        ),
    ] = None,
) -> Reading:
    """The reading that the options describe. Raises UsageError for the first one that is not valid."""
    return reading_of(
        {
            "config": config,
            "image_column": image_column,
            "text_column": text_column,
            "label_column": label_column,
            "columns": columns,
            "labels": labels,
            "image_shape": image_shape,
            "resize": resize,
            "resize_mode": resize_mode,
            "transparent": transparent,
            "on_bad": on_bad,
            "limit": limit,
            "stratify": stratify or None,
            "class_sizes": class_sizes,
            "scale": scale,
            "features": features,
        }
    )
