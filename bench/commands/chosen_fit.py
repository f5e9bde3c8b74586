"""The finished fit that a user names: by the label of its row in the tables, and by its seed."""

from collections.abc import Mapping, Sequence

from bench.errors import UsageError
from bench.report.groups import Group
from bench.report.outcomes import Outcome
from methods.registry import did_you_mean, nearest


def chosen_label(methods: Mapping[str, str], wanted: str) -> str:
    """The label `wanted`, or the only label of the method `wanted`; `methods` has the method of each label.

    Raises UsageError, which names the labels, if there is none, or if the method has several.

    >>> chosen_label({"dec": "dec", "som (rows=4)": "som"}, "som")
    'som (rows=4)'
    """
    if wanted in methods:
        return wanted
    of_method = [label for label, method in methods.items() if method == wanted]
    if len(of_method) > 1:
        raise UsageError(f"{wanted} has several configurations; expected one of the labels: {'; '.join(of_method)}.")
    if not of_method:
        near = did_you_mean(nearest(wanted, methods))
        raise UsageError(f"the table has no row '{wanted}';{near} its rows: {'; '.join(methods)}.")
    return of_method[0]


def chosen_group(groups: Sequence[Group], method: str) -> Group:
    """The group with the label `method`, or the only group of that method. Raises UsageError as `chosen_label`."""
    by_label = {group.label: group for group in groups}
    return by_label[chosen_label({label: each.cell.method for label, each in by_label.items()}, method)]


def chosen_fit(group: Group, seed: int | None, show_errors: str) -> Outcome:
    """The finished cell of a group with this seed; None: with the lowest seed of the finished ones.

    `show_errors` is the command that shows the tracebacks. Raises UsageError if there is no such cell, if it has not
    finished, or if the row has several fits for each seed, on subsamples.
    """
    if group.n_subsamples:
        raise UsageError(
            f"{group.label} has fits on {group.n_subsamples} subsamples for each seed; expected a row of all samples."
        )
    if seed is None:
        if not group.ok:
            first = group.outcomes[0]
            raise UsageError(f"{group.label}: no seed has finished ({group.seeds_text()}); {_why(first, show_errors)}.")
        return min(group.ok, key=lambda outcome: outcome.cell.seed)
    by_seed = {outcome.cell.seed: outcome for outcome in group.outcomes}
    if seed not in by_seed:
        raise UsageError(f"{group.label} has no seed {seed}; its seeds: {', '.join(map(str, by_seed))}.")
    outcome = by_seed[seed]
    if outcome.status != "ok":
        done = ", ".join(str(each.cell.seed) for each in group.ok) or "none"
        reason = _why(outcome, show_errors)
        raise UsageError(f"{group.label} has no result of seed {seed}; {reason}; finished seeds: {done}.")
    return outcome


def _why(outcome: Outcome, show_errors: str) -> str:
    """Why a cell has not finished, with the remedy."""
    seed = outcome.cell.seed
    if outcome.status == "missing":
        return f"seed {seed} was not run to its end, or its record is lost: give the command of the run again"
    return f"seed {seed}: {outcome.error.rstrip('.')}; {show_errors} shows the tracebacks"
