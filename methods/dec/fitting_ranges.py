"""The changes of augmented images that leave images in their neighbourhoods, chosen without labels."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch

from methods.base import FloatArray, IntArray
from methods.dec.augmentation import Augmentation, draw_amounts
from methods.dec.options import RANGES
from methods.pca_kmeans import fit_pca

NEAR = 0.01
"""A changed image is in the neighbourhood of its original if the original is in this share of all images nearest to it.
"""
LEAST = 1 / 3
"""A range is used if at least this share of the changed images is in the neighbourhood of their original."""
_COMPONENTS = 50
_IMAGES = 10_000
"""Images that are the possible neighbours, at most."""
_CHANGED = 1_000
"""Images that are changed, at most."""


@dataclass(frozen=True)
class Judged:
    """One range that was asked for, and the range that is used instead: itself, its half, or 0."""

    name: str
    asked: float
    used: float
    share: float
    """Share of the changed images in the neighbourhood of their original, with the range that was asked for."""

    @property
    def problem(self) -> str:
        """One line that says what is not used, and why; empty if the range is used."""
        if self.used == self.asked:
            return ""
        instead = f"{self.name}={self.used:g} is used" if self.used else "it is left out"
        return (
            f"{self.name}={self.asked:g} is too much for these images, so {instead}: {100 * self.share:.0f} % of the "
            "images that it changes stay in their neighbourhood, and a third is needed."
        )


def fitting_ranges(asked: Augmentation, X: FloatArray) -> list[Judged]:
    """A verdict on each range of `asked` above 0, by the images `X`, (n_samples, height × width × channels).

    Each kind of change is tried alone. The space is that of 50 principal components. A changed image is in the
    neighbourhood of its original if at most 1 % of the images are nearer to it than the original. A range is used if at
    least a third of the images that it changes are in their neighbourhood. Otherwise its half is tried, and then it is
    left out. A flip has no half. Both numbers are the same for all data sets.

    They were chosen with the labels of two development sets in sight, 20,000 images each. On MNIST, flips leave 18 % of
    the images in their neighbourhood, and 37 % of the ten nearest neighbours of a flipped digit are the same digit
    (without a flip: 92 %). On Fashion-MNIST, flips leave 70 % (59 % of the neighbours are of the same kind; without a
    flip: 78 %). The ranges of `flagship` leave 42 % or more on both sets, the least for its shift, and rotations of up
    to 90 degrees leave 30 % or fewer. Among 500 images, the shares are at most 5 points different.

    At most 10,000 random images of `X` are the neighbours, and 1,000 of them are changed. All random numbers are always
    the same, so the verdict depends on the data alone.
    """
    neighbourhoods = _Neighbourhoods(X[_some(len(X), _IMAGES)])
    nothing = Augmentation(asked.image_shape, 0.0, 0.0, 0.0, 0.0, padding=asked.padding)
    verdicts = []
    for name in RANGES:
        value = getattr(asked, name)
        if value:
            most = 1.0 if name == "flip" else value  # a flip changes all, because only images that change are counted
            share, half = neighbourhoods.share(_alone(nothing, name, most)), value / 2
            used = value if share >= LEAST else 0.0
            if not used and name != "flip" and neighbourhoods.share(_alone(nothing, name, half)) >= LEAST:
                used = half
            verdicts.append(Judged(name, value, used, share))
    return verdicts


def problems_of(verdicts: list[Judged]) -> list[str]:
    """One line for each range that is not used as it was asked for, and one if no range is left.

    >>> print(*problems_of([Judged("flip", 0.5, 0.0, 0.18), Judged("shift", 0.1, 0.1, 0.42)]))
    flip=0.5 is too much for these images, so it is left out: 18 % of the images that it changes stay in their \
neighbourhood, and a third is needed.
    """
    lines = [verdict.problem for verdict in verdicts if verdict.problem]
    if not any(verdict.used for verdict in verdicts):
        lines.append("no change of the images is left, so augmented images are equal to the original images.")
    return lines


def _alone(nothing: Augmentation, name: str, largest: float) -> Augmentation:
    """The augmentation `nothing` with one kind of change."""
    change: dict[str, Any] = {name: largest}
    return replace(nothing, **change)


def _some(n_images: int, n_most: int) -> IntArray:
    """Numbers of at most `n_most` random images, in order; not at equal distances, where data may have a period."""
    numbers: IntArray = np.sort(np.random.default_rng(0).permutation(n_images)[:n_most])
    return numbers


class _Neighbourhoods:
    """The neighbourhoods of images in the space of their principal components."""

    def __init__(self, images: FloatArray) -> None:
        self._pca = fit_pca(images, _COMPONENTS, seed=0)
        self._points = self._pca.transform(images)
        self._rows = _some(len(images), _CHANGED)
        self._originals = torch.tensor(images[self._rows])

    def share(self, augmentation: Augmentation) -> float:
        """The share of changed images that are in the neighbourhood of their original."""
        (amounts,) = draw_amounts(1, len(self._rows), torch.Generator().manual_seed(0), augmentation.n_amounts)
        changed = self._pca.transform(augmentation(self._originals, amounts).numpy())
        squares = np.square(self._points).sum(axis=1) - 2 * changed @ self._points.T  # without those of `changed`
        own = squares[np.arange(len(self._rows)), self._rows]
        n_nearer = (squares < own[:, None]).sum(axis=1)
        return float((n_nearer < max(1, round(NEAR * len(self._points)))).mean())
