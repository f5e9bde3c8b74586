"""The answer of the command `choose`: each fit with its value of the rule, and how far the rule can be trusted."""

from collections.abc import Sequence

import numpy as np

from bench.analysis.autoinformation import N_NEIGHBOURS
from bench.analysis.choice import PAGE, REGRET, Choice
from bench.analysis.partitions import Partition
from bench.metrics.spaces import COMPONENTS
from bench.report.answer import Answer
from bench.report.figures.own_files import few
from bench.report.numbers import NOT_AVAILABLE, arrow, number
from bench.report.stored_answer import title
from bench.store.records import DataSummary, Manifest

COLUMNS = ("Method", f"Autoinformation (bits){arrow(True)}", "Seed")
DECIMALS = 4


def choose_answer(
    manifest: Manifest,
    fits: Sequence[Partition],
    found: Choice,
    n_clusters: int,
    above: Sequence[str],
    notes: Sequence[str],
) -> Answer:
    """The table of all fits, the first one on top and those that are not ranked at the end.

    `above`: caveats of all figures. `notes`: what was left out before the rule. At least one fit is ranked.
    """
    places = [*found.order, *found.left_out]
    rows = tuple((fits[place].label, _value(found, place), str(fits[place].seed)) for place in places)
    chosen = f"Named without labels: {fits[found.order[0]].name}"
    return Answer(
        title=title(manifest),
        columns=COLUMNS,
        rows=rows,
        caveats=(*notes, *_left_out(fits, found), *_no_choice(fits, found)),
        above=(chosen, *above),
        facts=(_computed_on(manifest.data, n_clusters), _regret()),
    )


def _value(found: Choice, place: int) -> str:
    return NOT_AVAILABLE if place in found.left_out else number(float(found.bits[place]), DECIMALS)


def _computed_on(data: DataSummary, n_clusters: int) -> str:
    space = (
        f"{min(COMPONENTS, data.n_samples)} principal components of the input"
        if data.n_features > COMPONENTS
        else f"the input, which has {data.n_features} features"
    )
    return (
        f"The value is the autoinformation of the clusters on the graph of the {min(N_NEIGHBOURS, data.n_samples - 1)} "
        f"nearest neighbours of each of the {data.n_samples:,} samples, in {space}; at most log2({n_clusters}) = "
        f"{np.log2(n_clusters):.{DECIMALS}f} bits. The rule uses no true labels and no scores."
    )


def _regret() -> str:
    return (
        f"The rule can be wrong. On {REGRET.n_sets} data sets with known labels, the ARI of the fit that it names is "
        f"{number(REGRET.mean, 3)} below that of the best fit on average, and {number(REGRET.largest, 3)} at most; "
        f"on average, the largest silhouette in each fit's own space costs less. {PAGE} has each data set and rule."
    )


def _left_out(fits: Sequence[Partition], found: Choice) -> list[str]:
    """One line for each reason."""
    by_reason: dict[str, list[str]] = {}
    for place, why in found.left_out.items():
        by_reason.setdefault(why, []).append(fits[place].name)
    return [f"{few(names)}: not ranked, because of this: {why}." for why, names in by_reason.items()]


def _no_choice(fits: Sequence[Partition], found: Choice) -> list[str]:
    """One line if only one fit is ranked, or if others have the value of the first one."""
    if len(found.order) == 1:
        return ["Only one fit is ranked, so the rule had no choice."]
    equal = [fits[place].name for place in found.equal_to_first[1:]]
    return [f"{few(equal)}: equal to the first one, which is named because it is the earlier one."] if equal else []
