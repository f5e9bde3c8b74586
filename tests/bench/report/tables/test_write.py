"""The written tables, read back from the files."""

import re
import subprocess
import sys

import pandas as pd
import pytest
from msgspec.structs import replace
from written_tables import (
    CONFIGURATIONS,
    COST,
    DIFFERENT,
    INPUT,
    LABELS,
    OWN,
    REFERENCE,
    SAME,
    SPREAD,
    blocks,
    by_method,
    parsed,
    section,
)

from bench.errors import UsageError
from bench.metrics.declarations import METRICS
from bench.report.best import RULE, TOO_FEW
from bench.report.outcomes import read
from bench.report.tables.frames import FIRST, FIRST_METRICS
from bench.report.tables.write import render, write_tables
from bench.store.store import Store


def test_blocks_are_in_order_and_percentages_across_spaces_come_last(full) -> None:
    headings = list(blocks(full))
    order = (LABELS, SAME, SPREAD, INPUT, OWN)
    positions = [next(i for i, h in enumerate(headings) if words in h) for words in order]
    assert positions == sorted(positions)
    assert DIFFERENT in headings[-1]
    assert "not comparable between methods" in headings[-1]
    [own] = [heading for heading in headings if OWN in heading]
    assert "not comparable between methods" in own


def test_no_figure_of_an_own_space_is_in_another_block(full) -> None:
    """dec's own-space values differ from every other number, so their printed forms must not be in other blocks."""
    printed = {"0.785", "0.777", "0.349", "0.346", "99,753", "98,765", "7.8", "0.922"}
    sections = blocks(full)
    for heading, text in sections.items():
        numbers = set(re.findall(r"[\d.,]*\d", " ".join(" ".join(row.values()) for row in parsed(text))))
        if any(words in heading for words in (LABELS, INPUT, SAME)):
            assert not numbers & printed, heading
    own = section(full, OWN)
    assert all(number in own for number in ("0.785", "0.349", "99,753"))
    # Conversely, dec's figures of the input space are not in the block of the own spaces.
    assert "0.051 ±" not in " ".join(by_method(own)["dec"].values())


def test_the_interval_of_a_mean_ends_at_the_bounds_of_the_metric(lab) -> None:
    for seed, accuracy in enumerate((0.9, 0.99)):
        lab.ok(lab.cell("kmeans", seed), {"accuracy": accuracy})
    store = lab.done()
    write_tables(store)
    (row,) = parsed(section(store, SPREAD))
    assert row["95 % interval"] == "[0.373, 1.000] t"
    high = pd.read_csv(store.path("statistics.csv")).set_index("metric").loc["accuracy", "high"]
    assert high == pytest.approx(1.5168, abs=1e-4)


def test_bold_are_the_best_value_and_all_that_cannot_be_told_apart_from_it(lab, scores) -> None:
    for method in ("dec", "ae-kmeans", "som", "kmeans"):
        for seed in range(6):
            lab.ok(lab.cell(method, seed), scores(method, seed), prototypes={"som": 100}.get(method, 10))
    lab.failed(lab.cell("dec", 6), "a reason")
    labels, raw = by_method(section(lab.done(), LABELS)), by_method(section(lab.store, INPUT))

    def bold(rows: dict[str, dict[str, str]], column: str) -> list[str]:
        return [method for method, row in rows.items() if row[column].startswith("**")]

    assert bold(labels, "Accuracy ↑") == bold(labels, "ARI ↑") == ["ae-kmeans"], "dec has a failed seed"
    assert bold(labels, "Clusters found") == []
    assert bold(raw, "Silhouette ↑") == bold(raw, "Davies–Bouldin ↓") == ["kmeans"]
    assert bold(raw, "Quantization error ↓") == [], "10 and 100 prototypes are not comparable"
    assert bold(raw, "Topographic error ↓") == [], "one method alone is not compared"


@pytest.mark.parametrize("words", [OWN, DIFFERENT, SAME])
def test_nothing_is_bold_in_blocks_without_a_best_value(full, words: str) -> None:
    assert "**" not in section(full, words)


def test_equal_numbers_of_prototypes_have_a_best_quantization_error(lab, scores) -> None:
    for method in ("som", "kmeans"):
        for seed in range(5):
            lab.ok(lab.cell(method, seed), scores(method, 0), prototypes=10)
    raw = by_method(section(lab.done(), INPUT))
    assert raw["som"]["Quantization error ↓"] == "**5.500 ± 0.000**"
    assert raw["kmeans"]["Prototypes"] == "10"


def bold_of(text: str, column: str) -> list[str]:
    """The rows with a bold value in a column."""
    return [row["Method"] for row in parsed(text) if row[column].startswith("**")]


