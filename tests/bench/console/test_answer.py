"""The answer on terminals of several widths, and as text for other programs."""

import io
import re

import pytest
from rich.cells import cell_len
from rich.console import Console

from bench.console.answer import fold, print_answer
from bench.report.answer import Answer

ROWS = (
    ("dec (doubled, pretrain_epochs=10, epochs=16)", *["0.815 ± 0.017"] * 4, "1,213 ± 109", "5"),
    ("sklearn.cluster:DBSCAN (eps=1.2)", *["n/a"] * 5, "10 of 12, 1 failed, 1 missing"),
    ("kmeans", *["-0.001 ± 0.000 (n=2)"] * 2, *["0.7"] * 2, "0.1 ± 0.0", "3"),
)
COLUMNS = ("Method", "Accuracy ↑", "ARI ↑", "NMI ↑", "Silhouette (input) ↑", "Fit seconds ↓", "Seeds")
LONG = "The cells ran with different code versions, and this sentence goes on until no terminal has a place for it all."
ANSWER = Answer(
    "demo: mnist, 70,000 samples",
    COLUMNS,
    ROWS,
    ("first [b]caveat[/b]", LONG),
    ("Read this first.",),
    ("Data: 9 rows.",),
)


def printed(width: int, terminal: bool = True, answer: Answer = ANSWER) -> str:
    stream = io.StringIO()
    print_answer(Console(file=stream, force_terminal=terminal, width=width, color_system=None), answer)
    return re.sub(r"\x1b\[[0-9;]*m", "", stream.getvalue())


@pytest.mark.parametrize("width", [30, 45, 60, 80, 100, 160])
def test_no_line_is_wider_than_the_terminal_and_no_figure_is_cut(width: int):
    text = printed(width)
    assert all(cell_len(line.rstrip()) <= width for line in text.splitlines())
    whole = " ".join(text.split())
    for row in ROWS:
        for figure in row[1:-1]:
            assert figure in whole or figure.replace(" ± ", "±") in whole
            n_figures = sum(other[1:-1].count(figure) for other in ROWS)
            assert whole.count(figure) + whole.count(figure.replace(" ± ", "±")) * ("±" in figure) >= n_figures


def test_the_usual_table_fits_80_columns_with_three_digits():
    rows = tuple((label, *["0.815 ± 0.017"] * 4, "1,213 ± 109", "5") for label in ("dec (flagship)", "kmeans"))
    text = printed(80, answer=Answer("t", COLUMNS, rows, ()))
    assert text.count("Method") == 1, "one table, not several"
    assert text.count("0.815±0.017") == 8
    assert re.search(r"^dec \(flagship\) +0\.815±0\.017.* 1,213±109 +5$", text, re.MULTILINE)


def test_a_wide_terminal_has_one_line_for_each_row():
    lines = printed(200).splitlines()
    assert sum(line.startswith("dec (doubled, pretrain_epochs=10, epochs=16)  ") for line in lines) == 1
    assert sum(line.startswith("sklearn.cluster:DBSCAN (eps=1.2) ") and line.endswith("missing") for line in lines) == 1


def test_a_very_narrow_terminal_has_several_tables_with_all_headings():
    text = printed(45)
    assert text.count("Method") > 1
    assert text.count("kmeans") == text.count("Method"), "each table has the labels"
    for word in ("Accuracy ↑", "ARI ↑", "NMI ↑", "Silhouette", "(input) ↑", "seconds ↓", "Seeds"):
        assert word in text


def test_the_warning_is_above_the_table_and_facts_and_then_caveats_are_below():
    lines = printed(160).splitlines()
    below = ("Data: 9 rows.", "Caveats:", "- first [b]caveat[/b]", f"- {LONG}")
    places = [lines.index(line) for line in ("Read this first.", *below)]
    table = next(number for number, line in enumerate(lines) if line.startswith("Method"))
    assert lines[0] == ANSWER.title
    assert places[0] < table < places[1]
    assert places == sorted(places)


def test_a_caveat_is_wrapped_on_a_terminal_and_one_line_elsewhere():
    assert f"- {LONG}\n" not in printed(80)
    assert f"- {LONG}\n" in printed(80, terminal=False)


def test_text_from_outside_does_not_act_on_the_terminal():
    evil = "\x1b[2J[red]a[/red]"
    text = printed(160, answer=Answer(evil, ("Method", evil), ((evil, evil),), (evil,), (evil,), (evil,)))
    assert "\x1b[2J" not in text
    assert text.count("\\x1b[2J[red]a[/red]") == 7


def test_an_answer_without_columns_has_no_table():
    assert printed(80, answer=Answer("demo", (), (), ("a caveat",))) == "demo\n\nCaveats:\n- a caveat\n"


@pytest.mark.parametrize("label", ["dec (lr=0.001, lr_schedule=constant)", "a" * 40, "a.b1.5:C", "kmeans"])
def test_folding_loses_no_letter(label: str):
    assert "".join(fold(label, 14).split()) == "".join(label.split())
    assert fold(label, 60) == label
