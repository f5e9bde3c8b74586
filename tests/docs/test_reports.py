"""The page of the two reports has the published verdicts and figures."""

import re

import pandas as pd
import pytest
from documents import RESULTS, ROOT, marked, table_rows

from bench.report.claims.published import INDICES
from bench.report.claims.reports import REPORTS
from bench.report.claims.sha12_comparisons import DEC, K_MEANS, SOM

PAGE = "docs/results/reports.md"


def figures(name: str, document: str = PAGE) -> list[str]:
    """The numbers with a decimal point, in order."""
    return re.findall(r"\d[\d,]*\.\d+", marked(document, name))


def cells(report: str, method: str) -> pd.DataFrame:
    table = pd.read_csv(RESULTS / f"reproduce-{report}" / "cells.csv")
    return table[table["method"] == method].set_index("seed")


def mean(report: str, method: str, column: str, digits: int = 3) -> str:
    return f"{cells(report, method)[column].mean():.{digits}f}"


def mean_sd(report: str, method: str, column: str) -> list[str]:
    values = cells(report, method)[column]
    return [f"{values.mean():.3f}", f"{values.std():.3f}"]


def published_rows(report: str) -> list[dict[str, str]]:
    """The rows of all tables in claims.md, by column."""
    rows = []
    for block in (RESULTS / f"reproduce-{report}" / "claims.md").read_text().split("\n\n"):
        lines = [line for line in block.splitlines() if line.startswith("|")]
        split = [
            [re.sub(r"\\(.)", r"\1", cell.strip()) for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines
        ]
        rows += [dict(zip(split[0], row, strict=True)) for row in split[2:]]
    return rows


def shown_rows(name: str) -> list[dict[str, str]]:
    header, *rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in marked(PAGE, name).splitlines()
        if line.startswith("|") and not set(line) <= set("|:- ")
    ]
    return [dict(zip(header, row, strict=True)) for row in rows]


@pytest.mark.parametrize(
    ("report", "name", "count"),
    [
        ("sha12", "sha12-results", 12),
        ("sha12", "sha12-outperforms", 6),
        ("sha12", "sha12-targets", 4),
        ("tanh128", "tanh128-results", 3),
    ],
)
def test_each_row_is_a_published_one(report: str, name: str, count: int):
    published = published_rows(report)
    shown = shown_rows(name)
    assert len(shown) == count
    for row in shown:
        assert any(row.items() <= other.items() for other in published), row


def test_all_counts_and_sums_that_are_not_equal_are_shown():
    unequal = [
        row["Claim"] for row in published_rows("sha12") if row.get("Verdict") == "not equal" and "Difference" in row
    ]
    shown = shown_rows("sha12-counts")
    assert [row["Claim"] for row in shown] == unequal
    assert all(any(row.items() <= other.items() for other in published_rows("sha12")) for row in shown)


def test_the_ways_to_measure_are_the_published_ones():
    spaces = pd.read_csv(RESULTS / "reproduce-sha12" / "spaces.csv")

    def way(space: str, clustered: str, samples: int) -> list[float]:
        chosen = (spaces["space"] == space) & (spaces["clustered"] == clustered) & (spaces["samples"] == samples)
        (row,) = spaces[chosen][list(INDICES)].to_numpy()
        return list(row)

    expected = [
        K_MEANS,
        SOM,
        way("t-SNE of pixels", "there by K-Means", 5_000),
        way("t-SNE of codes of the autoencoder", "there by K-Means", 5_000),
        way("t-SNE of pixels", "there by a map of 10 units", 5_000),
        way("pixels", "in pixels by kmeans", 70_000),
    ]
    rows = table_rows(marked(PAGE, "sha12-spaces"))
    assert [row[1:] for row in rows] == [[f"{a:.3f}", f"{b:.3f}", f"{c:,.0f}"] for a, b, c in expected]
    text = (ROOT / PAGE).read_text()
    assert f"{len(spaces)} ways, with" in " ".join(text.split())


def test_shares_of_random_targets_are_the_published_ones():
    targets = pd.read_csv(RESULTS / "reproduce-sha12" / "random_targets.csv")
    shares = targets.set_index(["targets", "method"])["share_nearer"] * 100
    order = [("drawn", "som"), ("drawn", "kmeans"), ("left out", "som"), ("left out", "kmeans")]
    assert figures("sha12-targets-text") == [f"{shares[each]:.1f}" for each in order]


def test_figures_of_sha12_are_the_published_ones():
    dec = cells("sha12", "dec")
    seeds = [f"{value:.3f}" for column in ("silhouette_own", "davies_bouldin_own") for value in dec[column]]
    assert figures("sha12-indices") == seeds
    assert figures("sha12-accuracy") == [
        *mean_sd("sha12", "dec", "accuracy"),
        *mean_sd("sha12", "ae-kmeans", "accuracy"),
        *mean_sd("sha12", "som", "accuracy"),
        f"{dec['ari'].max():.3f}",
        "0.85",
    ]


