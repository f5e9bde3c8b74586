"""Numbers of the data, the network and the training that are known before any fit."""

from collections import Counter
from collections.abc import Mapping, Sequence
from math import sqrt
from typing import Any

from bench.analysis.parts import part_of
from bench.datasets.analysis import class_counts
from bench.datasets.images import ImageData
from bench.errors import UsageError
from methods import registry


def facts(data: ImageData, preset: str, params: Mapping[str, Any], n_clusters: int | None) -> dict[str, float]:
    """By name: sizes, pixels and classes of the data, parameters of each layer, and options of the training.

    `params` are options of DEC; a value other than None replaces the value of the preset. `n_clusters` is the number of
    clusters that was asked for. A number that does not exist,
    such as the number of classes of data without labels, is absent. Raises UsageError if the data are not images.
    """
    if data.image_shape is None:
        raise UsageError(f"data set '{data.name}' is a table; expected images, which the claims of a report are about.")
    height, width, channels = data.image_shape
    numbers: dict[str, float] = {
        "height": height,
        "width": width,
        "channels": channels,
        "lowest pixel": float(data.features.min()),
        "highest pixel": float(data.features.max()),
    }
    if data.class_names is not None:
        numbers["classes"] = len(data.class_names)
    if n_clusters is not None:
        numbers["clusters"] = n_clusters
    for name in ("train", "test"):
        numbers |= _part_facts(data, name)
    return numbers | _network_facts(preset, data.image_shape) | _training_facts(preset, params)


def _part_facts(data: ImageData, name: str) -> dict[str, float]:
    part = part_of(data, name)
    if part is None:
        return {}
    numbers: dict[str, float] = {f"{name} images": len(part.features)}
    if counts := class_counts(part):
        smallest, largest = min(counts.values()), max(counts.values())
        numbers |= {f"smallest class of {name}": smallest, f"largest class of {name}": largest}
        numbers[f"balance of {name}"] = smallest / largest
    return numbers


def _network_facts(preset: str, image_shape: tuple[int, int, int]) -> dict[str, float]:
    """Numbers of trainable parameters: of each layer, for example `encoder Conv2d 1`, and of groups of layers."""
    numbers: dict[str, float] = {}
    count: Counter[tuple[str, str]] = Counter()
    totals: Counter[tuple[str, bool]] = Counter()
    layers = registry.layers(preset, None, image_shape)
    for layer in layers:
        count[layer.part, layer.kind] += 1
        numbers[f"{layer.part} {layer.kind} {count[layer.part, layer.kind]}"] = layer.n_parameters
        totals[layer.part, "BatchNorm" in layer.kind] += layer.n_parameters
    convolutions = [layer for layer in layers if (layer.part, layer.kind) == ("encoder", "Conv2d")]
    numbers |= _convolutions(convolutions, image_shape)
    norms = totals["encoder", True] + totals["decoder", True]
    return numbers | {
        "poolings": count["encoder", "MaxPool2d"],
        "normed convolutions": count["encoder", "BatchNorm2d"],
        "decoder without batch norms": totals["decoder", False],
        "batch norms": norms,
        "all": totals.total(),
        "all without batch norms": totals.total() - norms,
    }


def _convolutions(layers: Sequence[Any], image_shape: tuple[int, int, int]) -> dict[str, float]:
    """The filters of each convolution, and the side of a kernel if all convolutions have the same.

    A convolution with f filters on c channels has f · (c · side² + 1) parameters: each filter has one bias.
    """
    filters = [layer.output_shape[0] for layer in layers]
    channels = [image_shape[2], *filters][: len(filters)]
    sides = {
        sqrt((layer.n_parameters / layer.output_shape[0] - 1) / before)
        for layer, before in zip(layers, channels, strict=True)
    }
    same_side = {"kernel side": sides.pop()} if len(sides) == 1 else {}
    names = {f"filters of convolution {place}": float(number) for place, number in enumerate(filters, start=1)}
    return {"convolutions": len(layers), **names, **same_side}


def _training_facts(preset: str, params: Mapping[str, Any]) -> dict[str, float]:
    declared = registry.preset(preset)
    values = vars(declared.training) | {name: value for name, value in params.items() if value is not None}
    options = {
        "batch size": "batch_size",
        "learning rate": "lr",
        "dropout": "dropout",
        "weight decay": "weight_decay",
        "epochs of pretraining": "pretrain_epochs",
        "epochs of clustering": "epochs",
        "λ": "kl_weight",
    }
    lowest = {"lowest output": -1.0} if declared.output == "tanh" else {}
    return {"latent size": declared.latent_dim, **lowest} | {
        name: float(values[option]) for name, option in options.items()
    }
