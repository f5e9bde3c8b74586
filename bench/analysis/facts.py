"""What is known of the data and the networks of an experiment before anything is fitted, as numbers with names."""

from collections import Counter
from collections.abc import Mapping
from functools import cache
from typing import Any

from bench.datasets.analysis import class_counts
from bench.datasets.images import ImageData
from bench.datasets.load import load
from bench.errors import UsageError
from methods import registry


def facts(data: ImageData, preset: str, params: Mapping[str, Any]) -> dict[str, float]:
    """Sizes, pixels and classes of a data set, the parameters of the preset's layers on its images, and its training.

    `params` are those of DEC that go before the preset's own.

    What the data do not have (splits of their own, classes) is left out. Raises UsageError if they cannot be loaded.
    """
    height, width, channels = data.image_shape
    found: dict[str, float] = {
        "height": height,
        "width": width,
        "channels": channels,
        "lowest pixel": float(data.features.min()),
        "highest pixel": float(data.features.max()),
    }
    if data.class_names is not None:
        found["classes"] = len(data.class_names)
    for name in ("train", "test"):
        part = part_sizes(data.name, name)
        if part is None:
            continue
        n_samples, counts = part
        found[f"{name} images"] = n_samples
        if counts:
            smallest, largest = min(counts.values()), max(counts.values())
            found |= {f"smallest class of {name}": smallest, f"largest class of {name}": largest}
            found[f"balance of {name}"] = smallest / largest
    return found | _network_facts(preset, data.image_shape) | _settings(preset, params)


@cache
def part_sizes(dataset: str, part: str) -> tuple[int, dict[str, int] | None] | None:
    """Number of samples of a part and of each of its classes; None if the data set has no such part."""
    try:
        data = load(dataset, part)
    except UsageError:  # a bundled set has no splits
        return None
    return len(data.features), class_counts(data)


def _network_facts(preset: str, image_shape: tuple[int, int, int]) -> dict[str, float]:
    found: dict[str, float] = {}
    seen: Counter[tuple[str, str]] = Counter()
    layers = registry.layers(preset, None, image_shape)
    for layer in layers:
        seen[layer.part, layer.kind] += 1
        found[f"{layer.part} {layer.kind} {seen[layer.part, layer.kind]}"] = layer.n_parameters
    norms = {
        part: sum(layer.n_parameters for layer in layers if layer.part == part and "BatchNorm" in layer.kind)
        for part in ("encoder", "decoder")
    }
    decoder = sum(layer.n_parameters for layer in layers if layer.part == "decoder")
    total = sum(layer.n_parameters for layer in layers)
    return found | {
        "poolings": seen["encoder", "MaxPool2d"],
        "normed convolutions": seen["encoder", "BatchNorm2d"],
        "decoder without batch norms": decoder - norms["decoder"],
        "batch norms": sum(norms.values()),
        "all": total,
        "all without batch norms": total - sum(norms.values()),
    }


def _settings(preset: str, params: Mapping[str, Any]) -> dict[str, float]:
    known = registry.preset(preset)
    used = vars(known.training) | {name: value for name, value in params.items() if value is not None}
    names = {
        "batch size": "batch_size",
        "learning rate": "lr",
        "dropout": "dropout",
        "weight decay": "weight_decay",
        "epochs of pretraining": "pretrain_epochs",
        "epochs of clustering": "epochs",
        "λ": "kl_weight",
    }
    lowest = {"lowest output": -1.0} if known.output == "tanh" else {}
    return {"latent size": known.latent_dim, **lowest, **{name: float(used[field]) for name, field in names.items()}}
