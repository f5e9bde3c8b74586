"""The request of a run on several data sets: the parts of each data set, and the name of the table over all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

import msgspec

from bench.errors import UsageError
from bench.experiments.data_sets import short_names, table_name
from bench.experiments.experiment import Experiment
from bench.experiments.request import Execution, RunRequest, default_name
from bench.store.reading import Reading
from bench.store.records import Cell, DataSummary
from bench.store.sets import Asked, AskedCells, SetEntry
from methods import registry

T = TypeVar("T")


@dataclass(frozen=True)
class Part:
    """The experiment of one method on one data set."""

    experiment: Experiment
    has_default_preset: bool
    """Whether its preset is the default of the data set, and not one that was asked for."""

    def rows(self, data: DataSummary) -> list[AskedCells]:
        """The cells of each configuration. Raises UsageError as `Experiment.cells`."""
        rows: dict[str, list[Cell]] = {}
        for cell in self.experiment.cells(data):
            rows.setdefault(msgspec.structs.replace(cell, seed=0).key, []).append(cell)
        return [AskedCells(asked=self._asked(cells[0]), cells=cells) for cells in rows.values()]

    def _asked(self, cell: Cell) -> Asked:
        return Asked(
            method=cell.method,
            preset=None if self.has_default_preset else cell.preset,
            latent_dim=None if self.experiment.latent_dims is None else cell.latent_dim,
            n_clusters=None if self.experiment.n_clusters is None else cell.n_clusters,
            params=cell.params,
            folds=cell.folds,
        )


def parts_of(experiments: Sequence[Experiment], has_default_preset: Sequence[bool]) -> tuple[Part, ...]:
    """One part for each method of each experiment and, if the method learns a representation, for each preset.

    The second argument has one value for each experiment.
    """
    return tuple(
        Part(
            replace(
                experiment,
                methods=(method,),
                presets=presets,
                params=_only(experiment.params, method),
                aliases=_only(experiment.aliases, method),
            ),
            default,
        )
        for experiment, default in zip(experiments, has_default_preset, strict=True)
        for method in experiment.methods
        for presets in _split(experiment.implementation(method), experiment.presets)
    )


def _split(implementation: str, presets: tuple[str, ...] | None) -> list[tuple[str, ...] | None]:
    if presets is None or not registry.method(implementation).learns_representation:
        return [presets]
    return [(preset,) for preset in presets]


def _only(by_method: Mapping[str, T], method: str) -> dict[str, T]:
    return {method: by_method[method]} if method in by_method else {}


@dataclass(frozen=True)
class SetPlan:
    """What is run on one data set."""

    dataset: str
    entry: SetEntry
    request: RunRequest

    @property
    def refusals(self) -> list[str]:
        """One sentence for each reason why methods cannot run on this data set."""
        methods: dict[str, list[str]] = {}
        for row in self.entry.rows:
            if row.refused:
                methods.setdefault(row.refused, []).append(row.asked.method)
        return [
            f"{', '.join(dict.fromkeys(names))} not run on {self.entry.title}: {reason}"
            for reason, names in methods.items()
        ]


@dataclass(frozen=True)
class SetsRequest:
    """The parts of each data set by its name, and how to run them."""

    parts: Mapping[str, Sequence[Part]]
    """By name of the data set: the parts, the same in number and order for each."""
    execution: Execution
    name: str | None = None
    """Name of the table over all, and the beginning of the names of the results folders; None: the default."""
    given_titles: Mapping[str, str] = field(default_factory=dict)
    """Short names by name of the data set; a data set without one gets that of its results folder."""
    notes: tuple[str, ...] = ()
    """Sentences for the user before the run."""

    @property
    def titles(self) -> dict[str, str]:
        """The short name of each data set. Raises UsageError if two are the same."""
        return short_names(list(self.parts), self.given_titles, self._reading)

    @property
    def table(self) -> str:
        """The name of the folder of the table over all."""
        return self.name or table_name(list(self.titles.values()))

    def folder(self, dataset: str) -> str:
        """The results folder of a data set: with `name`, NAME- and its title; else that of a run on it alone."""
        if self.name:
            return f"{self.name}-{default_name(self.titles[dataset])}"
        return default_name(dataset, self._reading)

    @property
    def _reading(self) -> Reading:
        """How the rows of every data set are read."""
        return next(part.experiment.reading for parts in self.parts.values() for part in parts)

    def plans(self, data: Mapping[str, DataSummary]) -> list[SetPlan]:
        """What is run on each data set. A part that does not fit a data set is refused there, and the others are run.

        Raises UsageError if no part fits a data set, or if a part fits no data set.
        """
        named = {
            each: msgspec.structs.replace(summary, name=self.given_titles.get(each, summary.name))
            for each, summary in data.items()
        }
        tried = {each: [_tried(part, named[each]) for part in parts] for each, parts in self.parts.items()}
        for results in (*tried.values(), *zip(*tried.values(), strict=True)):
            if all(isinstance(result, UsageError) for result in results):
                raise results[0]
        asked = [
            next([row.asked for row in result] for result in results if not isinstance(result, UsageError))
            for results in zip(*tried.values(), strict=True)
        ]
        return [self._plan(dataset, data[dataset], tried[dataset], asked) for dataset in self.parts]

    def _plan(
        self, dataset: str, data: DataSummary, tried: "Sequence[Tried]", asked: Sequence[Sequence[Asked]]
    ) -> SetPlan:
        rows: list[AskedCells] = []
        accepted: list[Experiment] = []
        for part, result, settings in zip(self.parts[dataset], tried, asked, strict=True):
            if isinstance(result, UsageError):
                reason = " ".join(str(result).split())
                rows += [AskedCells(asked=each, cells=[], refused=reason) for each in settings]
            else:
                rows += result
                accepted.append(part.experiment)
        entry = SetEntry(title=self.titles[dataset], folder=self.folder(dataset), data=data, rows=rows)
        request = RunRequest(accepted[0], self.execution, entry.folder, further=tuple(accepted[1:]))
        return SetPlan(dataset, entry, request)


Tried = list[AskedCells] | UsageError
"""The rows of a part on a data set, or why it does not fit the data set."""


def _tried(part: Part, data: DataSummary) -> Tried:
    try:
        return part.rows(data)
    except UsageError as error:
        return error
