"""The published architectures, with their numbers of parameters, and the valid image sizes."""

from itertools import pairwise

import pytest
import torch

from methods.dec.autoencoder import Autoencoder, ConvTranspose2dAsConv2d, DoublingConvTranspose2d, Resize
from methods.dec.layers import layer_table
from methods.dec.presets import PRESETS
from methods.registry import MethodError, layers

LEARNING = ("Conv2d", "ConvTranspose2d", "ConvTranspose2dAsConv2d", "DoublingConvTranspose2d", "Linear")
MNIST = (28, 28, 1)


def counts(preset: str, part: str) -> list[int]:
    """Parameters of the convolutions and dense layers of one part, in order."""
    return [
        row.n_parameters
        for row in layer_table(PRESETS[preset], None, MNIST)
        if row.part == part and row.kind in LEARNING
    ]


def total(preset: str) -> int:
    return sum(row.n_parameters for row in layer_table(PRESETS[preset], None, MNIST))


def test_sha12_layer_by_layer():
    assert counts("sha12", "encoder") == [320, 18_496, 73_856, 401_472]
    assert counts("sha12", "decoder") == [407_680, 73_792, 18_464, 289]
    assert sum(counts("sha12", "decoder")) == 500_225
    norms = 2 * (32 + 64 + 128) + 2 * (64 + 32)
    assert total("sha12") == 494_144 + 500_225 + norms


def test_sha12_flattens_a_map_of_128_by_7_by_7():
    shapes = [row.output_shape for row in layer_table(PRESETS["sha12"], None, MNIST) if row.part == "encoder"]
    assert (128, 7, 7) in shapes
    assert shapes[-1] == (64,)


def test_tanh128_layer_by_layer():
    assert counts("tanh128", "encoder") == [640, 73_856, 295_168, 2304 * 128 + 128]
    assert counts("tanh128", "decoder") == [128 * 2304 + 2304, 295_040, 73_792, 577]
    assert 1_300_000 < total("tanh128") < 1_340_000


def test_mlp_layer_by_layer():
    widths = (784, 500, 500, 2000, 10)
    expected = [a * b + b for a, b in pairwise(widths)]
    assert counts("mlp", "encoder") == expected
    widths = widths[::-1]
    assert counts("mlp", "decoder") == [a * b + b for a, b in pairwise(widths)]


def test_small_has_few_parameters():
    assert total("small") < total("sha12") / 5


def test_a_larger_latent_size_widens_only_the_two_dense_layers():
    narrow = layer_table(PRESETS["sha12"], 32, MNIST)
    wide = layer_table(PRESETS["sha12"], 64, MNIST)
    changed = [row.kind for row, other in zip(narrow, wide, strict=True) if row.n_parameters != other.n_parameters]
    assert changed == ["Linear", "Linear"]


@pytest.mark.parametrize("preset", [name for name, preset in PRESETS.items() if preset.blocks])
@pytest.mark.parametrize("shape", [(8, 8, 1), (9, 13, 3), (16, 16, 2), (28, 28, 1), (32, 32, 4), (45, 30, 3)])
def test_a_reconstruction_has_the_size_of_its_image(preset: str, shape: tuple[int, int, int]):
    network = Autoencoder(PRESETS[preset], 5, shape, 0.0)
    network.initialise(torch.Generator().manual_seed(0))
    images = torch.rand(3, shape[0] * shape[1] * shape[2])
    codes = network.encode(images)
    assert codes.shape == (3, 5)
    output = network.decode(codes).detach()
    assert output.shape == images.shape
    low = -1 if PRESETS[preset].output == "tanh" else 0
    assert low <= float(output.min()) <= float(output.max()) <= 1


def test_channels_are_the_last_axis_of_the_features():
    """A convolution that sums one channel gets the pixels of that channel only."""
    network = Autoencoder(PRESETS["small"], 5, (8, 8, 3), 0.0)
    seen = []
    network.encoder[0].register_forward_pre_hook(lambda module, inputs: seen.append(inputs[0]))
    network.initialise(torch.Generator().manual_seed(0))
    image = torch.zeros(1, 8, 8, 3)
    image[0, 2, 5, 1] = 1.0
    network.encode(image.flatten(1))
    assert torch.nonzero(seen[0]).tolist() == [[0, 1, 2, 5]]


@pytest.mark.parametrize("shape", [(7, 28, 1), (28, 7, 4)])
def test_an_image_that_is_too_small_is_refused(shape: tuple[int, int, int]):
    with pytest.raises(MethodError, match="expected at least 8×8 pixels; preset mlp takes any shape"):
        layers("sha12", None, shape)


def test_each_channel_widens_only_the_first_and_the_last_convolution():
    """By nine weights for each of the 32 maps; the last convolution has a bias for each channel, too."""
    one, two = (layers("sha12", None, (28, 28, channels)) for channels in (1, 2))
    more = [wide.n_parameters - narrow.n_parameters for narrow, wide in zip(one, two, strict=True)]
    assert [count for count in more if count] == [32 * 9, 32 * 9 + 1]


def test_tanh_uses_minus_one_to_one_and_features_are_zero_to_one():
    network = Autoencoder(PRESETS["tanh128"], 5, (8, 8, 1), 0.0)
    features = torch.tensor([[0.0, 0.25, 1.0]])
    torch.testing.assert_close(network.target(features), torch.tensor([[-1.0, -0.5, 1.0]]))
    torch.testing.assert_close(network.to_features(network.target(features)), features)


def _images(*size: int) -> torch.Tensor:
    """Random images in float64: in float32, rounding depends on the machine and is larger than the tolerance."""
    generator = torch.Generator().manual_seed(0)
    return torch.rand(2, 5, *size, dtype=torch.float64, generator=generator, requires_grad=True)


@pytest.mark.parametrize("size", [(1, 1), (7, 7), (4, 9)])
def test_doubling_equals_upsampling_then_a_transposed_convolution(size: tuple[int, int]):
    ours = DoublingConvTranspose2d(5, 3, 3, padding=1).double()
    plain = torch.nn.ConvTranspose2d(5, 3, 3, padding=1).double()
    plain.load_state_dict(ours.state_dict())
    x = _images(*size)
    expected = plain(Resize((2 * size[0], 2 * size[1]))(x))
    torch.testing.assert_close(ours(x), expected)
    ours_grad = torch.autograd.grad(ours(x).square().sum(), [x, *ours.parameters()])
    torch.testing.assert_close(ours_grad, torch.autograd.grad(expected.square().sum(), [x, *plain.parameters()]))


def test_convolution_with_the_mirrored_kernel_equals_a_transposed_convolution():
    ours = ConvTranspose2dAsConv2d(5, 3, 3, padding=1).double()
    plain = torch.nn.ConvTranspose2d(5, 3, 3, padding=1).double()
    plain.load_state_dict(ours.state_dict())
    x = _images(7, 4)
    torch.testing.assert_close(ours(x), plain(x))
    ours_grad = torch.autograd.grad(ours(x).square().sum(), [x, *ours.parameters()])
    torch.testing.assert_close(ours_grad, torch.autograd.grad(plain(x).square().sum(), [x, *plain.parameters()]))
