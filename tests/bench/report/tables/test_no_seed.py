"""A class without random_state gives equal fits: the table says so, and ± 0.000 is not shown as certainty."""

import re
from pathlib import Path

import pytest

from bench.cli.app import main
from bench.report.answer import answer
from bench.report.groups import group
from bench.report.outcomes import read
from bench.report.tables.frames import groups_frame
from bench.report.tables.write import render

WARD = "sklearn.cluster:AgglomerativeClustering"


@pytest.fixture
def fill(lab, scores):
    """A function that adds six seeds of kmeans, and of a class that is better in everything and always the same."""

    def add(*, takes_seed: bool | None, labels: tuple[tuple[int, ...], ...] = ((0, 0, 0),) * 6) -> str:
        for seed in range(6):
            lab.ok(lab.cell("kmeans", seed), scores("kmeans", seed), seconds=9.0 + seed, takes_seed=True)
            rounding = seed * 1e-15 if takes_seed is False else 0.0  # as of silhouettes, which have one pass together
            best = scores("kmeans", 0) | {"accuracy": 0.9, "ari": 0.9 + rounding}
            seconds = 1.0 + seed / 10
            lab.ok(lab.cell(WARD, seed), best, seconds=seconds, takes_seed=takes_seed, labels=labels[seed])
        return render(read(lab.done()))

    return add


def rows(text: str, label: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith(f"| {label} ")]


def test_equal_fits_are_named_and_have_no_spread_and_are_compared_as_one_value(fill, lab) -> None:
    text = fill(takes_seed=False)
    assert f"- {WARD}: 10 clusters requested; takes no random_state: its seeds differ only by their seconds\n" in text
    assert (
        f"- Seeds: {WARD} takes no random_state, so its fits are equal: its figures, except seconds, have no ±.\n"
    ) in text
    first = rows(text, WARD)[0]
    fields = [field.strip() for field in first.split("|")]
    assert fields[2:4] == ["**0.900**", "**0.900**"], "six values of K-Means, and all of them are lower"
    assert re.findall(r"\*\*(.+?)\*\*", first)[-1] == "1.2 ± 0.2"
    frame = groups_frame(group(read(lab.store).all), "mnist-5k")
    (_, row) = answer(frame, "demo", [], metrics=["ari"]).rows
    assert row == (WARD, "0.900", "1.2 ± 0.2", "6")


def test_fits_that_differ_have_a_spread(fill) -> None:
    text = fill(takes_seed=False, labels=((0, 0, 0), (0, 0, 1)) * 3)
    assert "takes no random_state: its fits differ\n" in text
    assert f"- Seeds: {WARD} takes no random_state, and its fits differ: unless it draws" in text


@pytest.mark.parametrize("takes_seed", [True, None])
def test_a_class_that_takes_the_seed_or_an_older_record_is_as_before(fill, takes_seed: bool | None) -> None:
    text = fill(takes_seed=takes_seed)
    assert "random_state" not in text
    assert "**0.900 ± 0.000**" in rows(text, WARD)[0]


@pytest.mark.slow
def test_a_run_says_it_of_its_classes(tmp_path: Path) -> None:
    options = ["--limit", "100", "--seeds", "2", "--threads", "1", "--name", "demo", "--results-dir", str(tmp_path)]
    assert main(["run", "--methods", f"kmeans,{WARD}", "--dataset", "digits", *options]) == 0
    text = (tmp_path / "demo/table.md").read_text()
    assert f"- {WARD}: 10 clusters requested; takes no random_state: its seeds differ only by their seconds\n" in text
    fields = [field.strip() for field in rows(text, WARD)[0].split("|")[2:-1]]
    assert [field for field in fields if "±" in field] == fields[-2:-1], "the seconds"
    assert "kmeans takes no" not in text


def test_one_seed_is_named_without_a_caveat(lab, scores) -> None:
    lab.ok(lab.cell("kmeans", 0), scores("kmeans", 0))
    lab.ok(lab.cell(WARD, 0), scores("kmeans", 0), takes_seed=False)
    text = render(read(lab.done()))
    assert f"- {WARD}: 10 clusters requested; takes no random_state\n" in text
    assert "- Seeds:" not in text
