"""The sections of the page that show samples, in Chromium: by mouse, by keyboard, and without JavaScript."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sample_pages import MadeExperiment, made_data

from bench.report.page.write import page
from bench.report.published_outcomes import read_for_tables

playwright = pytest.importorskip("playwright.sync_api", reason="Playwright's package for Python is not installed")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.draws,
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]
HOSTILE = ("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "$x$ שלום 🐈 " + "long " * 40)
CLUSTERS = np.arange(60) % 3
CLUSTERS[0] = 1
QUICK = 200
"""Milliseconds in which another method must be drawn."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        chromium = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield chromium
        chromium.close()


class Opened:
    """A page in the browser, with all that it has complained about."""

    def __init__(self, browser: Any, path: Path, **options: Any) -> None:
        self.context = browser.new_context(**options)
        self.page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: self.complaints.append("a dialog"))
        self.page.on("request", self._request)
        self.page.goto(path.as_uri())

    def _request(self, request: Any) -> None:
        if not request.url.startswith(("data:", "file:")):
            self.complaints.append(request.url)

    def box(self, name: str) -> Any:
        return self.page.locator(f"[data-samples={name}]")


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
def opened(browser: Any, report: Path) -> Iterator[Opened]:
    found = Opened(browser, report)
    yield found
    assert found.complaints == []
    found.context.close()


