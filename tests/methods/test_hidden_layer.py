"""The hidden layer that UMAP maps is chosen by its size, or it is the block in the middle of the encoder."""

import pytest
import torch

from methods.dec.autoencoder import Autoencoder
from methods.dec.layers import hidden_layer
from methods.dec.presets import PRESETS

MNIST = (28, 28, 1)
MIDDLE = {
    **{"sha12": (64, 7, 7), "tanh128": (128, 7, 7), "small": (16, 14, 14), "convdec": (64, 7, 7)},
    **dict.fromkeys(("doubled", "flagship", "quick"), (64, 7, 7)),
    **dict.fromkeys(("mlp", "xie2016", "idec2017", "mcconville2021"), (500,)),
}


def test_without_a_size_every_preset_has_its_middle():
    """Published results of the presets are of these layers."""
    assert {name: hidden_layer(PRESETS[name], MNIST) for name in MIDDLE} == MIDDLE


def test_a_size_of_8_is_the_middle_for_images_of_mnist():
    """But for `small`, whose second and last block has maps of 7 × 7."""
    chosen = {name: hidden_layer(PRESETS[name], MNIST, 8) for name in MIDDLE}
    assert chosen == {**MIDDLE, "small": (32, 7, 7)}


@pytest.mark.parametrize(
    ("preset", "side", "expected"),
    [
        ("flagship", 8, (64, 2, 2)),
        ("flagship", 16, (64, 4, 4)),
        ("flagship", 32, (64, 8, 8)),
        ("flagship", 64, (128, 8, 8)),
        ("flagship", 96, (128, 12, 12)),
        ("sha12", 8, (64, 2, 2)),
        ("sha12", 32, (64, 8, 8)),
        ("tanh128", 64, (256, 8, 8)),
        ("small", 16, (16, 8, 8)),
    ],
)
def test_the_layer_of_other_images_is_in_the_middle_or_after_it(preset: str, side: int, expected: tuple[int, ...]):
    assert hidden_layer(PRESETS[preset], (side, side, 3), 8) == expected


def test_the_longer_side_decides_and_the_last_block_is_used_if_all_maps_are_larger():
    assert hidden_layer(PRESETS["flagship"], (16, 64, 1), 8) == (128, 2, 8)
    assert hidden_layer(PRESETS["small"], (64, 64, 1), 8) == (32, 16, 16)


def test_the_layer_is_the_output_of_its_block():
    network = Autoencoder(PRESETS["sha12"], 10, MNIST, 0.0)
    network.initialise(torch.Generator().manual_seed(0))
    network.eval()
    x = torch.rand(3, 784)
    with torch.no_grad():
        assert torch.equal(network.encoder[6:](network.hidden(x, 8)), network.encode(x))
        assert torch.equal(network.encoder[9:](network.hidden(x, 5)), network.encode(x))
