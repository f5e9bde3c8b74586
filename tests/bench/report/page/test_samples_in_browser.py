"""The sections of the page that show samples, in Chromium: by mouse, by keyboard, and without JavaScript."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from browser import Opened
from sample_pages import MadeExperiment, made_data

from bench.report.page.write import page
from bench.report.published_outcomes import read_for_tables

pytestmark = [pytest.mark.draws, pytest.mark.slow]
HOSTILE = ("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "$x$ שלום 🐈 " + "long " * 40)
CLUSTERS = np.arange(60) % 3
CLUSTERS[0] = 1
QUICK = 200
"""Milliseconds in which another method must be drawn."""


def box(opened: Opened, name: str) -> Any:
    """The part of the page that a script fills: prototypes, scatter or confusion."""
    return opened.page.locator(f"[data-samples={name}]")


def written(made: MadeExperiment) -> Path:
    made.material()
    path = made.store.path("report.html")
    path.write_text(page(made.store, read_for_tables(made.store)))
    return path


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = MadeExperiment(tmp_path_factory.mktemp("samples"), made_data())
    made.kmeans(0)
    made.kmeans(1)
    units = made.data.features[:6]
    noisy = CLUSTERS.copy()
    noisy[5] = -1
    made.fit("som", 3, noisy, (2, 3), prototypes=units, cluster_centers=units)
    return written(made)


@pytest.fixture
def shown(browser: Any, report: Path) -> Iterator[Opened]:
    found = Opened(browser, report)
    yield found
    assert found.problems + found.requests == []
    found.close()


def position(opened: Opened, sample: int) -> tuple[float, float]:
    """Where the point of a sample is, from the coordinates in the page."""
    return tuple(
        opened.page.evaluate(
            """(sample) => {
              const data = JSON.parse(document.getElementById("charts").textContent).samples;
              const decode = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer;
              const points = new Uint16Array(decode(data.spaces[0].points));
              const y = [...points].filter((_, i) => i % 2);
              const [low, high] = [Math.min(...y), Math.max(...y)];
              const box = document.querySelector("[data-samples=scatter] canvas + canvas").getBoundingClientRect();
              return [10 + points[2 * sample] / 65535 * (box.width - 20),
                      10 + (high - points[2 * sample + 1]) / (high - low) * (box.height - 20)];
            }""",
            sample,
        )
    )


def test_a_point_shows_its_sample_and_a_click_selects_its_cluster(shown: Opened):
    canvas = box(shown, "scatter").locator("canvas").nth(1)
    x, y = position(shown, 0)
    canvas.hover(position={"x": x, "y": y})
    tip = box(shown, "scatter").locator(".tip")
    assert tip.locator("bdi").all_text_contents() == ["row 0", "class zero", "cluster 1"]
    assert tip.locator("canvas").count() == 1
    canvas.click(position={"x": x, "y": y})
    assert "cluster 1: 21 samples" in box(shown, "scatter").locator(".details h3").text_content()
    assert "class one: 20, class zero: 1" in box(shown, "scatter").locator(".details p").text_content()
    canvas.click(position={"x": x, "y": y})
    assert box(shown, "scatter").locator(".details h3").count() == 0


def test_the_thumbnail_is_that_of_the_sample(shown: Opened):
    x, y = position(shown, 7)
    box(shown, "scatter").locator("canvas").nth(1).hover(position={"x": x, "y": y})
    grey = shown.page.evaluate(
        """() => [...document.querySelector(".tip canvas").getContext("2d").getImageData(0, 0, 8, 8).data]"""
    )[::4]
    assert box(shown, "scatter").locator(".tip bdi").first.text_content() == "row 7"
    assert np.abs(np.array(grey) - 255 * (1 - made_data().features[7])).max() <= 1


def test_the_keyboard_goes_through_samples_and_clusters(shown: Opened):
    box(shown, "scatter").locator("canvas").nth(1).focus()
    seen = []
    for key in ("ArrowRight", "ArrowDown", "ArrowDown", "Enter", "End", "Escape"):
        shown.page.keyboard.press(key)
        seen.append(shown.page.locator("#spoken").text_content())
    assert [text.rpartition(", ")[2] for text in seen[:3]] == ["cluster 0", "cluster 1", "cluster 2"]
    assert seen[3] == "selected cluster 2: 20 samples, matched with class two"
    assert seen[4].endswith("cluster 2")
    assert box(shown, "scatter").locator(".details h3").count() == 0


def test_methods_seeds_and_colours_are_switched_quickly(shown: Opened):
    scatter = box(shown, "scatter")
    assert scatter.locator("select").nth(0).locator("option").all_text_contents() == ["kmeans", "som"]
    assert scatter.locator("select").nth(1).locator("option").all_text_contents() == ["seed 0", "seed 1"]
    milliseconds = shown.page.evaluate(
        """() => {
          const select = document.querySelector("[data-samples=scatter] select");
          const start = performance.now();
          select.value = "1";
          select.dispatchEvent(new Event("change"));
          return performance.now() - start;
        }"""
    )
    assert milliseconds < QUICK
    assert not scatter.locator("select").nth(1).is_visible()
    assert scatter.locator("select").nth(3).locator("option").last.text_content() == "noise: 1 sample"
    scatter.locator("select").nth(2).select_option("cluster")
    assert scatter.locator(".legend li").all_text_contents() == ["cluster 0", "cluster 1", "cluster 2"]
    assert shown.page.evaluate(
        "document.querySelector('.plot canvas').getContext('2d').getImageData(0,0,600,400).data.some((v) => v)"
    )


def test_a_field_of_the_confusion_shows_its_samples(shown: Opened):
    matrix = box(shown, "confusion")
    assert matrix.locator("caption").text_content() == "kmeans, seed 0: accuracy 0.983"
    field = matrix.get_by_role("button", name="class zero in cluster 1: 1 of 20 samples")
    field.click()
    assert matrix.locator(".examples p").text_content() == "Class zero in cluster 1: 1 sample."
    assert matrix.locator(".examples canvas").get_attribute("aria-label") == "row 0, class zero, cluster 1"
    shown.page.keyboard.press("ArrowDown")
    shown.page.keyboard.press("Enter")
    assert matrix.locator(".examples p").text_content() == "Class one in cluster 1: 20 samples."
    assert matrix.locator(".examples canvas").count() == 20
    matrix.get_by_label("Method").select_option("som")
    assert matrix.locator("thead th").all_text_contents() == ["class \\ cluster", "0", "1", "2", "noise"]


def test_a_map_has_prototypes_hits_and_distances(shown: Opened):
    part = box(shown, "prototypes")
    assert part.locator(".centres li").count() == 3
    part.get_by_label("Method").select_option("som")
    assert part.locator(".map").count() == 3
    assert sum(map(int, part.locator(".map").nth(1).locator("td").all_text_contents())) == 60
    assert part.locator(".clusters tbody tr").count() == 3


def test_the_arrow_keys_go_through_a_map(shown: Opened):
    part = box(shown, "prototypes")
    part.get_by_label("Method").select_option("som")
    hits = part.locator(".map").nth(1)
    assert hits.locator("[tabindex='0']").count() == 1
    hits.locator("td").first.focus()
    seen = []
    for key in ("ArrowRight", "ArrowDown", "ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"):
        shown.page.keyboard.press(key)
        seen.append(shown.page.locator("#spoken").text_content().partition(":")[0])
    assert [text.removeprefix("unit ").partition(",")[0] for text in seen] == ["2", "5", "6", "6", "5", "2"]
    assert part.locator(".readout").text_content().startswith("unit 2, row 1, column 2: ")
    assert hits.locator("td[tabindex='0']").evaluate("(cell) => cell === document.activeElement")


def test_a_text_is_shown_on_hover_and_in_the_lists(browser: Any, tmp_path: Path):
    texts = tuple(f"<b>text {row}</b> {'word ' * 60}" for row in range(60))
    made = MadeExperiment(tmp_path, replace(made_data(shape=None), row_texts=texts))
    made.kmeans()
    opened = Opened(browser, written(made), 390)
    x, y = position(opened, 7)
    box(opened, "scatter").locator("canvas").nth(1).hover(position={"x": x, "y": y})
    assert box(opened, "scatter").locator(".tip bdi").first.text_content().startswith("<b>text 7</b> word")
    items = box(opened, "prototypes").locator(".texts li").all_text_contents()
    assert len(items) > 12
    assert all(item.startswith("<b>text ") and item.endswith("…") for item in items)
    assert opened.overflow() == 0
    assert opened.problems + opened.requests == []
    opened.close()


@pytest.mark.parametrize("width", [1440, 390])
def test_accuracy_against_time_has_a_line_a_band_and_a_name_for_each_row(browser: Any, tmp_path: Path, width: int):
    made = MadeExperiment(tmp_path, made_data())
    right, wrong = np.arange(60) % 3, np.zeros(60, np.int64)
    for method in ("dec", "idec"):
        for seed in range(2):
            trace = np.stack([wrong if seed else right, right]).astype(np.int8)
            made.fit(method, seed, right, trace_labels=trace, trace_seconds=np.array([1.0 + seed, 4.0]))
    made.kmeans()
    opened = Opened(browser, written(made), width)
    chart = opened.page.locator("[data-chart=time] > div > svg")
    assert [chart.locator(part).count() for part in (".band path", ".course path", ".starts > *", ".ends > *")] == [
        2, 2, 2, 3,
    ]  # fmt: skip
    dashes = [line.get_attribute("stroke-dasharray") for line in chart.locator(".course").all()]
    assert len(set(dashes)) == 2
    assert len({mark.get_attribute("d") for mark in chart.locator(".ends > *").all()}) == 3
    names = chart.locator(".line-names text")
    assert sorted(names.all_text_contents()) == ["dec", "idec", "kmeans"]
    edge = opened.page.locator("[data-chart=time]").bounding_box()
    for name in names.all():
        place = name.bounding_box()
        assert edge["x"] <= place["x"]
        assert place["x"] + place["width"] <= edge["x"] + edge["width"]
    chart.focus()
    opened.page.keyboard.press("ArrowLeft")
    opened.page.keyboard.press("ArrowLeft")
    spoken = opened.page.locator("#spoken").text_content()
    assert spoken == "idec, mean of 2 fits, from 0.667 after 1.5 s to 1.000 after 4.0 s, 1.000 to 1.000"
    assert opened.overflow() == 0
    assert opened.problems + opened.requests == []
    opened.close()


def test_hostile_names_are_shown_as_they_are(browser: Any, tmp_path: Path):
    made = MadeExperiment(
        tmp_path, made_data(class_names=HOSTILE, row_names=[f"<img src=x onerror=alert({row})>" for row in range(60)])
    )
    made.kmeans()
    opened = Opened(browser, written(made), 390)
    heads = box(opened, "confusion").locator("tbody th").all_text_contents()
    assert heads == list(HOSTILE)
    box(opened, "confusion").locator("td button").first.click()
    box(opened, "scatter").locator("canvas").nth(1).focus()
    opened.page.keyboard.press("ArrowRight")
    assert "<img src=x onerror=alert(" in box(opened, "scatter").locator(".tip").text_content()
    assert opened.overflow() == 0
    assert opened.problems + opened.requests == []
    opened.close()


def test_a_hundred_classes_and_clusters_have_a_table_and_a_legend(browser: Any, tmp_path: Path):
    made = MadeExperiment(tmp_path, made_data(300, class_names=[f"class {number}" for number in range(100)]))
    made.fit("kmeans", 0, (np.arange(300) * 7) % 100)
    opened = Opened(browser, written(made))
    assert box(opened, "confusion").locator("td button").count() == 10_000
    assert box(opened, "scatter").locator(".legend li").last.text_content() == "and 70 more"
    assert box(opened, "prototypes").locator(".clusters tbody tr").count() == 30
    assert opened.problems + opened.requests == []
    opened.close()


def test_a_table_without_labels_has_row_numbers(browser: Any, tmp_path: Path):
    made = MadeExperiment(tmp_path, made_data(shape=None, class_names=None))
    made.kmeans()
    opened = Opened(browser, written(made))
    box(opened, "scatter").locator("canvas").nth(1).focus()
    opened.page.keyboard.press("ArrowRight")
    assert opened.page.locator("#spoken").text_content().startswith("row ")
    assert box(opened, "prototypes").locator(".names li").first.text_content().startswith("row ")
    assert opened.problems + opened.requests == []
    opened.close()


def test_without_javascript_there_are_pictures_and_tables(browser: Any, report: Path):
    opened = Opened(browser, report, java_script_enabled=False)
    assert opened.page.locator("#prototypes noscript img").count() == 4
    assert opened.page.locator("#samples noscript img").count() == 1
    assert opened.page.locator("#confusion table").count() == 2
    for image in opened.page.locator("noscript img").all():
        assert image.is_visible()
        assert image.get_attribute("alt")
    opened.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_no_violation(browser: Any, report: Path, theme: str):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe-playwright-python")
    opened = Opened(browser, report, 390, theme)
    box(opened, "confusion").locator("td button").first.click()
    box(opened, "prototypes").get_by_label("Method").select_option("som")
    found = axe.Axe().run(opened.page).response["violations"]
    shown = [(each["id"], [node["html"][:200] for node in each["nodes"]][:3]) for each in found]
    opened.close()
    assert shown == []
