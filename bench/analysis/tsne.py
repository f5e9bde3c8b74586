"""t-SNE of a fixed sample of a space."""

import numpy as np
from numpy.typing import NDArray

from methods import registry

N_SAMPLES = 5000
"""Default size of the sample."""
_MAX_DIMENSIONS = 50


def stratified_rows(n_samples: int, classes: NDArray[np.int64] | None, size: int = N_SAMPLES) -> NDArray[np.intp]:
    """Rows of `size` samples, in ascending order; the same rows in every call. All rows if there are at most `size`.

    The chosen samples keep the shares of the classes in `classes`, (n_samples,). They are purely random if there are no
    classes, or if a class has only one sample.
    """
    from sklearn.model_selection import train_test_split

    rows = np.arange(n_samples)
    if n_samples <= size:
        return rows
    if classes is not None and 1 in np.bincount(classes):
        classes = None  # scikit-learn refuses to stratify a class of one sample
    chosen, _ = train_test_split(rows, train_size=size, stratify=classes, random_state=0)
    return np.sort(chosen)


def tsne(points: NDArray[np.float32], threads: int) -> NDArray[np.float32]:
    """Two coordinates of each point, (n_samples, 2), by openTSNE with its default options (Poličar et al. 2024).

    `points` has shape (n_samples, n_features). More than 50 features are first reduced to 50 principal components (van
    der Maaten & Hinton 2008, section 4.2). Raises ImportError if openTSNE cannot be imported.
    """
    with registry.folder_for_numba():
        from openTSNE import TSNE
    from sklearn.decomposition import PCA

    if points.shape[1] > _MAX_DIMENSIONS:
        points = PCA(min(_MAX_DIMENSIONS, len(points)), random_state=0).fit_transform(points)
    perplexity = min(30.0, (len(points) - 1) / 3)
    return np.asarray(TSNE(perplexity=perplexity, n_jobs=threads, random_state=0).fit(points), dtype=np.float32)
