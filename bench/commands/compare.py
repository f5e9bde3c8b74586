"""The command `compare`: rows of one or two experiments, over their seeds and over their images."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from rich.console import Console

from bench.analysis.partition_pairs import ImagesCompared, compare_images
from bench.commands.chosen_fit import chosen_label
from bench.commands.figures import load_for
from bench.console.answer import print_answer
from bench.console.progress import share_bar
from bench.errors import UsageError
from bench.metrics.declarations import metric
from bench.report.answer import Answer
from bench.report.comparison import (
    ComparedPair,
    RowPair,
    compared,
    comparison_frame,
    not_compared,
    pairs_between,
    pairs_within,
    unlike_settings,
)
from bench.report.csv_files import write_csv
from bench.report.groups import Group, group
from bench.report.numbers import (
    NOT_AVAILABLE,
    arrow,
    heading,
    interval_text,
    number,
    probability,
    probability_text,
    with_interval,
)
from bench.report.outcomes import Outcomes, read
from bench.report.stored_answer import title
from bench.report.tables.improvements import pairing_text
from bench.store.store import Store

HEADINGS = ("Rows", "Difference [95 % interval]", "p", "P(higher)", "Compared", "Verdict")
EXPLAINED = (
    "A difference is claimed only if its interval excludes zero and its permutation test has p < 0.05, corrected for "
    "the number of pairs (Holm). Higher and lower say nothing about better: the arrow of the metric does."
)


def compare(stores: Sequence[Store], methods: Sequence[str], across: bool, to: Path | None, console: Console) -> None:
    """Print the differences of rows, and write them into the CSV file `to`.

    `stores`: one experiment, whose rows are compared with each other, or two, whose rows with equal labels are compared
    or, if `across`, all rows. `methods`: labels of the only rows that are compared; empty: all of them.

    Raises UsageError if an experiment has no records, if the data differ, or if there is no pair to compare.
    """
    if not 1 <= len(stores) <= 2:
        raise UsageError(f"compare takes one or two results folders, got {len(stores)}.")
    if len(stores) == 2 and stores[0].path() == stores[1].path():
        raise UsageError(f"{stores[0].name} is named twice; `compare {stores[0].name}` compares its rows.")
    if across and len(stores) == 1:
        raise UsageError("--across compares the rows of two results folders; expected the name of a second one.")
    if to is not None and to.suffix != ".csv":
        raise UsageError(f"--to {to}: expected a file that ends in .csv.")
    outcomes = [read(store) for store in stores]
    _check_same_data(stores, outcomes)
    groups = [group(each.all) for each in outcomes]
    rows = _chosen(groups, list(dict.fromkeys(methods)))
    finished = [[row for row in each if row.ok] for each in rows]
    pairs = _pairs(stores, finished, across)
    found = compared(pairs)
    if not found:
        raise UsageError("no two of these rows have values of one metric; `show NAME --errors` shows failed cells.")
    images = _images(stores, pairs, outcomes[0], console)
    caveats = [*_unfinished(stores, rows), *not_compared(pairs)]
    if len(stores) == 2:
        manifests = (outcomes[0].manifest, outcomes[1].manifest)
        caveats += unlike_settings(manifests, (finished[0], finished[1]), pairs)
    _print(console, outcomes[0], found, images, caveats)
    if to is not None:
        write_csv(to, comparison_frame(found))


def _check_same_data(stores: Sequence[Store], outcomes: Sequence[Outcomes]) -> None:
    digests = [each.manifest.data.digest for each in outcomes]
    if len(set(digests)) > 1:
        names = " and ".join(f"{store.name} ({digest[:12]})" for store, digest in zip(stores, digests, strict=True))
        raise UsageError(
            f"the data differ between {names}; only rows of the same images can be compared. `run --dataset a,b` "
            "compares methods over several data sets."
        )


def _chosen(groups: Sequence[Sequence[Group]], methods: Sequence[str]) -> list[list[Group]]:
    """The groups of each experiment that are asked for, in that order; all of them if none is asked for.

    A row of only one of two experiments is enough. Raises UsageError, one line, if no experiment has a row.
    """
    if not methods:
        return [list(each) for each in groups]
    chosen: list[list[Group]] = [[] for _ in groups]
    for method in methods:
        having = [each for each in groups if any(method in (row.label, row.cell.method) for row in each)]
        for each, rows in zip(groups, chosen, strict=True):
            by_label = {row.label: row for row in each}
            if each in (having or groups):
                rows.append(by_label[chosen_label({label: row.cell.method for label, row in by_label.items()}, method)])
    return chosen


def _unfinished(stores: Sequence[Store], rows: Sequence[Sequence[Group]]) -> list[str]:
    """One line for each row that lacks fits."""
    return [
        f"{row.label} in {store.name}: {row.seeds_text()}{'' if row.ok else ', so it is not compared'}."
        for store, each in zip(stores, rows, strict=True)
        for row in each
        if len(row.ok) < len(row.outcomes)
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
    """By title of the pair; empty without true labels. Fits on folds or subsamples label different samples."""
    pairs = [pair for pair in pairs if pair.new.cell.labels_all_samples and pair.base.cell.labels_all_samples]
    if not outcomes.labelled or not pairs:
        return {}
    truth = load_for(stores[0], console).labels
    assert truth is not None
    found = {}
    with share_bar(console, "images drawn") as progress:
        for number, pair in enumerate(pairs, start=1):
            found[pair.title] = compare_images((stores[0], stores[-1]), pair, np.asarray(truth))
            progress(number / len(pairs))
    return found


def _print(
    console: Console,
    outcomes: Outcomes,
    found: Sequence[ComparedPair],
    images: dict[str, ImagesCompared],
    caveats: Sequence[str],
) -> None:
    names = dict.fromkeys(each.metric.name for each in found)
    for place, name in enumerate(names):
        declared = metric(name)
        rows = [_row(each) for each in found if each.metric.name == name]
        is_last = place == len(names) - 1
        head = f"{title(outcomes.manifest)}: " if place == 0 else ""
        answer = Answer(
            f"{head}{heading(declared)}{arrow(declared.higher_is_better)}",
            HEADINGS,
            tuple(rows),
            tuple(caveats) if is_last else (),
            facts=(EXPLAINED, *_image_lines(images)) if is_last else (),
        )
        print_answer(console, answer)
        console.print()


def _row(each: ComparedPair) -> tuple[str, ...]:
    apart = each.difference
    return (
        each.pair.title,
        with_interval(apart.summary.mean, apart.interval, each.metric.decimals),
        probability(each.p),
        NOT_AVAILABLE if apart.improvement is None else number(apart.improvement, 2),
        pairing_text(apart),
        each.verdict,
    )


def _image_lines(images: dict[str, ImagesCompared]) -> list[str]:
    """Two sentences for each pair: two partitions on the images, and all fits over seeds and images."""
    lines = []
    for name, each in images.items():
        one, other = each.seeds
        seeds = f"seed {one}" if one == other else f"seeds {one} and {other}"
        lines.append(
            f"Images, {name}, {seeds}: {each.right.only_new:,} are right only in the first, {each.right.only_base:,} "
            f"only in the second (McNemar's test, {probability_text(each.right.p)}); accuracy "
            f"{interval_text(each.accuracy, 3)}, ARI {interval_text(each.ari, 3)} over images. {_with_seeds(each)}"
        )
    return lines


def _with_seeds(each: ImagesCompared) -> str:
    if each.accuracy_with_seeds is None or each.ari_with_seeds is None:
        return "One row has one fit, so nothing is known of other seeds."
    return (
        f"All fits, over seeds and images: accuracy {interval_text(each.accuracy_with_seeds, 3)}, ARI "
        f"{interval_text(each.ari_with_seeds, 3)}."
    )
