"""Claims: what the reports print, our figure beside each, and a verdict that follows from the two."""

from collections.abc import Sequence

import pandas as pd
import pytest

from bench.metrics.declarations import METRICS, metric
from bench.report.claims.measured import Measured, Searched, scores_of
from bench.report.claims.published import REPORTS, SHA12, TANH128, Arithmetic, Chosen, Fact, Improvement, Score
from bench.report.claims.table import frame, render
from bench.report.claims.verdicts import Row, judge, verdict_of
from bench.report.groups import group
from bench.report.results import read
from bench.store.store import Store

FACTS = {"train images": 60_000.0, "encoder Conv2d 1": 320.0, "decoder without batch norms": 500_225.0}
HUNT = pd.DataFrame(
    [
        ["pixels", 1000, "in pixels by kmeans", 0.06, 2.8, 40.0],
        ["t-SNE of pixels", 5000, "there by K-Means", 0.48, 0.72, 7228.0],
        ["grid", 5000, "there by K-Means", -0.1, 0.7, 7000.0],
        ["codes", 1000, "there by K-Means", None, None, None],
        ["places", 5000, "there by a map of 10 units", 0.41, 0.74, 5584.0],
    ],
    columns=["space", "samples", "clustered", "silhouette", "davies_bouldin", "calinski_harabasz"],
)
SEARCH = pd.DataFrame(
    {
        "kl_weight": [0.1, 0.5, 1.0],
        "criterion": ["silhouette in its own space"] * 3,
        "chosen": [False, False, True],
        "best_by_labels": [True, False, False],
    }
)


def rows(
    store: Store,
    report=SHA12,
    facts: dict[str, float] | None = None,
    hunt: pd.DataFrame | None = HUNT,
    searches: Sequence[pd.DataFrame] = (SEARCH,),
) -> dict[str, Row]:
    searched = [Searched(points, f"search {number}, on 9 images") for number, points in enumerate(searches)]
    measured = Measured(FACTS if facts is None else facts, scores_of(read(store)), hunt, searched)
    return {row.claim.name: row for row in judge(report, measured)}


def test_the_reports_claim_what_the_issue_lists():
    assert len(SHA12.claims) >= 20
    assert len(TANH128.claims) >= 6
    figures = [claim.figure for claim in SHA12.claims]
    for printed in (0.7925, 0.4777, 0.5123, 0.3518, 0.7270, 0.6894, 152847.9241, 7089.3218, 8214.5673, 0.1423, 5.2572):
        assert printed in figures
    assert {0.8520, 0.6270, 181744.91} <= {claim.figure for claim in TANH128.claims}


@pytest.mark.parametrize("name", REPORTS)
def test_every_claim_is_named_once_and_measures_something_that_is_there(name: str):
    report = REPORTS[name]
    assert len({claim.name for claim in report.claims}) == len(report.claims)
    for claim in report.claims:
        if isinstance(claim.ours, Score):
            assert claim.ours.method in report.methods
            assert metric(claim.ours.metric) in METRICS
        if isinstance(claim.ours, Improvement):
            assert {claim.ours.new, claim.ours.base} <= set(report.methods)
        internal = isinstance(claim.ours, Score) and metric(claim.ours.metric).space is not None
        assert (claim.space is not None) == (internal or isinstance(claim.ours, Improvement)), claim.name
        if isinstance(claim.ours, Score) and internal:
            assert metric(claim.ours.metric).space == claim.space


def test_the_reports_percentages_follow_from_its_figures(full: Store):
    found = rows(full)
    printed = [(row.claim.figure, round(row.ours.mean or 0, 1)) for row in found.values()
               if isinstance(row.claim.ours, Arithmetic)]  # fmt: skip
    assert printed == [(65.9, 65.9), (51.6, 51.6), (2055.6, 2056.0), (97.3, 97.3)]


def test_verdicts_follow_from_the_two_figures(full: Store):
    found = rows(full)
    assert found["train"].verdict_text == "reproduced exactly"
    assert found["decoder"].verdict_text == "reproduced within 2 %"
    assert found["test"].verdict == "not defined"
    assert found["test"].why == "The data set has no such thing."
    assert found["balance"].verdict == "not defined"
    (som,) = (made for made in group(read(full).outcomes) if made.cell.method == "som")
    assert found["silhouette-som"].ours == som.summary("silhouette_input")
    assert found["silhouette-som"].verdict == "not reproduced"
    assert found["silhouette-som"].seeds_within == 0
    assert list(found["silhouette-som"].by_seed) == list(som.by_seed("silhouette_input").values())
    other = rows(full, facts={"train images": 1797.0})["train"]
    assert (other.verdict, other.why) == ("not reproduced", "The data, or the network on them, are others.")


