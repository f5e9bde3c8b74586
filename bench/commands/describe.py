"""The command `describe`: one method, or one data set, as tables of text."""

import re
from pathlib import Path

from rich.console import Console

from bench.errors import UsageError
from bench.store.reading import Reading
from methods import registry

TextTable = tuple[str, list[str], list[list[str]]]
"""Title, column names, rows."""


def option_table(method: str, preset: str) -> TextTable:
    """The options of a registered method. The preset, or the method's own preset, gives the defaults that it lacks."""
    declared = registry.METHODS[method]
    used = declared.own_preset or preset
    preset_values = vars(registry.preset(used).training) if declared.trains_network else {}
    rows = []
    for option in registry.METHODS[method].parameters:
        value = preset_values.get(option.name) if option.default is None else option.default
        rows.append([option.name, "none" if value is None else str(value), option.expected, option.help])
    title = f"Options of {method} (--param {method}.NAME=VALUE)" + (
        f", preset {used}" if declared.trains_network else ""
    )
    return title, ["name", "default", "expected", "meaning"], rows


def layer_table(preset: str, latent_dim: int | None, image_shape: tuple[int, int, int]) -> TextTable:
    """The layers of a preset, with totals. Raises UsageError or MethodError if the network cannot be made."""
    layers = _layers(preset, latent_dim, image_shape)
    rows = [
        [layer.part, layer.kind, " × ".join(map(str, layer.output_shape)), f"{layer.n_parameters:,}"]
        for layer in layers
    ]
    for part in ("encoder", "decoder"):
        total = sum(layer.n_parameters for layer in layers if layer.part == part)
        rows.append([f"{part}, total", "", "", f"{total:,}"])
    rows.append(["total", "", "", f"{sum(layer.n_parameters for layer in layers):,}"])
    return f"Layers of {preset} for images of {_sides(image_shape)}", ["part", "layer", "output", "parameters"], rows


def write_diagram(path: Path, preset: str, latent_dim: int | None, image_shape: tuple[int, int, int]) -> None:
    """Draw the layers of a preset as a block diagram, as PNG and SVG.

    Raises UsageError if `path` does not end in .png or .svg, and the errors of `layer_table`.
    """
    from bench.report.figures.architecture import Box, block_diagram
    from bench.report.figures.write import save_figure

    if path.suffix not in (".png", ".svg"):
        raise UsageError(f"--diagram {path} is not valid; expected a file name that ends in .png or .svg.")
    layers = _layers(preset, latent_dim, image_shape)
    boxes: dict[str, list[Box]] = {"encoder": [], "decoder": []}
    for layer in layers:
        kind = re.sub("^Doubling|AsConv2d$", "", layer.kind)
        boxes[layer.part].append(Box(kind, "×".join(map(str, layer.output_shape)), layer.n_parameters))
    total = sum(layer.n_parameters for layer in layers)
    figure = block_diagram(
        list(boxes.items()), f"{preset} for images of {_sides(image_shape)}: {total:,} trainable parameters"
    )
    save_figure(figure, path.with_suffix(".png"))


def _layers(preset: str, latent_dim: int | None, image_shape: tuple[int, int, int]) -> "list[registry.Layer]":
    if latent_dim is not None and latent_dim < 1:
        raise UsageError(f"--latent-dim {latent_dim} is not valid; expected 1 or more.")
    return registry.layers(preset, latent_dim, image_shape)


def _sides(image_shape: tuple[int, int, int]) -> str:
    return "x".join(map(str, image_shape))


def dataset_analysis(name: str, split: str, reading: Reading, console: Console) -> list[TextTable]:
    """Shape, pixel range, duplicates and class balance of a data set. Raises UsageError if it cannot be loaded."""
    from bench.commands.data import data_loader
    from bench.console.progress import busy
    from bench.datasets.analysis import analyse

    data = data_loader(name, split, reading, console)()
    with busy(console, "analysing all images"):
        analysis = analyse(data)
    value = "value" if analysis.image_shape is None else "pixel"
    shape = [["image shape", _shape_text(analysis.image_shape)]] if analysis.image_shape else []
    kind = f" ({data.feature_kind})" if data.feature_kind else ""
    rows = [
        ["source", f"{data.source} ({data.revision}), split {data.split}"],
        ["digest", data.digest],
        ["samples", f"{analysis.n_samples:,}"],
        *shape,
        ["features", f"{analysis.n_features:,}, {analysis.dtype}{kind}"],
        [f"{value} range", f"{analysis.min:g} to {analysis.max:g}"],
        [f"{value} mean ± sd", f"{analysis.mean:.4f} ± {analysis.std:.4f}"],
        ["exact duplicates", f"{analysis.duplicates:,}"],
        *[["how it was read" if not number else "", remark.text] for number, remark in enumerate(data.how_read)],
    ]
    title = f"Data set {reading.titled(name)}"
    left_out = [("Rows left out", ["row and reason"], [[line] for line in data.skipped])] if data.skipped else []
    if analysis.class_counts is None:
        return [(title, ["", ""], [*rows, ["classes", "the data set has no labels"]]), *left_out]
    rows.append(["balance", f"{analysis.balance:.3f} (smallest class / largest class)"])
    if analysis.entropy is not None:
        rows.append(["class entropy", f"{analysis.entropy:.4f} (entropy / its maximum)"])
    counts = [
        [label, f"{count:,}", f"{count / analysis.n_samples:.3f}"] for label, count in analysis.class_counts.items()
    ]
    return [(title, ["", ""], rows), ("Classes", ["class", "samples", "share"], counts), *left_out]


def _shape_text(image_shape: tuple[int, int, int]) -> str:
    return " × ".join(map(str, image_shape)) + " (height, width, channels)"
