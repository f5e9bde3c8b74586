"""Expectation–maximisation for Gaussian mixtures on a torch device: all restarts at once, in float64."""

from dataclasses import dataclass
from math import log, nan, pi
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from methods.base import IntArray
from methods.same_bits import same_bits

__all__ = ["BatchedEM", "MixtureFit", "fit_mixture"]

_ROWS = 1024
"""Samples of a tile. Each tile is a product of its own: one long sum would keep most of a GPU idle."""
_NUMBERS = 2**25
"""Numbers, 256 MiB, of the tiles that are computed at once: few and large kernels keep a GPU busy."""
_STEPS_PER_READ = 8
"""Iterations between two reads of the flag that ends the loop: each read waits for the device."""
_LITTLE = 10 * float(np.finfo(np.float64).eps)
"""scikit-learn adds so much to the size of each component."""


@dataclass(frozen=True)
class MixtureFit:
    """The likeliest of several fits. Its first three arrays are float64, as the attributes of scikit-learn's mixture.

    `weights`: (n_components,), their sum is 1. `means`: (n_components, d). `precisions_cholesky`: (n_components, d, d),
    upper triangular; its product with its transpose is the inverse of the covariance.
    """

    weights: NDArray[np.float64]
    means: NDArray[np.float64]
    precisions_cholesky: NDArray[np.float64]
    n_iter: int
    """Iterations of this fit, at least 1."""
    lower_bound: float
    """Mean log-likelihood of the samples before the last change of the parameters, in nats."""
    converged: bool
    """Whether the last iteration changed the lower bound by less than `tol`."""


class State(NamedTuple):
    """All restarts between two iterations."""

    moments: Tensor
    """(n_init, n_components, n_products): sums over samples, weighted by their shares; see `BatchedEM`."""
    lower_bound: Tensor
    """(n_init,), in nats; −inf before the first iteration, NaN if a covariance has no Cholesky factor."""
    active: Tensor
    """(n_init,), bool: has not converged. Further iterations do not change the other restarts."""
    n_iter: Tensor
    """(n_init,), int64."""


class _Gaussians(NamedTuple):
    """Parameters of components, in coordinates whose origin is the mean of the data."""

    weights: Tensor
    """(n_init, n_components)."""
    means: Tensor
    """(n_init, n_components, d)."""
    factors: Tensor
    """Cholesky factors of the covariances, lower triangular, (n_init, n_components, d, d); NaN if there is none."""


def fit_mixture(
    X: NDArray[np.float64],
    starts: IntArray,
    n_components: int,
    regularisation: float,
    device: torch.device,
    *,
    max_iter: int,
    tol: float,
) -> MixtureFit:
    """Fit a mixture with full covariances to `X`, (n_samples, d), from each start, and return the likeliest fit.

    The iterations are those of scikit-learn's GaussianMixture: up to rounding, its results are the same from the same
    starts. `starts`: (n_init, n_samples), first labels in 0 … n_components − 1. `regularisation`, above 0, is added to
    the variances; it has to be at least about 1e-12 of the largest squared distance of a sample from the mean. A fit
    ends after `max_iter` iterations, or if the lower bound changes by less than `tol`.

    Raises ValueError if a covariance is not positive definite.
    """
    with same_bits(device):
        em = BatchedEM(X, n_components, regularisation, device)
        state = em.begin(starts)
        for iteration in range(1, max_iter + 1):
            state = em.step(state, tol)
            if iteration % _STEPS_PER_READ == 0 and not bool(state.active.any()):
                break
        return em.best(state)