def test_seeds_that_cancel_are_seen(full: Store):
    scores = {"dec": {"davies_bouldin_own": {0: 0.52, 1: 0.29, 2: 0.31}}}
    made = {row.claim.name: row for row in judge(SHA12, Measured(FACTS, scores))}["davies_bouldin-dec"]
    assert made.verdict_text == "reproduced within 10 %"
    assert made.seeds_within == 0
    (csv,) = frame([made], "note").to_dict("records")
    assert (csv["ours_min"], csv["ours_max"], csv["seeds_within"], csv["note"]) == (0.29, 0.52, 0, "note")
    assert csv["difference_percent"] == pytest.approx((1.12 / 3 / 0.3518 - 1) * 100)
    assert "| 0 of 3 " in render(SHA12, [made], read(full), "")


def test_a_figure_is_exact_at_the_digits_that_are_printed():
    assert verdict_of(65.9, 65.896, 1) == ("reproduced", 0)
    assert verdict_of(65.9, 65.96, 1) == ("reproduced", 1)
    assert verdict_of(2055.6, 2055.99, 1) == ("reproduced", 1)
    assert verdict_of(0.5, 0.53) == ("reproduced", 10)


def test_the_nearest_space_is_named_and_rows_that_are_no_figures_are_left_out(full: Store):
    why = rows(full)["silhouette-kmeans"].why
    assert "Of 5 ways to measure that were tried" in why
    assert "t-SNE of pixels, 5,000 samples, clustered there by K-Means: silhouette 0.480" in why
    assert "by a map" not in why
    som = rows(full)["silhouette-som"].why
    assert "of those clustered there by a map, places, 5,000 samples, clustered there by a map of 10 units" in som
    assert "Of" not in rows(full, hunt=None)["silhouette-kmeans"].why


def test_the_choice_of_a_search_is_told_with_what_the_labels_would_have_chosen(full: Store):
    chosen = rows(full)["lambda"]
    assert chosen.ours.mean == 1.0
    assert chosen.verdict == "not reproduced"
    assert "Of 0.1, 0.5, 1, by silhouette in its own space of held-out folds (search 0, on 9 images)" in chosen.why
    assert "would have preferred 0.1" in chosen.why
    without = rows(full, searches=())["lambda"]
    assert without.verdict == "not defined"
    assert "No search of its values on this data set lies here" in without.why
    assert rows(full)["lr"].verdict == "not defined"


def test_one_value_alone_is_no_choice_and_another_search_may_have_made_it(full: Store):
    constant = SEARCH.assign(batch_size=128.0)
    assert rows(full, searches=[constant])["batch"].verdict == "not defined"
    varied = SEARCH.assign(batch_size=[32.0, 128.0, 256.0])
    batch = rows(full, searches=[constant, varied])["batch"]
    assert batch.ours.mean == 256.0
    assert "search 1" in batch.why
    elsewhere = SEARCH.assign(batch_size=[16.0, 32.0, 64.0])
    assert rows(full, searches=[elsewhere])["batch"].verdict == "not defined"  # the report's 128 could not win there
    unfinished = rows(full, searches=[SEARCH.assign(chosen=False)])["lambda"]
    assert unfinished.verdict == "not defined"
    assert "No point of the grid finished on every fold" in unfinished.why


def test_the_table_names_seeds_spaces_and_what_was_not_told(full: Store):
    found = list(rows(full, report=TANH128).values())
    text = render(TANH128, found, read(full), "Every phase of training is scaled by 0.2.")
    assert "scaled by 0.2" in text
    assert "this project's choice" in text
    assert "finished" in text
    counts, lines = (block.splitlines() for block in text.split("\n\n") if block.startswith("|"))
    assert len(lines) == len(TANH128.claims) + 2
    assert [line.split("|")[2].strip() for line in counts[2:]] == ["4", "9"]
    csv = frame(found, "")
    assert list(csv["claim"]) == [claim.name for claim in TANH128.claims]
    assert set(csv["verdict"]) <= {"reproduced", "not reproduced", "not defined"}


def test_every_kind_of_claim_is_tried():
    kinds = {type(claim.ours) for report in REPORTS.values() for claim in report.claims}
    assert kinds == {Fact, Score, Improvement, Arithmetic, Chosen}
