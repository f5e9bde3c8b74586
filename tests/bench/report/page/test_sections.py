"""The sections of the page that other commands fill, and the list of all sections."""

import csv
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path
from statistics import fmean

import pytest
from documents import ROOT

from bench.report.page import time_chart
from bench.report.page.sections import SECTIONS, SETS_SECTIONS, filled
from bench.report.page.sets import write_sets_page
from bench.report.page.table_sentences import OF_FOLDS, WHY_FOLDS
from bench.report.page.view import PageView
from bench.report.page.write import page
from bench.report.published_outcomes import read_for_tables
from bench.report.sets_view import read_view
from bench.report.tables.index_worth import ADVANTAGE, KINDS
from bench.report.tables.indices import ACE_EXPLAINED, FIRST_SEED
from bench.store.store import Store


class Words(HTMLParser):
    """The text of a page without its scripts and styles, and the attributes that a strict policy forbids."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text, self.forbidden, self._skip = "", [], False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._skip = tag in ("script", "style")
        self.forbidden += [name for name, _ in attrs if name == "style" or name.startswith("on")]

    def handle_endtag(self, tag: str) -> None:
        self._skip = False

    def handle_data(self, data: str) -> None:
        self.text += "" if self._skip else data


def published(name: str) -> str:
    store = Store(ROOT / "results", name, read_only=True)
    return page(store, read_for_tables(store))


def section(text: str, name: str) -> str:
    found = re.search(rf'<section id="{name}".*?</section>', text, re.DOTALL)
    assert found is not None, name
    return found[0]


@pytest.mark.parametrize("sections", [SECTIONS, SETS_SECTIONS])
def test_names_of_sections_are_addresses_of_their_own(sections):
    names = [each.name for each in sections]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z-]+", name) for name in names)


def test_worth_of_an_index_is_that_of_the_file_and_own_spaces_are_shaded():
    text = section(published("digits"), "indices")
    with (ROOT / "results/digits/index_worth.csv").open() as file:
        lines = file.read().splitlines()
    row = next(line.split(",") for line in lines if line.startswith("ACE of Silhouette,"))
    assert f"+{float(row[2]):.2f}" in text
    matrix = (ROOT / "results/digits/index_matrix_silhouette.csv").read_text().splitlines()
    spaces = matrix[0].split(",")[3:-1]
    n_shaded = sum(line.split(",")[2] in spaces for line in matrix[1:])
    silhouettes = text.partition("Silhouette ↑ of every partition")[2].partition("<details")[0]
    assert silhouettes.count('class="number own"') == n_shaded > 0
    words = Words(section(text, "indices")).text
    for sentence in (FIRST_SEED, ACE_EXPLAINED, ADVANTAGE, KINDS):
        assert sentence in words


def test_verdicts_of_claims_are_words_in_coloured_fields():
    text = published("reproduce-sha12")
    claims = section(text, "claims")
    lines = (ROOT / "results/reproduce-sha12/claims.csv").read_text()
    assert claims.count('<tr><th scope="row">') == 68
    assert claims.count(">outside</td>") == claims.count('class="words bad">outside</td>') == lines.count(",outside,")
    assert "Of 32 published claims on results: " in section(text, "answer")


def test_figures_that_are_not_equal_do_not_look_equal():
    claims = section(published("reproduce-sha12"), "claims")
    differ = re.findall(
        r'class="words bad">(?:not equal|outside)</td><td[^>]*>([^<]*)</td><td[^>]*>([^<]*)</td>', claims
    )
    assert len(differ) > 10
    assert [pair for pair in differ if pair[0] == pair[1]] == []
    assert ("2,055.6", "2,056.0303") in differ


def test_a_row_with_too_few_seeds_for_a_test_is_neither_green_nor_called_worse():
    tables = " ".join(Words(section(published("ag-news"), "tables")).text.split())
    assert "A row whose seeds are too few for this test is not green, although nothing is decided about it." in tables
    assert "the best: -0.010 [-0.015, -0.004] (not corrected for the number of rows): too few seeds to decide" in tables


def test_answer_of_a_search_is_the_chosen_point_not_the_best_by_labels():
    text = published("search-sha12-x0.2")
    answer = Words(section(text, "answer")).text
    assert "Chosen for dec, without labels: latent_dim=64, kl_weight=1" in answer
    assert "accuracy" not in answer
    assert section(text, "search").count('class="words chosen"') == 2
    for name in ("tables", "seeds"):
        assert OF_FOLDS in Words(section(text, name)).text
    tables = section(text, "tables")
    assert "--seeds" not in Words(tables).text
    assert WHY_FOLDS in Words(tables).text
    assert "fold 0: " in Words(tables).text
    assert not re.search(r'class="[^"]*\bbest\b', tables)


def test_a_damaged_file_of_a_section_is_left_out_with_one_line(tmp_path: Path):
    shutil.copytree(ROOT / "results/digits", tmp_path / "digits")
    (tmp_path / "digits/index_worth.csv").write_text("criterion,space\na\n")
    store = Store(tmp_path, "digits")
    names = [each.name for each, _ in filled(SECTIONS, PageView(store, read_for_tables(store)))]
    assert "indices" in names
    assert [line for line in store.warnings if "index_worth.csv is damaged" in line] == store.warnings[:1]


def test_compression_and_numbers_of_clusters_have_sections(full: Store):
    text = "row,k,metric,mean,sd,n,n_counts\nkmeans,5,stability,0.5,0.1,3,pairs of seeds\n"
    full.path("k.csv").write_text(text + "kmeans,10,silhouette_input,0.25,,1,seeds\n")
    made = page(full, read_for_tables(full))
    clusters = Words(section(made, "clusters")).text
    assert "0.500 ± 0.100" in clusters
    assert "0.250" in clusters
    assert 'id="compression"' not in made


def test_page_over_several_data_sets_has_ranks_and_no_forbidden_attribute(sets_lab):
    for name in ("first", "second"):
        rows = {"dec": [{"accuracy": 0.9}, {"accuracy": 0.8}], "kmeans": [{"accuracy": 0.5}, {"accuracy": 0.6}]}
        sets_lab.add(name, rows)
    store = sets_lab.done()
    text = write_sets_page(store, read_view(store)).read_text()
    words = Words(text)
    assert "Mean ranks in Accuracy over 2 data sets, 1 is best: dec 1.00, kmeans 2.00." in words.text
    assert words.forbidden == []
    assert "second: " in words.text


def test_pages_have_no_attribute_that_the_policy_forbids():
    words = Words(published("digits"))
    assert words.forbidden == []
    assert "dec has a mean accuracy of 0.807" in words.text


def test_a_published_folder_has_the_courses_of_its_file():
    store = Store(ROOT / "results", "mnist-flagship", read_only=True)
    view = PageView(store, read_for_tables(store))
    content = time_chart.section(view)
    assert content is not None
    rows = {content["names"][row["row"]]: row for row in content["charts"]["time"]["rows"]}
    with (ROOT / "results/mnist-flagship/time_to_accuracy.csv").open(newline="") as file:
        of_quick = [row for row in csv.DictReader(file) if row["label"] == "dec (quick)"]
    firsts = {row["seed"]: float(row["accuracy"]) for row in reversed(of_quick)}
    assert len(rows["dec (quick)"]["mean"]) == len(of_quick) / len(firsts) > 5
    assert rows["dec (quick)"]["mean"][0] == pytest.approx(fmean(firsts.values()), abs=1e-4)
    assert len(rows["kmeans"]["mean"]) == 1
