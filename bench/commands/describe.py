"""What `list` and `describe` show, as titled tables of text."""

import re
from pathlib import Path

from rich.console import Console

from bench.datasets import catalogue
from bench.errors import UsageError
from methods import registry
from methods.registry import PRESETS, unknown_name

TextTable = tuple[str, list[str], list[list[str]]]
"""Title, column names, rows."""


def listing(what: str) -> TextTable:
    """Every name of a kind. Raises UsageError if there is no such kind."""
    if what == "methods":
        rows = [[method.name, method.description] for method in registry.METHODS.values()]
        rows.append(["package.module:Class", "any scikit-learn clusterer, for example sklearn.cluster:Birch"])
        return "Methods", ["name", "description"], rows
    if what == "datasets":
        rows = [[name, text] for name, text in catalogue.descriptions().items()]
        rows.append(["owner/name[@revision]", "any image set of the Hugging Face Hub"])
        rows.append(["path/to/folder", "a local folder in the Hub's layout"])
        return "Data sets", ["name", "description"], rows
    if what == "presets":
        rows = [[name, str(p.latent_dim), str(p.training.batch_size), p.description] for name, p in PRESETS.items()]
        return "Presets", ["name", "latent", "batch", "description"], rows
    if what == "metrics":
        from bench.metrics.declarations import METRICS

        arrows = {True: "↑", False: "↓", None: ""}
        rows = [[m.name, m.space or "", arrows[m.higher_is_better], m.description] for m in METRICS]
        return "Metrics", ["name", "space", "better", "description"], rows
    raise UsageError(unknown_name("list", what, ["methods", "datasets", "metrics", "presets"]))


def parameter_table(method: str, preset: str) -> TextTable:
    """The parameters of a registered method, with the preset's values where it has its own."""
    learns = registry.METHODS[method].learns_representation
    own = vars(registry.preset(preset).training) if learns else {}
    rows = []
    for parameter in registry.METHODS[method].parameters:
        value = own.get(parameter.name) if parameter.default is None else parameter.default
        rows.append([parameter.name, "none" if value is None else str(value), parameter.expected, parameter.help])
    about = f"Parameters of {method} (--param {method}.NAME=VALUE)"
    if learns:
        about += f", preset {preset}"
    return about, ["name", "default", "expected", "meaning"], rows


def layer_table(preset: str, latent_dim: int | None, image_shape: str) -> TextTable:
    """The layers of a preset, with their sum. Raises UsageError if the network cannot be."""
    layers = _layers(preset, latent_dim, image_shape)
    rows = [
        [layer.part, layer.kind, " × ".join(map(str, layer.output_shape)), f"{layer.n_parameters:,}"]
        for layer in layers
    ]
    for part in ("encoder", "decoder"):
        total = sum(layer.n_parameters for layer in layers if layer.part == part)
        rows.append([f"{part} in all", "", "", f"{total:,}"])
    rows.append(["in all", "", "", f"{sum(layer.n_parameters for layer in layers):,}"])
    return f"Layers of {preset} on images of {image_shape}", ["part", "layer", "output", "parameters"], rows


def write_diagram(path: Path, preset: str, latent_dim: int | None, image_shape: str) -> None:
    """The layers of a preset as a block diagram. Raises UsageError if the network cannot be, or the file no picture."""
    from bench.report.figures.architecture import Box, block_diagram
    from bench.report.figures.write import save_figure

    if path.suffix not in (".png", ".svg"):
        raise UsageError(f"--diagram {path} is not valid; expected a file name that ends in .png or .svg.")
    layers = _layers(preset, latent_dim, image_shape)
    parts = [
        (
            part,
            [
                Box(
                    re.sub("^Doubling|AsConv2d$", "", layer.kind),
                    "×".join(map(str, layer.output_shape)),
                    layer.n_parameters,
                )
                for layer in layers
                if layer.part == part
            ],
        )
        for part in ("encoder", "decoder")
    ]
    total = sum(layer.n_parameters for layer in layers)
    figure = block_diagram(parts, f"{preset} on images of {image_shape}: {total:,} trainable parameters")
    save_figure(figure, path.with_suffix(".png"))


def _layers(preset: str, latent_dim: int | None, image_shape: str) -> "list[registry.Layer]":
    match = re.fullmatch(r"(\d+)[x×](\d+)[x×](\d+)", image_shape)
    if match is None:
        raise UsageError(f"--image-shape {image_shape} is not valid; expected HEIGHTxWIDTHxCHANNELS, such as 28x28x1.")
    if latent_dim is not None and latent_dim < 1:
        raise UsageError(f"--latent-dim {latent_dim} is not valid; expected 1 or more.")
    height, width, channels = map(int, match.groups())
    try:
        return registry.layers(preset, latent_dim, (height, width, channels))
    except registry.MethodError as error:
        raise UsageError(str(error)) from None


def dataset_analysis(name: str, split: str, console: Console) -> list[TextTable]:
    """Shape, range, class counts and balance of a data set. Raises UsageError if it cannot be loaded.

    `console` shows a bar if it has to be decoded first.
    """
    from bench.console.progress import busy, decoding_bar
    from bench.datasets.analysis import analyse
    from bench.datasets.load import load

    with decoding_bar(console) as decoded:
        data = load(name, split, progress=decoded)
    with busy(console, "looking at every image"):
        analysis = analyse(data)
    rows = [
        ["source", f"{data.source} ({data.revision}), split {data.split}"],
        ["digest", data.digest],
        ["samples", f"{analysis.n_samples:,}"],
        ["image shape", " × ".join(map(str, analysis.image_shape)) + " (height, width, channels)"],
        ["features", f"{analysis.n_features:,}, {analysis.dtype}"],
        ["pixel range", f"{analysis.min:g} to {analysis.max:g}"],
        ["pixel mean ± sd", f"{analysis.mean:.4f} ± {analysis.std:.4f}"],
        ["exact duplicates", f"{analysis.duplicates:,}"],
    ]
    if analysis.class_counts is None:
        return [(f"Data set {name}", ["", ""], [*rows, ["classes", "no labels"]])]
    rows.append(["balance", f"{analysis.balance:.3f} (smallest class / largest)"])
    if analysis.entropy is not None:
        rows.append(["class entropy", f"{analysis.entropy:.4f} (of its maximum)"])
    counts = [
        [label, f"{count:,}", f"{count / analysis.n_samples:.3f}"] for label, count in analysis.class_counts.items()
    ]
    return [(f"Data set {name}", ["", ""], rows), ("Classes", ["class", "samples", "share"], counts)]
