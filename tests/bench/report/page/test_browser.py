"""The page in a real browser: what a reader sees, and what a keyboard, a phone and a printer get."""

import csv
from collections.abc import Callable
from pathlib import Path
from statistics import fmean
from typing import Any

import pytest
from browser import Opened
from hostile_names import HOSTILE

Open = Callable[..., Opened]
MAIN = "#table-labels + p + .scroll table"
WIDTHS, THEMES = (1440, 390), ("light", "dark")


def _column(page: Any, number: int) -> list[str]:
    return [text.split("seed")[0] for text in page.locator(f"{MAIN} tbody tr > :nth-child({number})").all_inner_texts()]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_page_has_no_problem_no_request_and_no_overflow(digits: Path, opened: Open, width: int, theme: str) -> None:
    found = opened(digits, width=width, theme=theme).drawn()
    assert found.problems == []
    assert found.requests == []
    assert found.overflow() <= 0


def test_policy_forbids_other_scripts_and_addresses(digits: Path, opened: Open) -> None:
    page = opened(digits).drawn().page
    assert page.evaluate(
        """async () => {
            let ran = false;
            window.mark = () => { ran = true; };
            const script = document.createElement("script");
            script.textContent = "window.mark()";
            document.body.append(script);
            const image = document.createElement("div");
            image.innerHTML = "<img src=x onerror='window.mark()'>";
            document.body.append(image);
            let asked = true;
            try { await fetch("https://example.org/"); } catch { asked = false; }
            return [ran, asked];
        }"""
    ) == [False, False]


