"""The page about the preset `consensus` has the published figures."""

import pytest
from consensus_page import SETS, cells, means_table, seeds_table
from documents import marked, table_rows

PAGE = "docs/results/consensus.md"


@pytest.mark.parametrize(("name", "expected"), [("consensus", means_table), ("consensus-seeds", seeds_table)])
def test_the_tables_are_those_of_the_published_folders(name: str, expected) -> None:
    assert table_rows(marked(PAGE, name)) == expected()


@pytest.mark.parametrize("folder", SETS)
def test_every_folder_has_five_seeds_of_every_row(folder: str) -> None:
    assert cells(folder, "ari").notna().all().all()
    assert len(cells(folder, "ari")) == 5
