"""Operations and bytes of one training step of the autoencoder of sha12, counted, not timed."""

from typing import Any

import torch
from gpu_check.facts import BFLOAT16, BYTES, OPERATIONS
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves
from torch.utils.flop_counter import FlopCounterMode

from methods.dec.autoencoder import Autoencoder
from methods.dec.presets import PRESETS
from methods.device import choose_precision


class MovedBytes(TorchDispatchMode):
    """Adds up the bytes of the inputs and of the results of every operation: what it reads and writes at least.

    Views, which neither read nor write, are left out, and so is memory that is only allocated.
    """

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.total = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        if not _is_view(func) and "empty" not in func.name():
            self.total += sum(
                one.numel() * one.element_size()
                for one in tree_leaves((args, kwargs, result))
                if isinstance(one, Tensor)
            )
        return result


def _is_view(operation: Any) -> bool:
    """Whether the result is a part of an argument."""
    aliases = [argument.alias_info for argument in operation._schema.arguments]
    return any(alias is not None and not alias.is_write for alias in aliases)


def autocast(device: torch.device) -> torch.autocast:
    """bfloat16 where a device multiplies it in hardware, as in our training; a rehearsal elsewhere would take hours."""
    return torch.autocast(device.type, torch.bfloat16, enabled=choose_precision(device) == torch.bfloat16)


def step_work(device: torch.device, batch: int) -> dict[str, float]:
    """Operations and bytes per image of a step of our network in its precision, with its losses and fused Adam.

    An addition and a multiplication are two operations. Only products of matrices and convolutions are counted.
    """
    preset = PRESETS["sha12"]
    network = Autoencoder(preset, preset.latent_dim, (28, 28, 1), preset.training.dropout)
    network.initialise(torch.Generator().manual_seed(0))
    network.to(device)
    optimizer = torch.optim.Adam(network.parameters(), fused=True)
    x = torch.rand(batch, 784, device=device)

    def step() -> None:
        optimizer.zero_grad(set_to_none=True)
        with autocast(device):
            output = network(x)
        nn.functional.mse_loss(output.float(), x).backward()
        optimizer.step()

    step()  # makes the state of Adam
    with FlopCounterMode(display=False) as operations:
        step()
    with MovedBytes() as moved:
        step()
    counted = {BYTES: moved.total / batch}
    if choose_precision(device) == torch.bfloat16:  # the only precision of training whose rate is a ceiling
        counted[OPERATIONS[BFLOAT16]] = operations.get_total_flops() / batch
    return counted