def test_figures_are_those_of_cells_csv(digits: Path, opened: Open) -> None:
    with (digits.parent / "cells.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    by_method: dict[str, list[float]] = {}
    for row in rows:
        by_method.setdefault(row["method"], []).append(float(row["accuracy"]))
    page = opened(digits).drawn().page
    shown = dict(zip(_column(page, 1), _column(page, 2), strict=True))
    assert shown.keys() == by_method.keys()
    assert len(shown) == 4
    for method, values in by_method.items():
        assert shown[method].startswith(f"{fmean(values):.3f} ±")
    assert page.locator("[data-chart=dots] g[aria-label=dot] circle").count() == len(rows)


def test_click_on_a_heading_sorts_rows(digits: Path, opened: Open) -> None:
    page = opened(digits).page
    head = page.locator(f"{MAIN} thead th").nth(1)
    head.locator("button").click()
    values = [float(text.split(" ")[0]) for text in _column(page, 2)]
    assert values == sorted(values, reverse=True)
    assert head.get_attribute("aria-sort") == "descending"
    head.locator("button").press("Enter")
    assert [float(text.split(" ")[0]) for text in _column(page, 2)] == sorted(values)
    assert head.get_attribute("aria-sort") == "ascending"


def test_another_metric_is_drawn(digits: Path, opened: Open) -> None:
    page = opened(digits).drawn().page
    before = page.locator("[data-chart=dots] svg").inner_html()
    page.get_by_label("Metric").select_option(label="ARI")
    assert page.locator("[data-chart=dots] svg").inner_html() != before
    assert page.locator("[data-chart=dots] svg").get_attribute("aria-label").startswith("ARI of every seed")


def test_focus_and_hover_show_the_seeds_of_a_value(digits: Path, opened: Open) -> None:
    page = opened(digits).page
    value = page.locator(f"{MAIN} tbody td").first
    detail = value.locator(".detail")
    assert not detail.is_visible()
    value.focus()
    assert detail.is_visible()
    assert "seed 0:" in detail.inner_text()
    assert "95 % interval" in detail.inner_text()
    page.keyboard.press("Tab")
    assert not detail.is_visible()
    value.hover()
    assert detail.is_visible()


def test_a_table_is_one_stop_of_the_tab_key_and_arrow_keys_go_through_it(digits: Path, opened: Open) -> None:
    page = opened(digits).page
    for table in page.locator("table.sortable tbody").all():
        assert table.locator("[tabindex='0']").count() <= 1
    values = page.locator(f"{MAIN} tbody td[data-stop]")
    values.first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    focused = page.locator(f"{MAIN} tbody tr:nth-child(2) td:nth-child(3)")
    assert focused.evaluate("(cell) => cell === document.activeElement")
    assert focused.locator(".detail").is_visible()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.parentElement.sectionRowIndex") == 0


def test_keyboard_reaches_every_control_and_walks_through_a_chart(digits: Path, opened: Open) -> None:
    page = opened(digits).drawn().page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.locator("[data-chart=dots] svg").focus()
    page.keyboard.press("ArrowRight")
    first = page.locator("#spoken").inner_text()
    page.keyboard.press("ArrowRight")
    second = page.locator("#spoken").inner_text()
    assert "seed 0" in first
    assert "seed 1" in second
    page.keyboard.press("ArrowLeft")
    assert page.locator("#spoken").inner_text() == first
    assert page.locator("#seeds .readout").inner_text() == first
    ring = page.locator("[data-chart=dots] .walked")
    assert ring.count() == 1
    assert ring.evaluate("(dot) => getComputedStyle(dot).stroke") == page.evaluate(
        "getComputedStyle(document.body).color"
    )
    page.keyboard.press("Tab")
    assert page.locator("#seeds .readout").inner_text() == ""
    unreachable = "[onclick], div[role=button]:not([tabindex]), a:not([href])"
    assert page.locator(unreachable).count() == 0


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_no_violation(digits: Path, opened: Open, width: int, theme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe-playwright-python")
    page = opened(digits, width=width, theme=theme, bypass_csp=True).drawn().page
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    found = axe.Axe().run(page).response["violations"]
    assert [(each["id"], [node["html"][:200] for node in each["nodes"]]) for each in found] == []


def test_without_javascript_every_table_and_figure_is_there(digits: Path, opened: Open) -> None:
    page = opened(digits, java_script_enabled=False).page
    assert page.locator("table.sortable").count() > 5
    assert page.locator("#seeds noscript img, #seeds img").first.is_visible()
    assert page.locator("#time noscript tr").count() == 1 + 40
    page.locator("summary:has(+ .document)").first.click()
    assert "Compared with the true labels" in page.locator(".document").first.inner_text()
    folded = page.locator("summary#table-matrix-davies-bouldin")
    table = page.locator("details:has(#table-matrix-davies-bouldin) table")
    assert not table.is_visible()
    folded.click()
    assert table.is_visible()


def test_no_line_ends_inside_an_option_and_a_command_is_copied_as_it_is(digits: Path, opened: Open) -> None:
    page = opened(digits, width=390).drawn().page
    command = page.locator("pre.command")
    whole = command.locator(".whole")
    assert "--no-models" in whole.all_text_contents()
    assert whole.evaluate_all("all => all.map(each => each.getClientRects().length)") == [1] * whole.count()
    assert command.text_content().startswith("python -m bench run --dataset digits --methods dec,ae-kmeans,som,kmeans")


def test_print_has_no_controls_and_no_dark_ground(digits: Path, opened: Open) -> None:
    page = opened(digits, theme="dark").drawn().page
    page.emulate_media(media="print")
    for hidden in ("nav", ".controls", ".skip", ".copy"):
        assert not page.locator(hidden).first.is_visible()
    body = "getComputedStyle(document.body)"
    assert page.evaluate(f"[{body}.backgroundColor, {body}.printColorAdjust]") == ["rgb(255, 255, 255)", "exact"]
    best = page.locator("td.best").first.evaluate("cell => getComputedStyle(cell).backgroundColor")
    assert best == "rgb(211, 242, 218)"  # that of the light theme
    assert page.locator(MAIN).is_visible()
    assert page.locator("[data-chart=dots] svg").is_visible()


@pytest.mark.parametrize("width", WIDTHS)
def test_hostile_names_are_text(hostile: Path, opened: Open, width: int) -> None:
    found = opened(hostile, width=width).drawn()
    page = found.page
    assert found.problems == []
    assert found.requests == []
    assert found.overflow() <= 0
    edge = page.locator("[data-chart=dots]").bounding_box()["x"]
    labels = page.locator("[data-chart=dots] g[aria-label='y-axis tick label'] text").all()
    assert len(labels) == len(HOSTILE)
    assert all(label.bounding_box()["x"] >= edge for label in labels)
    assert page.locator("img[src=x]").count() == 0
    assert page.evaluate("document.scripts.length") == 4
    rows = page.locator(f"{MAIN} tbody th").all_inner_texts()
    assert rows == [name.replace("\u202e", "\\u202e").replace("\u200d", "\\u200d") for name in HOSTILE]
    page.get_by_label("Curve").select_option(index=0)
    page.locator("[data-chart=training] svg").first.focus()
    page.keyboard.press("ArrowRight")
    assert HOSTILE[0] in page.locator("#spoken").inner_text()


def test_rows_of_one_colour_have_other_dashes_and_symbols_and_no_line_is_hidden(alike: Path, opened: Open) -> None:
    page = opened(alike).drawn().page
    lines = page.locator("[data-chart=training] g[aria-label=line]")
    looks = [
        line.evaluate("(g) => [g.getAttribute('stroke'), g.getAttribute('stroke-dasharray')]") for line in lines.all()
    ]
    widths = [float(line.get_attribute("stroke-width")) for line in lines.all()]
    assert looks[0][0] == looks[1][0]
    assert looks[0][1] != looks[1][1]
    assert widths[0] > widths[1] + 2
    assert "A wide line lies under" in page.locator("[data-chart=training]").inner_text()
    shapes = page.locator("[data-chart=time] > div > svg g[aria-label=dot]").first.locator("> *")
    assert shapes.count() == 2
    assert shapes.nth(0).get_attribute("fill") == shapes.nth(1).get_attribute("fill")
    assert shapes.nth(0).get_attribute("d") != shapes.nth(1).get_attribute("d")


def test_fits_without_scores_are_not_drawn_and_not_called_unfinished(unscored: Path, opened: Open) -> None:
    found = opened(unscored)
    found.page.wait_for_selector("[data-chart=training] svg")
    assert found.problems == []
    assert found.page.locator("[data-chart=dots]").count() == 0
    assert found.page.locator("#seeds p").inner_text() == "No fit has a score yet."
    assert found.page.locator("p.answer").inner_text() == "No fit has a score yet."


def test_page_opens_quickly(digits: Path, opened: Open, record_property: Callable[[str, float], None]) -> None:
    page = opened(digits).drawn().page
    seconds = page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd") / 1000
    record_property("load_seconds", seconds)
    assert 0 < seconds < 30  # a second on an idle machine; tests share theirs
