"""Several data sets in one call of `bench.run`: what the argument `dataset` names, and the run on all of them."""

from collections.abc import Mapping, Sequence
from os import PathLike, fspath
from typing import Any

from bench.commands.data import DataLoader
from bench.commands.run_sets import run_sets
from bench.datasets.catalogue import locate
from bench.errors import UsageError
from bench.experiments.experiment import Experiment
from bench.experiments.request import Execution
from bench.experiments.sets_request import SetsRequest, parts_of
from bench.interface.call_console import CallConsole
from bench.interface.results_of_sets import ResultsOfSets
from bench.machine.interrupt import raising_in_call
from bench.store.store import Store


def several_data_sets(dataset: Any) -> dict[str, Any] | None:
    """The data sets by name, if `dataset` is a list of names or a dictionary; None if it is one data set.

    Raises UsageError if there is none, if a name is not valid or occurs twice, or for a list of names and arrays.

    >>> several_data_sets(["digits", "mnist-5k"])
    {'digits': 'digits', 'mnist-5k': 'mnist-5k'}
    >>> several_data_sets(([[0.0], [1.0]], ["a", "b"])) is None
    True
    """
    if type(dataset) is dict:  # a Bunch of scikit-learn is a dictionary, and one data set
        if wrong := [name for name in dataset if not isinstance(name, str) or not name.strip()]:
            raise UsageError(f"dataset has the key {wrong[0]!r}; expected a name for each data set, such as 'mine'.")
        named: dict[str, Any] = dict(dataset)
    elif isinstance(dataset, list | tuple) and (not dataset or any(map(_is_name, dataset))):
        if not all(map(_is_name, dataset)):
            raise UsageError(
                "dataset is a list of names and arrays; expected a dictionary, such as "
                "{'digits': 'digits', 'mine': (X, y)}."
            )
        _check_distinct([fspath(each) for each in dataset])
        named = {fspath(each): fspath(each) for each in dataset}
    else:
        return None
    if not named:
        raise UsageError("dataset is empty; expected at least one data set.")
    return named


def _is_name(value: Any) -> bool:
    return isinstance(value, str | PathLike)


def _check_distinct(names: Sequence[str]) -> None:
    """Raise UsageError if two names mean the same data set, or if a name is not valid."""
    places: dict[object, str] = {}
    for name in names:
        place = locate(name)
        if place in places:
            raise UsageError(f"dataset has the same data set twice, as {places[place]!r} and {name!r}.")
        places[place] = name


def run_several(
    sources: Mapping[str, str],
    experiments: Sequence[Sequence[Experiment]],
    has_default_preset: Sequence[bool],
    loaders: Sequence[DataLoader],
    execution: Execution,
    name: str | None,
    console: CallConsole,
) -> tuple[ResultsOfSets, int]:
    """Run on all data sets; return the results and the exit code.

    `sources`: the name by which each data set is loaded, by the name that the caller gave. `experiments` and `loaders`
    have its order. Raises UsageError as `run_sets`.
    """
    names = list(sources.values())
    if len(set(names)) < len(names):
        twice = [title for title, source in sources.items() if names.count(source) > 1][:2]
        raise UsageError(f"dataset has the same data set twice, as {twice[0]!r} and {twice[1]!r}.")
    given = {source: title for title, source in sources.items() if title != source}
    parts = {source: parts_of(each, has_default_preset) for source, each in zip(names, experiments, strict=True)}
    request = SetsRequest(parts, execution, name, given)
    with raising_in_call():
        code = run_sets(request, console, dict(zip(names, loaders, strict=True)))
    return ResultsOfSets(Store(execution.results_dir, request.table)), code