@pytest.mark.parametrize(("n_seeds", "expected"), [(3, []), (4, ["som"])])
def test_nothing_is_bold_with_so_few_seeds_that_no_test_can_decide(lab, n_seeds: int, expected: list[str]) -> None:
    """Of three and three values, every twentieth split is as far apart in each direction; of four and four, 1 in 70."""
    for method, ari in (("som", 0.5), ("kmeans", 0.4)):
        for seed in range(n_seeds):
            lab.ok(lab.cell(method, seed), {"ari": ari + seed / 1000}, seconds=10 * ari)
    text = section(lab.done(), LABELS)
    assert bold_of(text, "ARI ↑") == expected
    assert (f"\n{RULE}\n\n" if expected else f"\n{TOO_FEW}\n\n") in text


@pytest.mark.parametrize(("spread", "expected"), [(0.01, ["som"]), (0.08, ["som", "kmeans"])])
def test_values_that_overlap_are_bold_together(lab, spread: float, expected) -> None:
    for method, ari in (("som", 0.5), ("kmeans", 0.4)):
        for seed in range(5):
            lab.ok(lab.cell(method, seed), {"ari": ari + (seed - 2) * spread})
    assert bold_of(section(lab.done(), LABELS), "ARI ↑") == expected


def test_with_one_seed_nothing_is_bold_and_the_table_says_why(lab, scores) -> None:
    lab.ok(lab.cell("kmeans", 0), scores("kmeans", 0), seconds=1.0)
    lab.ok(lab.cell("som", 0), scores("som", 0), seconds=9.0)
    texts = blocks(lab.done())
    assert "**" not in "".join(text for heading, text in texts.items() if heading)
    assert sum("Nothing is bold: with one seed, it is not known" in text for text in texts.values()) == 2
    assert not any("Bold: the best" in text for text in texts.values())


def test_a_row_of_another_task_has_no_bold_time_and_with_more_clusters_no_bold_accuracy(lab, scores) -> None:
    """Fewer clusters are less work, but no advantage in scores."""
    rows = {"some:Fewer": (1.0, 1.0, 0.9), "some:More": (12.0, 2.0, 0.8), "kmeans": (10.0, 3.0, 0.5)}
    for method, (found, seconds, value) in {**rows, "som": (10.0, 4.0, 0.4)}.items():
        for seed in range(5):
            better = {"n_clusters_found": found, **dict.fromkeys(("accuracy", "nmi", "ari"), value)}
            lab.ok(lab.cell(method, seed), scores("kmeans", 0) | better, seconds=seconds)
    text = section(lab.done(), LABELS)
    assert bold_of(text, "Fit seconds ↓") == ["kmeans"]
    assert bold_of(text, "ARI ↑") == bold_of(text, "NMI ↑") == ["some:Fewer"]
    assert (
        "A row that found another number of clusters than asked for, or gets no number, is not bold in seconds." in text
    )
    assert "no number of clusters, is bold in ARI, Silhouette, Davies–Bouldin, Calinski–Harabasz only." in text


def test_more_clusters_than_asked_for_win_only_in_metrics_that_compare_them(lab, scores) -> None:
    for method, value in (("some:Class", 0.8), ("kmeans", 0.5), ("som", 0.4)):
        for seed in range(5):
            better = dict.fromkeys(("accuracy", "nmi", "ari"), value) | {"n_clusters_found": 10.0 + 2 * (value == 0.8)}
            lab.ok(lab.cell(method, seed), scores("kmeans", 0) | better)
    text = section(lab.done(), LABELS)
    assert bold_of(text, "Accuracy ↑") == bold_of(text, "NMI ↑") == ["kmeans"]
    assert bold_of(text, "ARI ↑") == ["some:Class"]
    text = section(lab.store, INPUT)
    assert "more clusters than asked for, or gets no number of clusters, is bold in" in text
    assert "seconds" not in text, "the block has no seconds"


def test_failed_and_missing_cells_are_counted_and_named(full) -> None:
    texts = blocks(full)
    assert "10 of 12 cells finished" in texts[""]
    assert "Failed: dec, seed 1: FloatingPointError: loss is nan in epoch 3" in texts[""]
    assert "som, seed 2" in texts[""]
    rows = by_method(section(full, LABELS))
    assert [row["Seeds"] for row in rows.values()] == ["2 of 3, 1 failed", "3", "2 of 3, 1 missing", "3"]
    assert rows["dec"]["Accuracy ↑"] == "0.808 ± 0.011", "the mean is over the finished seeds"


def test_warnings_of_a_fit_are_caveats(lab, scores) -> None:
    lab.ok(lab.cell("kmeans", 3), scores("kmeans", 0), warnings=["ConvergenceWarning: 2 | 3"])
    assert "- Warning: kmeans, seed 3: 2 \\| 3" in blocks(lab.done())[""]


def test_how_the_data_were_read_is_a_fact_and_what_was_left_out_a_caveat(lab, scores) -> None:
    lab.ok(lab.cell("kmeans", 3), scores("kmeans", 0))
    store = lab.done()
    manifest = store.manifest()
    left_out = "2 of 16 rows cannot be read and were left out (--on-bad skip): row 3, row 7."
    data = replace(manifest.data, how_read=["The texts have 1 to 9 words."], caveats=[left_out])
    store.write_manifest(replace(manifest, data=data))
    facts, _, caveats = blocks(store)[""].partition("**Caveats:**\n\n")
    assert facts.endswith("**How the data were read:**\n\n- The texts have 1 to 9 words.\n\n")
    assert caveats.strip() == f"- {left_out}"


