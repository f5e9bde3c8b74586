"""Features of texts without a model: TF-IDF, a truncated SVD, unit length."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from bench.datasets.text_words import words
from bench.errors import UsageError

DIMENSIONS = 100
"""Number of dimensions; fewer if there are fewer words or texts. Latent semantic analysis uses 100 to 300."""
_MIN_TEXTS = 2
"""A word in one text only says nothing about the similarity of texts."""
_MAX_SHARE = 0.5
"""A word in more texts than this share, such as an article, hardly distinguishes them, in any language."""
_FEW_TEXTS = 20
"""Among fewer texts, no word counts as too frequent."""
_NOTHING = 1e-6
"""A text whose vector is shorter than this after the SVD, of length 1 before it, has only rounding errors left."""
_GRID = 2.0**20
"""Features are rounded to multiples of 1 / _GRID: processors differ in the last digits, and the digest would, too."""


@dataclass(frozen=True)
class TextFeatures:
    """The result of `text_features`."""

    values: npt.NDArray[np.float32]
    """(n_texts, n_dimensions); the rows have length 1, or are zero."""
    n_words: int
    """Number of different words that are used."""
    explained: float
    """Share of the variance of the TF-IDF vectors that the dimensions have, 0 to 1."""
    zero: npt.NDArray[np.int64]
    """Indices of the texts without features, in ascending order."""
    rule: str
    """Which words are used."""
    words: list[str]
    """The words, in the order of the arrays."""
    idf: npt.NDArray[np.float64]
    """(n_words,) The weight of each word."""
    components: npt.NDArray[np.float64]
    """(n_dimensions, n_words) The directions of the truncated SVD."""


def text_features(texts: Iterable[str], n_texts: int, source: str) -> TextFeatures:
    """TF-IDF vectors of all texts in few dimensions, fitted without labels; nothing is downloaded or random.

    A word counts if it is in at least two texts, and in at most half of them from 20 texts on: no list of stop words of
    one language is needed. The weight of a word that occurs t times in a text is 1 + ln t (`sublinear_tf`). A text
    without such words has a zero vector: its distance to every unit vector is 1, and its cosine similarity counts as
    0. The result is equal for every number of threads. Raises UsageError if fewer than two words are left.
    """
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import TfidfVectorizer

    max_share = _MAX_SHARE if n_texts >= _FEW_TEXTS else 1.0
    rule = f"each in at least {_MIN_TEXTS} texts" + (f" and at most {100 * max_share:.0f} % of them" * (max_share < 1))
    vectorizer = TfidfVectorizer(**_WEIGHTS, min_df=_MIN_TEXTS, max_df=max_share)
    try:
        weights = vectorizer.fit_transform(texts) if n_texts >= _MIN_TEXTS else None
    except ValueError:  # no word is left
        weights = None
    if weights is None or weights.shape[1] < 2:
        raise UsageError(
            f"data set '{source}' has too few words that its texts share; expected at least two words, {rule}: give "
            "longer texts, or --features MODEL"
        )
    n_dimensions = min(DIMENSIONS, *weights.shape)
    # The order of sums depends on the number of threads. Equal texts have no variance to explain.
    with threadpool_limits(1), np.errstate(invalid="ignore", divide="ignore"):
        svd = TruncatedSVD(n_dimensions, random_state=0).fit(weights)
    values = _projected(weights, svd.components_)
    return TextFeatures(
        values=values,
        n_words=weights.shape[1],
        explained=_explained(svd),
        zero=np.flatnonzero(~values.any(axis=1)),
        rule=rule,
        words=vectorizer.get_feature_names_out().tolist(),
        idf=vectorizer.idf_,
        components=svd.components_,
    )


def _explained(svd: Any) -> float:
    """The share of the variance that the dimensions have, 0 to 1. Equal texts have none: then it is 1."""
    share = float(svd.explained_variance_ratio_.sum())
    return share if share <= 1 + 1e-6 else 1.0


def features_of_new_texts(
    texts: Iterable[str], known_words: Sequence[str], idf: npt.NDArray[np.float64], components: npt.NDArray[np.float64]
) -> npt.NDArray[np.float32]:
    """The features of texts by the words, weights and directions of other texts; see `TextFeatures`.

    (n_texts, n_dimensions). For the texts from which they come, the features are the same. Words that those texts did
    not have do not count.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(**_WEIGHTS, vocabulary=known_words)
    vectorizer.idf_ = idf
    return _projected(vectorizer.transform(texts), components)


_WEIGHTS: dict[str, Any] = {"analyzer": words, "sublinear_tf": True}


def _projected(weights: Any, components: npt.NDArray[np.float64]) -> npt.NDArray[np.float32]:
    """TF-IDF vectors in the directions of the SVD, with length 1, or zero."""
    vectors = weights @ components.T
    lengths = np.linalg.norm(vectors, axis=1)
    zero = lengths < _NOTHING
    vectors[zero] = 0
    vectors[~zero] /= lengths[~zero, None]
    values: npt.NDArray[np.float32] = (np.round(vectors * _GRID) / _GRID).astype(np.float32)
    return values
