"""The guide names the sizes of the published pages, and no page is larger than 5 MB."""

import re

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
