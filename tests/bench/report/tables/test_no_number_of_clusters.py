"""A class that gets no number of clusters, and a class with an alias, in the tables."""

import re

from msgspec.structs import replace

from bench.report.groups import group
from bench.report.outcomes import read
from bench.report.tables.write import render

DBSCAN = "sklearn.cluster:DBSCAN"


def test_a_class_that_gets_no_number_of_clusters_says_so_and_has_no_k(lab, scores):
    lab.ok(lab.cell("kmeans", 0, n_clusters=5), scores("kmeans", 0) | {"n_clusters_found": 5.0})
    lab.ok(lab.cell("kmeans", 0, n_clusters=10), scores("kmeans", 0) | {"n_clusters_found": 10.0})
    lab.ok(replace(lab.cell(DBSCAN, 0), n_clusters=None), scores("kmeans", 0) | {"n_clusters_found": 31.0})
    text = render(read(lab.done()))
    assert "- kmeans: 5, 10 clusters\n" in text
    assert f"- {DBSCAN}: gets no number of clusters\n" in text
    assert f"- Number of clusters: {DBSCAN}, seed 0: 31 clusters found; the class gets no number of clusters, " in text
    assert "gets no number of clusters, the other rows were asked for 5, 10.\n" in text
    (row, *_) = [line for line in text.splitlines() if line.startswith(f"| {DBSCAN} ")]
    assert [field.strip() for field in row.split("|")][1:3] == [DBSCAN, "none"]
    assert "None" not in text


def test_an_alias_has_rows_of_its_own_and_names_its_class(lab, scores):
    near = replace(lab.cell("near", 0, {"eps": 1.0}), n_clusters=None, alias_of=DBSCAN)
    far = replace(lab.cell("far", 0, {"eps": 2.0}), n_clusters=None, alias_of=DBSCAN)
    for cell in (near, far):
        lab.ok(cell, scores("kmeans", 0))
    outcomes = read(lab.done())
    assert [each.label for each in group(outcomes.all)] == ["near", "far"]
    assert f"- near: class {DBSCAN}; gets no number of clusters; eps=1.0 (set by --param)\n" in render(outcomes)


def test_only_rows_that_get_no_number_are_measured_by_the_classes_or_by_nothing(lab, scores):
    for seed, found in enumerate((27.0, 31.0)):
        lab.ok(replace(lab.cell(DBSCAN, seed), n_clusters=None), scores("kmeans", 0) | {"n_clusters_found": found})
    line = (
        f"- Number of clusters: {DBSCAN}, seeds 0, 1: 27 to 31 clusters found; the class gets no number of clusters, "
    )
    text = render(read(lab.done()))
    assert f"{line}the data have 10 classes.\n" in text
    assert "| k " not in text
    lab.class_names = None
    assert "- Number of clusters" not in render(read(lab.done()))


def test_a_row_that_gets_no_number_is_bold_only_in_metrics_that_compare_different_numbers(lab, scores):
    for seed in range(5):
        best = scores("kmeans", 0) | {"n_clusters_found": 31.0, "accuracy": 0.9, "ari": 0.9, "nmi": 0.9}
        lab.ok(replace(lab.cell(DBSCAN, seed), n_clusters=None), best, seconds=1.0)
        lab.ok(lab.cell("kmeans", seed), scores("kmeans", 0), seconds=2.0)
        lab.ok(lab.cell("som", seed), scores("som", 0), seconds=3.0)
    text = render(read(lab.done()))
    assert text.count("or gets no number of clusters, is bold in ARI") == 2
    lines = text.splitlines()
    first, kmeans, som = (next(line for line in lines if line.startswith(f"| {x} ")) for x in (DBSCAN, "kmeans", "som"))
    assert re.findall(r"\*\*(.+?)\*\*", first) == ["0.900 ± 0.000"], "ARI"
    assert re.findall(r"\*\*(.+?)\*\*", kmeans) == ["2.0 ± 0.0"], "seconds"
    assert re.findall(r"\*\*(.+?)\*\*", som) == ["0.570 ± 0.000", "0.550 ± 0.000"], "accuracy and NMI"
