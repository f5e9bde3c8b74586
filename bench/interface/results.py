"""`bench.Results`: the results of an experiment as frames, arrays and text."""

import warnings
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bench.commands.chosen_fit import chosen_fit, chosen_group
from bench.commands.ending import notes_above
from bench.commands.stored_model import stored_model
from bench.errors import UsageError
from bench.experiments.request import default_name
from bench.interface.frames import frame_of, published_frame
from bench.interface.shown import as_html, as_text
from bench.report.answer import Answer
from bench.report.assignments import read_assignments
from bench.report.groups import Group, group
from bench.report.outcomes import Outcome, Outcomes, read
from bench.report.page.answer import sentences
from bench.report.page.view import PageView
from bench.report.published_outcomes import read_for_tables
from bench.report.stored_answer import stored_answer
from bench.report.tables.frames import cells_frame, groups_frame
from bench.store import arrays as names
from bench.store.command import errors_command
from bench.store.records import RecordError
from bench.store.store import Store
from methods import registry


class Results:
    """The results of an experiment, as they are on disk when `bench.run` or `bench.load` returns them.

    Its text, and its display in a notebook, is the main table with its facts and caveats.

    Attributes
    ----------
    cells : DataFrame
        One row for each cell (one fit: a method, its configuration and one seed), as cells.csv: method, seed, status,
        seconds, all metrics, and options. A number that is not defined is NaN.
    table : DataFrame
        One row for each configuration of a method, as table.csv: `label`, number of seeds, and for each metric
        `NAME_mean`, `NAME_sd` (sample standard deviation) and `NAME_n` (number of values).
    caveats : list of str
        All that makes the numbers incomplete, less sure or less comparable, such as lost clusters.
    facts : list of str
        How the data were read and the numbers were made, such as the number of rows that were drawn.
    failures : DataFrame
        One row for each failed cell: label, seed, ending, error, traceback, attempts.
    path : Path
        The results folder.
    sets : dict of str to Results
        The results on each data set by its short name: of several data sets, or only of this one.

    Examples
    --------
    >>> import bench
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     results = bench.run("kmeans", dataset="digits", seeds=1, results_dir=folder, verbose=False)
    >>> results.table["label"].tolist(), results.caveats, len(results.failures)
    (['kmeans'], [], 0)
    """

    def __init__(self, store: Store) -> None:
        """Read the results in `store`. Raises UsageError if there are none."""
        self._store = store
        self._outcomes: Outcomes | None = None if store.is_published_copy() else read(store)
        self._answer: Answer = stored_answer(store, notes_above(store))
        for line in store.warnings:
            warnings.warn(line, stacklevel=3)

    @property
    def path(self) -> Path:
        """The results folder."""
        return self._store.path()

    @cached_property
    def sets(self) -> dict[str, "Results"]:
        """The results on each data set by its short name: these."""
        manifest = self._store.manifest()
        return {default_name(manifest.data.name, manifest.data.reading): self} if manifest is not None else {}

    @cached_property
    def cells(self) -> pd.DataFrame:
        """One row for each cell, as cells.csv."""
        if self._outcomes is None:
            return published_frame(self.path / "cells.csv")
        return frame_of(cells_frame(self._outcomes.all, self._outcomes.manifest.data.title))

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row for each configuration of a method, as table.csv."""
        if self._outcomes is None:
            return published_frame(self.path / "table.csv")
        return frame_of(groups_frame(self._groups, self._outcomes.manifest.data.title))

    @property
    def caveats(self) -> list[str]:
        """All that makes the numbers incomplete, less sure or less comparable."""
        return [*self._answer.above, *self._answer.caveats]

    @property
    def facts(self) -> list[str]:
        """How the data were read and the numbers were made."""
        return list(self._answer.facts)

    @cached_property
    def failures(self) -> pd.DataFrame:
        """One row for each failed cell. Published tables have only the error in one line, in `cells`."""
        return failures_of(self._groups)

    def labels(self, method: str, seed: int = 0) -> NDArray[np.int64]:
        """The cluster of each sample, (n_samples,) int64; −1 is noise, which only other libraries' classes have.

        Parameters
        ----------
        method : str
            A label of `table`, such as `dec` or `dec (small, d=10)`.
        seed : int, default=0
            The seed of the fit.

        Raises
        ------
        UsageError
            If there is no such label or seed (the message names those that are there), if the fit failed, if the
            experiment is a cross-validation (a fit has labels of its held-out samples only), or if the folder has no
            records.

        Examples
        --------
        >>> import bench
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     results = bench.run("kmeans", dataset="digits", seeds=1, results_dir=folder, verbose=False)
        ...     labels = results.labels("kmeans", seed=0)
        >>> labels.shape, sorted(set(labels.tolist()))
        ((1797,), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
        """
        labels: NDArray[np.int64] = self._arrays(method, seed)[names.LABELS]
        return labels

    def embedding(self, method: str, seed: int = 0) -> NDArray[np.float32]:
        """The samples in the space that the method has learnt, (n_samples, d) float32.

        Parameters
        ----------
        method : str
            A label of `table`, such as `dec` or `dec (small, d=10)`.
        seed : int, default=0
            The seed of the fit.

        Raises
        ------
        UsageError
            As in `labels`, and if the method learns no space: its space is then that of the data.

        Examples
        --------
        >>> import bench
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     results = bench.run("pca-kmeans", dataset="digits", seeds=1, results_dir=folder, verbose=False)
        ...     embedding = results.embedding("pca-kmeans")
        >>> embedding.shape[0], str(embedding.dtype)
        (1797, 'float32')
        """
        arrays = self._arrays(method, seed)
        if names.EMBEDDING not in arrays:
            raise UsageError(f"{method} learns no space of its own, so it has no embedding; its space is the data's.")
        return np.asarray(arrays[names.EMBEDDING], np.float32)

    def assignments(self, method: str, seed: int = 0) -> pd.DataFrame:
        """Which sample is in which cluster, and how strongly: one row for each sample, as the CSV file of the fit.

        Columns: `row` (number of the row in the data, from 0), `name` (file name or id; None where the source has
        none), `split`, `cluster` (−1 is noise), `strength` (NaN where there is none) and `strength_kind`: `q` (the soft
        assignment of DEC, 0 to 1), `posterior` (of a mixture, 0 to 1) or `margin` ((d2 − d1) / max(d1, d2) from the
        distances to the own and to the next cluster, −1 to 1). A cross-validated fit has its held-out samples only.

        Parameters
        ----------
        method : str
            A label of `table`, such as `dec` or `dec (small, d=10)`.
        seed : int, default=0
            The seed of the fit.

        Raises
        ------
        UsageError
            If there is no such label or seed, if the fit failed, if the folder has no records, or if the file is
            missing or damaged; `python -m bench report NAME` writes a missing file.

        Examples
        --------
        >>> import bench
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     results = bench.run("kmeans", dataset="digits", seeds=1, results_dir=folder, verbose=False)
        ...     frame = results.assignments("kmeans")
        >>> list(frame), len(frame), set(frame["strength_kind"])
        (['row', 'name', 'split', 'cluster', 'strength', 'strength_kind'], 1797, {'margin'})
        """
        try:
            return read_assignments(self._store, self._outcome(method, seed).cell)
        except RecordError as error:
            raise UsageError(str(error)) from None

    def model(self, method: str, seed: int = 0, *, device: str | None = None) -> "registry.Clusterer":
        """The fitted estimator: `predict`, `transform` and others of new samples.

        New samples are rows of the features of the data set: pixels in [0, 1], or numbers that are scaled as those of
        the fit were. `python -m bench predict` also prepares files of images, texts or tables in this way.

        Parameters
        ----------
        method : str
            A label of `table`, such as `dec` or `dec (small, d=10)`.
        seed : int, default=0
            The seed of the fit.
        device : str or None, default=None
            Where a network computes: auto, cpu, cuda, cuda:1 or mps. None: the device of the fit if this machine has
            it, else the processor.

        Returns
        -------
        Clusterer
            An estimator of `methods`. Its predictions of the data of the fit are equal to `labels`.

        Raises
        ------
        UsageError
            If there is no such label or seed, if the fit failed, or if it has no model: that of a class of another
            package, or of a run with `models=False`.

        Examples
        --------
        >>> import bench
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     results = bench.run("kmeans", dataset="digits", seeds=1, results_dir=folder, verbose=False)
        ...     model = results.model("kmeans")
        >>> model.cluster_centers_.shape
        (10, 64)
        """
        try:
            return stored_model(self._store, self._outcome(method, seed), f"{method}, seed {seed}", device)
        except registry.MethodError as error:
            raise UsageError(str(error)) from None

    @cached_property
    def _groups(self) -> list[Group]:
        return [] if self._outcomes is None else group(self._outcomes.all)

    def _arrays(self, method: str, seed: int) -> dict[str, NDArray[Any]]:
        cell = self._outcome(method, seed).cell
        if cell.folds is not None:
            raise UsageError(
                f"{self.path} is a cross-validation: a fit has labels and codes of its held-out samples only; expected "
                "an experiment of bench.run."
            )
        try:
            return self._store.arrays(cell.key)
        except RecordError as error:
            raise UsageError(str(error)) from None

    def _outcome(self, method: str, seed: int) -> Outcome:
        """The finished cell of a label and a seed."""
        if self._outcomes is None:
            raise UsageError(
                f"{self.path} has published tables without records, so it has no labels or embeddings; run the command "
                f"in {self.path / 'manifest.json'} under another name to make them."
            )
        return chosen_fit(chosen_group(self._groups, str(method)), seed, errors_command(self._store))

    @cached_property
    def _sentences(self) -> list[str]:
        """The answer of the page; empty for published tables without a whole cells.csv."""
        try:
            outcomes = self._outcomes or read_for_tables(self._store)
        except UsageError:
            return []
        return sentences(PageView(self._store, outcomes))

    def __repr__(self) -> str:
        return as_text(self._answer)

    def _repr_html_(self) -> str:
        """The head of the page for a notebook: the answer in sentences, the table and its caveats."""
        return as_html(self._answer, self._sentences)


def failures_of(groups: Sequence[Group]) -> pd.DataFrame:
    """One row for each failed cell of these groups."""
    rows = []
    for label, outcome in ((each.label, outcome) for each in groups for outcome in each.outcomes):
        failure = outcome.attempts[-1].failure if outcome.status == "failed" else None
        if failure is not None:
            last = outcome.attempts[-1]
            row = (label, outcome.cell.seed, last.ending, outcome.error, failure.traceback, outcome.n_attempts)
            rows.append(row)
    return pd.DataFrame(rows, columns=["label", "seed", "ending", "error", "traceback", "attempts"])
