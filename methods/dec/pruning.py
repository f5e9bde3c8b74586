"""Magnitude pruning of an encoder: the smallest weights become zero, or the smallest channels are removed."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from decimal import Decimal

import torch
from torch import Tensor, nn
from torch.nn.utils import prune
from torch.nn.utils.fusion import fuse_conv_bn_eval


def weighted(encoder: nn.Sequential) -> list[nn.Conv2d | nn.Linear]:
    """The convolutions and dense layers, in order."""
    return [module for module in encoder if isinstance(module, nn.Conv2d | nn.Linear)]


@contextmanager
def smallest_weights_zero(encoder: nn.Sequential, share: float) -> Iterator[None]:
    """Context in which the weights with the smallest absolute values are zero, also while the encoder is trained.

    `share` of all weights of convolutions and dense layers are zero, rounded to a whole number; a layer may lose more
    than another (Han et al. 2015). Biases and batch norms keep their values. After the context, the zeros are ordinary
    weights.
    """
    layers = weighted(encoder)
    n_zero = round(share * _n_weights(layers))
    encoder.to(memory_format=torch.contiguous_format)  # type: ignore[call-overload]  # prune takes no other
    prune.global_unstructured([(layer, "weight") for layer in layers], prune.L1Unstructured, amount=n_zero)
    try:
        yield
    finally:
        for layer in layers:
            prune.remove(layer, "weight")
        encoder.to(memory_format=torch.channels_last)  # type: ignore[call-overload]


def without_channels(encoder: nn.Sequential, share: float) -> nn.Sequential:
    """A smaller encoder without the weakest channels of each convolution, and units of each hidden layer.

    Of each layer but the last, `share` of the outputs is removed, rounded to a whole number; one at least stays. The
    weakest ones have the smallest sum of absolute weights (Li et al. 2017), after batch norm is folded into them. The
    codes keep their size. `encoder` is not changed, except that both share the modules without weights.
    """
    layers = weighted(encoder)
    modules: list[nn.Module] = []
    kept, n_outputs = torch.arange(_sizes(layers[0])[1]), _sizes(layers[0])[1]
    for number, module in enumerate(encoder):
        if isinstance(module, nn.Conv2d | nn.Linear):
            positions = _sizes(module)[1] // n_outputs  # pixels of each channel, where maps become a vector
            inputs = (kept.unsqueeze(1) * positions + torch.arange(positions)).flatten()
            n_outputs = _sizes(module)[0]
            strongest = torch.arange(n_outputs)
            if module is not layers[-1]:
                strongest = _strongest(module, encoder[number + 1], share)
            modules.append(_smaller(module, strongest, inputs))
            kept = strongest
        elif isinstance(module, nn.BatchNorm2d):
            modules.append(_smaller_norm(module, kept))
        else:
            modules.append(module)
    return nn.Sequential(*modules)


def check_weights(encoder: nn.Sequential, share: float) -> None:
    """Raise ValueError if `smallest_weights_zero` would change nothing."""
    n_weights = _n_weights(weighted(encoder))
    if round(share * n_weights) == 0:
        raise ValueError(
            f"not one of its {n_weights:,} weights would become zero; expected at least {_plain(1 / n_weights)}"
        )


def check_channels(encoder: nn.Sequential, share: float) -> None:
    """Raise ValueError if `without_channels` would remove nothing."""
    widest = max(_sizes(layer)[0] for layer in weighted(encoder)[:-1])
    if min(round(share * widest), widest - 1) == 0:
        raise ValueError(
            f"no layer would lose a channel, the widest has {widest:,}; expected at least {_plain(1 / widest)}"
        )


def _n_weights(layers: Sequence[nn.Conv2d | nn.Linear]) -> int:
    return sum(layer.weight.numel() for layer in layers)


def _plain(share: float) -> str:
    """One digit that is not 0, without an exponent.

    >>> _plain(1 / 56_000), _plain(1 / 32)
    ('0.00002', '0.03')
    """
    return f"{Decimal(f'{share:.1g}'):f}"


def _sizes(layer: nn.Conv2d | nn.Linear) -> tuple[int, int]:
    """The numbers of outputs and of inputs."""
    return layer.weight.shape[0], layer.weight.shape[1]


def _strongest(layer: nn.Conv2d | nn.Linear, following: nn.Module, share: float) -> Tensor:
    """The outputs that stay, in their order."""
    if isinstance(layer, nn.Conv2d) and isinstance(following, nn.BatchNorm2d):
        weight = fuse_conv_bn_eval(layer.eval(), following.eval()).weight
    else:
        weight = layer.weight
    removed = min(round(share * len(weight)), len(weight) - 1)
    mask = prune.LnStructured(removed, n=1, dim=0).compute_mask(weight.detach(), torch.ones_like(weight))
    stays: Tensor = mask.flatten(1).any(1)
    return stays.nonzero().flatten()


@torch.no_grad()
def _smaller(layer: nn.Conv2d | nn.Linear, outputs: Tensor, inputs: Tensor) -> nn.Module:
    smaller = deepcopy(layer)
    smaller.weight = nn.Parameter(layer.weight[outputs][:, inputs].contiguous())
    assert layer.bias is not None
    smaller.bias = nn.Parameter(layer.bias[outputs])
    if isinstance(smaller, nn.Conv2d):
        smaller.out_channels, smaller.in_channels = len(outputs), len(inputs)
        smaller.weight.data = smaller.weight.data.contiguous(memory_format=torch.channels_last)
    else:
        smaller.out_features, smaller.in_features = len(outputs), len(inputs)
    return smaller


@torch.no_grad()
def _smaller_norm(norm: nn.BatchNorm2d, kept: Tensor) -> nn.BatchNorm2d:
    smaller = nn.BatchNorm2d(len(kept), norm.eps, norm.momentum)
    for name, value in norm.state_dict().items():
        getattr(smaller, name).copy_(value if value.dim() == 0 else value[kept])
    return smaller.eval()
