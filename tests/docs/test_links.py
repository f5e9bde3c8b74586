"""Every link inside the project leads to a file and a heading, every page is in the contents, the README is short."""

import json
import subprocess
from pathlib import Path

import pytest
from documents import ROOT
from pages import DOCS, anchors, links, name, pages, toctree


def broken(page: Path, targets: list[str]) -> list[str]:
    """The targets that lead nowhere; addresses on the network are not looked at."""
    return [target for target in targets if "://" not in target and not _leads_somewhere(page, target)]


def _leads_somewhere(page: Path, target: str) -> bool:
    path, _, anchor = target.partition("#")
    file = (page.parent / path).resolve() if path else page
    exists = file.is_file() or (file.is_dir() and page.parent == ROOT)  # only GitHub shows folders
    return exists and file.is_relative_to(ROOT) and (not anchor or anchor in anchors(file))


@pytest.mark.parametrize("page", pages(), ids=name)
def test_every_link_leads_to_a_file_and_a_heading(page: Path):
    assert broken(page, links(page)) == []


def test_every_link_of_a_notebook_leads_to_a_file_and_a_heading():
    for notebook in DOCS.rglob("*.ipynb"):
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        text = notebook.with_suffix(".md")
        for cell in cells:
            if cell["cell_type"] == "markdown":
                targets = [part.partition(")")[0] for part in "".join(cell["source"]).split("](")[1:]]
                assert broken(text, targets) == []


def test_a_wrong_file_a_wrong_heading_and_a_folder_are_found():
    page = DOCS / "results" / "ablation.md"
    right = ["mnist.md", "mnist.md#a-short-run-of-plain-dec", "#conclusions", "../../results/mnist-flagship/cells.csv"]
    wrong = ["mnist2.md", "mnist.md#a-long-run", "#conclusion", "../../results/mnist-flagship", "../../../etc/passwd"]
    assert broken(page, right + wrong + ["https://example.org"]) == wrong


def test_linked_files_are_part_of_the_project():
    """A file that git ignores is only on this machine."""
    targets = {
        (page.parent / link.partition("#")[0]).resolve()
        for page in pages()
        for link in links(page)
        if "://" not in link
    }
    paths = sorted(str(target.relative_to(ROOT)) for target in targets if target.is_file())
    assert len(paths) > 50
    ignored = subprocess.run(["git", "check-ignore", *paths], cwd=ROOT, capture_output=True, text=True)
    assert ignored.stdout == ""


def test_every_page_is_in_the_contents_once():
    sources = {page for page in pages() if page.is_relative_to(DOCS)} | set(DOCS.rglob("*.ipynb"))
    sources = {source for source in sources if "_build" not in source.parts}
    listed = [page.resolve() for source in sources if source.suffix == ".md" for page in toctree(source)]
    assert sorted(listed) == sorted(sources - {DOCS / "index.md"})


def test_the_readme_has_at_most_200_lines():
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 200


@pytest.mark.parametrize(
    "page",
    ["README.md", *(f"docs/{page}" for page in ("index.md", "reference/presets.md"))]
    + [f"docs/results/{page}.md" for page in ("index", "mnist", "other-data", "ablation")],
)
def test_a_page_says_before_its_first_table_that_flagship_was_made_with_labels_in_sight(page: str):
    text = (ROOT / page).read_text(encoding="utf-8")
    table = text.index("<!-- begin headline") if page == "README.md" else text.find("\n|")
    before = " ".join(text[:table].replace(">", " ").split())
    assert "put together with the true labels of" in before
    assert "in sight" in before
