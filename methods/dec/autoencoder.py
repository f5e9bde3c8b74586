"""Encoder and decoder networks, with the widths of a preset."""

import math
from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional, init

from methods.dec.presets import Block, Preset, check_image_shape

KERNEL = 3
_TO_CODE = 2
"""Number of last modules of every encoder: the dense layer that outputs the code, and dropout."""
_DENSE_BLOCK = 2
"""Number of modules of a hidden layer: dense, ReLU."""
_CONVOLUTIONAL_BLOCK = 3
"""Number of modules of a block: convolution, batch norm, ReLU with or without pooling."""
_PART = 4096
"""Samples whose squares are computed at once."""


class Dropout(nn.Module):
    """Dropout with its own random generator instead of the global generator of torch."""

    def __init__(self, p: float) -> None:
        super().__init__()
        self.p = p
        self.generator: torch.Generator | None = None

    def forward(self, x: Tensor) -> Tensor:
        if not self.training or self.p == 0:
            return x
        kept = torch.rand(x.shape, generator=self.generator, device=x.device) >= self.p
        return x * kept / (1 - self.p)


class Autoencoder(nn.Module):
    """A network that maps images or vectors to codes and codes back.

    `encode` takes features, (n, n_features) in [0, 1] for images (height × width × channel, flattened), and returns
    codes, (n, latent_dim). `decode` has the same layers in reverse and returns features in the range of `target`.
    `initialise` sets the weights; before it is called they are undefined. With `is_scaled`, `scale_features` has to set
    the factor of the features before the first use.
    """

    scale: Tensor | None
    """Factor of all features, (); None: they are not scaled."""

    def __init__(
        self,
        preset: Preset,
        latent_dim: int,
        image_shape: tuple[int, int, int] | int,
        dropout: float,
        *,
        is_scaled: bool = False,
    ) -> None:
        """`image_shape` is (height, width, channels), or the number of features of data that are not images."""
        super().__init__()
        self.output = preset.output
        self.dropout = Dropout(dropout)
        self.register_buffer("scale", torch.ones(()) if is_scaled else None)  # None: it is not part of the state
        if isinstance(image_shape, int):
            self.image_shape = None
            self.encoder, self.decoder = dense_layers(image_shape, preset.hidden, latent_dim, self.dropout)
        else:
            self.image_shape = image_shape
            self.encoder, self.decoder = convolutional_layers(image_shape, preset, latent_dim, self.dropout)
        self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def encode(self, features: Tensor) -> Tensor:
        codes: Tensor = self.encoder(self._input(features))
        return codes

    def encode_views(self, views: Sequence[Tensor]) -> tuple[Tensor, ...]:
        """The codes of each view, (n, latent_dim). All views, each (n, n_features), go through the network together."""
        together = torch.cat(tuple(views)) if len(views) > 1 else views[0]
        codes: tuple[Tensor, ...] = self.encode(together).split(len(views[0]))
        return codes

    def hidden(self, features: Tensor, resolution: int | None = None) -> Tensor:
        """The output of one block of the encoder, (n, channels, height, width), or of a hidden layer, (n, width).

        It is the block in the middle; of an even number, the earlier of both. If the maps of a convolutional network
        have more than `resolution` rows or columns there, it is the next block whose maps have not, or the last block.
        """
        modules = _DENSE_BLOCK if self.image_shape is None else _CONVOLUTIONAL_BLOCK
        n_blocks = (len(self.encoder) - _TO_CODE) // modules
        output = self._input(features)
        for number in range(n_blocks):
            output = self.encoder[number * modules : (number + 1) * modules](output)
            if 2 * (number + 1) >= n_blocks and max(output.shape[2:], default=0) <= (resolution or math.inf):
                break
        return output

    @torch.no_grad()
    def scale_codes(self, factor: float) -> None:
        """Multiply all codes by `factor`; the reconstructions do not change."""
        to_code, from_code = self.encoder[-_TO_CODE], self.decoder[0]
        assert isinstance(to_code, nn.Linear)
        assert isinstance(from_code, nn.Linear)
        to_code.weight.mul_(factor)
        to_code.bias.mul_(factor)
        from_code.weight.mul_(1 / factor)

    @torch.no_grad()
    def scale_features(self, X: Tensor) -> None:
        """Set the factor of all features: with it, the mean of their squares in `X`, (n_samples, n_features), is 1.

        Xie et al. 2016, section 4: ‖x‖² / n_features is about 1. Data of zeros get the factor 1.
        """
        assert self.scale is not None
        parts = [part.square().mean() * (len(part) / len(X)) for part in X.split(_PART)]  # all at once need memory
        mean = torch.stack(parts).sum()
        self.scale.copy_(torch.where(mean > 0, mean.rsqrt(), torch.ones_like(mean)))

    def _input(self, features: Tensor) -> Tensor:
        """The input of the first layer for these features."""
        x = self.target(features)
        # a view as channel × height × width in channels-last memory: nothing is copied
        return x if self.image_shape is None else x.unflatten(1, self.image_shape).permute(0, 3, 1, 2)

    def decode(self, codes: Tensor) -> Tensor:
        x: Tensor = self.decoder(codes)
        if self.image_shape is not None:
            x = x.permute(0, 2, 3, 1).flatten(1)
        if self.output == "sigmoid":
            return torch.sigmoid(x)
        return torch.tanh(x) if self.output == "tanh" else x

    def target(self, features: Tensor) -> Tensor:
        """Features in the range of the network's input and output: scaled, [−1, 1] for tanh, otherwise unchanged."""
        if self.scale is not None:
            return features * self.scale
        return features * 2 - 1 if self.output == "tanh" else features

    def to_features(self, output: Tensor) -> Tensor:
        """The inverse of `target`."""
        if self.scale is not None:
            return output / self.scale
        return (output + 1) / 2 if self.output == "tanh" else output

    def forward(self, features: Tensor) -> Tensor:
        return self.decode(self.encode(features))

    def initialise(self, generator: torch.Generator) -> None:
        """Draw PyTorch's default weights from `generator`. The module must be on the CPU."""
        for module in self.modules():
            if isinstance(module, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
                init.kaiming_uniform_(module.weight, a=math.sqrt(5), generator=generator)
                assert module.bias is not None
                bound = 1 / math.sqrt(init._calculate_fan_in_and_fan_out(module.weight)[0])
                init.uniform_(module.bias, -bound, bound, generator=generator)
            elif isinstance(module, nn.BatchNorm2d):
                module.reset_parameters()


class ReLUAfterPool(nn.Sequential):
    """Max-pooling, then ReLU in place: equal to ReLU, then pooling, with a quarter of the ReLU's work."""

    def __init__(self) -> None:
        super().__init__(nn.MaxPool2d(2), nn.ReLU(inplace=True))


class ConvTranspose2dAsConv2d(nn.ConvTranspose2d):
    """A transposed convolution of stride 1, 3 × 3, padding 1, computed as a convolution with the mirrored kernel.

    It is the same function of the same weights. On processors its backward pass is faster.
    """

    def forward(self, x: Tensor, output_size: list[int] | None = None) -> Tensor:
        return functional.conv2d(x, _packed(self.weight.transpose(0, 1).flip(2, 3)), self.bias, padding=1)


class DoublingConvTranspose2d(nn.ConvTranspose2d):
    """Nearest-neighbour upsampling to twice the size, then a transposed convolution, 3 × 3, stride 1, padding 1.

    It is computed as one 2 × 2 convolution of the small map with four times as many channels. The four groups of
    channels are four pixels of the large map, which are put side by side (Shi et al. 2016, section 3.2). It is the same
    function of the same weights, with four ninths of the work.
    """

    def forward(self, x: Tensor, output_size: list[int] | None = None) -> Tensor:
        both = _taps(_taps(self.weight))  # in, out, (pixel, tap) of rows, (pixel, tap) of columns
        weight = both.permute(2, 4, 1, 0, 3, 5).flatten(0, 2)
        assert self.bias is not None
        four = functional.conv2d(x, _packed(weight), self.bias.repeat(4), padding=1)
        pixels = four.permute(0, 2, 3, 1).unflatten(3, (2, 2, -1))  # n, row, column, pixel of rows, of columns, out
        large: Tensor = pixels.transpose(2, 3).flatten(3, 4).flatten(1, 2)
        return large[:, 1:-1, 1:-1].contiguous().permute(0, 3, 1, 2)


def _taps(weight: Tensor) -> Tensor:
    """The weights from two small pixels to the two large pixels at their border, along the third axis of `weight`.

    The two large pixels are the odd pixel of the first small pixel and the even pixel of the second. The third axis,
    of 3 taps, is replaced by two last axes, (2 large pixels, 2 taps).
    """
    first, middle, last = weight.unbind(2)
    odd = torch.stack([middle + last, first], -1)
    return torch.stack([odd, torch.stack([last, first + middle], -1)], -2)


def _packed(weight: Tensor) -> Tensor:
    return weight.contiguous(memory_format=torch.channels_last)


class Resize(nn.Module):
    """Nearest-neighbour upsampling to a given size: the reverse of a pooling."""

    def __init__(self, size: tuple[int, int]) -> None:
        super().__init__()
        self.size = size

    def forward(self, x: Tensor) -> Tensor:
        return functional.interpolate(x, size=self.size, mode="nearest")


def dense_layers(
    n_features: int, hidden: tuple[int, ...], latent_dim: int, dropout: Dropout
) -> tuple[nn.Sequential, nn.Sequential]:
    """Encoder n_features-hidden…-latent_dim with ReLU between the layers, and the decoder, its reverse."""
    widths = (n_features, *hidden, latent_dim)
    return nn.Sequential(*_dense(widths), dropout), nn.Sequential(*_dense(widths[::-1]))


def _dense(widths: tuple[int, ...]) -> list[nn.Module]:
    layers: list[nn.Module] = []
    for inputs, outputs in pairwise(widths):
        layers += [nn.Linear(inputs, outputs), nn.ReLU(inplace=True)]
    return layers[:-1]


def convolutional_layers(
    image_shape: tuple[int, int, int], preset: Preset, latent_dim: int, dropout: Dropout
) -> tuple[nn.Sequential, nn.Sequential]:
    """Encoder of blocks and a dense layer, and the decoder, its reverse, whose maps have the sizes of the encoder.

    Raises ValueError if the image is smaller than MIN_SIDE × MIN_SIDE.
    """
    check_image_shape(image_shape)
    height, width, channels = image_shape
    encoder: list[nn.Module] = []
    mirrored: list[nn.Module] = []
    for depth, block in enumerate(preset.blocks):
        inner = ((height - 1) // block.stride + 1, (width - 1) // block.stride + 1)
        encoder += [
            nn.Conv2d(channels, block.channels, KERNEL, stride=block.stride, padding=1),
            nn.BatchNorm2d(block.channels),
            ReLUAfterPool() if block.pool else nn.ReLU(inplace=True),
        ]
        outer = (inner[0] // 2, inner[1] // 2) if block.pool else inner
        between = [nn.BatchNorm2d(channels), nn.ReLU(inplace=True)] if depth else []  # no batch norm at the output
        mirrored = [*_mirror(block, channels, (height, width), inner, outer), *between, *mirrored]
        height, width = outer
        channels = block.channels
    flat = channels * height * width
    encoder += [nn.Flatten(), nn.Linear(flat, latent_dim), dropout]
    decoder = [nn.Linear(latent_dim, flat), nn.Unflatten(1, (channels, height, width)), *mirrored]
    return nn.Sequential(*encoder), nn.Sequential(*decoder)


def _mirror(
    block: Block, channels: int, before: tuple[int, int], convolved: tuple[int, int], pooled: tuple[int, int]
) -> list[nn.Module]:
    """The reverse of a block, with `channels` output channels; the sizes are the sizes of the encoder's maps."""
    if block.pool and block.stride == 1 and convolved == (2 * pooled[0], 2 * pooled[1]):
        return [DoublingConvTranspose2d(block.channels, channels, KERNEL, padding=1)]
    if not block.pool and block.stride == 1:
        return [ConvTranspose2dAsConv2d(block.channels, channels, KERNEL, padding=1)]
    # rows and columns that a transposed convolution of that stride does not restore
    lost = ((before[0] - 1) % block.stride, (before[1] - 1) % block.stride)
    up = nn.ConvTranspose2d(block.channels, channels, KERNEL, block.stride, padding=1, output_padding=lost)
    return [Resize(convolved), up] if block.pool else [up]
