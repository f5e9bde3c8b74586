"""Progress of a fit: bars in a terminal, otherwise one line for each phase."""

import io

import pytest
from rich.console import Console

from methods.progress import Progress
from methods.verbose import shown

REPORTS = [
    *(Progress("pretrain", done, 4, loss=0.5 / done) for done in (1, 2, 3, 4)),
    *(Progress("cluster", done, 10) for done in (1, 2)),  # ends early
]


def output(*, terminal: bool) -> str:
    console = Console(file=io.StringIO(), force_terminal=terminal, force_interactive=terminal, width=100)
    with shown("DEC, 300 samples", console) as report:
        for each in REPORTS:
            report(each)
    return console.file.getvalue()


def test_without_a_terminal_each_phase_is_one_line():
    pretrain, cluster, end = output(terminal=False).splitlines()
    assert pretrain.startswith("pretrain: 4 of 4, loss 0.125, 0.0 s")
    assert cluster.startswith("cluster: 2 of 10, 0.0 s")
    assert end.startswith("DEC, 300 samples: 0.0 s")


def test_in_a_terminal_each_phase_is_a_bar_that_is_full_at_the_end():
    *_, pretrain, cluster, end = output(terminal=True).splitlines()
    assert "pretrain" in pretrain
    assert "4/4" in pretrain
    assert "loss 0.125" in pretrain
    assert "2/2" in cluster
    assert "DEC, 300 samples" in end


def test_an_error_is_not_hidden_and_has_no_last_line():
    console = Console(file=io.StringIO(), force_terminal=False)
    with pytest.raises(ZeroDivisionError), shown("DEC", console) as report:
        report(Progress("pretrain", 1 // 0, 2))
    assert "DEC" not in console.file.getvalue()
