"""t-SNE of a fixed sample of a space."""

import numpy as np
from numpy.typing import NDArray

N_SAMPLES = 5000
_MOST_DIMENSIONS = 50


def stratified_rows(n_samples: int, classes: NDArray[np.int64] | None, size: int = N_SAMPLES) -> NDArray[np.intp]:
    """Rows of a sample that is the same each time, ascending: by true class where there are classes, else at random.

    All rows if there are no more than `size`.
    """
    from sklearn.model_selection import train_test_split

    rows = np.arange(n_samples)
    if n_samples <= size:
        return rows
    if classes is not None and np.bincount(classes).min(where=np.bincount(classes) > 0, initial=n_samples) < 2:
        classes = None  # a class of one image can be divided by nobody
    chosen, _ = train_test_split(rows, train_size=size, stratify=classes, random_state=0)
    return np.sort(chosen)


def tsne(points: NDArray[np.float32], threads: int) -> NDArray[np.float32]:
    """Two coordinates of each point, (n_samples, 2), by openTSNE with its defaults (Poličar et al. 2024).

    More than 50 dimensions are reduced to 50 principal components first (van der Maaten & Hinton 2008, section 4.2).
    """
    from openTSNE import TSNE
    from sklearn.decomposition import PCA

    if points.shape[1] > _MOST_DIMENSIONS:
        points = PCA(min(_MOST_DIMENSIONS, len(points)), random_state=0).fit_transform(points)
    perplexity = min(30.0, (len(points) - 1) / 3)
    return np.asarray(TSNE(perplexity=perplexity, n_jobs=threads, random_state=0).fit(points), dtype=np.float32)
