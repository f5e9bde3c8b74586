"""The numbers of the charts of the page."""

from msgspec.structs import replace

from bench.report.groups import group
from bench.report.outcomes import read
from bench.report.page.charts import rows, seeds_section, training
from bench.report.page.main_table import main_tables
from bench.report.page.mean_sentence import mean_sentence
from bench.report.page.time_chart import COURSES, ENDS, ONE_FIT, SEVERAL, courses, explained, fits_with_time
from bench.report.page.view import PageView


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


def test_metrics_that_compare_no_rows_come_last_and_say_so(lab) -> None:
    scores = {"silhouette_own": 0.9, "silhouette_input": 0.2, "kl_divergence": 0.1}
    for method in ("dec", "kmeans"):
        lab.ok(lab.cell(method, 0), scores)
    view = PageView(lab.done(), read(lab.done()))
    metrics = seeds_section(view)["charts"]["metrics"]
    assert [(each["name"], bool(each["note"])) for each in metrics] == [
        ("silhouette_input", False),
        ("silhouette_own", True),
        ("kl_divergence", True),
    ]


def test_an_interval_ends_at_the_bounds_of_its_metric(lab) -> None:
    for seed, value in enumerate((0.6, 0.9)):
        lab.ok(lab.cell("kmeans", seed), {"accuracy": value})
    outcomes = read(lab.done())
    groups = group(outcomes.all)
    (dots,) = seeds_section(PageView(lab.done(), outcomes))["charts"]["metrics"]
    assert (dots["rows"][0]["low"], dots["rows"][0]["high"]) == (0, 1)
    assert "95 % interval [0.000, 1.000], over 2 seeds" in mean_sentence(groups[0], "accuracy")
    assert "95 % interval of the mean: [0.000, 1.000]" in main_tables(groups, True)[0].columns[0].values[0].detail


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
    dots = [(fit["seed"], fit["seconds"], fit["accuracy"]) for fit in fits_with_time(groups)]
    words = ["0 (subsample 0)", "0 (subsample 1)", "1 (subsample 0)", "1 (subsample 1)"]
    assert dots == list(zip(words, [1.0, 2.0, 3.0, 4.0], [0.5, 0.6, 0.7, 0.8], strict=True))
    lines = training(groups)[0]["lines"]
    assert [(line["seed"], line["values"][-1]) for line in lines] == list(zip(words, [0, 0.1, 0.2, 0.3], strict=True))


def test_rows_of_all_methods_differ_in_dash_and_symbol_and_rows_of_one_method_share_its_colour(lab) -> None:
    for method in ("kmeans", "som", "dec"):
        lab.ok(lab.cell(method, 0), {"accuracy": 0.5})
    lab.ok(replace(lab.cell("dec", 0), latent_dim=5), {"accuracy": 0.5})
    found = rows(group(read(lab.done()).all))
    assert len({row["dash"] for row in found}) == len({row["symbol"] for row in found}) == 4
    assert len({row["colour"] for row in found}) == 3


def _courses(lab, seconds, traces=None):
    """The courses of fits of one row with these seconds and, by seed, these traces."""
    for seed, each in enumerate(seconds):
        lab.ok(lab.cell("dec", seed), {"accuracy": 0.5 + seed / 10}, seconds=each)
    groups = group(read(lab.done()).all)
    keys = {seed: groups[0].records[seed].key for seed in range(len(seconds))}
    return courses(groups, {keys[seed]: trace for seed, trace in (traces or {}).items()})


def test_a_row_with_traces_has_the_mean_the_lowest_and_the_highest_accuracy_at_each_time(lab) -> None:
    found = _courses(lab, [3.0, 5.0], {0: [(1.0, 0.2), (3.0, 0.5)], 1: [(2.0, 0.4), (5.0, 0.6)]})
    assert found == [
        {"row": 0, "n": 2, "seconds": [1.5, 4.0], "mean": [0.3, 0.55], "low": [0.2, 0.5], "high": [0.4, 0.6]}
    ]
    assert explained(found) == [f"{COURSES} {ENDS}"]


def test_a_row_without_traces_is_one_point_with_a_bar(lab) -> None:
    found = _courses(lab, [2.0, 4.0])
    assert found == [{"row": 0, "n": 2, "seconds": [3.0], "mean": [0.55], "low": [0.5], "high": [0.6]}]
    assert explained(found) == [SEVERAL]


def test_one_fit_has_neither_a_mean_nor_a_bar(lab) -> None:
    assert explained(_courses(lab, [2.0])) == [ONE_FIT]
