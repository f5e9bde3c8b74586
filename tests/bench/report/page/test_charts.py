"""The numbers of the charts of the page."""

from msgspec.structs import replace

from bench.report.groups import group
from bench.report.outcomes import read
from bench.report.page.charts import time, training


def _training(lab, *histories):
    for seed, history in enumerate(histories):
        lab.ok(lab.cell("dec", seed), {"accuracy": 0.5}, history=history)
    return {each["name"]: each for each in training(group(read(lab.done()).all))}


def test_a_curve_has_its_heading_in_words_its_unit_and_the_starts_of_rounds(lab) -> None:
    history = {"pretrain/reconstruction": [3.0, 2.0, 1.0, 0.5], "cluster/kl": [4.0, 3.0, 5.0, 2.0]}
    found = _training(lab, {**history, "cluster/round": [1, 1, 2, 2]})
    assert list(found) == ["pretrain/reconstruction", "cluster/kl"]
    assert found["cluster/kl"]["label"] == "Clustering: KL(P‖Q)"
    assert found["cluster/kl"]["unit"] == "nats per sample"
    assert found["cluster/kl"]["rounds"] == [3]
    assert found["pretrain/reconstruction"]["rounds"] == []


def test_what_was_not_computed_is_left_out(lab) -> None:
    zeros = {"cluster/reconstruction": [0.0, 0.0]}
    found = _training(lab, {"cluster/label_change": [0.0, 0.5], **zeros}, {"cluster/label_change": [0.0, 0.25]})
    assert list(found) == ["cluster/label_change"]
    assert [line["values"] for line in found["cluster/label_change"]["lines"]] == [[None, 0.5], [None, 0.25]]


def test_every_fit_of_every_subsample_has_a_dot_and_a_line_with_its_own_values(lab) -> None:
    for place, (seed, subsample) in enumerate([(0, 0), (0, 1), (1, 0), (1, 1)]):
        cell = replace(lab.cell("dec", seed), subsample=subsample)
        history = {"pretrain/reconstruction": [1.0, place / 10]}
        lab.ok(cell, {"accuracy": 0.5 + place / 10}, history=history, seconds=1.0 + place)
    groups = group(read(lab.done()).all)
    dots = [(fit["seed"], fit["seconds"], fit["accuracy"]) for fit in time(groups)]
    words = ["0 (subsample 0)", "0 (subsample 1)", "1 (subsample 0)", "1 (subsample 1)"]
    assert dots == list(zip(words, [1.0, 2.0, 3.0, 4.0], [0.5, 0.6, 0.7, 0.8], strict=True))
    lines = training(groups)[0]["lines"]
    assert [(line["seed"], line["values"][-1]) for line in lines] == list(zip(words, [0, 0.1, 0.2, 0.3], strict=True))
