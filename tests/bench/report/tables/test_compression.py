"""The tables of `compress` have means over seeds, in the order of the rows and forms."""

from pathlib import Path

import compression_rows
import pandas as pd

from bench.report.outcomes import read
from bench.report.tables.compression import (
    embed_compression,
    in_order,
    read_compression,
    summary_lines,
    without_clusters,
    write_compression,
)


def test_rows_are_sorted_by_label_form_and_seed():
    frame = compression_rows.frame()
    shuffled = frame.sample(frac=1, random_state=0)
    pd.testing.assert_frame_equal(in_order(shuffled, ["dec (a)", "dec (b)"]), frame)
    assert in_order(shuffled, ["dec (b)", "dec (a)"])["label"][0] == "dec (b)"


def test_written_rows_are_read_again(full, tmp_path: Path):
    frame, manifest = compression_rows.frame(), read(full).manifest
    assert write_compression(full, frame, manifest, ["Above all."]) == full.path("compression.md")
    pd.testing.assert_frame_equal(read_compression(full, full.warn), frame)
    text = full.path("compression.md").read_text()
    assert "\n\nAbove all.\n\n" in text
    cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in text.splitlines() if line.startswith("| dec")]
    assert [row[:2] for row in cells] == [
        [label, form] for label in ("dec (a)", "dec (b)") for form in compression_rows.FORMS
    ]
    assert cells[1][2:5] == ["1.0", "0.4 ± 0.0", "10"]
    assert cells[1][9] == "0.800 ± 0.141"
    assert cells[1][-1] == "2"


def test_a_form_without_the_clusters_of_float32_is_named_with_its_seeds():
    frame = compression_rows.frame()
    assert without_clusters(frame) == []
    is_lost = (frame["label"] == "dec (a)") & (frame["form"] == "pruned 0.9")
    assert is_lost.any()
    frame.loc[is_lost, "ari_float32"] = 0.0
    (line,) = without_clusters(frame)
    seeds = ", ".join(map(str, frame[is_lost]["seed"]))
    assert line.startswith(f"dec (a), pruned 0.9 (seeds {seeds}): all samples get one label")


def test_missing_seeds_are_counted_and_missing_labels_said(full):
    frame = compression_rows.frame().assign(accuracy=float("nan"), ari=float("nan"))[1:]
    write_compression(full, frame, read(full).manifest, [])
    first, *_ = [line for line in full.path("compression.md").read_text().splitlines() if "| dec" in line]
    assert first.split("|")[-2].strip() == "1 of 2"
    assert first.count("n/a") == 2
    lines = summary_lines(frame)
    assert len(lines) == 2
    assert "accuracy" not in lines[0]


def test_a_damaged_table_is_no_table(full):
    write_compression(full, compression_rows.frame(), read(full).manifest, [])
    path = full.path("compression.csv")
    path.write_text(path.read_text().replace("pruned", "primed"))
    assert read_compression(full, full.warn).empty
    assert "does not match its digest" in full.warnings[-1]
    assert not path.exists()


def test_the_document_gets_the_table_without_its_title(full, tmp_path: Path):
    page = tmp_path / "page.md"
    page.write_text("# Page\n\n<!-- begin demo -->\n\nold\n\n<!-- end demo -->\n\nafter\n")
    write_compression(full, compression_rows.frame(), read(full).manifest, [])
    embed_compression(full, page)
    title, _, body = full.path("compression.md").read_text().partition("\n\n")
    assert title == "# demo: smaller forms of the models"
    assert page.read_text() == f"# Page\n\n<!-- begin demo -->\n\n{body}\n<!-- end demo -->\n\nafter\n"
