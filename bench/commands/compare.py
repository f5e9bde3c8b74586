"""The command `compare`: rows of one or two experiments, over their seeds and over their images."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from rich.console import Console

from bench.analysis.partition_pairs import ImagesCompared, compare_images
from bench.commands.chosen_fit import chosen_label
from bench.commands.compare_answers import comparison_answers
from bench.commands.figures import load_for
from bench.console.answer import print_answer
from bench.console.progress import share_bar
from bench.errors import UsageError
from bench.report.comparison import compared, comparison_frame, not_compared
from bench.report.csv_files import write_csv
from bench.report.groups import Group, group
from bench.report.outcomes import Outcomes
from bench.report.published_outcomes import read_for_tables
from bench.report.row_pairs import RowPair, pairs_between, pairs_within
from bench.report.stored_answer import title
from bench.report.unlike_settings import unlike_settings
from bench.store.store import Store


def compare(stores: Sequence[Store], methods: Sequence[str], across: bool, to: Path | None, console: Console) -> None:
    """Print the differences of rows, and write them into the CSV file `to`.

    `stores`: one experiment, whose rows are compared with each other, or two, whose rows with equal labels are compared
    or, if `across`, all rows. `methods`: labels of the only rows that are compared; empty: all of them.

    A published folder without records is compared over the seeds in its cells.csv, not over images.

    Raises UsageError if there is no such experiment, if the data differ, if the seeds are folds, or if there is
    no pair to compare.
    """
    if not 1 <= len(stores) <= 2:
        raise UsageError(f"compare takes one or two results folders, got {len(stores)}.")
    if len(stores) == 2 and stores[0].path() == stores[1].path():
        raise UsageError(f"{stores[0].name} is named twice; `compare {stores[0].name}` compares its rows.")
    if across and len(stores) == 1:
        raise UsageError("--across compares the rows of two results folders; expected the name of a second one.")
    if to is not None and to.suffix != ".csv":
        raise UsageError(f"--to {to}: expected a file that ends in .csv.")
    outcomes = [read_for_tables(store) for store in stores]
    _check_same_data(stores, outcomes)
    _check_no_folds(stores, outcomes)
    groups = [group(each.all) for each in outcomes]
    rows = _chosen(groups, list(dict.fromkeys(methods)))
    finished = [[row for row in each if row.ok] for each in rows]
    pairs = _pairs(stores, finished, across)
    found = compared(pairs)
    if not found:
        raise UsageError(_why_none(pairs))
    images = _images(stores, pairs, outcomes[0], console)
    caveats = [*_unfinished(stores, rows), *not_compared(pairs), *_without_records(stores, outcomes[0])]
    if len(stores) == 2:
        manifests = (outcomes[0].manifest, outcomes[1].manifest)
        caveats += unlike_settings(manifests, (finished[0], finished[1]), pairs)
    facts = _written_from(stores, outcomes)
    for answer in comparison_answers(title(outcomes[0].manifest), found, images, facts, caveats):
        print_answer(console, answer)
        console.print()
    if to is not None:
        write_csv(to, comparison_frame(found))


def _why_none(pairs: Sequence[RowPair]) -> str:
    """Why no pair is compared, in one line."""
    if reasons := not_compared(pairs):
        return f"no two of these rows can be compared. {reasons[0]}"
    return "no two of these rows have values of one metric; `show NAME --errors` shows failed cells."


def _check_same_data(stores: Sequence[Store], outcomes: Sequence[Outcomes]) -> None:
    digests = [each.manifest.data.digest for each in outcomes]
    if len(set(digests)) > 1:
        names = " and ".join(f"{store.name} ({digest[:12]})" for store, digest in zip(stores, digests, strict=True))
        raise UsageError(
            f"the data differ between {names}; only rows of the same images can be compared. `run --dataset a,b` "
            "compares methods over several data sets."
        )


def _check_no_folds(stores: Sequence[Store], outcomes: Sequence[Outcomes]) -> None:
    for store, each in zip(stores, outcomes, strict=True):
        if any(outcome.cell.folds is not None for outcome in each.all):
            raise UsageError(
                f"{store.name} is a search by cross-validation: its seeds are folds of the same samples, which are not "
                "independent, so no test compares its rows; `show` and `report` have its figures."
            )


def _chosen(groups: Sequence[Sequence[Group]], methods: Sequence[str]) -> list[list[Group]]:
    """The groups of each experiment that are asked for, in that order; all of them if none is asked for.

    A row of only one of two experiments is enough. Raises UsageError, one line, if no experiment has a row.
    """
    if not methods:
        return [list(each) for each in groups]
    known = {row.label: row.cell.method for each in groups for row in each}
    chosen: list[list[Group]] = [[] for _ in groups]
    for method in methods:
        for each, rows in zip(groups, chosen, strict=True):
            own = {row.label: row for row in each}
            if method in own or any(method == row.cell.method for row in each):
                rows.append(own[chosen_label({label: row.cell.method for label, row in own.items()}, method)])
        if not any(method in (label, of) for label, of in known.items()):
            chosen_label(known, method)  # raises, and names the rows of all experiments
    return chosen


def _unfinished(stores: Sequence[Store], rows: Sequence[Sequence[Group]]) -> list[str]:
    """One line for each row that lacks fits."""
    return [
        f"{row.label} in {store.name}: {row.seeds_text()}{'' if row.ok else ', so it is not compared'}."
        for store, each in zip(stores, rows, strict=True)
        for row in each
        if len(row.ok) < len(row.outcomes)
    ]


def _written_from(stores: Sequence[Store], outcomes: Sequence[Outcomes]) -> list[str]:
    """What is not known of folders without records, one line for equal sentences."""
    names: dict[str, list[str]] = {}
    for store, each in zip(stores, outcomes, strict=True):
        if each.written_from:
            names.setdefault(each.written_from, []).append(store.name)
    return [f"{' and '.join(several)}: {sentence}" for sentence, several in names.items()]


def _without_records(stores: Sequence[Store], outcomes: Outcomes) -> list[str]:
    """One line if only the seeds are compared, because a folder has no records."""
    published = [store for store in stores if store.is_published_copy()]
    if not published or not outcomes.labelled:
        return []
    names = " and ".join(store.name for store in published)
    return [
        "Not compared over images (McNemar's test, bootstrap over images): this needs the records, and "
        f"{names} {'has' if len(published) == 1 else 'have'} only published tables; the command in "
        f"{published[0].path('manifest.json')} makes them."
    ]


def _pairs(stores: Sequence[Store], rows: Sequence[Sequence[Group]], across: bool) -> list[RowPair]:
    if len(stores) == 1:
        if len(rows[0]) < 2:
            raise UsageError(f"{stores[0].name} has fewer than two of these rows; expected two --method, or none.")
        return pairs_within(rows[0])
    for store, each in zip(stores, rows, strict=True):
        if not each:
            raise UsageError(f"{store.name} has none of these rows, or none of them has finished.")
    pairs = pairs_between((stores[0].name, stores[1].name), (rows[0], rows[1]), across)
    if not pairs:
        raise UsageError(
            "the two results folders have no row with an equal label; --across compares each row of one with each row "
            "of the other."
        )
    return pairs


def _images(
    stores: Sequence[Store], pairs: Sequence[RowPair], outcomes: Outcomes, console: Console
) -> dict[str, ImagesCompared]:
    """By title of the pair; empty without true labels or records. Fits on folds or subsamples label other samples."""
    pairs = [pair for pair in pairs if pair.new.cell.labels_all_samples and pair.base.cell.labels_all_samples]
    if not outcomes.labelled or not pairs or any(store.is_published_copy() for store in stores):
        return {}
    truth = load_for(stores[0], console).labels
    assert truth is not None
    found = {}
    with share_bar(console, "images drawn") as progress:
        for number, pair in enumerate(pairs, start=1):
            found[pair.title] = compare_images((stores[0], stores[-1]), pair, np.asarray(truth))
            progress(number / len(pairs))
    return found
