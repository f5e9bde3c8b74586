"""The numbers of the charts of the page."""

from bench.report.groups import group
from bench.report.outcomes import read
from bench.report.page.charts import training


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
