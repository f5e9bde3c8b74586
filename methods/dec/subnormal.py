"""Numbers too small for the normal range of float32, with which processors compute many times more slowly."""

import torch
from torch import nn

TINY = torch.finfo(torch.float32).tiny
"""The smallest normal number of float32, 1.2e-38."""


@torch.no_grad()
def zero_subnormals(module: nn.Module) -> None:
    """Set to zero, in place, all weights and statistics of `module` that are closer to zero than `TINY`.

    The L2 penalty halves a weight without a gradient again and again, so it ends in this range. One layer of such
    weights made an encoder twelve times slower. Codes do not change: with a bias, a term below 1e-38 is rounded away.
    """
    for tensor in (*module.parameters(), *module.buffers()):
        if tensor.is_floating_point():
            tensor.masked_fill_(tensor.abs() < TINY, 0.0)