def test_seeds_with_equal_caveats_share_a_line_and_other_texts_have_their_own(lab, scores) -> None:
    for seed, text in enumerate(["UserWarning: same", "UserWarning: same", "UserWarning: other"]):
        found = {"n_clusters_found": 1.0 if seed == 2 else 9.0}
        lab.ok(lab.cell("dec", seed), scores("dec", seed) | found, warnings=[text, text])
    for seed in range(3):
        lab.failed(lab.cell("som", seed), "a reason")
    store = lab.done()
    lines = blocks(store)[""].partition("**Caveats:**\n\n")[2].strip().splitlines()
    command = f"python -m bench show demo --errors --results-dir {store.results_dir}"
    assert lines == [
        "- Lost clusters: dec, seeds 0, 1: 9 of 10 clusters have samples.",
        "- Lost clusters: dec, seed 2: 1 of 10 clusters has samples.",
        "- Warning: dec, seeds 0, 1: same",
        "- Warning: dec, seed 2: other",
        "- Failed: som, seeds 0, 1, 2: FloatingPointError: a reason",
        f"- Tracebacks of failed cells: {command} (in Python: results.failures).",
    ]


def test_another_number_of_clusters_than_asked_for_is_a_caveat(lab, scores) -> None:
    for method, found in (("dec", 11.0), ("sklearn.cluster:DBSCAN", 1.0), ("some:Class", 12.0), ("som", 10.0)):
        lab.ok(lab.cell(method, 0), scores("kmeans", 0) | {"n_clusters_found": found})
    condition = ", if the class takes a number."
    assert [line for line in blocks(lab.done())[""].splitlines() if " asked" in line] == [
        "- Number of clusters: dec, seed 0: 11 clusters found, 10 asked.",
        f"- Number of clusters: sklearn.cluster:DBSCAN, seed 0: 1 cluster found, 10 asked{condition}",
        f"- Number of clusters: some:Class, seed 0: 12 clusters found, 10 asked{condition}",
    ]


def test_the_numbers_of_clusters_of_all_seeds_are_one_caveat(lab, scores) -> None:
    for seed, found in enumerate((12.0, 10.0, 8.0, 9.0)):
        cell, values = lab.cell("sklearn.cluster:Birch", seed), scores("kmeans", 0) | {"n_clusters_found": found}
        lab.ok(cell, values, count_option="n_clusters")
    assert (
        "- Number of clusters: sklearn.cluster:Birch, seeds 0, 2, 3: 8 to 12 clusters found, 10 asked.\n"
        in (blocks(lab.done())[""])
    )


def test_a_row_with_a_failed_or_unscored_seed_is_not_bold(lab) -> None:
    for method, ari in (("dec", 0.9), ("ae-kmeans", 0.8), ("som", 0.7), ("kmeans", 0.6)):
        for seed in range(5):
            lab.ok(lab.cell(method, seed), {} if (method, seed) == ("ae-kmeans", 1) else {"ari": ari})
    lab.failed(lab.cell("dec", 5), "a reason")
    text = section(lab.done(), LABELS)
    assert bold_of(text, "ARI ↑") == ["som"]
    assert "A row with failed or missing seeds" in text


def test_the_seconds_of_a_row_with_a_failed_or_noisy_fit_are_not_bold(lab, scores) -> None:
    for method, noise, seconds in (("dec", 0.0, 6.0), ("sklearn.cluster:DBSCAN", 0.1, 7.0), ("som", 0.0, 5.0)):
        for seed in range(5):
            lab.ok(lab.cell(method, seed), scores("kmeans", 0) | {"noise_share": noise}, seconds=seconds)
    for seed in range(5):
        lab.ok(lab.cell("kmeans", seed), scores("kmeans", 0), seconds=9.0)
    lab.failed(lab.cell("dec", 5), "a reason")
    rows = by_method(section(lab.done(), LABELS))
    assert [method for method, row in rows.items() if "**" in row["Fit seconds ↓"]] == ["som"]


def test_lost_clusters_are_one_caveat_although_the_fit_has_warned_too(lab, scores) -> None:
    warning = ["LostClustersWarning: 9 of 10 clusters have samples; try another random_state."]
    lab.ok(lab.cell("dec", 0), scores("dec", 0) | {"n_clusters_found": 9.0}, warnings=warning)
    lab.ok(lab.cell("dec", 1), {}, warnings=warning)
    lines = [line for line in blocks(lab.done())[""].splitlines() if "clusters have samples" in line]
    assert [line.partition(": 9")[0] for line in lines] == [
        "- Lost clusters: dec, seed 0",
        "- Warning: dec, seed 1",
    ]


