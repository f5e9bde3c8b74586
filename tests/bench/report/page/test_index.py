"""index.html lists every experiment of a results folder, also those that cannot be read."""

import shutil
from pathlib import Path

from documents import ROOT

from bench.report.page.index import write_index
from bench.report.page.write import write_page
from bench.store.store import Store


def test_answers_links_and_damage(tmp_path: Path):
    shutil.copytree(ROOT / "results/digits-flagship", tmp_path / "good")
    write_page(Store(tmp_path, "good"))
    no_page = shutil.ignore_patterns("report.html")
    shutil.copytree(ROOT / "results/digits-flagship", tmp_path / "without-page", ignore=no_page)
    (tmp_path / "damaged").mkdir()
    (tmp_path / "damaged/manifest.json").write_text("{<script>")
    (tmp_path / "link").mkdir()
    shutil.copy(tmp_path / "good/manifest.json", tmp_path / "link")
    (tmp_path / "link/report.html").symlink_to("/etc/hostname")
    text = write_index(tmp_path).read_text()
    assert '<a href="good/report.html">good</a>' in text
    assert " has a mean accuracy of 0." in text
    assert "No page is written yet; python -m bench report without-page writes it." in text
    assert text.count("It cannot be read: ") == 2
    assert "<script>" not in text.partition("<main>")[2].partition("</main>")[0]
    assert "default-src &#39;none&#39;" in text
    assert (tmp_path / "damaged/manifest.json").exists()


def test_a_folder_without_experiments(tmp_path: Path):
    assert "There is no experiment here yet" in write_index(tmp_path).read_text()
