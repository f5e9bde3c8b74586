"""The command `choose`: names one of the finished fits of an experiment without labels."""

from collections.abc import Sequence

import numpy as np
from rich.console import Console

from bench.analysis.choice import Choice, choice
from bench.analysis.partitions import Partition, partitions_of
from bench.commands.choose_answer import choose_answer
from bench.commands.ending import notes_above
from bench.commands.figures import load_for
from bench.console.answer import print_answer
from bench.console.progress import busy, print_line
from bench.errors import UsageError
from bench.machine.threads import choose_threads, limited_threads
from bench.metrics.arrays import FloatArray
from bench.metrics.reference import reference_space
from bench.report.figures.own_files import few
from bench.report.groups import Group, group
from bench.report.outcomes import read
from bench.store.command import command
from bench.store.store import Store


def choose(store: Store, n_clusters: int | None, threads: int | None, console: Console) -> None:
    """Print the fits in the order of the rule of `bench.analysis.choice`, and the command that shows the first one.

    `n_clusters`: of fits that ask for several numbers of clusters, those with this one. No true labels and no scores
    are used. Raises UsageError, one line, if there is no fit that the rule ranks, or if the fits ask for several
    numbers of clusters; and RecordError if the arrays of a fit are damaged.
    """
    if store.is_published_copy():
        raise UsageError(f"results '{store.name}' are published tables; the clusters of their fits are not here.")
    outcomes = read(store)
    groups = group(outcomes.all)
    k = _number_of_clusters(store, groups, n_clusters)
    fits, notes = partitions_of(store, [each for each in groups if each.cell.n_clusters == k])
    notes = [*_unfinished(groups), *_of_another_number(groups, k), *notes]
    features = np.asarray(load_for(store, console).features)
    with busy(console, "the nearest neighbours of each sample"), limited_threads(choose_threads(threads)):
        found = _ordered(features, fits, k)
    if not found.order:
        raise UsageError(f"'{store.name}' has no fit that the rule ranks: {'; '.join(_reasons(fits, found))}.")
    above = [*outcomes.manifest.notes, *notes_above(store)]
    print_answer(console, choose_answer(outcomes.manifest, fits, found, k, above, notes))
    first = fits[found.order[0]]
    options = ["--clusters", first.label, "--seed", str(first.seed)]
    print_line(console, "")
    print_line(console, f"{command('show', store.name, store.results_dir, *options)} shows its clusters.")


def _ordered(features: FloatArray, fits: Sequence[Partition], n_clusters: int) -> Choice:
    """The order of the rule; it sees the samples, (n_samples, n_features), and the clusters alone."""
    return choice(reference_space(features), [fit.labels for fit in fits], n_clusters)


def _number_of_clusters(store: Store, groups: Sequence[Group], asked: int | None) -> int:
    """The number of clusters that the compared fits ask for. Raises UsageError if there is none, or more than one."""
    whole = [each for each in groups if any(outcome.cell.labels_all_samples for outcome in each.ok)]
    if not whole:
        raise UsageError(f"'{store.name}' has no finished fit of all samples; `choose` compares such fits.")
    numbers = sorted({each.cell.n_clusters for each in whole if each.cell.n_clusters is not None})
    if not numbers:
        raise UsageError(
            f"'{store.name}' has only methods that find their own number of clusters; `choose` compares fits that are "
            "asked for one and the same number."
        )
    known = ", ".join(map(str, numbers))
    if asked is None and len(numbers) > 1:
        raise UsageError(
            f"'{store.name}' has fits with several numbers of clusters, and more clusters can have more bits; expected "
            f"--n-clusters with one of: {known}."
        )
    if asked is not None and asked not in numbers:
        raise UsageError(f"--n-clusters {asked}: no finished fit of all samples asks for it; expected one of: {known}.")
    return numbers[0] if asked is None else asked


def _unfinished(groups: Sequence[Group]) -> list[str]:
    """One line for each row that lacks fits."""
    return [f"{each.label}: {each.seeds_text()}." for each in groups if len(each.ok) < len(each.outcomes)]


def _of_another_number(groups: Sequence[Group], n_clusters: int) -> list[str]:
    """One line for the finished rows that were not asked for this number of clusters."""
    others = [each.label for each in groups if each.ok and each.cell.n_clusters != n_clusters]
    if not others:
        return []
    asked = "it was" if len(others) == 1 else "they were"
    return [f"{few(others)}: left out, because {asked} not asked for {n_clusters} clusters."]


def _reasons(fits: Sequence[Partition], found: Choice) -> list[str]:
    return [f"{fits[place].name}: {why}" for place, why in found.left_out.items()]