def test_tables_are_written_even_if_every_cell_failed(lab) -> None:
    for method in ("dec", "som"):
        lab.failed(lab.cell(method, 0), "a | b")
    rows = by_method(section(lab.done(), LABELS))
    assert rows["dec"]["ARI ↑"] == "n/a"
    assert rows["som"]["Seeds"] == "0 of 1, 1 failed"


def test_lost_clusters_are_a_caveat_without_labels_too(lab, scores) -> None:
    lab.class_names = None
    sizes = {0: (10.0, 0.08), 1: (9.0, 0.08), 2: (10.0, 0.0042)}
    for seed, (found, smallest) in sizes.items():
        lab.ok(lab.cell("dec", seed), scores("dec", seed) | {"n_clusters_found": found, "smallest_share": smallest})
    lab.ok(lab.cell("sklearn.cluster:DBSCAN", 0), scores("kmeans", 0) | {"n_clusters_found": 3.0})
    lab.ok(lab.cell("some:Class", 0), scores("kmeans", 0) | {"smallest_share": 0.0026})
    lost = [line for line in blocks(lab.done())[""].splitlines() if line.startswith("- Lost clusters")]
    assert lost == [
        "- Lost clusters: dec, seed 1: 9 of 10 clusters have samples.",
        "- Lost clusters: dec, seed 2: the smallest cluster has 0.42 % of the samples; an equal share is 10 %.",
        "- Lost clusters: some:Class, seed 0: the smallest cluster has 0.26 % of the samples; an equal share is 10 %.",
    ]


def test_parameters_set_for_all_cells_of_a_method_are_in_its_line(full) -> None:
    [line] = [line for line in blocks(full)[""].splitlines() if line.startswith("- dec: ")]
    assert line.startswith("- dec: preset small; latent size 10; 10 clusters; ")
    assert line.endswith("; pretrain_epochs=20 (set by --param)")


def test_the_line_of_dec_says_which_rows_are_idec(lab, scores) -> None:
    """Those whose clustering phase has a reconstruction loss in its history."""
    for weight, kept in ((0.0, {}), (1.0, {"cluster/reconstruction": [0.02]})):
        cell = lab.cell("dec", 0, {"reconstruction_weight": weight})
        lab.ok(cell, scores("dec", 0), history={"cluster/kl": [0.1], **kept})
    lab.ok(lab.cell("ae-kmeans", 0), scores("kmeans", 0), history={"pretrain/reconstruction": [0.02]})
    lines = blocks(lab.done())[""].splitlines()
    [dec], [kmeans] = ([line for line in lines if line.startswith(f"- {name}:")] for name in ("dec", "ae-kmeans"))
    assert dec.endswith(
        "; loss with reconstruction: this is IDEC (Guo et al. 2017), in dec (reconstruction_weight=1.0)"
    )
    assert "IDEC" not in kmeans


def test_a_dec_whose_every_row_keeps_the_reconstruction_is_idec(lab, scores) -> None:
    lab.ok(lab.cell("dec", 0), scores("dec", 0), history={"cluster/kl": [0.1], "cluster/reconstruction": [0.02]})
    assert "; loss with reconstruction: this is IDEC (Guo et al. 2017)\n" in f"{blocks(lab.done())['']}\n"


def test_parameters_of_a_grid_are_in_row_labels_and_columns(lab, scores) -> None:
    for weight in (0.1, 0.5):
        lab.ok(lab.cell("dec", 0, {"kl_weight": weight, "epochs": 3}), scores("dec", 0))
    lab.ok(lab.cell("som", 0, {"epochs": 7}), scores("som", 0))
    store = lab.done()
    assert list(by_method(section(store, LABELS))) == ["dec (kl_weight=0.1)", "dec (kl_weight=0.5)", "som"]
    text = section(store, SAME)
    assert "### dec (kl_weight=0.1)" in text
    assert "### dec (kl_weight=0.5)" in text
    cells = pd.read_csv(store.path("cells.csv"))
    assert cells["kl_weight"].tolist()[:2] == [0.1, 0.5]
    assert cells["epochs"].tolist() == [3, 3, 7], "a parameter of one name is one column"


def test_configurations_of_a_method_are_neighbouring_rows(lab, scores) -> None:
    for method, params in (("dec", {}), ("som", {}), ("kmeans", {}), ("dec", {"epochs": 7})):
        lab.ok(lab.cell(method, 0, params), scores(method, 0))
    store = lab.done()
    assert list(by_method(section(store, LABELS))) == ["dec", "dec (epochs=7)", "som", "kmeans"]
    assert list(by_method(section(store, INPUT))) == ["dec", "dec (epochs=7)", "som", "kmeans"]


def test_a_parameter_at_its_default_is_not_in_a_label(lab, scores) -> None:
    for params in ({}, {"kl_weight": 0.1}, {"augment": True}):
        lab.ok(lab.cell("dec", 0, params), scores("dec", 0))
    assert list(by_method(section(lab.done(), LABELS))) == ["dec", "dec (kl_weight=0.1)", "dec (augment=true)"]


