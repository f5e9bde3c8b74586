"""`bench.run`: the command `run`, called from Python."""

import sys
import warnings
from collections.abc import Mapping, Sequence
from functools import cache, partial
from numbers import Integral, Real
from os import PathLike, fspath
from pathlib import Path
from typing import Any, Literal, Unpack

from bench.commands.data import DataLoader, data_loader
from bench.commands.plugins import plugin_problems
from bench.commands.run import execute
from bench.console.progress import print_remarks
from bench.datasets.catalogue import DEFAULT_SPLIT, locate
from bench.datasets.given_arrays import given_arrays
from bench.datasets.images import ImageData
from bench.errors import UsageError, usage_error
from bench.experiments.cluster_counts import AUTO
from bench.experiments.data_sets import check_for_several, parse_data_sets
from bench.experiments.experiment import TABLE_PRESET
from bench.experiments.reading import ReadingOptions, reading_of
from bench.experiments.request import Execution, Limits, RunRequest
from bench.interface.call_console import CallConsole
from bench.interface.configurations import experiments_of, listed, shown_methods
from bench.interface.instances import Configured
from bench.interface.results import Results
from bench.interface.several import run_several, several_data_sets
from bench.interface.words import in_python
from bench.machine.interrupt import raising_in_call
from bench.store.reading import Reading
from bench.store.records import RecordError
from methods import registry


