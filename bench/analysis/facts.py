"""Facts of an experiment that are known before any fit: numbers of the data, the network and the training, by name."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from bench.analysis.parts import part_of
from bench.datasets.images import ImageData
from methods import registry


def facts(data: ImageData, preset: str, params: Mapping[str, Any]) -> dict[str, float]:
    """Sizes, pixels and classes of the data, parameters of each layer of the preset, and settings of the training.

    `params` are parameters of DEC; a value other than None replaces the value of the preset. A fact that the data do
    not have, such as the number of classes, is absent.
    """
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
    for name in ("train", "test"):
        numbers |= _part_facts(data, name)
    return numbers | _network_facts(preset, data.image_shape) | _settings(preset, params)


def _part_facts(data: ImageData, name: str) -> dict[str, float]:
    part = part_of(data, name)
    if part is None:
        return {}
    numbers: dict[str, float] = {f"{name} images": part.n_samples}
    if part.class_counts:
        smallest, largest = min(part.class_counts.values()), max(part.class_counts.values())
        numbers |= {f"smallest class of {name}": smallest, f"largest class of {name}": largest}
        numbers[f"balance of {name}"] = smallest / largest
    return numbers


def _network_facts(preset: str, image_shape: tuple[int, int, int]) -> dict[str, float]:
    """Trainable parameters of each layer, `encoder Conv2d 1` for instance, and sums of them."""
    numbers: dict[str, float] = {}
    count: Counter[tuple[str, str]] = Counter()
    layers = registry.layers(preset, None, image_shape)
    for layer in layers:
        count[layer.part, layer.kind] += 1
        numbers[f"{layer.part} {layer.kind} {count[layer.part, layer.kind]}"] = layer.n_parameters
    norms = {
        part: sum(layer.n_parameters for layer in layers if layer.part == part and "BatchNorm" in layer.kind)
        for part in ("encoder", "decoder")
    }
    decoder = sum(layer.n_parameters for layer in layers if layer.part == "decoder")
    total = sum(layer.n_parameters for layer in layers)
    return numbers | {
        "poolings": count["encoder", "MaxPool2d"],
        "normed convolutions": count["encoder", "BatchNorm2d"],
        "decoder without batch norms": decoder - norms["decoder"],
        "batch norms": sum(norms.values()),
        "all": total,
        "all without batch norms": total - sum(norms.values()),
    }


def _settings(preset: str, params: Mapping[str, Any]) -> dict[str, float]:
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
    settings = {name: float(values[option]) for name, option in options.items()}
    return {"latent size": declared.latent_dim, **lowest, **settings}
