"""The sections of the page that show samples, as text."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sample_pages import MadeExperiment, made_data

from bench.analysis.page_making import THUMBNAIL_BYTES
from bench.report.page import SHOWS_SAMPLES
from bench.report.page.confusion import column_order, confusion_table
from bench.report.page.material import read_material
from bench.report.page.samples import samples
from bench.report.page.shell import whole_options
from bench.report.page.write import page, shows_samples, write_page
from bench.report.published_outcomes import read_for_tables

pytestmark = pytest.mark.draws


@pytest.fixture
def made(tmp_path: Path) -> MadeExperiment:
    return MadeExperiment(tmp_path, made_data())


def page_of(made: MadeExperiment) -> str:
    return page(made.store, read_for_tables(made.store))


def test_without_material_one_line_names_the_command(made: MadeExperiment):
    made.kmeans()
    made.groups()
    text = page_of(made)
    assert text.count("adds them to this page") == 1
    assert whole_options(f"figures made --results-dir {made.store.results_dir}") in text
    assert "data-samples" not in text
    assert SHOWS_SAMPLES not in text


def test_the_head_says_that_a_page_shows_samples(made: MadeExperiment):
    made.kmeans()
    made.material()
    assert not shows_samples(made.store)
    write_page(made.store)
    assert shows_samples(made.store)


def test_material_of_earlier_fits_is_not_shown_and_newer_fits_are_counted(made: MadeExperiment):
    cell = made.kmeans(0)
    made.material()
    made.kmeans(1)
    groups = made.groups()
    found = samples(made.store, groups, made.data.summary())
    assert found.script is not None
    assert [fit["seed"] for fit in found.script["rows"][0]["fits"]] == ["0"]
    assert found.missing.startswith("1 newer fit is absent here: ")
    made.store.discard(cell)
    made.fit("kmeans", 0, np.zeros(60, np.int64))
    assert samples(made.store, made.groups(), made.data.summary()).script is None


def test_the_table_without_javascript_has_the_counts_of_the_fit(made: MadeExperiment):
    labels = (np.arange(60) + 1) % 3  # class 0 is cluster 1
    labels[:2] = -1
    made.fit("dbscan", 0, labels)
    made.material()
    material = read_material(made.store)
    assert material is not None
    table = confusion_table(material.fits[0], ["zero", "one", "two"])
    assert table is not None
    assert table.columns == ("1", "2", "0", "noise")
    assert [[count for count, _ in fields] for _, fields in table.rows] == [[19, 0, 0, 1], [0, 19, 0, 1], [0, 0, 20, 0]]
    assert [fields[0][1] for _, fields in table.rows] == [9, 0, 0]
    assert table.accuracy == pytest.approx(58 / 60)


def test_clusters_without_a_class_come_after_the_others(made: MadeExperiment):
    labels = np.arange(60) % 3 + 1
    labels[:6] = 0
    made.fit("ward", 0, labels)
    made.material()
    material = read_material(made.store)
    assert material is not None
    assert column_order(material.fits[0]) == [1, 2, 3, 0]


@pytest.mark.parametrize("shape", [(8, 8, 1), None])
def test_data_without_labels_have_no_confusion(tmp_path: Path, shape: tuple[int, int, int] | None):
    made = MadeExperiment(tmp_path, made_data(shape=shape, class_names=None))
    made.kmeans()
    made.material()
    text = page_of(made)
    assert 'id="samples"' in text
    assert 'id="prototypes"' in text
    assert 'id="confusion"' not in text


def test_texts_are_shown_by_their_beginnings(tmp_path: Path):
    texts = (*(f"text {row} " + "word " * 90 for row in range(59)), "</script><b>\u202e")
    made = MadeExperiment(tmp_path, replace(made_data(shape=None), row_texts=texts))
    made.kmeans()
    made.material()
    material = read_material(made.store)
    assert material is not None
    assert material.texts is not None
    assert material.texts[7].startswith("text 7 word")
    assert material.texts[7].endswith("word…")
    text = page_of(made)
    assert "</script><b>" not in text
    assert "\u202e" not in text
    still = text.partition('<section id="prototypes"')[2].partition("</section>")[0]
    assert still.count("<bdi>text ") > 10
    assert "Each sample is the beginning of its text" in still


def test_many_texts_are_shorter_than_the_typical_ones(tmp_path: Path):
    texts = tuple(f"{row} " + "long words " * 90 for row in range(6000))
    made = MadeExperiment(tmp_path, replace(made_data(6000, shape=None), row_texts=texts))
    made.fit("kmeans", 0, np.arange(6000) % 3)
    made.material()
    material = read_material(made.store)
    assert material is not None
    assert material.texts is not None
    examples = {place for each in material.fits[0].clusters for place in (*each.typical, *each.uncertain)}
    assert min(len(material.texts[place]) for place in examples) > 140
    assert max(len(text) for place, text in enumerate(material.texts) if place not in examples) <= 80
    assert sum(len(text.encode()) for text in material.texts) <= THUMBNAIL_BYTES


def test_hostile_class_names_are_text(tmp_path: Path):
    hostile = ("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</script><b>$x$\u202e")
    made = MadeExperiment(tmp_path, made_data(class_names=hostile))
    made.kmeans()
    made.material()
    text = page_of(made)
    for markup in ("<script>alert", "<img src=x", "</script><b>", "\u202e"):
        assert markup not in text


@pytest.mark.slow
def test_a_page_of_fifty_fits_is_small(tmp_path: Path):
    data = made_data(5000, (28, 28, 1), [str(digit) for digit in range(10)])
    blurred = data.features.reshape(-1, 28, 28)
    for axis in (1, 2):
        blurred = sum(np.roll(blurred, shift, axis) for shift in range(4)) / 4
    data.features[:] = blurred.reshape(5000, 784)
    made = MadeExperiment(tmp_path, data)
    random = np.random.RandomState(1)
    for seed in range(10):
        for width in (5, 10, 20):
            embedding = random.rand(5000, width).astype(np.float32)
            made.fit("dec", seed, random.randint(0, 10, 5000), cell={"latent_dim": width}, embedding=embedding)
        made.kmeans(seed)
        made.fit(
            "som",
            seed,
            random.randint(0, 10, 5000),
            (10, 10),
            prototypes=data.features[:100],
            cluster_centers=data.features[:100],
        )
    made.material()
    assert len(page_of(made).encode()) < 5e6
