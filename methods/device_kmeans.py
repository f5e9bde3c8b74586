"""K-Means on a torch device: Lloyd's algorithm for all restarts at once."""

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from sklearn.exceptions import ConvergenceWarning
from torch import Tensor

from methods.base import FloatArray, IntArray
from methods.device_relocation import relocate
from methods.device_samples import centred, squared_norms, tiles
from methods.device_starts import starting_rows
from methods.fit_warnings import warn
from methods.same_bits import same_bits

__all__ = ["Lloyd", "device_k_means"]

_PASSES = 8
"""Passes between two looks at the device: each look waits until the device has finished."""
_PIECES = 32
"""Parts of a long sum that a GPU computes side by side, where one product would use few of its processors."""


def device_k_means(
    X: FloatArray,
    n_clusters: int,
    *,
    n_init: int,
    seed: int,
    device: torch.device,
    init: str | FloatArray = "k-means++",
    max_iter: int = 300,
    tol: float = 1e-4,
) -> tuple[FloatArray, IntArray, float, int]:
    """The best of `n_init` restarts of K-Means from the starts of scikit-learn's K-Means with `random_state=seed`.

    `X`, (n_samples, n_features) float32, has n_samples ≥ n_clusters. `init` is k-means++, random, or an array of first
    centres, (n_clusters, n_features), with which n_init is 1. `max_iter` is the largest number of passes of a restart.
    A restart ends if no label changes, or if the squared shift of all centres is at most `tol` × the mean variance.

    Returns centres, (n_clusters, n_features) float32, labels, (n_samples,) int64, the sum of squared distances, and the
    passes of the best restart, as `sklearn.cluster.k_means` does.

    All computations are in float64, and each restart goes the way of scikit-learn with samples in float64. With samples
    in float32, scikit-learn may give a sample another label if two centres are at nearly equal distances; from there, a
    restart may go another way. The device must have float64, which MPS has not. It holds `X` in float64.

    Warns ConvergenceWarning if fewer than `n_clusters` clusters have samples.
    """
    X = np.ascontiguousarray(X, dtype=np.float32)
    mean = X.mean(axis=0)
    with torch.no_grad(), same_bits(device):
        samples = centred(X, mean, device)
        if isinstance(init, str):
            rows = torch.as_tensor(starting_rows(samples, n_clusters, n_init, init, seed), device=device)
            starts = samples[rows]
        else:
            starts = centred(np.asarray(init, dtype=np.float32), mean, device)[None]
        lloyd = Lloyd(samples, starts, tol)
        lloyd.run(max_iter)
        of_restarts, inertias = lloyd.labels_and_inertias()
        all_labels: IntArray = of_restarts.T.contiguous().cpu().numpy()
        best = _best(all_labels, inertias.tolist())
        centers = (lloyd.centers[best].cpu().numpy() + mean).astype(np.float32)
        n_iter = int(lloyd.n_iter[best])
    if (n_found := len(np.unique(all_labels[best]))) < n_clusters:
        message = f"K-Means found {n_found} clusters, fewer than n_clusters={n_clusters}: samples may be equal."
        warn(ConvergenceWarning(message))
    return centers, all_labels[best], float(inertias[best]), n_iter


