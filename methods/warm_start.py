"""Clusterers whose `fit` can begin with the result of the last fit: the option `warm_start`."""

from methods.base import Clusterer
from methods.options import option, options

__all__ = ["WarmStartClusterer"]


@options
class WarmStartClusterer(Clusterer):
    """A clusterer with the option `warm_start`. Its docstring says what a warm fit keeps and what it begins again.

    A warm fit needs samples with the features, or images of the shape, of the last fit; the samples may be others.
    """

    warm_start: bool = option(
        False,
        "whether `fit` continues from the last fit, if there was one, instead of from scratch",
        source="scikit-learn",
        provided=True,
    )

    def _continues(self) -> bool:
        return self.warm_start and self.__sklearn_is_fitted__()
