"""Our code and a peer, each in a process of its own, timed in turns."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from time import perf_counter
from typing import Any

from speed_table import Ratio, Row, check_rows

Facts = dict[str, float]
"""Results of a run other than its time: an error, a loss."""
Run = Callable[[], Callable[[], Facts]]
"""The timed call. It returns a function that computes the facts, which is not timed."""
Side = Callable[["Scale"], Run]
"""Prepares a run, untimed. It is a function of a module, so that another process can import it."""


@dataclass(frozen=True)
class Scale:
    """The data on which a row is measured."""

    mnist: str
    """All of MNIST: a folder, or `mnist` for the Hub."""
    full: bool
    """True: timing is on. False: a very small amount of work, which only shows that the row runs."""

    def pick(self, full: int, quick: int) -> int:
        return full if self.full else quick


class Contestant:
    """One side, prepared in a spawned process, so that the two sides share neither memory nor threads."""

    def __init__(self, side: Side, scale: Scale) -> None:
        context = get_context("spawn")
        self._line, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(side, scale, theirs), daemon=True)
        self._process.start()
        theirs.close()
        self._answer()

    def run(self) -> tuple[float, Facts]:
        """Seconds and facts of one run."""
        self._line.send("run")
        seconds, facts = self._answer()
        return seconds, facts

    def close(self) -> None:
        self._line.close()
        self._process.join()

    def _answer(self) -> Any:
        answer = self._line.recv()
        if isinstance(answer, Exception):
            raise answer
        return answer


class Rehearsal:
    """A side in this process. It shows that the side runs, and no library has to be loaded again."""

    def __init__(self, side: Side, scale: Scale) -> None:
        self._run = side(scale)

    def run(self) -> tuple[float, Facts]:
        """Seconds and facts of one run."""
        return _timed(self._run)

    def close(self) -> None:
        """There is no process to end."""


def _timed(run: Run) -> tuple[float, Facts]:
    start = perf_counter()
    facts = run()
    seconds = perf_counter() - start
    return seconds, facts()


def _serve(side: Side, scale: Scale, line: Connection) -> None:
    try:
        run = side(scale)
        line.send("ready")
        while line.recv() == "run":
            line.send(_timed(run))
    except EOFError:
        pass
    except Exception as error:
        line.send(RuntimeError(f"{type(error).__name__}: {error}"))


def keep_rows(benchmark: Any, scale: Scale, rows: Sequence[Row]) -> None:
    """Keep measured rows in `benchmark.extra_info["rows"]`, from which they are published.

    With timing on, a row that is worse than its published row allows raises AssertionError. It is not kept, so that
    the published row stays the mark for the next measurement.
    """
    if scale.full:
        check_rows(rows)
    benchmark.extra_info["rows"] = list(rows)


def contest(
    benchmark: Any,
    scale: Scale,
    *,
    what: str,
    peer: str,
    target: float,
    ours: Side,
    theirs: Side,
    rounds: int = 5,
    warm: bool = True,
    times: int = 1,
    peer_once: bool = False,
) -> tuple[Facts, Facts]:
    """Time both sides in turns, the peer first, and keep the row (`keep_rows`).

    `times` is the number of calls of the peer that give the same result as one run of ours. `peer_once`: the peer,
    which takes minutes, runs only before our first turn, and all our turns are compared with that run. Returns the
    facts of the last turn of each side.
    """
    enter = Contestant if scale.full else Rehearsal
    we, they = enter(ours, scale), enter(theirs, scale)
    our_seconds: list[float] = []
    their_seconds: list[float] = []
    facts: dict[str, Facts] = {}

    def their_turn() -> None:
        if peer_once and their_seconds:
            their_seconds.append(their_seconds[0])
            return
        seconds, facts["theirs"] = they.run()
        their_seconds.append(seconds * times)

    def our_turn() -> None:
        seconds, facts["ours"] = we.run()
        our_seconds.append(seconds)

    try:
        if warm and scale.full:
            we.run()
        benchmark.pedantic(our_turn, setup=their_turn, rounds=rounds if scale.full else 1, iterations=1)
    finally:
        we.close()
        they.close()
    notes = [f"{side}: {name} {value:.7g}" for side in facts for name, value in facts[side].items()]
    notes += ["the peer ran once"] if peer_once else []
    keep_rows(benchmark, scale, [Ratio(what, peer, target, our_seconds, their_seconds, "; ".join(notes))])
    return facts["ours"], facts["theirs"]