class Lloyd:
    """Restarts of Lloyd's algorithm on the same samples. A pass is one product with the centres of all restarts.

    `X` is (n_samples, n_features) float64, `centers` are the starts, (n_init, n_clusters, n_features), and `tol` is as
    in `device_k_means`. A restart that has ended keeps its centres while the others go on. A restart that has a cluster
    without samples waits until the host relocates that cluster, because this needs to know which clusters are empty.
    """

    def __init__(self, X: Tensor, centers: Tensor, tol: float) -> None:
        self.X, self.centers = X, centers
        n_init = len(centers)
        self.running = torch.ones(n_init, dtype=torch.bool, device=X.device)
        self.waiting = torch.zeros_like(self.running)
        self.n_iter = torch.zeros(n_init, dtype=torch.int64, device=X.device)
        self._least_shift = tol * X.var(0, correction=0).mean()

    def run(self, max_iter: int) -> None:
        """Make passes until all restarts have ended. The host waits for the device once in several passes."""
        relocated: list[int] = []
        while True:
            for _ in range(1 if relocated else _PASSES):
                self.step(max_iter, relocated)
            running, waiting = torch.stack([self.running, self.waiting]).tolist()
            if not any(running):
                return
            relocated = [restart for restart, waits in enumerate(waiting) if waits]

    def step(self, max_iter: int, relocated: Sequence[int] = ()) -> None:
        """One pass of all restarts; of those in `relocated`, with relocation of clusters without samples."""
        labels, sums, sizes = self._sums()
        for restart in relocated:
            relocate(self.X, self.centers[restart], labels[:, restart], sums[restart], sizes[restart])
        ready = (sizes > 0).all(1)
        for restart in relocated:
            ready[restart] = True
        moves = self.running & ready
        means = _means(sums, sizes)
        shift = (means - self.centers).square().sum((1, 2))
        settled = shift <= self._least_shift  # it is 0 if no label has changed: equal sums have equal bits
        self.centers = torch.where(moves[:, None, None], means, self.centers)
        self.n_iter = self.n_iter + moves
        self.running = self.running & ~(moves & settled) & (self.n_iter < max_iter)
        self.waiting = self.running & ~ready

    def labels_and_inertias(self) -> tuple[Tensor, Tensor]:
        """Labels, (n_samples, n_init), for the present centres, and sums of squared distances, (n_init,)."""
        labels, inertias = [], self.X.new_zeros(len(self.centers))
        for tile, scores in self._scores():
            least, nearest = scores.min(2)
            labels.append(nearest)
            inertias += (least + squared_norms(tile)[:, None]).clamp_(min=0).sum(0)
        return torch.cat(labels), inertias

    def _sums(self) -> tuple[Tensor, Tensor, Tensor]:
        """Labels, (n_samples, n_init), and of all clusters the sums of samples, shaped as the centres, and the sizes.

        The sums are products with zeros and ones, which have a fixed order: a scattered addition has none on a GPU.
        """
        labels, sums = [], torch.zeros_like(self.centers)
        sizes = self.X.new_zeros(self.centers.shape[:2])
        clusters = torch.arange(self.centers.shape[1], device=self.X.device)
        for tile, scores in self._scores():
            nearest = scores.argmin(2)
            labels.append(nearest)
            members = (nearest[..., None] == clusters).flatten(1).to(tile.dtype)
            sums += _sums_of_members(members, tile).view_as(sums)
            sizes += members.sum(0).view_as(sizes)
        return torch.cat(labels), sums, sizes

    def _scores(self) -> Iterator[tuple[Tensor, Tensor]]:
        """Tiles of samples, and their squared distances to all centres, (n_rows, n_init, n_clusters).

        The squared norms of the samples are left out: they change no comparison.
        """
        flat = self.centers.flatten(0, 1)
        norms = flat.square().sum(1)
        for tile in tiles(self.X, len(flat)):
            scores = torch.addmm(norms, tile, flat.T, alpha=-2)
            yield tile, scores.view(len(tile), *self.centers.shape[:2])


def _sums_of_members(members: Tensor, X: Tensor) -> Tensor:
    """`members.T` @ `X`, (n_columns, n_features), for `members` of shape (n_samples, n_columns)."""
    n = len(X) // _PIECES
    pieces, rest = (_PIECES, n, -1), slice(_PIECES * n, None)
    if n == 0:
        return members.T @ X
    of_pieces = members[: _PIECES * n].view(pieces).transpose(1, 2) @ X[: _PIECES * n].view(pieces)
    return of_pieces.sum(0) + members[rest].T @ X[rest]


def _means(sums: Tensor, sizes: Tensor) -> Tensor:
    """The centres of clusters. One without samples gets the centre of the largest cluster of its restart."""
    means = sums / sizes.clamp(min=1)[..., None]
    largest = means.gather(1, sizes.argmax(1)[:, None, None].expand(-1, 1, means.shape[2]))
    return torch.where(sizes[..., None] > 0, means, largest)


def _best(labels: IntArray, inertias: Sequence[float]) -> int:
    """The restart that scikit-learn keeps; `labels` are (n_init, n_samples).

    A later one with the same clusters under other numbers is not better, even if rounding makes its inertia smaller.
    """
    best = 0
    for restart in range(1, len(labels)):
        if inertias[restart] < inertias[best] and not _same_clusters(labels[restart], labels[best]):
            best = restart
    return best


def _same_clusters(one: IntArray, other: IntArray) -> bool:
    """Whether all samples of each cluster of `one` are in one cluster of `other`."""
    pairs = np.bincount(one * (int(other.max()) + 1) + other)
    return bool(np.count_nonzero(pairs) == np.count_nonzero(np.bincount(one)))
