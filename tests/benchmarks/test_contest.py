"""How rows are measured: each side in a process of its own, whose errors are told."""

import os

import pytest
from contest import Contestant, Run, Scale

QUICK = Scale(mnist="mnist", full=False)


def names_its_process(scale: Scale) -> Run:
    return lambda: lambda: {"pid": os.getpid()}


def breaks(scale: Scale) -> Run:
    raise OSError("no data")


def test_a_side_runs_in_a_process_of_its_own(benchmark):
    contestant = Contestant(names_its_process, QUICK)
    try:
        seconds, facts = benchmark.pedantic(contestant.run, rounds=1)
        assert seconds >= 0
        assert facts["pid"] != os.getpid()
        assert contestant.run()[1] == facts
    finally:
        contestant.close()


def test_what_breaks_in_it_is_told(benchmark):
    with pytest.raises(RuntimeError, match="OSError: no data"):
        benchmark.pedantic(Contestant, args=(breaks, QUICK), rounds=1)
