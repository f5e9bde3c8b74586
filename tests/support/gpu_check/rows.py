"""One row of the main table: ours beside one peer, the ratio, the goal and whether it is met."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from gpu_check.facts import BFLOAT16, BYTES, CEILINGS, COPY, FLOAT64, OPERATIONS, Fact, Stage, kernels_of
from gpu_check.goals import Goal, duration
from gpu_check.turns import ESTIMATED, OURS, Setting, Turn

NONE = "–"


@dataclass(frozen=True)
class Measured:
    """All that was measured in one setting."""

    setting: Setting
    turns: Sequence[Turn]
    facts: Sequence[Fact]
    stages: Sequence[Stage]

    def of_side(self, work: str, side: str | None) -> list[Turn]:
        """The turns of one side."""
        return [turn for turn in self.turns if (turn.work, turn.side) == (work, side)]

    def number(self, about: str, name: str) -> float | None:
        """The latest value of a fact; None if it was not measured."""
        found = [fact.value for fact in self.facts if (fact.about, fact.name) == (about, name)]
        return float(found[-1]) if found else None

    def why_not(self, stage: str) -> str:
        """Why a stage has no turns."""
        last = [one for one in self.stages if one.name == stage]
        if not last:
            return f"not measured: the stage `{stage}` did not run"
        if last[-1].ending != "ok":
            return f"not measured: the stage `{stage}` {last[-1].ending}"
        return last[-1].last_line or f"not measured: the stage `{stage}` kept no turn"


def row(goal: Goal, measured: Measured) -> dict[str, str]:
    """The cells of the row, by column."""
    ours, peer = measured.of_side(goal.work, OURS), measured.of_side(goal.work, goal.peer)
    found = ratios(ours, peer)
    theirs = _times(goal, peer) if peer else measured.why_not(goal.peer_stage or goal.stage)
    return {
        "Work": goal.what,
        "Peer": goal.peer_is or NONE,
        "Ours": _times(goal, ours) if ours else measured.why_not(goal.stage),
        "Peer's": theirs if goal.peer else NONE,
        "Ratio": _spread(found, ",.3g", "×") if found else NONE,
        "Goal": goal.text,
        "Met": ", ".join(_met(goal, measured.setting, ours, found)),
        "Turns": f"{len(ours)} / {len(peer)}" if goal.peer else str(len(ours)),
        "Kernels": _kernels(goal, measured),
        "Share of the ceiling": _shares(goal, measured, ours),
        "Card": measured.setting.card,
    }


def ratios(ours: Sequence[Turn], peer: Sequence[Turn]) -> list[float]:
    """Seconds of the peer for an image divided by ours, for each of our turns.

    A turn is compared with the peer's turn of the same number, or else with the median of the peer's turns.
    """
    if not peer:
        return []
    by_number = {turn.turn: turn.seconds / turn.images for turn in peer}
    middle = median(by_number.values())
    return [by_number.get(turn.turn, middle) * turn.images / turn.seconds for turn in ours]


def _times(goal: Goal, of_side: Sequence[Turn]) -> str:
    if goal.shows_rate:
        return _spread([turn.images / turn.seconds for turn in of_side], ",.0f", " images/s")
    seconds = [turn.seconds for turn in of_side]
    notes = list(dict.fromkeys(turn.note for turn in of_side if turn.note.startswith(ESTIMATED)))
    spread = f" ({duration(min(seconds))} to {duration(max(seconds))})" if len(seconds) > 1 else ""
    return duration(median(seconds)) + spread + (f" [{notes[-1]}]" if notes else "")


def _spread(values: Sequence[float], form: str, unit: str) -> str:
    """The median with its unit, the lowest and the highest.

    >>> _spread([4.0, 1.0, 3.0], ".3g", "×"), _spread([2.0], ".3g", " m")
    ('3× (1 to 4)', '2 m')
    """
    middle = f"{median(values):{form}}{unit}"
    return f"{middle} ({min(values):{form}} to {max(values):{form}})" if len(values) > 1 else middle


def _met(goal: Goal, setting: Setting, ours: Sequence[Turn], found: Sequence[float]) -> list[str]:
    """An answer for each part of the goal, in the order of its text."""
    asked = [goal.rate, goal.seconds, goal.ratio]
    if setting.scale != 1:
        return ["not judged: a rehearsal"]
    rate = median(turn.images / turn.seconds for turn in ours) if ours else None
    seconds = median(turn.seconds for turn in ours) if ours else None
    values = [rate, -seconds if seconds is not None else None, median(found) if found else None]
    bounds = [goal.rate, -goal.seconds if goal.seconds is not None else None, goal.ratio]
    return [
        "not measured" if value is None else "yes" if value >= bound else "no"
        for value, bound, part in zip(values, bounds, asked, strict=True)
        if part is not None and bound is not None
    ]


def _kernels(goal: Goal, measured: Measured) -> str:
    sides = [OURS, *([goal.peer] if goal.peer else [])]
    counts = [measured.number(goal.work, kernels_of(side)) for side in sides]
    return NONE if counts[0] is None else " / ".join(NONE if one is None else f"{one:,.0f}" for one in counts)


def _shares(goal: Goal, measured: Measured, ours: Sequence[Turn]) -> str:
    """Operations and bytes in a second, as shares of the rates that were measured on this card."""
    if not ours:
        return NONE
    rate = median(turn.images / turn.seconds for turn in ours)
    names = {BFLOAT16: (OPERATIONS[BFLOAT16], 1e12), FLOAT64: (OPERATIONS[FLOAT64], 1e12), COPY: (BYTES, 1e9)}
    parts = []
    for ceiling, (amount, unit) in names.items():
        each, most = measured.number(goal.work, amount), measured.number(CEILINGS, ceiling)
        if each is not None and most is not None:
            parts.append(f"{ceiling} {each * rate / unit / most:.1%}")
    return ", ".join(parts) or NONE
