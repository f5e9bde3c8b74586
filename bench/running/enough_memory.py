"""Refuses a fit whose estimated memory is more than a cell may use."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.machine.memory import data_bytes, machine_bytes
from methods import registry

_SHARE = 0.8
"""The share of the machine's memory that one cell may use without a limit of its own."""


class TooLargeError(Exception):
    """A fit needs more memory than a cell may use. Another attempt would fail, too."""


def check_memory(method: str, X: NDArray[np.float32], params: Mapping[str, Any], limit: int | None) -> None:
    """Raise TooLargeError if a fit on samples, (n_samples, n_features), needs more bytes than a cell may use.

    `limit`: the bytes of --cell-memory; None: 80 % of the memory of this machine. Methods whose memory does not grow
    with the square of the number of samples are not checked.
    """
    need = registry.memory_needed(method, X, params)
    if need is None:
        return
    allowed = int(_SHARE * machine_bytes()) if limit is None else limit - data_bytes()
    if need.n_bytes <= allowed:
        return
    machine = f"80 % of the {_gigabytes(machine_bytes())} of this machine"
    reason = machine if limit is None else f"--cell-memory {limit / 1e9:g} without the libraries"
    remedy = f"fewer samples with --limit {n}" if (n := need.samples_in(allowed)) > 1 else "another method"
    raise TooLargeError(
        f"a fit on {need.n_samples:,} samples needs about {_gigabytes(need.n_bytes)} ({need.matrices:.3g} · n² + "
        f"{need.per_sample:.0f} · n numbers of 8 bytes), and a cell may use {_gigabytes(allowed)} ({reason}); take "
        f"{remedy}"
    )


def _gigabytes(n_bytes: float) -> str:
    """Three digits of a size, in GB.

    >>> _gigabytes(8e12), _gigabytes(1.1625e8)
    ('8,000 GB', '0.116 GB')
    """
    return f"{n_bytes / 1e9:,.0f} GB" if n_bytes >= 1e11 else f"{n_bytes / 1e9:.3g} GB"
