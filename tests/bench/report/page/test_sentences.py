"""The sentences of the sections fit one seed, one row, data without labels, and methods without prototypes."""

import re
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace
from sample_pages import MadeExperiment, made_data

from bench.report.groups import group
from bench.report.outcomes import read
from bench.report.page.main_table import REFERENCE, main_tables
from bench.report.page.write import page
from bench.report.published_outcomes import read_for_tables

pytestmark = pytest.mark.draws


def text_of(made: MadeExperiment, name: str) -> str:
    """The text of one section of the page."""
    text = page(made.store, read_for_tables(made.store))
    found = re.search(rf'<section id="{name}".*?</section>', text, re.DOTALL)
    return "" if found is None else " ".join(re.sub("<[^>]*>", " ", found[0]).split())


def experiment(folder: Path, methods: tuple[str, ...], seeds: int, **data) -> MadeExperiment:
    made = MadeExperiment(folder, made_data(**data))
    for method in methods:
        for seed in range(seeds):
            labels = (np.arange(60) + seed) % 3
            made.fit(method, seed, labels, embedding=made.data.features[:, :2])
    made.material()
    return made


def test_with_one_seed_no_sentence_speaks_of_a_mean_or_an_interval(tmp_path: Path) -> None:
    made = experiment(tmp_path, ("kmeans", "som"), 1)
    tables = text_of(made, "tables")
    assert "Every value is of one seed, so it has no standard deviation." in tables
    assert "No value is marked: with one seed, it is not known how much a value varies" in tables
    assert "green field" not in tables
    assert "One fit of a row has no mean and no interval." in text_of(made, "seeds")
    assert "large mark" not in text_of(made, "time")


def test_one_row_is_compared_with_nothing(tmp_path: Path) -> None:
    made = experiment(tmp_path, ("kmeans",), 3)
    tables = text_of(made, "tables")
    assert "mean ± standard deviation over seeds." in tables
    for absent in ("No value is marked", "difference from the best", "all methods", "between methods"):
        assert absent not in tables
    assert "There is no other row with which it can be compared." in text_of(made, "answer")


def test_several_seeds_without_an_interval_and_with_one(tmp_path: Path) -> None:
    made = experiment(tmp_path, ("kmeans", "som"), 3)
    assert "no row has an interval" in text_of(made, "seeds")


@pytest.mark.parametrize("shape", [(8, 8, 1), None])
def test_methods_without_prototypes_have_no_sentence_on_them(tmp_path: Path, shape) -> None:
    made = experiment(tmp_path, ("ward",), 1, shape=shape, class_names=None)
    prototypes = text_of(made, "prototypes")
    assert "A prototype" not in prototypes
    assert "A typical sample is assigned most strongly" in prototypes
    assert ("its name or its row number" in prototypes) is (shape is None)
    assert text_of(made, "confusion") == text_of(made, "time") == ""
    assert "true class" not in text_of(made, "samples")


def test_only_prototypes_that_are_there_are_named(tmp_path: Path) -> None:
    made = MadeExperiment(tmp_path, made_data())
    made.kmeans()
    made.material()
    assert "stands for samples: a centre of a cluster. A typical" in text_of(made, "prototypes")


def test_the_projection_is_named_and_t_sne_only_where_a_space_is_learnt(tmp_path: Path) -> None:
    made = experiment(tmp_path / "learnt", ("dec",), 1)
    samples = text_of(made, "samples")
    assert "The coordinates are principal components: they are linear" in samples
    assert "python -m bench figures made" in samples
    assert "the same ones for all fits" not in samples
    other = MadeExperiment(tmp_path / "input", made_data())
    other.kmeans()
    other.material()
    assert "t-SNE" not in text_of(other, "samples")


def test_a_drawn_part_of_the_data_stands_in_the_yellow_field(tmp_path: Path) -> None:
    made = experiment(tmp_path, ("kmeans",), 1)
    manifest = made.store.manifest()
    assert manifest is not None
    drawn = "60 of 900 rows, drawn at random (generator seed 0)."
    made.store.write_manifest(replace(manifest, data=replace(manifest.data, caveats=[drawn])))
    answer = text_of(made, "answer")
    assert drawn in answer.partition("What a reader must know")[2]


@pytest.mark.parametrize(
    ("seeds", "sentence"),
    [(1, "with one seed, it is not known"), (4, "no test can tell so many rows apart"), (10, "")],
)
def test_why_no_value_is_marked_follows_from_the_tests_of_the_table(lab, seeds: int, sentence: str) -> None:
    for place, method in enumerate(("a", "b", "c", "d")):
        for seed in range(seeds):
            lab.ok(lab.cell(method, seed), {"accuracy": place / 5 + seed / 100})
    (labels,) = main_tables(group(read(lab.done()).all), labelled=True)
    assert sentence in labels.text
    assert ("No value is marked" in labels.text) is bool(sentence)


def test_rows_without_labels_are_compared_by_their_seconds_and_by_no_others(tmp_path: Path) -> None:
    made = experiment(tmp_path, ("kmeans", "som"), 2, class_names=None)
    tables = text_of(made, "tables")
    assert "The data have no true labels. No value is marked: with so few seeds" in tables
    assert "cannot be compared with each other" not in tables
    assert "principal components of the input, or the input itself if it has no more features" in REFERENCE
