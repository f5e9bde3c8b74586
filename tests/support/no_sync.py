"""A context in which an operation that would make the host wait for a GPU fails, on any device.

On the CPU it finds operations whose result the host reads. On `meta` it also finds copies between devices, because a
tensor of the CPU is then on another device. An operation can also wait inside its CUDA kernel, for example a
decomposition of a matrix: only `torch.cuda.set_sync_debug_mode("error")` on a GPU finds that.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

aten = torch.ops.aten

_TO_HOST = {Tensor.cpu, Tensor.numpy, Tensor.tolist, Tensor.__array__}
"""On the CPU these run no operation, so that only the call itself can be seen."""
_FROM_HOST = {torch.tensor, torch.as_tensor}
_READS_RESULT = {aten._local_scalar_dense, aten.equal, aten.allclose, aten._linalg_check_errors}
_READS_SHAPE = {
    *(aten.nonzero, aten.masked_select, aten.bincount, aten.one_hot),
    *(aten._unique, aten._unique2, aten.unique_dim, aten.unique_consecutive),
}
_INDEXES = {aten.index, aten._unsafe_index, aten.index_put, aten.index_put_, aten._unsafe_index_put}
_COPIES = {aten._to_copy, aten.copy_, aten.copy}


@contextmanager
def no_host_sync() -> Iterator[None]:
    """Context that raises AssertionError, with the name of the operation, where the host would wait for a GPU.

    These fail: a tensor that becomes a number, a truth value, a list or an array; a result whose shape depends on
    values, such as `nonzero` or an index by a mask; a copy between devices without `non_blocking=True`; and
    `torch.tensor(…, device=…)`. A value of one element may be written at a mask.
    """
    with _Calls(), _Operations():
        yield


class _Calls(TorchFunctionMode):
    """Looks at calls of torch's functions in Python."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        if func in _TO_HOST:
            raise AssertionError(f"{func.__name__} copies a tensor to the host, which waits for it.")
        if func in _FROM_HOST and kwargs.get("device") is not None:
            raise AssertionError(f"{func.__name__} copies from the host to a device, and the host waits for it.")
        return func(*args, **kwargs)


class _Operations(TorchDispatchMode):
    """Looks at the operations that run, also inside torch's functions and in the backward pass."""

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        if reason := _why_it_waits(func.overloadpacket, args, kwargs):
            raise AssertionError(f"{func} makes the host wait: {reason}.")
        return func(*args, **kwargs)


def _why_it_waits(operation: Any, args: Any, kwargs: Any) -> str | None:
    if operation in _READS_RESULT:
        return "it reads a value"
    if operation in _READS_SHAPE or (operation is aten.repeat_interleave and kwargs.get("output_size") is None):
        return "the shape of its result depends on values"
    if operation in _INDEXES and _has_mask(args[1]) and not _writes_one_value(args):
        return "an index by a mask becomes row numbers, whose number depends on values"
    if operation in _COPIES and not _non_blocking(args, kwargs) and _changes_device(operation, args, kwargs):
        return "it copies between devices without non_blocking=True"
    return None


def _has_mask(indices: Any) -> bool:
    return any(index is not None and index.dtype in (torch.bool, torch.uint8) for index in indices)


def _writes_one_value(args: Any) -> bool:
    """Whether the arguments are those of `x[mask] = value` with a number: torch then fills, without row numbers."""
    return len(args) > 2 and args[2].ndim == 0


def _non_blocking(args: Any, kwargs: Any) -> bool:
    return bool(kwargs.get("non_blocking") or args[2:3] == (True,))  # the third argument of copy_


def _changes_device(operation: Any, args: Any, kwargs: Any) -> bool:
    before = args[0].device if operation is aten._to_copy else args[1].device
    after = kwargs.get("device", before) if operation is aten._to_copy else args[0].device
    return before != torch.device(after or before)
