"""Clusterers with one interface: scikit-learn estimators that work without the benchmark.

Each class is loaded when it is first used, so importing `methods` loads neither torch nor scikit-learn.

>>> from methods import KMeans
>>> KMeans(n_clusters=2, random_state=0).fit_predict([[0.0], [0.1], [1.0]]).shape
(3,)
"""

from os import PathLike
from typing import TYPE_CHECKING, Any

from methods import registry

if TYPE_CHECKING:  # for type checkers and editors; a test compares these names with the registry
    from methods.dec.ae_gmm import AEGMM as AEGMM
    from methods.dec.ae_kmeans import AEKMeans as AEKMeans
    from methods.dec.estimator import DEC as DEC
    from methods.dec.n2d import N2D as N2D
    from methods.dec.umap_gmm_hidden import UMAPGMMHidden as UMAPGMMHidden
    from methods.kmeans import KMeans as KMeans
    from methods.pca_kmeans import PCAKMeans as PCAKMeans
    from methods.som import SOM as SOM
    from methods.umap_gmm import UMAPGMM as UMAPGMM

_METHODS = {method.target.partition(":")[2]: method for method in registry.METHODS.values()}
"""By the name of its class."""

__all__ = sorted([*_METHODS, "__version__", "load"])


def __getattr__(name: str) -> Any:
    """A class or the version. Raises AttributeError, which proposes the nearest name."""
    if name == "__version__":
        from importlib.metadata import version

        return version("dec-bench")
    if name not in _METHODS:
        raise AttributeError(registry.unknown_name("name in methods", name, __all__))
    globals()[name] = _METHODS[name].estimator
    return globals()[name]


def load(folder: str | PathLike[str], *, device: str | None = None) -> "registry.Clusterer":
    """Load a fitted estimator that its method `save` has saved.

    Its predictions are equal to the bit to those of the estimator that was saved, with the same versions of the
    libraries and the same number of threads; on another device they are equal to about 1e-5.

    Parameters
    ----------
    folder : str or Path
        The folder.
    device : str or None, default=None
        Where a network computes: auto, cpu, cuda, cuda:1 or mps. None: the device of the fit if this machine has it,
        else the processor. Without effect on a method that has no network.

    Returns
    -------
    Clusterer
        The estimator, of the class that was saved.

    Raises
    ------
    ValueError
        In one line: if there is no model, or if it is damaged, of a newer version, of another program or of a method
        that is not known here; if this machine does not have `device`.

    Examples
    --------
    >>> import methods, tempfile
    >>> X = [[0.0], [0.1], [1.0]]
    >>> fitted = methods.KMeans(n_clusters=2, random_state=0).fit(X)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     fitted.save(folder)
    ...     loaded = methods.load(folder)
    >>> loaded, bool((loaded.predict(X) == fitted.labels_).all())
    (KMeans(n_clusters=2, random_state=0), True)
    """
    return registry.load_model(folder, device)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