def position(opened: Opened, sample: int) -> tuple[float, float]:
    """Where the point of a sample is, from the coordinates in the page."""
    return tuple(
        opened.page.evaluate(
            """(sample) => {
              const data = JSON.parse(document.getElementById("sample-data").textContent);
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


def test_a_point_shows_its_sample_and_a_click_selects_its_cluster(opened: Opened):
    canvas = opened.box("scatter").locator("canvas").nth(1)
    x, y = position(opened, 0)
    canvas.hover(position={"x": x, "y": y})
    tip = opened.box("scatter").locator(".tip")
    assert tip.locator("bdi").all_text_contents() == ["row 0", "class zero", "cluster 1"]
    assert tip.locator("canvas").count() == 1
    canvas.click(position={"x": x, "y": y})
    assert "cluster 1: 21 samples" in opened.box("scatter").locator(".details h3").text_content()
    assert "class one: 20, class zero: 1" in opened.box("scatter").locator(".details p").text_content()
    canvas.click(position={"x": x, "y": y})
    assert opened.box("scatter").locator(".details h3").count() == 0


def test_the_thumbnail_is_that_of_the_sample(opened: Opened):
    x, y = position(opened, 7)
    opened.box("scatter").locator("canvas").nth(1).hover(position={"x": x, "y": y})
    grey = opened.page.evaluate(
        """() => [...document.querySelector(".tip canvas").getContext("2d").getImageData(0, 0, 8, 8).data]"""
    )[::4]
    assert opened.box("scatter").locator(".tip bdi").first.text_content() == "row 7"
    assert np.abs(np.array(grey) - 255 * (1 - made_data().features[7])).max() <= 1


def test_the_keyboard_goes_through_samples_and_clusters(opened: Opened):
    opened.box("scatter").locator("canvas").nth(1).focus()
    seen = []
    for key in ("ArrowRight", "ArrowDown", "ArrowDown", "Enter", "End", "Escape"):
        opened.page.keyboard.press(key)
        seen.append(opened.page.locator("#spoken").text_content())
    assert [text.rpartition(", ")[2] for text in seen[:3]] == ["cluster 0", "cluster 1", "cluster 2"]
    assert seen[3] == "selected cluster 2: 20 samples, matched with class two"
    assert seen[4].endswith("cluster 2")
    assert opened.box("scatter").locator(".details h3").count() == 0


def test_methods_seeds_and_colours_are_switched_quickly(opened: Opened):
    scatter = opened.box("scatter")
    assert scatter.locator("select").nth(0).locator("option").all_text_contents() == ["kmeans", "som"]
    assert scatter.locator("select").nth(1).locator("option").all_text_contents() == ["seed 0", "seed 1"]
    milliseconds = opened.page.evaluate(
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
    assert opened.page.evaluate(
        "document.querySelector('.plot canvas').getContext('2d').getImageData(0,0,600,400).data.some((v) => v)"
    )


def test_a_field_of_the_confusion_shows_its_samples(opened: Opened):
    box = opened.box("confusion")
    assert box.locator("caption").text_content() == "kmeans, seed 0: accuracy 0.983"
    field = box.get_by_role("button", name="class zero in cluster 1: 1 of 20 samples")
    field.click()
    assert box.locator(".examples p").text_content() == "Class zero in cluster 1: 1 sample."
    assert box.locator(".examples canvas").get_attribute("aria-label") == "row 0, class zero, cluster 1"
    opened.page.keyboard.press("ArrowDown")
    opened.page.keyboard.press("Enter")
    assert box.locator(".examples p").text_content() == "Class one in cluster 1: 20 samples."
    assert box.locator(".examples canvas").count() == 20
    box.get_by_label("Method").select_option("som")
    assert box.locator("thead th").all_text_contents() == ["class \\ cluster", "0", "1", "2", "noise"]


def test_a_map_has_prototypes_hits_and_distances(opened: Opened):
    box = opened.box("prototypes")
    assert box.locator(".centres li").count() == 3
    box.get_by_label("Method").select_option("som")
    assert box.locator(".map").count() == 3
    assert sum(map(int, box.locator(".map").nth(1).locator("td").all_text_contents())) == 60
    assert box.locator(".clusters tbody tr").count() == 3


def test_hostile_names_are_shown_as_they_are(browser: Any, tmp_path: Path):
    made = MadeExperiment(
        tmp_path, made_data(class_names=HOSTILE, row_names=[f"<img src=x onerror=alert({row})>" for row in range(60)])
    )
    made.kmeans()
    opened = Opened(browser, written(made), viewport={"width": 390, "height": 800})
    heads = opened.box("confusion").locator("tbody th").all_text_contents()
    assert heads == list(HOSTILE)
    opened.box("confusion").locator("td button").first.click()
    opened.box("scatter").locator("canvas").nth(1).focus()
    opened.page.keyboard.press("ArrowRight")
    assert "<img src=x onerror=alert(" in opened.box("scatter").locator(".tip").text_content()
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= 390
    assert opened.complaints == []
    opened.context.close()


def test_a_hundred_classes_and_clusters_have_a_table_and_a_legend(browser: Any, tmp_path: Path):
    made = MadeExperiment(tmp_path, made_data(300, class_names=[f"class {number}" for number in range(100)]))
    made.fit("kmeans", 0, (np.arange(300) * 7) % 100)
    opened = Opened(browser, written(made))
    assert opened.box("confusion").locator("td button").count() == 10_000
    assert opened.box("scatter").locator(".legend li").last.text_content() == "and 70 more"
    assert opened.box("prototypes").locator(".clusters tbody tr").count() == 30
    assert opened.complaints == []
    opened.context.close()


def test_a_table_without_labels_has_row_numbers(browser: Any, tmp_path: Path):
    made = MadeExperiment(tmp_path, made_data(shape=None, class_names=None))
    made.kmeans()
    opened = Opened(browser, written(made))
    opened.box("scatter").locator("canvas").nth(1).focus()
    opened.page.keyboard.press("ArrowRight")
    assert opened.page.locator("#spoken").text_content().startswith("row ")
    assert opened.box("prototypes").locator(".names li").first.text_content().startswith("row ")
    assert opened.complaints == []
    opened.context.close()


def test_without_javascript_there_are_pictures_and_tables(browser: Any, report: Path):
    opened = Opened(browser, report, java_script_enabled=False)
    assert opened.page.locator("#prototypes img").count() == 4
    assert opened.page.locator("#samples img").count() == 1
    assert opened.page.locator("#confusion table").count() == 2
    for image in opened.page.locator("#prototypes img, #samples img").all():
        assert image.is_visible()
        assert image.get_attribute("alt")
    opened.context.close()