def test_configurations_are_compared_with_the_first_of_their_method_paired_by_seed(lab, scores) -> None:
    for seed, accuracy, other in ((0, 0.80, 0.81), (1, 0.70, 0.73), (2, 0.60, None)):
        lab.ok(lab.cell("dec", seed), scores("dec", seed) | {"accuracy": accuracy})
        if other is not None:
            lab.ok(lab.cell("dec", seed, {"augment": True}), scores("dec", seed) | {"accuracy": other})
        lab.ok(lab.cell("dec", seed, {"lr": 0.01}), scores("dec", seed) | {"accuracy": accuracy - 0.1})
        lab.ok(lab.cell("kmeans", seed), scores("kmeans", seed))
    lab.ok(lab.cell("dec", 0, n_clusters=20), scores("dec", 0))
    rows = {row["Configuration"]: row for row in parsed(section(lab.done(), CONFIGURATIONS))}
    assert {label: row["Accuracy ↑"] for label, row in rows.items()} == {
        "dec (k=10)": "0.700 ± 0.100",
        "dec (k=10, augment=true)": "+0.020 [-0.107, 0.147]",
        "dec (k=10, lr=0.01)": "-0.100 [-0.100, -0.100]",
    }
    assert [row["Compared"] for row in rows.values()] == ["", "2 pairs", "3 pairs"]
    assert rows["dec (k=10, lr=0.01)"]["Fit seconds ↓"] == "+0.0 [0.0, 0.0]"


def test_single_configurations_have_no_comparison(full) -> None:
    assert not any(CONFIGURATIONS in heading for heading in blocks(full))


def test_a_parameter_named_like_a_column_does_not_overwrite_it(lab, scores) -> None:
    lab.ok(lab.cell("dec", 0, {"device": "mine"}), scores("dec", 0))
    store = lab.done()
    write_tables(store)
    cells = pd.read_csv(store.path("cells.csv"))
    assert (cells["device"][0], cells["param_device"][0]) == ("cpu", "mine")


def test_cells_csv_has_its_first_columns_in_order_and_one_row_per_cell(full) -> None:
    write_tables(full)
    header = full.path("cells.csv").read_text().splitlines()[0]
    assert header.startswith(
        "method,dataset,preset,seed,latent_dim,status,fit_seconds,accuracy,ari,nmi,silhouette_own,silhouette_input,"
        "davies_bouldin_own,davies_bouldin_input,calinski_harabasz_own,calinski_harabasz_input,quantization_error,"
        "kl_divergence,"
    )
    cells = pd.read_csv(full.path("cells.csv"))
    assert cells["status"].value_counts().to_dict() == {"ok": 10, "failed": 1, "missing": 1}
    failed = cells[cells["status"] == "failed"].iloc[0]
    assert failed["error"] == "FloatingPointError: loss is nan in epoch 3"
    assert failed[["accuracy", "fit_seconds", "n_iter"]].isna().all(), "empty, never zero"
    assert cells["accuracy"][0] == 0.8
    assert cells["seconds_pretrain"][0] == 8.0


def test_every_declared_metric_has_a_column_and_every_fixed_column_a_metric(full) -> None:
    write_tables(full)
    names = {metric.name for metric in METRICS}
    assert names <= set(pd.read_csv(full.path("cells.csv")).columns)
    assert {f"{name}_{part}" for name in names for part in ("mean", "sd", "n")} <= set(
        pd.read_csv(full.path("table.csv")).columns
    )
    assert set(FIRST_METRICS) <= names
    assert not set(FIRST) & names


def test_every_declared_metric_is_in_the_block_of_its_space(lab) -> None:
    lab.ok(lab.cell("dec", 0), {metric.name: 0.5 for metric in METRICS})
    store = lab.done()
    labels, *spaces = (list(parsed(section(store, words))[0]) for words in (LABELS, INPUT, REFERENCE, OWN))
    cost = list(parsed(section(store, COST))[0])
    columns = {**dict(zip(("input", "reference", "own"), spaces, strict=True)), None: labels + cost}
    for metric in METRICS:
        assert any(column.startswith(metric.label) for column in columns[metric.space]), metric.name


def test_table_csv_has_one_row_per_group(full) -> None:
    write_tables(full)
    table = pd.read_csv(full.path("table.csv")).set_index("label")
    assert list(table.index) == ["dec", "ae-kmeans", "som", "kmeans"]
    assert table.loc["dec", ["n_seeds", "n_ok", "n_failed", "n_missing"]].tolist() == [3, 2, 1, 0]
    assert table.loc["dec", "accuracy_mean"] == pytest.approx(0.808)
    assert table.loc["dec", "accuracy_sd"] == pytest.approx(0.016 / 2**0.5)


