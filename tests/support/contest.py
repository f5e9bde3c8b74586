"""Ours and a peer, each in a process of its own, timed in turns."""

from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from time import perf_counter
from typing import Any

from speed_table import Ratio

Facts = dict[str, float]
"""What a run gave beside its time: an error, a loss."""
Run = Callable[[], Callable[[], Facts]]
"""What is timed; it returns how to find out the facts, which is not."""
Side = Callable[["Scale"], Run]
"""Prepares a run, untimed. A function of a module, so that another process finds it."""


@dataclass(frozen=True)
class Scale:
    """On which data a row is measured."""

    mnist: str
    """All of MNIST: a folder or `mnist`, for the Hub."""
    full: bool
    """If not, a moment's work, which shows that the row runs."""

    def pick(self, full: int, quick: int) -> int:
        return full if self.full else quick


class Contestant:
    """One side, prepared in a spawned process: nothing of the other, neither memory nor threads, is in its way."""

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
    """A side in this process: whether it runs is asked, not how fast, and no libraries are loaded anew."""

    def __init__(self, side: Side, scale: Scale) -> None:
        self._run = side(scale)

    def run(self) -> tuple[float, Facts]:
        """Seconds and facts of one run."""
        return _timed(self._run)

    def close(self) -> None:
        """Nothing is left to end."""


def _timed(run: Callable[[], Callable[[], Facts]]) -> tuple[float, Facts]:
    start = perf_counter()
    tell = run()
    seconds = perf_counter() - start
    return seconds, tell()


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
    """Time both sides in turns, the peer first, and keep the row in `benchmark.extra_info["rows"]`.

    `times` is how often a user would have to call the peer to get what one run of ours gives. `peer_once`: a peer of
    minutes runs before our first turn alone, and all our turns stand beside that run. Returns the facts of the last
    turn of either side.
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
    told = [f"{side}: {name} {value:.7g}" for side in facts for name, value in facts[side].items()]
    told += ["the peer ran once"] if peer_once else []
    benchmark.extra_info["rows"] = [Ratio(what, peer, target, our_seconds, their_seconds, "; ".join(told))]
    return facts["ours"], facts["theirs"]
