"""Accuracy against time, on labels whose accuracy is known."""

import numpy as np

from bench.analysis.timeline import timeline

CLASSES = np.array([0, 0, 1, 1])
KEPT = {
    "labels": CLASSES,
    "trace_labels": np.array([[0, 1, 0, 1], [0, 0, 1, 0], [1, 1, 0, 0]], np.int32),
    "trace_seconds": np.array([1.0, 2.0, 3.0]),
}


def test_every_stored_labelling_is_scored_and_other_fits_have_one_row_at_their_end(store, groups_of):
    frame = timeline(store, groups_of([("dec", 0, KEPT), ("kmeans", 0, {"labels": CLASSES})]), CLASSES)
    assert frame["method"].tolist() == ["dec", "dec", "dec", "kmeans"]
    assert frame["seconds"].tolist() == [1, 2, 3, 9]
    assert frame["accuracy"].tolist() == [0.5, 0.75, 1, 1]
    assert frame["ari"].tolist()[2:] == [1, 1]


def test_without_stored_labels_or_classes_there_is_no_timeline(store, groups_of):
    assert timeline(store, groups_of([("kmeans", 0, {"labels": CLASSES})]), CLASSES).empty
    assert timeline(store, groups_of([("dec", 0, KEPT)]), None).empty
