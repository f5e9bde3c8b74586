"""Claims of the reports: their figures, reasons and tables."""

from collections.abc import Sequence

import pandas as pd
import pytest

from bench.errors import UsageError
from bench.metrics.declarations import METRICS, metric
from bench.report.claims.document import heading, render
from bench.report.claims.hunt import hunt
from bench.report.claims.measured import Measured, SearchTable, scores_of
from bench.report.claims.published import Arithmetic, Better, Improvement, PublishedReport, Score, Setting, Source
from bench.report.claims.reports import REPORTS
from bench.report.claims.sha12 import SHA12
from bench.report.claims.table import frame, verdict_counts
from bench.report.claims.tanh128 import TANH128
from bench.report.claims.verdicts import JudgedClaim, judge, verdicts_of
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


def measured_in(
    store: Store,
    facts: dict[str, float] | None = None,
    spaces: pd.DataFrame | None = SPACES,
    searches: Sequence[pd.DataFrame] = (SEARCH,),
) -> Measured:
    tables = [SearchTable(points, f"search {number}, on 9 images") for number, points in enumerate(searches)]
    return Measured(FACTS if facts is None else facts, scores_of(read(store)), spaces, tables)


def rows(store: Store, report=SHA12, **given) -> dict[str, JudgedClaim]:
    return {row.claim.name: row for row in judge(report, measured_in(store, **given))}


def document(store: Store, report: PublishedReport, judged: Sequence[JudgedClaim], note: str = "") -> str:
    return render(report, judged, measured_in(store), hunt(report, SPACES), heading(read(store)), note)


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
        if isinstance(claim.source, Improvement | Better):
            assert {claim.source.new.method, claim.source.base.method} <= set(report.methods)
            spaces = {metric(each.metric).space for each in (claim.source.new, claim.source.base)}
            assert claim.space in (*spaces, "both")
        internal = isinstance(claim.source, Score) and metric(claim.source.metric).space is not None
        assert (claim.space is not None) == (internal or isinstance(claim.source, Improvement | Better)), claim.name
        if isinstance(claim.source, Score) and internal:
            assert metric(claim.source.metric).space == claim.space
        if claim.figure is not None and not isinstance(claim.source, Arithmetic | Improvement):
            assert round(claim.figure, claim.digits) == claim.figure, "the report prints no more decimals"


def test_missing_rows_of_both_reports_are_there():
    names = {claim.name: claim for claim in SHA12.claims}
    for base in ("som", "kmeans"):
        for index in ("silhouette", "davies_bouldin", "calinski_harabasz"):
            assert names[f"outperforms-{base}-{index}_input"].source.base.method == base
            assert names[f"outperforms-{base}-{index}_own"].space == "both"
    assert names["measured-improvement-kl"].figure == names["improvement-kl"].figure == 97.3
    settings = {claim.name: claim.figure for claim in SHA12.claims if isinstance(claim.source, Setting)}
    filters = {f"filters of convolution {place}": width for place, width in ((1, 32), (2, 64), (3, 128))}
    assert settings.items() >= {"clusters": 10, "latent size": 64, "kernel side": 3, **filters}.items()
    separated = {claim.name for claim in TANH128.claims if isinstance(claim.source, Better)}
    assert {"separated-silhouette_own", "separated-silhouette_input", "cure-own", "cure-input"} <= separated


def test_the_fits_of_a_pretrained_autoencoder_are_paired():
    sources = {claim.name: claim.source for report in REPORTS.values() for claim in report.claims}
    of_two = {name: source for name, source in sources.items() if isinstance(source, Improvement | Better)}
    assert {name for name, source in of_two.items() if source.shared} == {"cure-own", "cure-input"}
    learns = {"dec", "ae-kmeans"}
    assert all(source.shared == ({source.new.method, source.base.method} <= learns) for source in of_two.values())


def test_the_percentages_of_the_report_follow_from_its_figures(full: Store):
    judged = rows(full)
    printed = [
        (row.claim.figure, round(row.ours.summary.mean or 0, 1), row.verdict)
        for row in judged.values()
        if isinstance(row.claim.source, Arithmetic)
    ]
    assert [pair[:2] for pair in printed] == [(65.9, 65.9), (51.6, 51.6), (2055.6, 2056.0), (97.3, 97.3)]
    assert [pair[2] for pair in printed] == ["equal", "equal", "not equal", "equal"]
    assert judged["sum"].verdict == "equal"
    assert "over K-Means, the report's figures give 54.7." in judged["improvement-silhouette"].why


def test_verdicts_follow_from_facts_and_scores(full: Store):
    judged = rows(full)
    assert judged["train"].verdict_text == "equal"
    assert (judged["decoder"].verdict_text, judged["decoder"].difference) == ("not equal", 6561)
    assert judged["test"].verdict == "not defined"
    assert judged["test"].why == "The data set does not have this property."
    assert judged["balance"].verdict == "not defined"
    (som,) = (one for one in group(read(full).all) if one.cell.method == "som")
    assert judged["silhouette-som"].ours.summary == som.summary("silhouette_input")
    assert judged["silhouette-som"].ours.n_seeds == 2
    other = rows(full, facts={"train images": 1797.0})["train"]
    assert (other.verdict, other.why) == ("not equal", "Our data or our network differ from the report's.")


