"""Rows in blocks of one size, as products on a GPU need them, and their labels as one-hot columns."""

from collections.abc import Sequence

import numpy as np
import torch

from bench.metrics.arrays import IntArray

_MULTIPLE = 32
"""The number of rows of a block is a multiple of it. A product of bytes on CUDA needs more than 16 rows and a multiple
of 8 columns."""


def equal_blocks(n_rows: int, most: int) -> list[slice]:
    """Divide rows into blocks of one size, at most about `most`. The last block may reach beyond the last row.

    >>> equal_blocks(100, 64)
    [slice(0, 64, None), slice(64, 128, None)]
    """
    count = max(1, -(-n_rows // most))
    size = -(-n_rows // (count * _MULTIPLE)) * _MULTIPLE
    return [slice(start, start + size) for start in range(0, count * size, size)]


def padded(indices: IntArray, blocks: Sequence[slice], device: torch.device) -> torch.Tensor:
    """The indices, int64, on the device; from the last one to the end of the blocks, 0.

    >>> padded(np.array([5, 3]), [slice(0, 4)], torch.device("cpu"))
    tensor([5, 3, 0, 0])
    """
    filled = np.zeros(blocks[-1].stop, np.int64)
    filled[: len(indices)] = indices
    return torch.from_numpy(filled).to(device)


def one_hot(labelings: Sequence[IntArray], blocks: Sequence[slice], device: torch.device) -> torch.Tensor:
    """One row for each cluster of each labeling, float64: 1 where the sample belongs to the cluster, else 0.

    A labeling numbers its clusters 0, 1, 2 …. Noise (−1), and the columns from the last sample to the end of the
    blocks, belong to no cluster.

    >>> one_hot([np.array([1, -1, 0])], [slice(0, 4)], torch.device("cpu"))
    tensor([[0., 0., 1., 0.],
            [1., 0., 0., 0.]], dtype=torch.float64)
    """
    filled = np.full((len(labelings), blocks[-1].stop), -1, np.int64)
    counts = [int(labels.max()) + 1 for labels in labelings]
    for row, labels in zip(filled, labelings, strict=True):
        row[: len(labels)] = labels
    columns = torch.from_numpy(filled).to(device)
    belongs = torch.empty((sum(counts), filled.shape[1]), dtype=torch.float64, device=device)
    first = 0
    for row, count in zip(columns, counts, strict=True):
        belongs[first : first + count] = row == torch.arange(count, device=device)[:, None]
        first += count
    return belongs
