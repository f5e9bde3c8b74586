"""Benchmark of deep embedded clustering, self-organizing maps and K-Means; every metric states its space.

>>> import bench
>>> from tempfile import TemporaryDirectory
>>> with TemporaryDirectory() as folder:
...     results = bench.run("kmeans", dataset="digits", seeds=2, results_dir=folder, verbose=False)
>>> list(results.cells["seed"])
[0, 1]

Each name is loaded when it is first used, so importing `bench` takes no time.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # for type checkers and editors; a test compares these names with `__all__`
    from bench.errors import UsageError as UsageError
    from bench.interface.load import load as load
    from bench.interface.results import Results as Results
    from bench.interface.run import run as run
    from bench.metrics.fit import Fit as Fit
    from bench.metrics.metric import Metric as Metric

    __version__: str

_MODULES = {
    "Fit": "bench.metrics.fit",
    "Metric": "bench.metrics.metric",
    "Results": "bench.interface.results",
    "UsageError": "bench.errors",
    "load": "bench.interface.load",
    "run": "bench.interface.run",
}

__all__ = ["Fit", "Metric", "Results", "UsageError", "__version__", "load", "run"]


def __getattr__(name: str) -> Any:
    """A public name. Raises AttributeError, which proposes the nearest name."""
    if name == "__version__":
        from importlib.metadata import version

        return version("dec-bench")
    if name not in _MODULES:
        from methods.registry import unknown_name

        raise AttributeError(unknown_name("name in bench", name, __all__))
    from importlib import import_module

    globals()[name] = getattr(import_module(_MODULES[name]), name)
    return globals()[name]


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
