"""The answer over several data sets: plain tables of ranks and of metrics, for a terminal and a notebook."""

from collections.abc import Sequence
from dataclasses import replace

from bench.errors import UsageError
from bench.metrics.declarations import metric
from bench.report.answer import METHOD, OWN, Answer
from bench.report.friedman import sentences
from bench.report.numbers import arrow, heading
from bench.report.ranks import Ranking, not_ranked, rankings
from bench.report.sets_tables import RANKS, PlainTable, metric_table, rank_table
from bench.report.sets_view import SetsView
from bench.store.command import command

LABELLED = ("accuracy", "ari", "nmi", "silhouette_input")
"""The metrics of the ranks if a data set has true labels."""
UNLABELLED = ("silhouette_input", "davies_bouldin_input", "calinski_harabasz_input")
"""The metrics of the ranks if no data set has true labels."""


def sets_answers(
    view: SetsView,
    above: Sequence[str] = (),
    *,
    metrics: Sequence[str] = (),
    sort: str | None = None,
    wide: bool = False,
) -> list[Answer]:
    """The mean ranks, then one table for each shown metric; the caveats and the tests are those of the last table.

    `metrics`: names of metrics that replace the usual one. `wide`: every metric that ranks rows. `sort`: the name of a
    metric (lowest mean rank first) or `method`. `above`: caveats of all figures in plain text. Raises KeyError
    if the name of a metric is unknown, and UsageError if `sort` is a metric without ranks.
    """
    made = rankings(view)
    view = _sorted(view, made, sort)
    usual = LABELLED if any(each.entry.data.class_names is not None for each in view.sets) else UNLABELLED
    chosen = [metric(name) for name in metrics] or [metric(usual[0])]
    if wide:
        chosen = list(dict.fromkeys([*chosen, *(each.metric for each in made)]))
    in_ranks = [each for each in made if each.metric in chosen or (each.metric.name in usual and not metrics)]
    name = f"{view.manifest.name}, {view.size}"
    answers = [_answer(f"{heading(each)}{arrow(each.higher_is_better)}", metric_table(view, each)) for each in chosen]
    if in_ranks:
        answers.insert(0, replace(_answer("ranks", rank_table(view, in_ranks)), facts=(RANKS,)))
    first, *others = answers
    answers = [replace(first, title=f"{name}: {first.title}", above=tuple(above)), *others]
    own = [OWN] if any(each.space == "own" for each in chosen) else []
    caveats = (*not_ranked(view), *_counts(view), *own)
    tests = (*answers[-1].facts, *sentences(in_ranks, view.labels))
    return [*answers[:-1], replace(answers[-1], caveats=caveats, facts=tests)]


def _answer(title: str, table: PlainTable) -> Answer:
    return Answer(title, table.columns, table.rows, ())


def _sorted(view: SetsView, made: Sequence[Ranking], sort: str | None) -> SetsView:
    """The view with its rows in the order of `sort`."""
    if sort is None:
        return view
    if sort == METHOD:
        return replace(view, labels=sorted(view.labels, key=str.casefold))
    by_name = {each.metric.name: each for each in made}
    if sort not in by_name:
        known = ", ".join([METHOD, *by_name])
        raise UsageError(f"--sort {sort} is not valid for a table over several data sets; expected one of: {known}.")
    ranking = by_name[sort]

    def place(label: str) -> tuple[bool, float]:
        mean = ranking.mean(label)
        return mean is None, mean or 0.0

    return replace(view, labels=sorted(view.labels, key=place))


def _counts(view: SetsView) -> list[str]:
    """One sentence with the number of caveats of each data set, and the command that shows them; none without any."""
    counts = {each.title: len(each.caveats) for each in view.sets if each.caveats}
    if not counts:
        return []
    parts = [f"{number} of {title}" for title, number in counts.items()]
    folder = next(each.entry.folder for each in view.sets if each.caveats)
    return [
        f"The tables of the data sets have more caveats: {', '.join(parts)}; "
        f"{command('show', folder, view.results_dir)} shows those of {next(iter(counts))}."
    ]
