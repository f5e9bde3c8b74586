"""The finished fit whose model a command uses, as the user names it; and the refusals that all such commands share."""

from dataclasses import dataclass

from bench.commands.chosen_fit import chosen_fit, chosen_group
from bench.commands.sets import refuse_over_all
from bench.commands.stored_model import stored_model
from bench.errors import UsageError
from bench.report.groups import Group, group
from bench.report.outcomes import Outcome, Outcomes, read
from bench.store.command import errors_command
from bench.store.store import Store
from methods import registry


@dataclass(frozen=True)
class KeptFit:
    """A finished fit with its model."""

    outcomes: Outcomes
    """All cells of the experiment."""
    group: Group
    """The row of the table to which the fit belongs."""
    fit: Outcome
    model: "registry.Clusterer"

    @property
    def title(self) -> str:
        """The fit in messages."""
        return fit_title(self.group, self.fit)


def fit_title(group: Group, fit: Outcome) -> str:
    """A fit in messages: the label of its row and its seed."""
    return f"{group.label}, seed {fit.cell.seed}"


def outcomes_with_models(store: Store, command: str) -> Outcomes:
    """All cells of an experiment whose models may be here.

    Raises UsageError if the folder has a table over several data sets, or published tables only.
    """
    refuse_over_all(store, command)
    if store.is_published_copy():
        raise UsageError(f"results '{store.name}' are published tables; their models are not here.")
    return read(store)


def kept_fit(store: Store, command: str, method: str | None, seed: int | None, device: str | None = None) -> KeptFit:
    """The fit of one row of the table, and its model.

    `method`: a label of the table, or a method with one row; None: the only row. `seed` None: the lowest finished one;
    `device`: where a network computes, as in `stored_model`. Raises UsageError or MethodError, one line, if there is no
    such model.
    """
    outcomes = outcomes_with_models(store, command)
    rows = group(outcomes.all)
    if method is None and len(rows) > 1:
        labels = "; ".join(row.label for row in rows)
        raise UsageError(f"--method is missing: it chooses a fit of {store.name}; expected one of its rows: {labels}.")
    chosen = rows[0] if method is None else chosen_group(rows, method)
    fit = chosen_fit(chosen, seed, errors_command(store))
    return KeptFit(outcomes, chosen, fit, stored_model(store, fit, fit_title(chosen, fit), device))
