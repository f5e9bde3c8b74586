"""The option `show --clusters`: the size of each cluster of one fit, its most typical and its least certain samples."""

from collections.abc import Sequence

import pandas as pd
from rich.cells import cell_len, set_cell_size
from rich.console import Console

from bench.commands.chosen_fit import chosen_fit, chosen_group
from bench.console.progress import print_line
from bench.errors import UsageError
from bench.report.assignments import KINDS, read_assignments, shown_name
from bench.report.examples import DIGITS, Examples, examples
from bench.report.groups import Group, group
from bench.report.outcomes import Outcome, read
from bench.store import arrays as names
from bench.store.command import errors_command
from bench.store.store import Store
from bench.text import visible

COUNT = 5
"""Largest number of typical, and of uncertain samples of a cluster."""
WIDTH = 100
"""Largest width of the lists, also on a wider terminal."""


def show_clusters(store: Store, method: str, seed: int | None, console: Console) -> None:
    """Print the clusters of one fit, and the path of its assignments.

    `method`: a label of the table, or a method with one row; `seed`: None is the lowest finished one. Raises UsageError
    if there is no such fit or if its assignments are missing, and RecordError if its arrays are damaged.
    """
    if store.is_published_copy():
        raise UsageError(f"results '{store.name}' are published tables; the assignments of their samples are not here.")
    outcomes = read(store)
    print_clusters(store, chosen_group(group(outcomes.all), method), seed, outcomes.manifest.data.title, console)


def print_clusters(store: Store, chosen: Group, seed: int | None, data_set: str, console: Console) -> None:
    """Print the clusters of one fit of a row, and the path of its assignments; see `show_clusters`."""
    fit = chosen_fit(chosen, seed, errors_command(store))
    frame = read_assignments(store, fit.cell)
    found = _examples(store, fit, frame)
    title = f"{chosen.label}, seed {fit.cell.seed}, on {data_set}"
    print_line(console, f"{title}: {_count(len(frame), 'sample')} in {_count(len(found), 'cluster')}")
    for each in found:
        print_line(console, "")
        for line in _lines(each, frame, min(console.width, WIDTH)):
            print_line(console, line)
    print_line(console, "")
    if n_noise := int((frame["cluster"] < 0).sum()):
        print_line(console, f"Noise: {_count(n_noise, 'sample')} in no cluster.")
    print_line(console, KINDS[str(frame["strength_kind"].iat[0])])
    print_line(console, f"All samples: {store.assignments_path(fit.cell.key)}")


def _examples(store: Store, fit: Outcome, frame: pd.DataFrame) -> list[Examples]:
    margin = store.arrays(fit.cell.key).get(names.MARGIN)
    return examples(frame["cluster"].to_numpy(), frame["strength"].to_numpy(), margin, COUNT)


def _lines(each: Examples, frame: pd.DataFrame, width: int) -> list[str]:
    """A heading, and the two lists side by side; a long name is cut in its middle."""
    kind = str(frame["strength_kind"].iat[0])
    heading = f"Cluster {each.cluster}: {_count(each.size, 'sample')}, {100 * each.size / len(frame):.1f} %"
    typical, uncertain = (_list(places, frame) for places in (each.typical, each.uncertain))
    digits = max(len(kind), DIGITS + 3)
    room = (width - 2 * digits - 8) // 2
    lists = [("most typical", typical), ("least certain", uncertain)] if uncertain else [("most typical", typical)]
    columns = [_column(title, kind, rows, room, digits) for title, rows in lists]
    lengths = range(max(map(len, columns)))
    lines = ["  ".join(column[n] if n < len(column) else "" for column in columns) for n in lengths]
    return [heading, *(f"  {line}".rstrip() for line in lines)]


def _list(places: Sequence[int], frame: pd.DataFrame) -> list[tuple[str, float]]:
    strength = frame["strength"].tolist()
    return [(visible(shown_name(frame, place)), strength[place]) for place in places]


def _column(title: str, kind: str, rows: Sequence[tuple[str, float]], room: int, digits: int) -> list[str]:
    """Lines of equal width: a name of at most `room` columns of the terminal, and its strength."""
    longest = min(room, max(cell_len(name) for name in [title, *(name for name, _ in rows)]))
    texts = ["" if value != value else f"{value:.{DIGITS}f}" for _, value in rows]
    names_and_texts = zip([title, *(name for name, _ in rows)], [kind, *texts], strict=True)
    return [f"{set_cell_size(shortened(name, longest), longest)}  {text:>{digits}}" for name, text in names_and_texts]


def shortened(name: str, width: int) -> str:
    """`name` in at most `width` columns of a terminal; the middle of a longer name becomes an ellipsis.

    >>> shortened("flowers/rose/IMG_2041.jpg", 16), shortened("rose.jpg", 16)
    ('flower…_2041.jpg', 'rose.jpg')
    """
    if cell_len(name) <= width:
        return name
    n_start, n_end = (width - 1) * 2 // 5, width - 1 - (width - 1) * 2 // 5
    end = name
    while cell_len(end) > n_end:
        end = end[1:]
    return f"{set_cell_size(name, n_start)}…{end}"


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'s' * (number != 1)}"