def test_pairs_of_runs_are_the_published_ones():
    claims = pd.read_csv(RESULTS / "reproduce-sha12" / "claims.csv").set_index("claim")
    agree = claims["pairs_that_agree"]
    assert {int(agree[f"outperforms-kmeans-{index}_input"]) for index in INDICES} == {0}
    of_som = [int(agree[f"outperforms-som-{index}_input"]) for index in INDICES]
    numbers = [int(number) for number in re.findall(r"\d+", marked(PAGE, "sha12-pairs"))]
    assert numbers == [0, 9, of_som[0], 9, *of_som[1:]]
    own = claims[claims.index.str.match("outperforms-.*_own")]
    assert (own["pairs_that_agree"] == own["pairs"]).all()
    in_pixels = claims[claims.index.str.match("outperforms-.*_input")]
    lower_is_better = in_pixels.index.str.contains("davies")
    assert ((in_pixels["ours_mean"] > 0) == lower_is_better).all(), "DEC has the worse mean in all three indices"


def test_the_choices_of_the_search_are_the_published_ones():
    points = pd.read_csv(RESULTS / "search-sha12-x0.2" / "search.csv")
    figure = {
        claim.source: claim.figure
        for claim in REPORTS["sha12"].claims
        if claim.name in ("lr", "batch", "lambda", "latent")
    }
    rows = table_rows(marked(PAGE, "sha12-search"))
    assert len(figure) == len(rows) == 4
    for (source, printed), row in zip(figure.items(), rows, strict=True):
        of_axis = points[points[source.axis].notna() & (points.groupby("method")[source.axis].transform("nunique") > 1)]
        values = [float(of_axis[of_axis[mark]][source.axis].iloc[0]) for mark in ("chosen", "best_by_labels")]
        assert [row[1], row[2], row[4]] == [f"{value:g}" for value in (printed, *values)]


def test_figures_of_the_search_are_the_published_ones():
    points = pd.read_csv(RESULTS / "search-sha12-x0.2" / "search.csv")
    autoencoders = points[points["method"] == "ae-kmeans"].sort_values("reconstruction_error_mean")
    of_report = autoencoders[(autoencoders["lr"] == 0.001) & (autoencoders["batch_size"] == 128)].iloc[0]
    assert list(autoencoders["batch_size"][:4])[-1] == 128, "rank 4"
    errors = [f"{row['reconstruction_error_mean']:.4f}" for row in (of_report, autoencoders.iloc[0])]
    dec = points[(points["method"] == "dec") & (points["latent_dim"] == 64)].sort_values("kl_weight")
    chosen, best = (autoencoders[autoencoders[mark]].iloc[0] for mark in ("chosen", "best_by_labels"))
    assert figures("sha12-search-text") == [
        *errors,
        *(f"{value:.3f}" for value in dec["silhouette_own_mean"]),
        *(f"{value:.3f}" for value in dec["ari_mean"]),
        *(f"{row[f'ari_{part}']:.3f}" for row in (chosen, best) for part in ("mean", "sd")),
    ]


def test_figures_of_tanh128_are_the_published_ones():
    before, after = (lambda column, method=method: mean("tanh128", method, column) for method in ("ae-kmeans", "dec"))
    assert figures("tanh128-codes") == [before("silhouette_own"), before("silhouette_input")]
    assert figures("tanh128-pixels") == [
        before("silhouette_input"),
        after("silhouette_input"),
        mean("tanh128", "kmeans", "silhouette_input"),
        before("accuracy"),
        after("accuracy"),
    ]


def test_the_table_of_the_report_on_the_page_of_spaces():
    forms = (".4f", ".4f", ",.0f")
    expected = [[f"{method[place]:{form}}" for method in (DEC, SOM, K_MEANS)] for place, form in enumerate(forms)]
    assert [row[1:] for row in table_rows(marked("docs/guides/spaces.md", "report-table"))] == expected


def test_silhouettes_in_pixels_are_the_published_ones():
    k_means = mean("sha12", "kmeans", "silhouette_input", 2)
    truth = f"{pd.read_csv(RESULTS / 'mnist-flagship' / 'true_labels.csv')['silhouette_input'][0]:.2f}"
    assert marked("docs/guides/spaces.md", "kmeans-in-pixels") == k_means
    assert marked("docs/guides/spaces.md", "truth-in-pixels") == truth
    printed = [f"{method[0]:.2f}" for method in (DEC, SOM, K_MEANS)]
    assert figures("spaces", "README.md") == [*printed, "65.9", k_means, truth]


def test_the_answer_in_one_line_has_the_published_verdicts():
    verdicts = [row["Verdict"] for row in shown_rows("sha12-results")]
    assert (verdicts.count("outside"), len(verdicts)) == (8, 12)
    assert "eight are outside" in (ROOT / "docs/results/index.md").read_text()
    assert verdicts.count("cannot be decided with 3 seeds") == 4
