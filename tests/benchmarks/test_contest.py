"""Each side of a contest runs in a process of its own, and its errors reach the test."""

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


def test_an_error_in_that_process_is_raised_here(benchmark):
    with pytest.raises(RuntimeError, match="OSError: no data"):
        benchmark.pedantic(Contestant, args=(breaks, QUICK), rounds=1)
