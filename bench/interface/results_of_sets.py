"""The results on several data sets: those of each data set, and the table over all."""

import warnings
from functools import cached_property

import pandas as pd

from bench.commands.ending import sets_notes_above
from bench.errors import UsageError
from bench.interface.frames import frame_of
from bench.interface.results import Results, failures_of
from bench.interface.shown import as_html, as_text
from bench.report.outcomes import Outcome
from bench.report.ranks import rankings
from bench.report.sets_answer import sets_answers
from bench.report.sets_view import read_view
from bench.report.tables.facts import data_facts
from bench.report.tables.frames import cells_frame
from bench.report.tables.sets import ranks_frame, sets_frame
from bench.store.store import Store


class ResultsOfSets(Results):
    """The results on several data sets. Its text is the table over all: ranks, and the first metric on each data set.

    Attributes
    ----------
    sets : dict of str to Results
        The results on each data set, by its short name. A data set without records is left out.
    table : DataFrame
        One row for each row and data set, as sets.csv: `set`, `label`, number of seeds, and for each metric
        `NAME_mean`, `NAME_sd`, `NAME_n` and, if it ranks rows, `NAME_rank`.
    ranks : DataFrame
        One row for each row and metric, as ranks.csv: `mean_rank`, on how many data sets it rests (`n_sets`), on how
        many any rows are ranked (`n_sets_ranked`) and on how many the row has the best value (`n_won`).
    cells, failures, caveats, facts, path
        As in Results, of all data sets; `cells` and `failures` have a column `set`.
    """

    def __init__(self, store: Store) -> None:
        """Read the results in `store`. Raises UsageError if there are none."""
        self._store = store
        self._view = read_view(store)
        self._answers = sets_answers(self._view, sets_notes_above(self._view.manifest))
        for line in store.warnings:
            warnings.warn(line, stacklevel=3)

    @cached_property
    def sets(self) -> dict[str, Results]:
        """The results on each data set, by its short name."""
        stores = {each.title: Store(self._store.results_dir, each.entry.folder) for each in self._view.sets}
        return {title: Results(store) for title, store in stores.items() if store.manifest() is not None}

    @cached_property
    def cells(self) -> pd.DataFrame:
        """One row for each cell of the table over all."""
        frames = []
        for results in self._view.sets:
            outcomes = {o.cell.key: o for group in results.groups.values() for o in group.outcomes}
            frame = cells_frame(list(outcomes.values()), results.entry.data.title)
            frame.insert(0, "set", results.title)
            frames.append(frame)
        return frame_of(pd.concat(frames, ignore_index=True))

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row for each row and data set, as sets.csv."""
        return frame_of(sets_frame(self._view, rankings(self._view)))

    @cached_property
    def ranks(self) -> pd.DataFrame:
        """One row for each row and metric, as ranks.csv."""
        return frame_of(ranks_frame(self._view, rankings(self._view)))

    @property
    def caveats(self) -> list[str]:
        """All that makes the numbers incomplete, less sure or less comparable, of each data set and of the ranks."""
        of_sets = [f"{each.title}: {line}" for each in self._view.sets for line in each.caveats]
        return [*self._answers[0].above, *self._answers[-1].caveats, *of_sets]

    @property
    def facts(self) -> list[str]:
        """How each data set was read, what a rank is, and the tests of the ranks."""
        of_sets = [f"{each.title}: {line}" for each in self._view.sets for line in data_facts(each.entry.data)]
        return [*(line for answer in self._answers for line in answer.facts), *of_sets]

    @cached_property
    def failures(self) -> pd.DataFrame:
        """One row for each failed cell, with the data set in the column `set`."""
        frames = []
        for results in self._view.sets:
            frame = failures_of(list(results.groups.values()))
            frame.insert(0, "set", results.title)
            frames.append(frame)
        return pd.concat(frames, ignore_index=True)

    def _outcome(self, method: str, seed: int) -> Outcome:
        first = next(iter(self.sets))
        raise UsageError(
            f"these results are on {len(self._view.sets)} data sets; labels, embeddings and assignments are of one, "
            f"such as results.sets[{first!r}].labels({method!r})."
        )

    def __repr__(self) -> str:
        return "\n\n".join(map(as_text, self._answers))

    def _repr_html_(self) -> str:
        """The tables with their caveats, for a notebook."""
        return "".join(map(as_html, self._answers))