def test_a_mean_near_the_figure_is_no_verdict(full: Store):
    scores = {"dec": {"davies_bouldin_own": {0: 0.52, 1: 0.29, 2: 0.31}}}
    measured = Measured(FACTS, scores)
    claim = {row.claim.name: row for row in judge(SHA12, measured)}["davies_bouldin-dec"]
    assert claim.verdict_text == "cannot be decided with 3 seeds"
    (csv,) = frame([claim], "note").to_dict("records")
    assert (csv["one_run_low"], csv["n_seeds"], csv["verdict"], csv["note"]) == (0, 3, "cannot be decided", "note")
    assert csv["difference"] == pytest.approx(1.12 / 3 - 0.3518)
    text = render(SHA12, [claim], measured, pd.DataFrame(), "", "")
    assert "| 0.373 ± 0.127 | [0.000, 1.006]" in " ".join(text.split())


def test_a_metric_that_some_runs_do_not_have_says_so(full: Store):
    scores = {"dec": {"ari": {0: 0.4, 1: 0.5, 2: 0.6}, "silhouette_own": {0: 0.5, 2: 0.7}}}
    measured = Measured(FACTS, scores)
    claim = {row.claim.name: row for row in judge(SHA12, measured)}["silhouette-dec"]
    assert "0.600 ± 0.141 (n=2)" in render(SHA12, [claim], measured, pd.DataFrame(), "", "")


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
    assert chosen.ours.summary.mean == 1.0
    assert chosen.verdict == "not equal"
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
    assert batch.ours.summary.mean == 256.0
    assert "search 1" in batch.why
    others = SEARCH.assign(batch_size=[16.0, 32.0, 64.0])
    assert rows(full, searches=[others])["batch"].verdict == "not defined"  # no candidate is the report's 128
    unfinished = rows(full, searches=[SEARCH.assign(chosen=False)])["lambda"]
    assert unfinished.verdict == "not defined"
    assert "No grid point finished on every fold" in unfinished.why


def test_the_document_has_the_note_the_assumptions_and_one_row_per_claim(full: Store):
    judged = list(rows(full, report=TANH128).values())
    text = document(full, TANH128, judged, "Every phase of training is scaled by 0.2.")
    assert "scaled by 0.2" in text
    assert "This project chose the widths" in text
    assert "over seeds 0, 1, 2; 10 of 12 cells finished" in text
    counts, *tables = (block.splitlines() for block in text.split("\n\n") if block.startswith("|"))
    assert sum(len(lines) - 2 for lines in tables) == len(TANH128.claims)
    totals = [int(line.split("|")[2]) for line in counts[2:]]
    assert totals == [len(lines) - 2 for lines in tables]
    headers = [[cell.strip() for cell in lines[0].split("|")[1:-1]] for lines in tables]
    assert "One run, 95 %" in headers[0]
    assert not any("One run, 95 %" in header for header in headers[1:])
    csv = frame(judged, "")
    assert list(csv["claim"]) == [claim.name for claim in TANH128.claims]
    assert all(verdict in verdicts_of(kind) for kind, verdict in zip(csv["kind"], csv["verdict"], strict=True))


def test_the_document_has_sections_of_results_counts_settings_and_the_hunt(full: Store):
    text = document(full, SHA12, list(rows(full).values()))
    sections = [line for line in text.splitlines() if line.startswith("## ")]
    assert sections == [
        "## Results",
        "## Counts and arithmetic",
        "## Settings that were taken over",
        "## The hunt for a space",
    ]
    settings = text.partition("## Settings")[2].partition("## The hunt")[0]
    assert "| Batch size " in settings
    assert "| Batch size " not in text.partition("## Settings")[0]
    hunted = text.partition("## The hunt")[2]
    assert "measured in 5 ways" in hunted
    assert "In 3 of them" in hunted
    assert [line.split("|")[1].strip() for line in hunted.splitlines() if line.startswith("|")][2:] == [
        *("som", "som"),
        *("kmeans", "kmeans"),
    ]


def test_the_number_of_claims_of_each_verdict(full: Store):
    assert verdict_counts(full) == []
    pairs = [("results", "inside"), ("settings", "taken over"), ("results", "inside"), ("results", "not defined")]
    claims = pd.DataFrame({"claim": "c", "kind": [pair[0] for pair in pairs], "verdict": [pair[1] for pair in pairs]})
    claims.to_csv(full.path("claims.csv"))
    assert verdict_counts(full) == [
        "Of 3 claims on results: 2 inside, 1 not defined.",
        "Of 1 claims on settings: 1 taken over.",
    ]
    for damaged in ("claim\nc\n", "", 'verdict\na,b,c\n"d'):
        full.path("claims.csv").write_text(damaged)
        with pytest.raises(UsageError, match=r"claims\.csv is damaged .*`reproduce` writes it again"):
            verdict_counts(full)


def test_verdicts_of_an_earlier_version_are_not_counted(full: Store):
    for kind, verdict in (("results", "reproduced"), ("data, network and training", "equal")):
        pd.DataFrame({"kind": [kind], "verdict": [verdict]}).to_csv(full.path("claims.csv"))
        with pytest.raises(UsageError, match=f"unknown verdict, '{verdict}'; `reproduce` writes it again"):
            verdict_counts(full)


def test_every_type_of_source_is_used():
    sources = {type(claim.source) for report in REPORTS.values() for claim in report.claims}
    assert sources == set(Source.__args__)