class BatchedEM:
    """The samples on the device, and the iterations on them.

    Each sample x becomes z = (1, x − mean). The logarithm of a weighted Gaussian density is a quadratic form of z, and
    sizes, means and covariances of components follow from weighted sums of z zᵀ, their moments. So an iteration is two
    matrix products with the products z_i z_j, i ≤ j, of which there are n_products = (d + 1)(d + 2) / 2.
    """

    def __init__(self, X: NDArray[np.float64], n_components: int, regularisation: float, device: torch.device) -> None:
        """`X`: (n_samples, d). `regularisation` is added to the diagonals of the covariances."""
        self._n_components, self._regularisation, self._device = n_components, regularisation, device
        self._n_samples, d = X.shape
        self._d = d
        center = X.mean(axis=0)
        self._center = torch.tensor(center, device=device)
        with_one = np.column_stack([np.ones(len(X)), X - center])
        self._z = self._tiles(torch.tensor(with_one, device=device).T)
        first, second = np.triu_indices(d + 1)
        self._first, self._second = torch.tensor(first, device=device), torch.tensor(second, device=device)
        number = np.zeros((d + 1, d + 1), dtype=np.int64)
        number[first, second] = number[second, first] = np.arange(len(first))
        self._number = torch.tensor(number.ravel(), device=device)
        self._times = torch.tensor(np.where(first == second, 1.0, 2.0), device=device)

    def _tiles(self, values: Tensor) -> Tensor:
        """Values, (m, n_samples), as (n_tiles, m, rows); zeros fill the last tile."""
        rows = min(_ROWS, self._n_samples)
        padded = torch.nn.functional.pad(values, (0, -self._n_samples % rows))
        tiles: Tensor = padded.unflatten(1, (-1, rows)).transpose(0, 1).contiguous()
        return tiles

    def _tiles_at_once(self, n_init: int) -> int:
        n_products, n_gaussians = len(self._first), n_init * self._n_components
        of_tile = 3 * self._z.shape[2] * (n_products + n_gaussians) + n_products * n_gaussians
        return max(1, _NUMBERS // of_tile)

    def _products(self, z: Tensor) -> Tensor:
        """z_i z_j of the samples of tiles, (n_tiles, n_products, rows)."""
        return z.index_select(1, self._first) * z.index_select(1, self._second)

    def begin(self, starts: IntArray) -> State:
        """The state before the first iteration, from first labels, (n_init, n_samples)."""
        n_init = len(starts)
        labels = self._tiles(torch.tensor(starts, device=self._device))
        components = torch.arange(self._n_components, device=self._device)[:, None]
        moments = self._center.new_zeros(n_init * self._n_components, len(self._first))
        at_once = self._tiles_at_once(n_init)
        for z, own in zip(self._z.split(at_once), labels.split(at_once), strict=True):
            shares = (own[:, :, None] == components).flatten(1, 2).to(z.dtype)
            moments += torch.bmm(shares, self._products(z).mT).sum(0)
        return State(
            moments.unflatten(0, (n_init, -1)),
            self._center.new_full((n_init,), -torch.inf),
            torch.ones(n_init, dtype=torch.bool, device=self._device),
            torch.zeros(n_init, dtype=torch.int64, device=self._device),
        )

    def step(self, state: State, tol: float) -> State:
        """One iteration of all restarts; those that have converged do not change. Nothing waits for the device."""
        n_init = len(state.moments)
        forms = self._forms(self._gaussians(state.moments)).flatten(0, 1)
        moments, log_likelihood = torch.zeros_like(state.moments), torch.zeros_like(state.lower_bound)
        for z in self._z.split(self._tiles_at_once(n_init)):
            products = self._products(z)
            log_densities = torch.matmul(forms, products).unflatten(1, (n_init, -1))
            of_sample = log_densities.logsumexp(2)
            shares = log_densities.sub_(of_sample[:, :, None]).exp_().flatten(1, 2)
            moments += torch.bmm(shares, products.mT).sum(0).view_as(moments)
            log_likelihood += (of_sample * z[:, :1]).sum((0, 2))  # z_0 is 0 where no sample is
        lower_bound = log_likelihood / self._n_samples
        change = (lower_bound - state.lower_bound).abs()
        return State(
            torch.where(state.active[:, None, None], moments, state.moments),
            torch.where(state.active, lower_bound, state.lower_bound),
            state.active & (change >= tol),  # false for NaN, too
            state.n_iter + state.active,
        )

    def best(self, state: State) -> MixtureFit:
        """The likeliest restart; of equal ones, the first. Raises ValueError if a covariance has no Cholesky factor."""
        lower_bounds = state.lower_bound.cpu().numpy()
        best = int(np.argmax(lower_bounds))  # the first NaN, if there is one
        gaussians = self._gaussians(state.moments[best : best + 1])
        precisions_cholesky = np.ascontiguousarray(self._whitening(gaussians)[0, :, :, 1:].mT.cpu().numpy())
        if not np.isfinite(lower_bounds).all() or not np.isfinite(precisions_cholesky).all():
            raise ValueError(
                "a covariance of the mixture is not positive definite; expected data whose components have samples in "
                "all directions; set a lower n_clusters, or scale the data."
            )
        return MixtureFit(
            gaussians.weights[0].cpu().numpy(),
            (gaussians.means[0] + self._center).cpu().numpy(),
            precisions_cholesky,
            int(state.n_iter[best]),
            float(lower_bounds[best]),
            not bool(state.active[best]),
        )

    def _gaussians(self, moments: Tensor) -> _Gaussians:
        """The likeliest parameters, with the formulas of scikit-learn: also of components without samples."""
        sums = moments.index_select(2, self._number).unflatten(2, (self._d + 1, self._d + 1))
        n, of_x, of_squares = sums[..., :1, :1], sums[..., 1:, :1], sums[..., 1:, 1:]
        sizes = n + _LITTLE
        means = (of_x - _LITTLE * self._center[:, None]) / sizes  # the origin of `X` if there are no samples
        crossed = of_x @ means.mT
        covariances = (of_squares - crossed - crossed.mT + n * (means @ means.mT)) / sizes
        covariances.diagonal(dim1=-2, dim2=-1).add_(self._regularisation)
        factors, failed = torch.linalg.cholesky_ex(covariances)
        weights = sizes[..., 0, 0]
        return _Gaussians(
            weights / weights.sum(1, keepdim=True),
            means[..., 0],
            factors.masked_fill(failed[..., None, None] != 0, nan),
        )

    def _whitening(self, gaussians: _Gaussians) -> Tensor:
        """Matrices, (n_init, n_components, d, d + 1), that turn z into a sample of the standard normal distribution.

        Without its first column, the transpose is the Cholesky factor of the precision matrix.
        """
        ones = torch.eye(self._d, dtype=torch.float64, device=self._device).expand_as(gaussians.factors)
        centred = torch.cat([-gaussians.means[..., None], ones], dim=3)
        whitening: Tensor = torch.linalg.solve_triangular(gaussians.factors, centred, upper=False)
        return whitening

    def _forms(self, gaussians: _Gaussians) -> Tensor:
        """Factors of the products z_i z_j in the log densities of components times their weights.

        (n_init, n_components, n_products).
        """
        whitening = self._whitening(gaussians)
        forms = -0.5 * (whitening.mT @ whitening)
        volumes = gaussians.factors.diagonal(dim1=-2, dim2=-1).log().sum(2)
        forms[..., 0, 0] += gaussians.weights.log() - volumes - 0.5 * self._d * log(2 * pi)
        return forms[..., self._first, self._second] * self._times
