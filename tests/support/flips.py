"""Flips one random bit in each kind of stored file, many times, and counts what the reading command makes of it.

`python tests/support/flips.py --times 200` prints a table. Found: a line names the file. Harmless: the output is equal.
Silent: the output differs without a line. If there is a silent one, the script ends with exit code 1.
"""

import argparse
import contextlib
import hashlib
import io
import os
import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from unittest import mock

from mutations import KINDS, ONE, make_experiments

from bench.cli.app import main as command_line
from bench.report.markdown import table
from bench.store.lock_files import Lock, write_lock
from bench.store.processes import machine_id, process_start
from bench.store.store import Store
from methods import registry
from methods.registry import Progress

Output = tuple[str, dict[str, bytes]]
"""What a command prints, and the tables that it writes."""
TABLES = ("*.md", "*.csv")


def command(*arguments: str) -> Callable[[Path], Output]:
    """A function that runs a command on the experiment in a folder. No figure is drawn: it would take seconds."""

    def run(folder: Path) -> Output:
        text = io.StringIO()
        with (
            contextlib.redirect_stdout(text),
            contextlib.redirect_stderr(text),
            mock.patch("bench.report.figures.write.FIGURES", ()),
        ):
            command_line([*arguments, *(["--results-dir", str(folder)] if arguments[0] != "describe" else [])])
        paths = [path for pattern in TABLES for path in (folder / ONE).glob(pattern)]
        return text.getvalue(), {path.name: path.read_bytes() for path in paths}

    return run


def weights(folder: Path) -> Output:
    """The pretrained weights, their history and their seconds, if they are whole."""
    from methods.dec.pretrained import load_pretrained

    store, text = Store(folder, ONE), io.StringIO()
    for path in sorted((folder / ".pretrained").glob("*.safetensors")):
        with contextlib.redirect_stderr(text):
            whole = store.has_pretrained(path.stem, registry.is_whole_pretrained)
        if whole:
            stored = load_pretrained(path, {})
            values = b"".join(tensor.numpy().tobytes() for _, tensor in sorted(stored.weights.items()))
            text.write(f"{hashlib.sha256(values).hexdigest()} {stored.history} {stored.seconds}\n")
    return text.getvalue() + "".join(f"warning: {line}\n" for line in store.warnings), {}


def hold_lock(folder: Path) -> Path:
    """A lock of this process on one cell, as while the cell runs."""
    key = next((folder / ONE / "cells").glob("kmeans-*.json")).stem
    (folder / ONE / "cells" / f"{key}.json").unlink()
    lock = Lock(
        token="0" * 32,
        host="a-host",
        machine=machine_id(),
        pid=os.getpid(),
        process_start=process_start(os.getpid()),
        started_at="2025-01-01T00:00:00+00:00",
        progress=Progress("cluster", 3, 10, 0.5),
    )
    path = folder / ONE / "locks" / key
    path.mkdir(parents=True, exist_ok=True)
    write_lock(path, 1, lock)
    return path / "1.json"


READERS: dict[str, tuple[str, Callable[[Path], Output]]] = {
    "record": (KINDS["record"], command("report", ONE)),
    "arrays": (KINDS["arrays"], command("figures", ONE, "--samples", "10", "--threads", "1")),
    "scores": (KINDS["scores"], command("report", ONE)),
    "attempt": (KINDS["attempt"], command("report", ONE)),
    "manifest": (KINDS["manifest"], command("report", ONE)),
    "figures.json": ("figures.json", command("report", ONE)),
    "lock of a running cell": ("", command("status", ONE)),
    "pretrained weights": ("../.pretrained/*.safetensors", weights),
    "cache: entry.json": ("../cache/digits-*/entry.json", command("describe", "digits")),
    "cache: features": ("../cache/digits-*/features.npy", command("describe", "digits")),
    "cache: labels": ("../cache/digits-*/labels.npy", command("describe", "digits")),
}
"""Kind of a file → its places in the folder of the experiment, and the command that reads it."""


def flip_all(base: Path, work: Path, kind: str, times: int, generator: random.Random) -> Counter[str]:
    """Flip `times` bits, each in a new copy of `base` at `work`, and count the outcomes."""
    pattern, read = READERS[kind]
    counts: Counter[str] = Counter()
    expected: Output | None = None
    for number in range(times + 1):
        shutil.rmtree(work, ignore_errors=True)
        shutil.copytree(base, work)
        paths = sorted((work / ONE).glob(pattern)) if pattern else [hold_lock(work)]
        if not paths:
            return counts
        if number:
            position = _flip(generator.choice(paths), generator)
        output = read(work)
        if expected is None:
            expected = output
        else:
            counts[outcome := _outcome(output, expected)] += 1
            if outcome == "silent" and counts["silent"] <= 3:
                sys.stderr.write(f"silent: {kind}, {position}\n")
    return counts


def _flip(path: Path, generator: random.Random) -> str:
    """Flip one bit of a file and return its place in words."""
    content = bytearray(path.read_bytes())
    at, bit = generator.randrange(len(content)), generator.randrange(8)
    content[at] ^= 1 << bit
    path.write_bytes(content)
    return f"{path}, byte {at}, bit {bit}"


def _outcome(output: Output, expected: Output) -> str:
    if "warning:" in output[0] or "error:" in output[0]:
        return "found"
    return "harmless" if output == expected else "silent"


def main() -> int:
    """Print the table; return 1 if a flip was silent."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=200)
    parser.add_argument("--kinds", default=",".join(READERS))
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    rows, n_silent = [], 0
    with tempfile.TemporaryDirectory() as name:
        base, work = Path(name) / "base", Path(name) / "work"
        with (
            mock.patch.dict(os.environ, {"DEC_BENCH_CACHE": str(base / "cache")}),
            contextlib.redirect_stdout(io.StringIO()),
        ):
            make_experiments(base)
        with mock.patch.dict(os.environ, {"DEC_BENCH_CACHE": str(work / "cache")}):
            for kind in options.kinds.split(","):
                counts = flip_all(base, work, kind, options.times, random.Random(options.seed))
                n_silent += counts["silent"]
                row = [str(counts[outcome]) for outcome in ("found", "harmless", "silent")]
                rows.append([kind, str(counts.total()), *row])
                sys.stderr.write(f"{rows[-1]}\n")
    sys.stdout.write(table(["File", "Flips", "Found", "Harmless", "Silent"], rows) + "\n")
    return 1 if n_silent else 0


if __name__ == "__main__":
    sys.exit(main())
