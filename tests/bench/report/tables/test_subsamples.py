"""Rows of subsamples: one for each configuration, never mixed with fits of all samples, and what varies in them."""

import math
import re

import numpy as np
import pytest
from msgspec.structs import replace
from written_tables import CONFIGURATIONS, LABELS, SAME, blocks, by_method, parsed, section

from bench.report.groups import group
from bench.report.outcomes import read
from bench.report.tables.frames import cells_frame, groups_frame
from bench.report.tables.variation import spreads_of
from bench.store.store import Store

VARIATION = "What varies with the seed"


def add(lab, method: str, accuracy, *, seeds: int = 3, subsamples: int = 5, **options) -> None:
    """Fits of a method on subsamples; `accuracy` is a function of seed and subsample, or None for a failed fit."""
    for seed in range(seeds):
        for number in range(subsamples):
            cell = replace(lab.cell(method, seed), subsample=number)
            value = accuracy(seed, number)
            if value is None:
                lab.failed(cell, "no")
            else:
                lab.ok(cell, {"accuracy": value, "ari": value / 2, "n_clusters_found": 10.0}, **options)


@pytest.fixture
def store(lab) -> Store:
    add(lab, "dec", lambda seed, number: 0.8 + 0.01 * seed + 0.1 * (number == 4))
    add(lab, "kmeans", lambda seed, number: 0.5 + 0.02 * number)
    return lab.done()


def test_a_row_has_all_seeds_and_subsamples_and_says_so(store: Store):
    row = by_method(section(store, LABELS))["dec"]
    assert row["Seeds"] == "3 seeds × 5 subsamples"
    assert row["Accuracy ↑"].strip("*") == "0.830 ± 0.042"
    text = blocks(store)[""]
    assert "- dec: preset small; latent size 10; each fit learns from one of 5 random subsamples with 80 % of" in text
    assert "Seeds: 0, 1, 2." in text
    assert "All rows have the same seeds." in text


def test_what_the_seeds_and_the_samples_add_is_kept_apart(store: Store):
    rows = {(row["Metric"], row["Method"]): row for row in parsed(section(store, VARIATION))}
    dec, kmeans = rows["Accuracy", "dec"], rows["Accuracy", "kmeans"]
    assert (dec["sd of the seeds"], kmeans["sd of the seeds"]) == ("0.0100", "0.0000")
    # The means of the subsamples are 0.81, four times, and 0.91: variance 0.002. The seeds cause 0.0001 / 3 of it.
    assert dec["sd of the samples"] == f"{math.sqrt(0.002 - 0.0001 / 3):.4f}"
    assert kmeans["sd of the samples"] == f"{0.02 * math.sqrt(2.5):.4f}"


def test_the_components_of_variance_are_found_again_in_simulated_values():
    random = np.random.default_rng(0)
    found = []
    for _ in range(400):
        samples = random.normal(0, 0.3, 8)
        found.append(spreads_of({(s, b): samples[b] + random.normal(0, 0.1) for s in range(5) for b in range(8)}))
    seeds, of_samples = (np.sqrt(np.mean(np.square(column))) for column in zip(*found, strict=True))
    assert seeds == pytest.approx(0.1, rel=0.03)
    assert of_samples == pytest.approx(0.3, rel=0.05)


def test_without_a_second_seed_or_subsample_nothing_is_told_apart():
    assert spreads_of({(0, 0): 1.0, (0, 1): 2.0}) == (None, None)
    assert spreads_of({(0, 0): 1.0, (1, 0): 3.0}) == (math.sqrt(2), None)
    assert spreads_of({(0, 0): 1.0, (1, 0): 3.0, (0, 1): 2.0, (1, 1): 2.5})[1] == 0.0, "the seeds explain all of it"


def test_there_is_no_such_block_without_subsamples(full: Store):
    assert not any(VARIATION in heading for heading in blocks(full))