def test_improvements_csv_names_the_spaces(full) -> None:
    write_tables(full)
    rows = pd.read_csv(full.path("improvements.csv"))
    spaces = rows.groupby("metric")["spaces"].unique().map(list).to_dict()
    for metric in METRICS:
        if metric.name in spaces:
            assert spaces[metric.name] == ["different" if metric.space == "own" else "same"]
    assert {"accuracy", "silhouette_input", "silhouette_own", "quantization_error"} <= spaces.keys()
    one = rows[(rows["metric"] == "davies_bouldin_input") & (rows["baseline"] == "kmeans")].iloc[0]
    assert one["difference"] == pytest.approx(3.03 - 2.828)
    assert (one["pairing"], one["n_new"], one["n_base"], one["verdict"]) == ("unpaired", 2, 3, "n too small to decide")
    assert one["low"] < one["difference"] < one["high"]
    assert one["improvement_percent"] == pytest.approx(-(3.03 - 2.828) / 2.828 * 100)
    assert rows[rows["spaces"] == "different"][["verdict", "p"]].isna().all(axis=None), "nothing is claimed of them"


def test_the_block_is_headed_by_the_strongest_baseline_and_has_the_reason_for_a_missing_percentage(full) -> None:
    text = section(full, SAME)
    assert re.search(r"\n- ARI, against ae-kmeans: \+0\.101 \[.+\], n too small to decide\.\n", text)
    rows = parsed(text)
    assert [row["Baseline"] for row in rows if row["Metric"] == "ARI ↑"] == ["ae-kmeans", "som", "kmeans"]
    error = {row["Baseline"]: row for row in rows if row["Metric"].startswith("Quantization")}
    assert error["som"]["Improvement, %"] == "n/a (10 vs 100 prototypes)"
    assert error["som"]["Verdict"] == "not comparable"
    assert error["som"]["Difference [95 % interval]"].startswith("+1.0")
    assert {row["Baseline"]: row["Compared"] for row in rows if row["Metric"] == "ARI ↑"} == {
        "ae-kmeans": "2 pairs",
        "som": "2 and 2 runs",
        "kmeans": "2 and 3 runs",
    }


def test_percentages_across_spaces_name_the_largest_as_reports_do(full) -> None:
    rows = parsed(section(full, DIFFERENT))
    [best] = [
        row["Best improvement, %"]
        for row in rows
        if row["Metric"] == "Silhouette (own) ↑" and row["Best improvement, %"]
    ]
    assert re.fullmatch(r"\d+\.\d \(vs\. som\)", best)


@pytest.mark.parametrize("methods", [["som", "kmeans"], ["dec"]])
def test_there_is_no_improvement_block_without_dec_or_without_baselines(lab, scores, methods: list[str]) -> None:
    for method in methods:
        lab.ok(lab.cell(method, 0), scores(method, 0))
    store = lab.done()
    assert not any(SAME in heading or DIFFERENT in heading for heading in blocks(store))
    assert "spaces" in store.path("improvements.csv").read_text().splitlines()[0]


def test_data_without_labels_show_only_clusters_and_time(lab, scores) -> None:
    lab.class_names = None
    lab.ok(lab.cell("kmeans", 0), {n: v for n, v in scores("kmeans", 0).items() if n not in ("accuracy", "ari", "nmi")})
    store = lab.done()
    assert "no true labels" in blocks(store)[""]
    [row] = parsed(section(store, "Clusters and time"))
    assert list(row) == ["Method", "Clusters found", "Fit seconds ↓", "Seeds"]


def test_a_collapsed_space_is_marked_and_has_no_indices(lab, scores) -> None:
    undefined = dict.fromkeys(("silhouette_own", "davies_bouldin_own", "calinski_harabasz_own"))
    for seed in range(2):
        lab.ok(lab.cell("dec", seed), scores("dec", seed) | undefined | {"collapsed_own": 1.0})
    lab.ok(lab.cell("ae-kmeans", 0), scores("ae-kmeans", 0))
    lab.ok(lab.cell("ae-kmeans", 1), scores("ae-kmeans", 1) | undefined | {"collapsed_own": 1.0})
    rows = by_method(section(lab.done(), OWN))
    assert rows["dec"]["Davies–Bouldin ↓"] == "collapsed: n/a"
    assert rows["dec"]["Collapsed"] == "2 of 2"
    assert rows["ae-kmeans"]["Davies–Bouldin ↓"] == "1.444 (n=1)"
    assert rows["ae-kmeans"]["Collapsed"] == "1 of 2"


def test_the_space_of_a_third_party_class_is_explained(lab, scores) -> None:
    text = "A third-party class is measured in the input space, because it is not known here whether"
    lab.ok(lab.cell("kmeans", 0), scores("kmeans", 0))
    assert text not in section(lab.done(), OWN)
    lab.ok(lab.cell("sklearn.cluster:Birch", 0), scores("kmeans", 0))
    assert text in section(lab.done(), OWN)


def test_rows_with_different_seeds_are_a_caveat(lab, scores) -> None:
    for method, seeds in {"dec": (0, 1), "som": (0, 1), "kmeans": (1,)}.items():
        for seed in seeds:
            lab.ok(lab.cell(method, seed), scores(method, seed))
    head = blocks(lab.done())[""]
    assert (
        "- The rows have different seeds: 0, 1 for dec, som; 1 for kmeans. Two rows that are paired are compared on "
        "the seeds that both have, other rows on all of theirs."
    ) in head
    assert "All rows have the same seeds" not in head