def run(
    methods: Any,
    *,
    dataset: Any = "mnist-5k",
    split: str = DEFAULT_SPLIT,
    seeds: int | Sequence[int] = 3,
    subsamples: int | None = None,
    presets: str | Sequence[str] | None = None,
    latent_dims: int | Sequence[int] | None = None,
    n_clusters: int | Sequence[int] | Literal["auto"] | None = None,
    params: Mapping[str, Any] | None = None,
    name: str | None = None,
    results_dir: str | PathLike[str] = "results",
    jobs: int | str = "auto",
    threads: int | None = None,
    device: str = "auto",
    dask: str | None = None,
    cell_timeout: float | None = None,
    cell_memory: float | None = None,
    gpu_memory: float | None = None,
    models: bool = True,
    force: bool = False,
    verbose: bool = True,
    **reading: Unpack[ReadingOptions],
) -> Results:
    """Run the unfinished cells of an experiment, score them, write tables and figures, and return the results.

    A cell is one fit: a method, its configuration and one seed. The cells, the results folder and the resume are those
    of the command `python -m bench run`: a cell that either of them has finished is not run again. Ctrl-C ends the run;
    finished cells stay, and the same call continues it.

    Parameters
    ----------
    methods : str, class, estimator, list of them, or dict
        Names of methods (`python -m bench list methods`), classes and estimators. An estimator of `methods`, or of any
        class that clusters (docs/guides/own-method.md), is run as it is, with its own `n_clusters`, `preset`,
        `latent_dim` and options; a cell names the options that are not the defaults of its class, and they are numbers,
        texts, True, False or None. Its `random_state`, `verbose` and labels of an earlier fit are not used, because
        every method gets the same seeds. The arguments `presets`, `latent_dims`, `n_clusters` and `params` are for
        names and classes. A dictionary, such as `{"near": DBSCAN(eps=1), "far": DBSCAN(eps=2)}`, gives classes of other
        packages short names, for the tables and for `params`.
    dataset : str, path, arrays, DataFrame or Bunch, or several of them, default="mnist-5k"
        The name of a data set (`python -m bench list datasets`), of a data set on the Hugging Face Hub, of a folder or
        of a file; or arrays: `X` or `(X, y)`. `X` is a table (n_samples, n_features), images (n_samples, height, width)
        or images (n_samples, height, width, 1 or 3). Images have numbers in [0, 1]; uint8 and uint16 are divided by 255
        and 65,535. Columns with names, those of a DataFrame or a file, are standardised unless `scale` says otherwise;
        numbers without names are not. `y`, (n_samples,), has the true classes as any labels; no method gets them. A
        DataFrame alone may have them in one of its columns (`label_column`). A Bunch of scikit-learn has both. numpy
        arrays, DataFrames and all that numpy can convert are valid. The arrays are copied to the cache, from where
        processes read them. A list of names, such as `["digits", "mnist-5k"]`, or a dictionary, such as
        `{"mine": (X, y), "digits": "digits"}`, is several data sets: the cells are run on each of them, and `sets` of
        the results has the results on each.
    split : str, default="train+test"
        Split expression of a named data set.
    seeds : int or sequence of int, default=3
        Number of seeds, at least 1 (3: seeds 0, 1, 2), or a list of seeds, 0 ≤ seed < 2³².
    subsamples : int, default=None
        Number of random subsamples with 80 % of the samples, 2 to 1000: every method and seed is fitted on each of
        them, so that the tables tell what varies with the data from what varies with the seed. None: all samples.
    presets : str or sequence of str, default=None
        Presets of networks (`python -m bench list presets`). None: `small` for bundled data, `mlp` for
        data that are not images, else `sha12`.
    latent_dims : int or sequence of int, default=None
        Sizes of the code of networks, at least 1. None: the size of each preset.
    n_clusters : int, sequence of int or "auto", default=None
        Numbers of clusters, 2 to n_samples; each of them is run. None: the number of classes. "auto": one number is
        proposed from the data, without the labels (docs/results/number_of_clusters.md).
    params : dict, default=None
        Values of options by `METHOD.NAME`, such as `{"dec.kl_weight": [0.1, 1]}`; several values make a grid.
    name : str, default=None
        Name of the results folder. None: that of the data set, with chosen class sizes; for arrays `arrays-` and 10
        digits made from their content, so other arrays have another folder. `path` of the results names it.
    results_dir : path, default="results"
        Folder that contains the results folders.
    jobs : int or "auto", default="auto"
        Number of cells at once; a GPU with CUDA has one at a time. Above 1, on CUDA, and for classes of other packages,
        each cell has a process of its own. auto: 1, or more for a small data set.
    threads : int, default=None
        Threads of a cell, 1 to 1024. None: OMP_NUM_THREADS, else the cores divided by `jobs`.
    device : str, default="auto"
        Device of networks: auto, cpu, cuda, cuda:1 or mps.
    dask : str, default=None
        Address of a Dask scheduler that runs the cells; `local:N` starts N workers here.
    cell_timeout : float, default=None
        Time limit of a cell in seconds, above 0. None: no limit.
    cell_memory : float, default=None
        Memory limit of a cell in GB, above 0, without the data. None: no limit.
    gpu_memory : float, default=None
        Memory limit of a cell on a GPU with CUDA in GB, above 0, for PyTorch's tensors. None: no limit.
    models : bool, default=True
        Keep the fitted models, so that `model` of the results and `python -m bench predict` can label new samples.
    force : bool, default=False
        Run also the finished cells again.
    verbose : bool, default=True
        Show progress: bars in a terminal and in a notebook with ipywidgets, elsewhere a line for each cell.
    **reading : options of the data set
        How the rows of a data set are read: `config`, `image_column`, `text_column`, `label_column`, `labels` (path of
        a CSV file), `image_shape`, `resize`, `resize_mode`, `transparent`, `on_bad`, `limit`, `stratify`,
        `class_sizes`, `scale`, `features`, `columns`. They are the options of the command; `python -m bench run --help`
        explains them.

    Returns
    -------
    Results
        Also of cells that failed. A warning counts them, and `failures` of the results has their tracebacks. On several
        data sets, `table` has one row for each method and data set, with ranks.

    Raises
    ------
    UsageError
        If an argument is not valid; a ValueError of one line.
    RuntimeError
        If the run could not go on, for example because a cluster was lost.
    OSError
        If files cannot be read or written.

    Examples
    --------
    >>> import bench
    >>> from methods import KMeans
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     results = bench.run(["kmeans", KMeans(n_clusters=8)], dataset="digits", seeds=2, results_dir=folder,
    ...                         verbose=False)
    >>> results.table[["label", "n_clusters", "n_ok"]].values.tolist()
    [['kmeans (k=10)', 10, 2], ['kmeans (k=8)', 8, 2]]
    """
    arguments = {key: value for key, value in locals().items() if value is not None and key != "reading"} | reading
    caller = _caller()
    console = CallConsole(verbose, caller)
    limits = Limits(
        _number("cell_timeout", cell_timeout, 1e9),
        _bytes("cell_memory", cell_memory),
        _bytes("gpu_memory", gpu_memory),
    )
    results: Results
    for line in plugin_problems():
        console.print(f"warning: {line}")
    try:
        how = reading_of(reading)
        several = several_data_sets(dataset)
        if several is not None:
            check_for_several(how)
            if subsamples is not None:
                raise UsageError("--subsamples is for one data set; give one data set.")
            if isinstance(n_clusters, str) and n_clusters == AUTO:
                raise UsageError("--n-clusters auto is for one data set; give one data set.")
        named = {"": dataset} if several is None else several
        loaders = {title: _loader(each, split, how, console) for title, each in named.items()}
        sources = {title: source for title, (_, source) in loaders.items()}
        made = [
            experiments_of(
                methods,
                dataset=source,
                split=split,
                reading=how,
                seeds=seeds,
                presets=presets,
                latent_dims=latent_dims,
                n_clusters=n_clusters,
                params=params,
                device=device,
                subsamples=_count("subsamples", subsamples),
            )
            for source in sources.values()
        ]
        (experiments, estimators), *_ = made
        execution = Execution(
            device=device,
            threads=_count("threads", threads),
            jobs=None if jobs == "auto" else _count("jobs", jobs, ' or "auto"'),
            dask=dask,
            limits=limits,
            models=models,
            results_dir=Path(results_dir),
            force=force,
            command=_call_text(arguments, sources[""] if several is None else _call_sources(sources)),
        )
        checked = [cache(partial(_checked, load, estimators, caller)) for load, _ in loaders.values()]
        if several is not None:
            by_default = [isinstance(item, str) and presets is None for item in listed(methods)]
            each = [experiments for experiments, _ in made]
            results, code = run_several(sources, each, by_default, checked, execution, name, console)
        else:
            request = RunRequest(experiments[0], execution, name, further=tuple(experiments[1:]))
            with raising_in_call():
                code = execute(request, checked[0], console)
            if console.errors:
                raise RuntimeError(" ".join(console.errors))
            results = Results(request.store)
    except (UsageError, registry.MethodError, RecordError) as error:
        raise usage_error(in_python(" ".join(str(error).split())), error) from None
    if code:
        _warn(results, console, caller)
    return results


