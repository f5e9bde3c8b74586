"""The option `show --clusters` on a table over several data sets: the clusters of one row on each of them."""

from rich.console import Console

from bench.commands.chosen_fit import chosen_label
from bench.commands.show_clusters import print_clusters
from bench.console.progress import print_line
from bench.errors import UsageError
from bench.report.sets_view import SetResults, read_view
from bench.store.records import RecordError
from bench.store.store import Store


def show_sets_clusters(store: Store, method: str, seed: int | None, console: Console) -> None:
    """Print the clusters of one fit on each data set, as `show_clusters` does; one line where there is none.

    `method`: a label of the table over all, or a method with one row. Raises UsageError if there is no such label, or
    if no data set has such a fit.
    """
    view = read_view(store)
    methods = {label: group.cell.method for each in view.sets for label, group in each.groups.items()}
    label = chosen_label({each: methods.get(each, each) for each in view.labels}, method)
    reasons = []
    for number, each in enumerate(view.sets):
        if number:
            print_line(console, "")
        try:
            _print(store, each, label, seed, console)
        except (UsageError, RecordError) as error:
            reasons.append(f"{each.title}: {error}")
            print_line(console, f"warning: {reasons[-1]}")
    if len(reasons) == len(view.sets):
        raise UsageError(f"no data set has clusters of {label} to show; {reasons[0]}")


def _print(store: Store, results: SetResults, label: str, seed: int | None, console: Console) -> None:
    """Print the clusters on one data set. Raises UsageError if there are none."""
    if label not in results.groups:
        raise UsageError(f"{label}: {results.missing(label)}")
    own = Store(store.results_dir, results.entry.folder)
    print_clusters(own, results.groups[label], seed, results.title, console)