def test_rows_with_the_same_seeds_are_stated(full) -> None:
    head = blocks(full)[""]
    assert "over seeds. All rows have the same seeds." in head
    assert "different seeds" not in head


def test_mixed_code_versions_are_a_caveat(lab, scores) -> None:
    lab.ok(lab.cell("som", 0), scores("som", 0), code="a" * 64)
    lab.ok(lab.cell("kmeans", 0), scores("kmeans", 0), code="b" * 64)
    head = blocks(lab.done())[""]
    assert "The cells ran with different code versions: 1 with aaaaaaaaaaaa, 1 with bbbbbbbbbbbb." in head


def test_a_fit_without_scores_is_a_caveat(lab) -> None:
    cell = lab.cell("som", 0)
    lab.ok(cell, {})
    lab.store.path("scores", f"{cell.key}.json").unlink()
    assert "1 finished cells have no scores yet" in blocks(lab.done())[""]


def test_special_characters_in_names_do_not_break_a_table(lab, scores) -> None:
    lab.dataset = "odd|name"
    lab.ok(lab.cell("my|mod:Cls", 0, {"a": "x|y"}), scores("som", 0))
    lab.ok(lab.cell("my|mod:Cls", 0, {"a": "z"}), scores("som", 0))
    store = lab.done()
    assert list(by_method(section(store, LABELS))) == [r"my\|mod:Cls (a=x\|y)", r"my\|mod:Cls (a=z)"]
    assert r"Data: odd\|name" in blocks(store)[""]


def test_an_unknown_experiment_is_refused_with_the_known_names(full) -> None:
    with pytest.raises(UsageError, match=r"no experiment 'dem'.*there: demo"):
        write_tables(Store(full.results_dir, "dem"))


def test_writing_twice_gives_the_same_bytes(full) -> None:
    first = [path.read_bytes() for path in write_tables(full)]
    assert [path.read_bytes() for path in write_tables(full)] == first


