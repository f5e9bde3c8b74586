"""A row of the speed table: ours and a peer, each in a process of its own, timed in turns."""

import csv
import statistics
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from time import perf_counter
from typing import Any

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


@dataclass(frozen=True)
class Row:
    """What stands in the table."""

    what: str
    peer: str
    target: float
    ours: list[float]
    """Seconds of each turn."""
    theirs: list[float]
    facts: dict[str, str]

    @property
    def ratios(self) -> list[float]:
        return [theirs / ours for ours, theirs in zip(self.ours, self.theirs, strict=True)]


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


def _serve(side: Side, scale: Scale, line: Connection) -> None:
    try:
        run = side(scale)
        line.send("ready")
        while line.recv() == "run":
            start = perf_counter()
            tell = run()
            seconds = perf_counter() - start
            line.send((seconds, tell()))
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
) -> tuple[Facts, Facts]:
    """Time both sides in turns, the peer first, and keep the row in `benchmark.extra_info`.

    `times` is how often a user would have to call the peer to get what one run of ours gives. Returns the facts of the
    last turn of either side.
    """
    we, they = Contestant(ours, scale), Contestant(theirs, scale)
    our_seconds: list[float] = []
    their_seconds: list[float] = []
    facts: dict[str, Facts] = {}

    def their_turn() -> None:
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
    told = {f"ours: {name}": f"{value:.6g}" for name, value in facts["ours"].items()}
    told |= {f"peer: {name}": f"{value:.6g}" for name, value in facts["theirs"].items()}
    benchmark.extra_info["row"] = Row(what, peer, target, our_seconds, their_seconds, told)
    return facts["ours"], facts["theirs"]


COLUMNS = (
    *("what", "peer", "ours_seconds", "peer_seconds", "ratio", "lowest", "highest", "to_reach", "turns"),
    *("facts", "machine"),
)


def write_table(rows: list[Row], folder: Path, machine: str) -> None:
    """Write table.csv and table.md; a row that was not measured this time stays as it was."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "table.csv"
    known: dict[str, dict[str, str]] = {}
    if path.exists():
        with path.open(newline="", encoding="utf-8") as file:
            known = {line["what"]: line for line in csv.DictReader(file)}
    for row in rows:
        known[row.what] = {
            "what": row.what,
            "peer": row.peer,
            "ours_seconds": f"{statistics.median(row.ours):.4g}",
            "peer_seconds": f"{statistics.median(row.theirs):.4g}",
            "ratio": f"{statistics.median(row.ratios):.3g}",
            "lowest": f"{min(row.ratios):.3g}",
            "highest": f"{max(row.ratios):.3g}",
            "to_reach": f"{row.target:g}",
            "turns": str(len(row.ours)),
            "facts": "; ".join(f"{name} {value}" for name, value in row.facts.items()),
            "machine": machine,
        }
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(known.values())
    (folder / "table.md").write_text(_markdown(list(known.values())), encoding="utf-8")


def _markdown(lines: list[dict[str, str]]) -> str:
    head = "| What | Peer | Ours, s | Peer, s | Ratio | Lowest – highest | To reach | Turns | Measured beside |"
    text = [head, "|:--|:--|--:|--:|--:|:-:|--:|--:|:--|"]
    for line in lines:
        ratio = f"**{line['ratio']}×**" if float(line["ratio"]) >= float(line["to_reach"]) else f"{line['ratio']}×"
        span = f"{line['lowest']} – {line['highest']}"
        cells = [line["what"], line["peer"], line["ours_seconds"], line["peer_seconds"], ratio, span]
        text.append(f"| {' | '.join(cells)} | {line['to_reach']}× | {line['turns']} | {line['facts']} |")
    machines = sorted({line["machine"] for line in lines})
    return (
        "# Speed\n\nWritten by `make benchmark`. Ours and the peer run in turns, each in a process of its own, on the "
        "same data and cores; ratio: the peer's seconds over ours, the median of the turns; bold where it is what was "
        f"asked for. {'; '.join(machines)}.\n\n" + "\n".join(text) + "\n"
    )
