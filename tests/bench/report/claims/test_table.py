"""Claims of the reports: figures, our figures, verdicts and reasons."""

from collections.abc import Sequence

import pandas as pd
import pytest

from bench.errors import UsageError
from bench.metrics.declarations import METRICS, metric
from bench.report.claims.measured import Measured, SearchTable, scores_of
from bench.report.claims.published import Arithmetic, Chosen, Fact, Improvement, Score
from bench.report.claims.reports import REPORTS
from bench.report.claims.sha12 import SHA12
from bench.report.claims.table import frame, render, verdict_counts
from bench.report.claims.tanh128 import TANH128
from bench.report.claims.verdicts import JudgedClaim, judge, verdict_of
from bench.report.groups import group
from bench.report.outcomes import read
from bench.store.store import Store

FACTS = {"train images": 60_000.0, "encoder Conv2d 1": 320.0, "decoder without batch norms": 500_225.0}
SPACES = pd.DataFrame(
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
    spaces: pd.DataFrame | None = SPACES,
    searches: Sequence[pd.DataFrame] = (SEARCH,),
) -> dict[str, JudgedClaim]:
    tables = [SearchTable(points, f"search {number}, on 9 images") for number, points in enumerate(searches)]
    measured = Measured(FACTS if facts is None else facts, scores_of(read(store)), spaces, tables)
    return {row.claim.name: row for row in judge(report, measured)}


def test_the_claims_contain_the_main_figures_of_the_reports():
    assert len(SHA12.claims) >= 20
    assert len(TANH128.claims) >= 6
    figures = [claim.figure for claim in SHA12.claims]
    for printed in (0.7925, 0.4777, 0.5123, 0.3518, 0.7270, 0.6894, 152847.9241, 7089.3218, 8214.5673, 0.1423, 5.2572):
        assert printed in figures
    assert {0.8520, 0.6270, 181744.91} <= {claim.figure for claim in TANH128.claims}


@pytest.mark.parametrize("name", REPORTS)
def test_every_claim_has_a_unique_name_and_a_known_source(name: str):
    report = REPORTS[name]
    assert len({claim.name for claim in report.claims}) == len(report.claims)
    for claim in report.claims:
        if isinstance(claim.source, Score):
            assert claim.source.method in report.methods
            assert metric(claim.source.metric) in METRICS
        if isinstance(claim.source, Improvement):
            assert {claim.source.new, claim.source.base} <= set(report.methods)
        internal = isinstance(claim.source, Score) and metric(claim.source.metric).space is not None
        assert (claim.space is not None) == (internal or isinstance(claim.source, Improvement)), claim.name
        if isinstance(claim.source, Score) and internal:
            assert metric(claim.source.metric).space == claim.space


def test_the_percentages_of_the_report_follow_from_its_figures(full: Store):
    judged = rows(full)
    printed = [(row.claim.figure, round(row.ours.mean or 0, 1)) for row in judged.values()
               if isinstance(row.claim.source, Arithmetic)]  # fmt: skip
    assert printed == [(65.9, 65.9), (51.6, 51.6), (2055.6, 2056.0), (97.3, 97.3)]


def test_verdicts_follow_from_the_two_figures(full: Store):
    judged = rows(full)
    assert judged["train"].verdict_text == "reproduced exactly"
    assert judged["decoder"].verdict_text == "reproduced within 2 %"
    assert judged["test"].verdict == "not defined"
    assert judged["test"].why == "The data set does not have this property."
    assert judged["balance"].verdict == "not defined"
    (som,) = (one for one in group(read(full).all) if one.cell.method == "som")
    assert judged["silhouette-som"].ours == som.summary("silhouette_input")
    assert judged["silhouette-som"].verdict == "not reproduced"
    assert judged["silhouette-som"].seeds_within == 0
    assert list(judged["silhouette-som"].by_seed) == list(som.by_seed("silhouette_input").values())
    other = rows(full, facts={"train images": 1797.0})["train"]
    assert (other.verdict, other.why) == (
        "not reproduced",
        "Our data or our network differ from the report's.",
    )


def test_a_mean_near_the_figure_does_not_hide_seeds_that_are_not(full: Store):
    scores = {"dec": {"davies_bouldin_own": {0: 0.52, 1: 0.29, 2: 0.31}}}
    claim = {row.claim.name: row for row in judge(SHA12, Measured(FACTS, scores))}["davies_bouldin-dec"]
    assert claim.verdict_text == "reproduced within 10 %"
    assert claim.seeds_within == 0
    (csv,) = frame([claim], "note").to_dict("records")
    assert (csv["ours_min"], csv["ours_max"], csv["seeds_within"], csv["note"]) == (0.29, 0.52, 0, "note")
    assert csv["difference_percent"] == pytest.approx((1.12 / 3 / 0.3518 - 1) * 100)
    assert "| 0 of 3 " in render(SHA12, [claim], read(full), "")


