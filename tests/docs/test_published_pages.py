"""The guide names the sizes of the published pages, no page is larger than 5 MB, and all files fit into 40 MB."""

import re
import subprocess

from documents import RESULTS, ROOT, marked, table_rows


def test_the_sizes_of_the_published_pages_are_those_of_the_files() -> None:
    rows = table_rows(marked("docs/guides/the-page.md", "pages"))
    assert len(rows) == 7
    for link, size, _ in rows:
        (address,) = re.findall(r"\((.+)\)", link)
        assert f"{(ROOT / 'docs/guides' / address).stat().st_size / 1e6:.1f}" == size


def test_no_published_page_is_larger_than_five_megabytes() -> None:
    pages = [ROOT / "docs/_static/make-run.html", *RESULTS.glob("**/report.html")]
    assert len(pages) > 10
    assert [page for page in pages if page.stat().st_size > 5e6] == []
    assert pages[0].stat().st_size < 2e6


def test_all_published_files_are_smaller_than_forty_megabytes() -> None:
    listed = subprocess.run(["git", "ls-files", "results"], cwd=ROOT, check=True, capture_output=True, text=True)
    sizes = [(ROOT / name).stat().st_size for name in listed.stdout.splitlines()]
    assert len(sizes) > 100
    assert sum(sizes) < 40e6


def test_the_page_of_the_results_folder_links_every_page_of_a_folder() -> None:
    links = set(re.findall(r'href="([^"#]+report\.html)"', (RESULTS / "index.html").read_text()))
    assert links == {str(path.relative_to(RESULTS)) for path in RESULTS.glob("*/report.html")}
