"""The page about indices has the table that the command has written."""

from documents import ROOT, marked


def test_the_table_is_that_of_the_results_folder() -> None:
    written = (ROOT / "results/digits/index.md").read_text().partition("## What an index is worth here")[2]
    rows = [line for line in written.splitlines() if line.startswith("|")]
    assert len(rows) > 20
    assert marked("docs/results/indices.md", "index-worth").strip().splitlines() == rows


def test_what_the_page_says_of_the_intervals_is_so() -> None:
    """No index in the input or the own space has an interval without 0, and Silhouette in the map has one."""
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in marked("docs/results/indices.md", "index-worth").strip().splitlines()[2:]
    ]
    ends = {(row[0], row[1]): [float(end) for end in row[3].split(" to ")] for row in rows}
    for (_, space), (low, high) in ends.items():
        if space in ("own", "input"):
            assert low <= 0 <= high
    assert ends["Silhouette", "UMAP of PCA-50"][0] > 0
    assert ends["ACE of Silhouette", "several"][0] > 0
