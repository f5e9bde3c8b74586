"""gpu.md: the tables of a check, from gpu.csv and gpu.json alone."""

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from gpu_check import facts, turns
from gpu_check.facts import CEILINGS, MACHINE, Fact, Stage
from gpu_check.goals import GOALS
from gpu_check.rows import Measured, row
from gpu_check.turns import Turn

HEAD = """\
# GPU check

Written by `tests/gpu/check.sh`. Ours and a peer run in turns, on the same images. A cell has the median of the turns,
the lowest and the highest. A ratio is the peer's time for an image divided by ours. Kernels are counted for one step of
training, one epoch of the map, or one call. The goals hold for all 70,000 images of MNIST. Rows of different cards,
hosts, versions of the code or amounts of work are in different tables.
"""


def markdown(read_turns: Sequence[Turn], read_facts: Sequence[Fact], stages: Sequence[Stage]) -> str:
    """The page: one section for each setting, in the order in which they were measured."""
    of_stages, of_facts, of_turns = ([one.setting for one in kind] for kind in (stages, read_facts, read_turns))
    settings = dict.fromkeys([*of_stages, *of_facts, *of_turns])
    sections = [
        _section(
            Measured(
                setting,
                [turn for turn in read_turns if turn.setting == setting],
                [fact for fact in read_facts if fact.setting == setting],
                [stage for stage in stages if stage.setting == setting],
            )
        )
        for setting in settings
    ]
    return "\n".join([HEAD, *(sections or ["Nothing was measured.\n"])])


def _section(measured: Measured) -> str:
    setting = measured.setting
    about = f"Host: {setting.host}. Code: {setting.code}. Amount of work: {setting.scale:g} of the full one."
    parts = [
        f"## {setting.card}",
        about if setting.scale == 1 else f"{about} This is a rehearsal: no goal is judged.",
        table(row(goal, measured) for goal in GOALS),
        "### Ceilings",
        table(_ceiling(fact) for fact in measured.facts if fact.about == CEILINGS) or "They were not measured.",
        "### Other numbers",
        table(_number(fact) for fact in measured.facts if fact.about not in (CEILINGS, MACHINE)) or "None.",
        "### Stages",
        table(_stage(stage, setting.card) for stage in measured.stages) or "No stage has ended.",
        "### Machine",
        "; ".join(f"{fact.name} {_value(fact)}" for fact in measured.facts if fact.about == MACHINE) or "Not known.",
    ]
    return "\n\n".join(parts) + "\n"


def table(lines: Iterable[dict[str, str]]) -> str:
    """Lines of equal columns as a Markdown table; empty without a line.

    >>> table([{"a": "1", "b": "x|y"}])
    '| a | b |\\n|---|---|\\n| 1 | x/y |'
    """
    kept = list(lines)
    if not kept:
        return ""
    head, rule = "| " + " | ".join(kept[0]) + " |", "|" + "---|" * len(kept[0])
    return "\n".join([head, rule, *("| " + " | ".join(map(_cell, line.values())) + " |" for line in kept)])


def _cell(text: str) -> str:
    return text.replace("|", "/")


def _ceiling(fact: Fact) -> dict[str, str]:
    spread = "–" if fact.lowest is None or fact.highest is None else f"{fact.lowest:.4g} to {fact.highest:.4g}"
    return {"Ceiling": fact.name, "Median": _value(fact), "Lowest to highest": spread, "Card": fact.setting.card}


def _number(fact: Fact) -> dict[str, str]:
    return {"Work": fact.about, "Number": fact.name, "Value": _value(fact), "Card": fact.setting.card}


def _stage(stage: Stage, card: str) -> dict[str, str]:
    times = {"Seconds": f"{stage.seconds:.0f}", "Limit": f"{stage.limit:.0f}"}
    return {"Stage": stage.name, "Ending": stage.ending, **times, "Last line": stage.last_line, "Card": card}


def _value(fact: Fact) -> str:
    text = fact.value if isinstance(fact.value, str) else f"{fact.value:.6g}"
    return f"{text} {fact.unit}".strip()


def main(folder: str) -> None:
    """Write gpu.md beside the two files in the folder."""
    out = Path(folder)
    page = markdown(turns.read(out / "gpu.csv"), facts.facts(out / "gpu.json"), facts.stages(out / "gpu.json"))
    (out / "gpu.md").write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
