"""The layers of an autoencoder: kind, output shape and number of parameters of each, and the hidden layer."""

from dataclasses import dataclass
from math import prod

import torch
from torch import Tensor, nn

from methods.dec.autoencoder import Autoencoder
from methods.dec.presets import Preset


@dataclass(frozen=True)
class Layer:
    """One layer of a network."""

    part: str
    """encoder or decoder."""
    kind: str
    """Name of the class, in PyTorch or in `methods.dec.autoencoder`."""
    output_shape: tuple[int, ...]
    """Without the sample axis; channel × height × width for maps."""
    n_parameters: int
    """Trainable parameters."""


def layer_table(preset: Preset, latent_dim: int | None, image_shape: tuple[int, int, int]) -> list[Layer]:
    """The layers in the order of the data, read from the real network on the meta device, without computation.

    Raises ValueError if the preset cannot take images of that shape, (height, width, channels).
    """
    with torch.device("meta"):
        shape = prod(image_shape) if preset.hidden else image_shape
        network = Autoencoder(preset, latent_dim or preset.latent_dim, shape, preset.training.dropout)
        features = torch.empty(2, prod(image_shape))
    table: list[Layer] = []

    def note(part: str, module: nn.Module) -> None:
        def hook(module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
            count = sum(parameter.numel() for parameter in module.parameters())
            table.append(Layer(part, type(module).__name__, tuple(output.shape[1:]), count))

        module.register_forward_hook(hook)

    for part in ("encoder", "decoder"):
        for module in network.get_submodule(part).modules():
            if not list(module.children()):
                note(part, module)
    network(features)
    return table


def hidden_layer(preset: Preset, image_shape: tuple[int, int, int], resolution: int | None = None) -> tuple[int, ...]:
    """The shape of the hidden layer that UMAP maps, without the sample axis: channel × height × width for maps.

    `resolution`: as in `Autoencoder.hidden`. Nothing is computed.
    """
    with torch.device("meta"):
        shape = prod(image_shape) if preset.hidden else image_shape
        network = Autoencoder(preset, preset.latent_dim, shape, preset.training.dropout)
        return tuple(network.hidden(torch.empty(2, prod(image_shape)), resolution).shape[1:])