def test_a_figure_is_exact_if_it_prints_alike():
    assert verdict_of(65.9, 65.896, 1) == ("reproduced", 0)
    assert verdict_of(65.9, 65.96, 1) == ("reproduced", 1)
    assert verdict_of(2055.6, 2055.99, 1) == ("reproduced", 1)
    assert verdict_of(0.5, 0.53) == ("reproduced", 10)


def test_the_nearest_way_to_measure_is_named_and_undefined_indices_are_left_out(full: Store):
    why = rows(full)["silhouette-kmeans"].why
    assert "Of 5 ways to measure the indices, the nearest to the report's figures is: t-SNE of pixels" in why
    assert "t-SNE of pixels, 5,000 samples, clusters found there by K-Means: silhouette 0.480" in why
    assert "by a map" not in why
    som = rows(full)["silhouette-som"].why
    assert "with clusters found there by a map is: places, 5,000 samples, clusters found there by a map of 10" in som
    assert "Of" not in rows(full, spaces=None)["silhouette-kmeans"].why


def test_the_choice_of_a_search_is_explained_with_the_best_value_by_labels(full: Store):
    chosen = rows(full)["lambda"]
    assert chosen.ours.mean == 1.0
    assert chosen.verdict == "not reproduced"
    assert "Chosen from 0.1, 0.5, 1 by silhouette in its own space, on the folds held out (search 0, on" in chosen.why
    assert "The best value by the true labels, which the choice does not use, is 0.1." in chosen.why
    without = rows(full, searches=())["lambda"]
    assert without.verdict == "not defined"
    assert "No search here has several values of this parameter on this data set" in without.why
    assert rows(full)["lr"].verdict == "not defined"


def test_a_search_counts_only_if_it_chose_between_values_including_the_reports(full: Store):
    constant = SEARCH.assign(batch_size=128.0)
    assert rows(full, searches=[constant])["batch"].verdict == "not defined"
    varied = SEARCH.assign(batch_size=[32.0, 128.0, 256.0])
    batch = rows(full, searches=[constant, varied])["batch"]
    assert batch.ours.mean == 256.0
    assert "search 1" in batch.why
    others = SEARCH.assign(batch_size=[16.0, 32.0, 64.0])
    assert rows(full, searches=[others])["batch"].verdict == "not defined"  # no candidate is the report's 128
    unfinished = rows(full, searches=[SEARCH.assign(chosen=False)])["lambda"]
    assert unfinished.verdict == "not defined"
    assert "No grid point finished on every fold" in unfinished.why


def test_the_table_has_the_note_the_assumptions_and_one_row_per_claim(full: Store):
    judged = list(rows(full, report=TANH128).values())
    text = render(TANH128, judged, read(full), "Every phase of training is scaled by 0.2.")
    assert "scaled by 0.2" in text
    assert "This project chose the widths" in text
    assert "over seeds 0, 1, 2; 10 of 12 cells finished" in text
    counts, lines = (block.splitlines() for block in text.split("\n\n") if block.startswith("|"))
    assert len(lines) == len(TANH128.claims) + 2
    assert [line.split("|")[2].strip() for line in counts[2:]] == ["4", "9"]
    assert [cell.strip() for cell in lines[0].split("|")[1:6]] == ["Claim", "Place", "Space", "Report", "Ours"]
    csv = frame(judged, "")
    assert list(csv["claim"]) == [claim.name for claim in TANH128.claims]
    assert set(csv["verdict"]) <= {"reproduced", "not reproduced", "not defined"}


def test_the_number_of_claims_of_each_verdict(full: Store):
    assert verdict_counts(full) == []
    verdicts = ["reproduced", "not defined", "reproduced", "not reproduced"]
    pd.DataFrame({"claim": "c", "verdict": verdicts}).to_csv(full.path("claims.csv"))
    assert verdict_counts(full) == ["2 of 4 claims are reproduced; 1 not reproduced, 1 not defined."]
    for damaged in ("claim\nc\n", "", 'verdict\na,b,c\n"d'):
        full.path("claims.csv").write_text(damaged)
        with pytest.raises(UsageError, match=r"claims\.csv is damaged .*`reproduce` writes it again"):
            verdict_counts(full)


def test_every_type_of_source_is_used():
    sources = {type(claim.source) for report in REPORTS.values() for claim in report.claims}
    assert sources == {Fact, Score, Improvement, Arithmetic, Chosen}
