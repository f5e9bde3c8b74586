"""The answers of the command `compare`: one table for each metric, and two for the images."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bench.analysis.partition_pairs import ImagesCompared, corrected
from bench.metrics.declarations import metric
from bench.report.answer import Answer
from bench.report.comparison import ComparedPair
from bench.report.numbers import (
    NOT_AVAILABLE,
    arrow,
    heading,
    interval_text,
    number,
    probability,
    with_interval,
)
from bench.report.tables.improvements import pairing_text
from bench.statistics.intervals import Interval

HEADINGS = ("Rows", "Difference [95 % interval]", "p", "P(higher)", "Compared", "Verdict")
EXPLAINED = (
    "A difference is claimed only if its interval excludes zero and its permutation test has p < 0.05, corrected for "
    "the number of pairs (Holm). Higher and lower say nothing about better: the arrow of the metric does."
)
ONE_FIT = "Images, one fit of each row: Accuracy ↑"
ONE_FIT_HEADINGS = (
    *("Rows", "Seed", "Right only in the first", "Right only in the second"),
    *("Difference [95 % interval]", "p"),
)
INTERVALS = "Images: 95 % intervals of the differences"
INTERVALS_HEADINGS = ("Rows", "ARI, one fit", "Accuracy, all fits", "ARI, all fits")
IMAGES_EXPLAINED = (
    "Images: p is that of McNemar's test of the images that only one of two fits has right, corrected for the number "
    "of pairs (Holm). The intervals are over images for one fit, and over seeds and images for all fits. Only the "
    "verdicts over seeds claim a difference of methods."
)
DECIMALS = 3


def comparison_answers(
    title: str,
    found: Sequence[ComparedPair],
    images: Mapping[str, ImagesCompared],
    facts: Sequence[str],
    caveats: Sequence[str],
) -> list[Answer]:
    """The tables in the order in which they are printed. The last one has all facts and caveats.

    `images`: by title of the pair of rows; empty if the images are not compared.
    """
    names = dict.fromkeys(each.metric.name for each in found)
    answers = [_of_metric(name, [each for each in found if each.metric.name == name]) for name in names]
    answers[0] = replace(answers[0], title=f"{title}: {answers[0].title}")
    if images:
        answers += [_one_fit(images), _intervals(images)]
    explained = [EXPLAINED, *([IMAGES_EXPLAINED] if images else []), *_single_fits(images)]
    answers[-1] = replace(answers[-1], facts=(*explained, *facts), caveats=tuple(caveats))
    return answers


def _of_metric(name: str, found: Sequence[ComparedPair]) -> Answer:
    declared = metric(name)
    rows = tuple(map(_row, found))
    return Answer(heading(declared) + arrow(declared.higher_is_better), HEADINGS, rows, ())


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


def _one_fit(images: Mapping[str, ImagesCompared]) -> Answer:
    """McNemar's test of one fit of each row."""
    rows = []
    for title, p in corrected(images).items():
        each = images[title]
        seeds = " and ".join(map(str, dict.fromkeys(each.seeds)))
        counts = [f"{count:,}" for count in (each.right.only_new, each.right.only_base)]
        apart = with_interval(each.difference, each.accuracy, DECIMALS)
        rows.append((title, seeds, *counts, apart, probability(p)))
    return Answer(ONE_FIT, ONE_FIT_HEADINGS, tuple(rows), ())


def _intervals(images: Mapping[str, ImagesCompared]) -> Answer:
    rows = [
        (title, *map(_interval, (each.ari, each.accuracy_with_seeds, each.ari_with_seeds)))
        for title, each in images.items()
    ]
    return Answer(INTERVALS, INTERVALS_HEADINGS, tuple(rows), ())


def _interval(interval: Interval | None) -> str:
    return NOT_AVAILABLE if interval is None else interval_text(interval, DECIMALS)


def _single_fits(images: Mapping[str, ImagesCompared]) -> list[str]:
    """One line if an interval over all fits is missing."""
    if all(each.accuracy_with_seeds for each in images.values()):
        return []
    return [f"{NOT_AVAILABLE}: a row with one fit says nothing of other seeds."]