def test_reading_loads_neither_torch_nor_scikit_learn_nor_a_method() -> None:
    code = (
        "import sys, bench.report.tables.write; from importlib import import_module;"
        "from bench.report.figures.declarations import FIGURES;"
        "[import_module(declared.function.partition(':')[0]) for declared in FIGURES];"
        "print(*[m for m in ('torch', 'sklearn', 'methods.base', 'bench.running.runner') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == ""


def test_sentences_that_must_be_known_first_are_above_all_figures(full) -> None:
    write_tables(full, ["Preset a_b was *tuned*."])
    text = full.path("table.md").read_text()
    assert text.startswith("# demo\n\nPreset a_b was \\*tuned\\*.\n\nData: mnist-5k ")


def noisy(lab, scores) -> Store:
    """DBSCAN has the best indices, but only because it leaves samples out in one of its six fits."""
    for seed, share in enumerate([0.0, 0.3606, 0.0, 0.0, 0.0, 0.0]):
        better = {"silhouette_input": 0.9, "davies_bouldin_input": 0.1, "accuracy": 0.99, "noise_share": share}
        lab.ok(lab.cell("sklearn.cluster:DBSCAN", seed), scores("kmeans", seed) | better)
        for method in ("som", "kmeans"):
            lab.ok(lab.cell(method, seed), scores(method, seed) | {"noise_share": 0.0})
    return lab.done()


def test_noise_is_a_caveat_with_the_share_of_each_fit(lab, scores) -> None:
    lines = [line for line in blocks(noisy(lab, scores))[""].splitlines() if "Noise" in line]
    assert lines == [
        "- Noise: sklearn.cluster:DBSCAN † leaves 36.06 % (seed 1) of the samples in no cluster.",
        "- † Noise: silhouette, Davies–Bouldin and Caliński–Harabasz leave out the samples that are in no cluster; "
        "accuracy counts them as wrong; ARI and NMI count all of them together as one more cluster.",
    ]


def test_seeds_with_equal_noise_share_their_percentage_and_tiny_noise_is_not_zero(lab, scores) -> None:
    for seed, share in enumerate((0.7524, 0.7524, 0.00001, 0.0)):
        lab.ok(lab.cell("sklearn.cluster:OPTICS", seed), scores("kmeans", 0) | {"noise_share": share})
    assert (
        "OPTICS † leaves 75.24 % (seeds 0, 1), 0.001 % (seed 2) of the samples in no cluster.\n"
        in (blocks(lab.done())[""])
    )


def test_a_row_with_noise_wins_nothing(lab, scores) -> None:
    store = noisy(lab, scores)
    raw, labels = by_method(section(store, INPUT)), by_method(section(store, LABELS))
    for column, best in (("Silhouette ↑", "kmeans"), ("Davies–Bouldin ↓", "kmeans")):
        assert [method for method, row in raw.items() if "**" in row[column]] == [best]
    assert raw["sklearn.cluster:DBSCAN †"]["Silhouette ↑"] == "0.900 ± 0.000"
    assert not any("**" in text for text in labels["sklearn.cluster:DBSCAN †"].values())
    assert "with samples that have no cluster (†), is never bold" in section(store, INPUT)


@pytest.mark.parametrize("words", [LABELS, INPUT, OWN])
def test_a_row_with_noise_is_marked_and_the_mark_is_explained_below_the_table(lab, scores, words: str) -> None:
    text = section(noisy(lab, scores), words)
    assert [row["Method"] for row in parsed(text)] == ["sklearn.cluster:DBSCAN †", "som", "kmeans"]
    assert text.rstrip().splitlines()[-1].startswith("† ")


def test_without_noise_there_is_neither_a_column_nor_a_mark(full) -> None:
    texts = blocks(full)
    assert not any("Noise" in row for text in texts.values() for row in parsed(text))
    assert not any("† " in text for text in texts.values())


def test_the_column_of_noise_is_in_the_first_block(lab, scores) -> None:
    store = noisy(lab, scores)
    rows = by_method(section(store, LABELS))
    assert rows["sklearn.cluster:DBSCAN †"]["Noise"] == "0.060 ± 0.147"
    assert rows["kmeans"]["Noise"] == "0.000 ± 0.000"
    table = pd.read_csv(store.path("table.csv")).set_index("label")
    assert table.loc["sklearn.cluster:DBSCAN", "noise_share_mean"] == pytest.approx(0.0601)


def several_k(lab, scores) -> Store:
    for k in (5, 10):
        lab.ok(lab.cell("kmeans", 0, n_clusters=k), scores("kmeans", 0), prototypes=k)
    lab.ok(lab.cell("som", 0, n_clusters=5), scores("som", 0), prototypes=5)
    return lab.done()


@pytest.mark.parametrize("words", [LABELS, INPUT, OWN, COST])
def test_rows_of_different_k_have_a_column_of_k_next_to_their_label(lab, scores, words: str) -> None:
    rows = parsed(section(several_k(lab, scores), words))
    assert [list(row)[:2] for row in rows] == [["Method", "k"]] * 3
    assert [(row["Method"], row["k"]) for row in rows] == [("kmeans (k=5)", "5"), ("kmeans (k=10)", "10"), ("som", "5")]


def test_rows_of_one_k_have_no_column_of_k(full) -> None:
    assert not any("k" in row for text in blocks(full).values() for row in parsed(text))


def test_only_rows_of_one_k_are_compared_unless_the_metric_is_comparable(lab):
    values = {"kmeans": {5: (0.9, 0.3, 7.0), 10: (0.6, 0.4, 5.0)}, "som": {5: (0.8, 0.2, 8.0), 10: (0.7, 0.1, 6.0)}}
    for method, by_k in values.items():
        for k, (nmi, ari, error) in by_k.items():
            for seed in range(5):
                lab.ok(
                    lab.cell(method, seed, n_clusters=k),
                    {"nmi": nmi, "ari": ari, "quantization_error": error, "n_clusters_found": k},
                    prototypes=k,
                )
    text = render(read(lab.done()))
    for row in ("kmeans (k=5)", "kmeans (k=10)", "som (k=5)", "som (k=10)"):
        assert f"| {row} " in text
    assert "**0.900 ± 0.000**" in text
    assert "**0.700 ± 0.000**" in text  # NMI: the best of each k
    assert "**0.400 ± 0.000**" in text
    assert "**0.300 ± 0.000**" not in text  # ARI: the best of all
    assert "grows or shrinks with k by itself. Rows of one k are compared with each other.\n" in text
    assert "Only ARI, Silhouette, Davies–Bouldin, Calinski–Harabasz are compared across k" in text


def test_the_reference_space_has_a_block_of_its_own_only_if_a_fit_was_scored_in_it(lab, scores) -> None:
    for seed, bonus in enumerate((0.001, 0.0, 0.002, 0.001)):
        for method, value in (("som", 0.11), ("kmeans", 0.14)):
            lab.ok(lab.cell(method, seed), scores(method, 0) | {"silhouette_reference": value + bonus})
    reference = by_method(section(lab.done(), REFERENCE))
    assert reference["kmeans"]["Silhouette ↑"].startswith("**0.14")
    assert not any("Quantization" in column for column in reference["som"])


def test_results_that_were_scored_without_the_reference_space_have_no_block_of_it(full) -> None:
    assert not any(REFERENCE in heading for heading in blocks(full))


def test_a_reference_space_that_is_the_input_is_one_sentence(lab, scores) -> None:
    lab.ok(lab.cell("kmeans", 0), scores("kmeans", 0) | {"silhouette_reference": 0.06})
    store = lab.done()
    manifest = store.manifest()
    few = replace(manifest.data, n_features=50, image_shape=None)
    store.write_manifest(replace(manifest, data=few))
    assert not any(REFERENCE in heading for heading in blocks(store))
    assert "the reference space is the input space: their indices are equal" in section(store, INPUT)
