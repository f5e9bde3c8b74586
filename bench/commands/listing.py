"""The command `list`: all methods, data sets, presets or metrics, as a table of text."""

from bench.commands.describe import TextTable
from bench.datasets import catalogue
from bench.datasets.file_formats import READ
from bench.errors import UsageError
from bench.metrics.declarations import all_metrics, plugin_metrics
from methods.registry import PRESETS, described, unknown_name


def listing(kind: str) -> TextTable:
    """All names of one kind, each with a description. Raises UsageError for an unknown kind."""
    if kind == "methods":
        rows = [[name, text] for name, text in described().items()]
        rows.append(["package.module:Class", "any class that clusters, for example sklearn.cluster:Birch"])
        return "Methods", ["name", "description"], rows
    if kind == "datasets":
        rows = [[name, text] for name, text in catalogue.descriptions().items()]
        rows.append(["owner/name[@revision]", "any data set of images or texts on the Hugging Face Hub"])
        rows.append(["path/to/folder", "a local folder with the layout of a data set on the Hub"])
        rows.append([f"path/to/file ({', '.join(READ)})", "a table, or arrays of numbers or images"])
        return "Data sets", ["name", "description"], rows
    if kind == "presets":
        rows = [
            [name, "images" if p.blocks else "any", str(p.latent_dim), str(p.training.batch_size), p.description]
            for name, p in PRESETS.items()
        ]
        return "Presets", ["name", "data", "latent size", "batch size", "description"], rows
    if kind == "metrics":
        arrows = {True: "↑", False: "↓", None: ""}
        sources = plugin_metrics().sources
        rows = [
            [
                m.name,
                m.space or "",
                arrows[m.higher_is_better],
                m.description + (f" (plug-in {sources[m.name]})" if m.name in sources else ""),
            ]
            for m in all_metrics()
        ]
        return "Metrics", ["name", "space", "better", "description"], rows
    raise UsageError(unknown_name("list", kind, ["methods", "datasets", "metrics", "presets"]))
