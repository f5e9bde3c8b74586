"""The sentences of the main tables: over what a value is a mean, and why no value is marked as the best."""

from collections.abc import Sequence

from bench.report.best import WHY_ONE_SEED, Ranking
from bench.report.groups import Group

OF_FOLDS = (
    "A seed is the number of the fold that was held out. Fits of different folds learn from the same samples, so their "
    "intervals are too sure; section Search has the choice."
)
WHY_FOLDS = "No value is marked: fits of different folds learn from the same samples, so no test over folds is valid."
WHY_TOO_FEW = (
    "No value is marked: with so few seeds, no test can tell so many rows apart from the best one; --seeds 10 can."
)


def spread_sentence(groups: Sequence[Group]) -> str:
    """What the values of the tables are, such as means over seeds."""
    if any(len(group.ok) > 1 for group in groups):
        subsamples = " and subsamples" if any(group.n_subsamples > 1 for group in groups) else ""
        return f"Every value is a mean ± standard deviation over seeds{subsamples}. {folds_sentence(groups)}".rstrip()
    return "Every value is of one seed, so it has no standard deviation."


def folds_sentence(groups: Sequence[Group]) -> str:
    """What the seeds of folds are; empty without folds."""
    return OF_FOLDS if any(group.of_folds for group in groups) else ""


def why_unmarked(groups: Sequence[Group], found: Sequence[Ranking]) -> str:
    """Why no value of a table is marked as the best; empty for one row, which is not compared.

    `found`: the rankings of its columns, none of which tells a row apart.
    """
    if len(groups) < 2:
        return ""
    if any(group.of_folds for group in groups):
        return WHY_FOLDS
    if all(len(group.outcomes) == 1 for group in groups):
        return f"No value is marked: {WHY_ONE_SEED}"
    return WHY_TOO_FEW if found else "No value is marked: the rows cannot be compared with each other."
