"""The exact nearest neighbours of samples, by matrix products on any device."""

import math

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from methods.base import FloatArray, IntArray
from methods.same_bits import same_bits

_MORE = 8
"""Candidates beside the neighbours: so many that rounding rarely leaves a neighbour out."""
_ROWS = 1000
"""Rows from which the middle of the data is computed, at most."""
_BYTES = {"cpu": 2**24, "other": 2**29}
"""Of one tile of products: in the cache of a processor; large on a GPU, which then has few launches."""


def nearest_neighbours(X: FloatArray, n_neighbors: int, device: torch.device) -> tuple[IntArray, FloatArray]:
    """The nearest samples of each sample, itself first, and their Euclidean distances: both (n_samples, n_neighbors).

    `X`: (n_samples, d), finite; `n_neighbors` in 1 … n_samples. Of equal distances, the smaller number comes first.
    float32 products choose a few more candidates than neighbours, and float64 differences sort them. Where the rounding
    of the products could have left a neighbour out, float64 products choose again. So the result is that of float64,
    and is the same on each device, except for distances that float64 does not tell apart. The device must have float64,
    which MPS has not.
    """
    n_candidates = min(n_neighbors + _MORE, len(X))
    with same_bits(device):
        samples = torch.tensor(X, device=device)
        rows, scale = torch.arange(len(X), device=device), _scale(X)
        middle = _middle(X)
        points = _points(samples / scale, torch.tensor(middle / scale, dtype=torch.float32, device=device))
        candidates, reached = _candidates(points, rows, n_candidates)
        numbers, squares = _by_distance(samples, rows, candidates)
        numbers, squares = numbers[:, :n_neighbors], squares[:, :n_neighbors]
        certain = _surely_reached(points[:, -1], reached, X.shape[1]) * scale**2
        unsure = rows[(squares[:, -1] > certain) & (n_candidates < len(X))]
        if len(unsure):
            candidates, _ = _candidates(
                _points(samples.double(), torch.tensor(middle, device=device)), unsure, n_candidates
            )
            again = _by_distance(samples, unsure, candidates)
            numbers[unsure], squares[unsure] = (each[:, :n_neighbors] for each in again)
        distances = squares.clamp(min=0).sqrt().float()
    return numbers.cpu().numpy(), distances.cpu().numpy()


def _scale(X: FloatArray) -> float:
    """A power of two near the largest value. Divided by it, no value has a square that is too large for float32.

    >>> _scale(np.array([[3.0, -5.0]]))
    4.0
    """
    exponent = math.frexp(float(np.abs(X).max()))[1] - 1
    return 2.0 ** max(exponent, -126)  # smaller numbers of float32 have fewer digits


def _middle(X: FloatArray) -> NDArray[np.float64]:
    """The median of about a thousand rows at equal distances, (d,). One sample far away does not move it."""
    some: NDArray[np.float64] = X[:: -(-len(X) // _ROWS)].astype(np.float64)
    return np.asarray(np.median(some, axis=0))


def _points(samples: Tensor, middle: Tensor) -> Tensor:
    """`samples`, (n_samples, d), moved so that `middle` is at 0, and their squared norms: (n_samples, d + 1).

    Products of samples that are far from 0 would lose the small differences between them.
    """
    moved = samples - middle
    return torch.cat([moved, moved.square().sum(dim=1, keepdim=True)], dim=1)


def _candidates(points: Tensor, rows: Tensor, n_candidates: int) -> tuple[Tensor, Tensor]:
    """For each of the rows `rows`, (n,), the `n_candidates` rows of `points` that seem nearest, and a score, (n,).

    The score of a row x for a row q is |x|² − 2qx, the squared distance without |q|². No other row has a smaller score
    than the one that is returned, the largest of the candidates'.

    The columns of a tile are in groups of `size`. The smallest scores of a row are in the groups with the smallest
    minima, so that only these groups are searched.
    """
    size = max(1, math.isqrt(len(points) // n_candidates))
    n_groups = -(-len(points) // size)
    padding = points.new_zeros(size * n_groups - len(points), points.shape[1])
    padding[:, -1] = torch.inf
    columns = torch.cat([points, padding]).T
    members = n_groups * torch.arange(size, device=points.device)
    n_bytes = _BYTES["cpu" if points.device.type == "cpu" else "other"]
    found, scores = [], []
    for tile in rows.split(max(1, n_bytes // (columns.shape[1] * points.element_size()))):
        factors = points[tile] * -2
        factors[:, -1] = 1
        products = factors @ columns
        groups = products.view(len(tile), size, n_groups).amin(dim=1).topk(n_candidates, largest=False).indices
        searched = (groups[:, :, None] + members).flatten(1)
        least, places = products.gather(1, searched).topk(n_candidates, largest=False)
        found.append(searched.gather(1, places))
        scores.append(least.amax(dim=1))
    return torch.cat(found), torch.cat(scores)


def _surely_reached(squared_norms: Tensor, scores: Tensor, n_features: int) -> Tensor:
    """The squared distance within which each row has all its neighbours among its candidates, (n_samples,) float64.

    `squared_norms`: |q|² of each row q, float32. `scores`: the largest score of its candidates. The sums of float32 for
    both squared norms and for the product, in any order, and the moves of both samples are together wrong by at most
    (2d + 8) · 2⁻²⁴ · (|q| + max |x|)².
    """
    squares = squared_norms.double()
    furthest = (squares.sqrt() + squares.max().sqrt()).square()
    return (scores.double() + squares - (2 * n_features + 8) * 2.0**-24 * furthest).clamp(min=0)


def _by_distance(samples: Tensor, rows: Tensor, candidates: Tensor) -> tuple[Tensor, Tensor]:
    """The candidates of `rows`, (n, n_candidates), sorted, and the squares of their distances in float64.

    The row itself comes first, with −1, even if it was not among the candidates.
    """
    own = rows[:, None]
    is_absent = (candidates != own).all(dim=1, keepdim=True)
    candidates = torch.cat([torch.where(is_absent, own, candidates[:, :1]), candidates[:, 1:]], dim=1)
    candidates = candidates.sort(dim=1).values
    n_bytes = _BYTES["cpu" if samples.device.type == "cpu" else "other"]
    n_rows = max(1, n_bytes // (8 * candidates.shape[1] * samples.shape[1]))
    squares = torch.cat(
        [
            (samples[some].double() - samples[of][:, None].double()).square().sum(dim=2)
            for of, some in zip(rows.split(n_rows), candidates.split(n_rows), strict=True)
        ]
    )
    squares, order = squares.masked_fill(candidates == own, -1).sort(dim=1, stable=True)
    return candidates.gather(1, order), squares
