"""Keeps how a stage of check.sh ended. It needs only Python's own modules, because the installation may have failed."""

import json
import os
import sys
from pathlib import Path

from gpu_check import facts
from gpu_check.turns import Setting

UNKNOWN = "unknown card"
_MOST = 160
"""Most characters of a last line that are kept."""


def ending(status: int, limit: float) -> str:
    """The exit status of `timeout` in words.

    >>> ending(0, 60), ending(124, 60), ending(1, 60)
    ('ok', 'stopped at its limit of 60 s', 'failed with exit status 1')
    """
    if status == 0:
        return "ok"
    if status in (124, 137):
        return f"stopped at its limit of {limit:g} s"
    return f"failed with exit status {status}"


def last_line(output: str) -> str:
    """The last line that is not empty, without control characters.

    >>> last_line("1 passed\\n\\n")
    '1 passed'
    """
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    shown = "".join(one for one in lines[-1] if one.isprintable()) if lines else ""
    return shown if len(shown) <= _MOST else shown[: _MOST - 1] + "…"


def main(name: str, status: str, seconds: str, limit: str, output: str) -> None:
    """`output` is the path of what the stage printed. A status that is not a number is itself the ending."""
    path = Path(os.environ["WORK"]) / "setting.json"
    if path.exists():
        setting = Setting(**json.loads(path.read_text(encoding="utf-8")))
    else:
        setting = Setting(UNKNOWN, "unknown host", "unknown code", float(os.environ["SCALE"]))
    how = ending(int(status), float(limit)) if status.isdigit() else status
    text = Path(output).read_text(encoding="utf-8", errors="replace") if output else ""
    stage = facts.Stage(setting, name, how, float(seconds), float(limit), last_line(text))
    facts.add(Path(os.environ["OUT"]) / "gpu.json", [stage])


if __name__ == "__main__":
    main(*sys.argv[1:])
