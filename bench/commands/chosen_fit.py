"""The finished fit that a user names: by the label of its row in the tables, and by its seed."""

from collections.abc import Sequence

from bench.errors import UsageError
from bench.report.groups import Group
from bench.report.outcomes import Outcome
from methods.registry import unknown_name


def chosen_group(groups: Sequence[Group], method: str) -> Group:
    """The group with the label `method`, or the only group of that method.

    Raises UsageError, which names the labels, if there is none, or if the method has several groups.
    """
    by_label = {group.label: group for group in groups}
    if method not in by_label:
        of_method = [group.label for group in groups if group.cell.method == method]
        if len(of_method) > 1:
            raise UsageError(
                f"{method} has several configurations; expected one of the labels: {'; '.join(of_method)}."
            )
        raise UsageError(unknown_name("method", method, by_label))
    return by_label[method]


def chosen_fit(group: Group, seed: int | None) -> Outcome:
    """The finished cell of a group with this seed; None: with the lowest seed of the finished ones.

    Raises UsageError if there is no such cell, or if it has not finished.
    """
    if seed is None:
        if not group.ok:
            raise UsageError(f"{group.label}: no seed has finished; seeds: {group.seeds_text()}.")
        return min(group.ok, key=lambda outcome: outcome.cell.seed)
    by_seed = {outcome.cell.seed: outcome for outcome in group.outcomes}
    if seed not in by_seed:
        raise UsageError(f"{group.label} has no seed {seed}; its seeds: {', '.join(map(str, by_seed))}.")
    outcome = by_seed[seed]
    if outcome.status != "ok":
        reason = outcome.error or "it is not finished, or its record is lost"
        raise UsageError(f"{group.label}, seed {seed}, has no arrays: {reason}.")
    return outcome
