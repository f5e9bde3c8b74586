"""`bench.load`: the results of an experiment on disk."""

from os import PathLike
from pathlib import Path

from bench.interface.results import Results
from bench.interface.results_of_sets import ResultsOfSets
from bench.store.sets import is_over_all
from bench.store.store import Store


def load(name: str, results_dir: str | PathLike[str] = "results") -> Results:
    """The results of an experiment that a command or `bench.run` made; nothing is run.

    A folder with published tables and no records has `cells`, `table` and `caveats`, but no `labels`.

    Parameters
    ----------
    name : str
        The name of its results folder.
    results_dir : path, default="results"
        The folder that contains the results folders.

    Returns
    -------
    Results
        The results as they are on disk now.

    Raises
    ------
    UsageError
        If there is no such experiment; the message names those that are there.

    Examples
    --------
    >>> import bench
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     _ = bench.run("kmeans", dataset="digits", seeds=1, name="mine", results_dir=folder, verbose=False)
    ...     bench.load("mine", folder).labels("kmeans").shape
    (1797,)
    """
    store = Store(Path(results_dir), name)
    return ResultsOfSets(store) if is_over_all(store) else Results(store)
