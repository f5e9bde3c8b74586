"""Whether small changes of an image change its cluster: how sure a fit with augmented images is, without labels."""

from collections.abc import Callable

import numpy as np
import torch

from methods.base import FloatArray, IntArray
from methods.dec.augmentation import Augmentation, draw_amounts
from methods.dec.drawn_start import drawn_rows
from methods.dec.joint_start import agreement

N_IMAGES = 10_000
"""At most so many images are changed."""
_BATCH = 1_000


def view_agreement(
    assign: Callable[[FloatArray], IntArray], X: FloatArray, labels: IntArray, augmentation: Augmentation
) -> float:
    """The adjusted Rand index of the clusters of images and of the same images with random changes, at most 1.

    `assign` gives the clusters of checked images, (n, n_features); `labels`, (n_samples,), are those of `X`. A network
    that was trained on changed images gives an image and its changed copy the same cluster, unless it is not sure.
    Warns with an UncertainStartWarning if the index is below 0.9. The changes do not depend on the seed
    of the fit.
    """
    rows = drawn_rows(len(X), N_IMAGES, 0)
    (amounts,) = draw_amounts(1, len(rows), torch.Generator().manual_seed(0), augmentation.n_amounts)
    parts = [slice(start, start + _BATCH) for start in range(0, len(rows), _BATCH)]
    changed = [assign(augmentation(torch.tensor(X[rows[part]]), amounts[:, part]).numpy()) for part in parts]
    return agreement(
        labels[rows],
        np.concatenate(changed),
        "random changes of an image, as in the training, often change its cluster: the clusters of "
        f"{len(rows)} images with and without changes have an ARI of only {{:.2f}}.",
    )