def _warn(results: Results, console: CallConsole, caller: tuple[str, int]) -> None:
    """Warn that the results are not complete."""
    for line in console.errors:
        warnings.warn_explicit(line, RuntimeWarning, *caller)
    count = f"{len(results.failures)} of {len(results.cells)} cells failed"
    failed = f"{count}; `failures` of the results has their tracebacks"
    missing = "not all cells were run; `caveats` of the results names what is missing"
    warnings.warn_explicit(f"{failed if len(results.failures) else missing}.", RuntimeWarning, *caller)


def _loader(dataset: Any, split: str, reading: Reading, console: CallConsole) -> tuple[DataLoader, str]:
    """A function that loads the data, and the name of the data set. Arrays are checked now."""
    if isinstance(dataset, str | PathLike):
        source = fspath(dataset)
        if isinstance(dataset, str) and (data_sets := parse_data_sets(source)).several:
            raise UsageError(f"dataset={source!r} names several data sets; expected a list: {list(data_sets.names)}.")
        locate(source)  # raises UsageError if the name is not valid
        return data_loader(source, split, reading, console), source
    if split != DEFAULT_SPLIT:
        raise UsageError(f"split={split!r} is for named data sets; expected no split for arrays.")
    data = given_arrays(dataset, reading=reading)

    def loaded() -> ImageData:
        print_remarks(console, [*data.notes, *data.how_read])
        return data

    return loaded, data.name


def _checked(load: DataLoader, estimators: Sequence[Configured], caller: tuple[str, int]) -> ImageData:
    """The data, after a look whether the estimators fit them. Raises UsageError if an image shape does not."""
    data = load()
    for each in estimators:
        lines = list(each.remarks)
        if each.image_shape is not None and each.image_shape != data.image_shape:
            raise UsageError(
                f"{each.title}: image_shape={each.image_shape} is not that of the data, {data.image_shape}; the data "
                "have the shape: expected image_shape=None, and X as (n, height, width) or (n, height, width, 1 or 3)."
            )
        n_classes = len(data.class_names or ())
        if n_classes and each.has_default_clusters and each.n_clusters != n_classes:
            lines.append(
                f"{each.title}: it has n_clusters={each.n_clusters}, the default of its class, and the data have "
                f"{n_classes} classes; write n_clusters={n_classes} for as many clusters as classes."
            )
        if each.has_default_preset and data.image_shape is None:
            lines.append(
                f"{each.title}: preset {each.preset} has convolutions, and the data are a table, so the dense network "
                f"{TABLE_PRESET} is trained; write preset='{TABLE_PRESET}'."
            )
        for line in lines:
            warnings.warn_explicit(line, UserWarning, *caller)
    return data


def _number(argument: str, value: Any, highest: float) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, Real) or not 0 < float(value) <= highest:
        raise UsageError(f"{argument}={value!r} is not valid; expected a number above 0, at most {highest:g}, or None.")
    return float(value)


def _bytes(argument: str, gigabytes: Any) -> int | None:
    number = _number(argument, gigabytes, 1e6)
    return None if number is None else int(number * 1e9)


def _count(argument: str, value: Any, others: str = "") -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, Integral) or value < 1:
        raise UsageError(f"{argument}={value!r} is not valid; expected an integer of at least 1{others}.")
    return int(value)


def _caller() -> tuple[str, int]:
    """File and line of the program that calls `run`."""
    frame = sys._getframe(2)
    return frame.f_code.co_filename, frame.f_lineno


def _call_sources(sources: dict[str, str]) -> list[str] | dict[str, str]:
    """Several data sets as the call has them: a list if each has the name that it is loaded by."""
    return list(sources) if list(sources) == list(sources.values()) else sources


def _call_text(arguments: Mapping[str, Any], source: str | list[str] | dict[str, str]) -> str:
    """The call as Python text, which the manifest keeps. Arrays have their name, under which the cache has them."""
    shown: dict[str, Any] = {"methods": shown_methods(arguments["methods"]), "dataset": source}
    shown |= {key: value for key, value in arguments.items() if key not in (*shown, "verbose", "force", "results_dir")}
    defaults = run.__kwdefaults__ or {}
    texts = [
        value if key == "methods" else f"{key}={value!r}"
        for key, value in shown.items()
        if key in ("methods", "dataset") or repr(value) != repr(defaults.get(key))
    ]
    return f"bench.run({', '.join(' '.join(text.split()) for text in texts)})"
