"""The bars of a run on terminals of several widths."""

import io

import pytest
from rich.cells import cell_len
from rich.console import Console

from bench.console.bars import cut_in_the_middle, titled_bars

LONG = "dec small d=10 pretrain_epochs=2 epochs=1 seed 0 · pretrain"


def shown(width: int) -> list[str]:
    """The lines of one bar for all cells, and of one for a cell with a long title."""
    console = Console(file=io.StringIO(), force_terminal=True, width=width, record=True)
    bars = titled_bars(console)
    bars.add_task("all cells", total=9, completed=3, note="", left="≈ 12 min")
    bars.add_task(LONG, total=50, completed=12, note="0.02135")
    bars.add_task("hidden", total=1, note="", visible=False)
    console.print(bars.get_renderable())
    return console.export_text().splitlines()


@pytest.mark.parametrize("width", [80, 120])
def test_the_columns_have_headings_and_no_number_is_cut(width: int):
    first, second, all_cells, cell = shown(width)
    assert first.split() == ["epochs"]
    assert second.split() == ["cell", "·", "phase", "or", "steps", "loss", "elapsed", "left"]
    assert all(cell_len(line) <= width for line in (first, second, all_cells, cell))
    assert all_cells.split()[1:3] == ["all", "cells"]
    assert all_cells.endswith("0:00:00 ≈ 12 min")
    assert " 3/9 " in all_cells
    assert cell.split()[-4:] == ["12/50", "0.02135", "0:00:00", "-:--:--"]


def test_a_narrow_terminal_keeps_the_method_the_seed_and_the_phase():
    cell = shown(80)[-1]
    assert cell[2:].startswith("dec small")
    assert "…" in cell
    assert "seed 0 · pretrain" in cell
    assert LONG in shown(160)[-1]


@pytest.mark.parametrize("width", range(40))
def test_a_cut_title_is_never_wider_than_its_place(width: int):
    for text in (LONG, "数字の集まり seed 0 · cluster", ""):
        cut = cut_in_the_middle(text, width)
        assert cell_len(cut) <= max(width, 1)
        assert cut == text or cell_len(text) > width