def test_fits_of_all_samples_have_a_row_of_their_own_and_are_not_compared_with_subsamples(lab):
    add(lab, "dec", lambda seed, number: 0.95 + 0.001 * seed + 0.001 * number)
    add(lab, "kmeans", lambda seed, number: 0.9 + 0.001 * seed)
    for seed in range(5):
        for method, value in (("dec", 0.8), ("som", 0.5)):
            lab.ok(lab.cell(method, seed), {"accuracy": value + 0.001 * seed, "n_clusters_found": 10.0})
    store = lab.done()
    rows = by_method(section(store, LABELS))
    assert list(rows) == ["dec (subsamples)", "dec (all samples)", "kmeans", "som"]
    assert [row["Seeds"] for row in rows.values()] == [*["3 seeds × 5 subsamples", "5"], "3 seeds × 5 subsamples", "5"]
    assert not any("**" in rows[label]["Accuracy ↑"] for label in ("dec (subsamples)", "kmeans"))
    assert "A row of subsamples is not bold beside rows of all samples." in section(store, LABELS)
    assert not any(CONFIGURATIONS in heading for heading in blocks(store)), "two configurations, on different samples"
    of_subsamples, of_all = section(store, SAME).split("### dec (all samples)")
    assert {row["Baseline"] for row in parsed(of_subsamples)} == {"kmeans"}
    assert {row["Baseline"] for row in parsed(of_all)} == {"som"}


def test_a_failed_fit_of_a_subsample_is_counted_and_named(lab):
    add(lab, "kmeans", lambda seed, number: None if (seed, number) == (1, 3) else 0.5 + 0.01 * number)
    store = lab.done()
    (row,) = by_method(section(store, LABELS)).values()
    assert row["Seeds"] == "14 of 15 (5 subsamples), 1 failed"
    assert "- Failed: kmeans, seed 1 (subsample 3): FloatingPointError: no" in blocks(store)[""]


def test_by_seed_has_means_over_subsamples_and_by_draw_every_fit(store: Store):
    dec, _ = group(read(store).all)
    assert dec.by_seed("accuracy") == pytest.approx({0: 0.82, 1: 0.83, 2: 0.84})
    assert len(dec.by_draw("accuracy")) == len(dec.fits) == 15
    assert list(dec.records) == [0, 1, 2]
    assert all(record.cell.subsample == 0 for record in dec.records.values())
    assert dec.by_draw("accuracy")[2, 4] == pytest.approx(0.92)
    assert dec.summary("accuracy").n == 15


def test_a_method_without_a_seed_has_the_variation_of_the_samples(lab):
    add(lab, "mine:Mine", lambda seed, number: 0.5 + 0.1 * number, takes_seed=False)
    store = lab.done()
    (row,) = by_method(section(store, LABELS)).values()
    assert row["Accuracy ↑"] == "0.700 ± 0.146"
    assert "its fits of one subsample are equal: its ± is that of the subsamples alone" in blocks(store)[""]


def test_the_csv_files_have_columns_only_if_there_are_subsamples(store: Store, lab):
    outcomes = read(store)
    assert cells_frame(outcomes.all, "x")["subsample"].tolist() == [0, 1, 2, 3, 4] * 6
    assert groups_frame(group(outcomes.all), "x")["n_subsamples"].tolist() == [5, 5]


def test_without_subsamples_the_csv_files_are_those_of_earlier_versions(full: Store):
    outcomes = read(full)
    assert "subsample" not in cells_frame(outcomes.all, "x")
    assert "n_subsamples" not in groups_frame(group(outcomes.all), "x")


def test_the_interval_of_a_difference_is_over_seeds_and_subsamples(lab):
    """No seed changes anything, so an interval over seeds alone would have no width."""
    add(lab, "dec", lambda seed, number: 0.9 + 0.02 * number)
    add(lab, "kmeans", lambda seed, number: 0.5)
    (row,) = [row for row in parsed(section(lab.done(), SAME)) if row["Metric"] == "Accuracy ↑"]
    low, high = (float(end) for end in re.findall(r"[\d.]+", row["Difference [95 % interval]"].partition("[")[2]))
    assert low < 0.42 < 0.46 < high
