"""Interrupts a run at random moments and counts the outcomes.

`python tests/support/interrupts.py --executor "--dask local:2" --tries 40` prints how often which line was printed, and
each fault: another exit code or output than promised, files or processes that remain.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psutil
from clusters import MODULES
from commands import command

RUN = "run --dataset digits --threads 1 --seeds 1 --methods kmeans,som --param som.n_steps=5000"
_MARK = "DEC_BENCH_INTERRUPTED"
"""Environment variable of the driver process; its child processes inherit it."""


@dataclass(frozen=True)
class Interrupt:
    """A signal, once or twice."""

    seconds: float
    """From the start of the driver process to the first signal."""
    number: signal.Signals = signal.SIGINT
    gap: float | None = None
    """Seconds to the second signal; None: one signal."""
    to_group: bool = False
    """Whether the process group gets the signal, as from a terminal."""


@dataclass(frozen=True)
class Outcome:
    """The end of an interrupted run."""

    line: str
    """The line about the interruption, without numbers."""
    faults: list[str]


class Driver:
    """A run in a folder of its own, with its own folder for temporary files."""

    def __init__(self, arguments: str, folder: Path) -> None:
        self.folder, self.temporary = folder, folder / "temporary"
        self.temporary.mkdir(parents=True)
        self.mark = uuid4().hex
        variables = {"PYTHONPATH": MODULES, "TMPDIR": str(self.temporary), _MARK: self.mark, "OMP_NUM_THREADS": "1"}
        self.began = time.monotonic()
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(
            command(arguments),
            cwd=folder,
            env={**os.environ, **variables},
            stdout=pipe,
            stderr=pipe,
            text=True,
            start_new_session=True,
        )

    def interrupt(self, interrupt: Interrupt) -> Outcome:
        """Send the signals, wait for the end of the run and of all its processes, and return the outcome."""
        time.sleep(max(0.0, self.began + interrupt.seconds - time.monotonic()))
        send = os.killpg if interrupt.to_group else os.kill
        for gap in (0.0,) if interrupt.gap is None else (0.0, interrupt.gap):
            time.sleep(gap)
            if self.process.poll() is None:
                send(self.process.pid, interrupt.number)
        sent = time.monotonic()
        try:
            output, errors = self.process.communicate(timeout=60)
        finally:
            self.process.kill()
        seconds = time.monotonic() - sent
        faults = self._remains()
        if "Traceback" in output:
            faults.append(f"output: {output}")
        if (self.process.returncode, errors) == (0, "") and "table.md" in output:
            return Outcome("the run had finished", faults)
        if self.process.returncode != 128 + interrupt.number:
            faults.append(f"exit code {self.process.returncode}")
        if not (errors.startswith("interrupted") and errors.count("\n") == 1 and errors.endswith(".\n")):
            faults.append(f"errors: {errors}")
        if seconds > 30:
            faults.append(f"it ended after {seconds:.0f} s")
        line = errors.strip().partition(": ")[2]
        return Outcome("".join("n" if letter.isdigit() else letter for letter in line), faults)

    def _remains(self) -> list[str]:
        """Processes that are still alive after some time, and files that no run needs."""
        deadline = time.monotonic() + 15
        while (processes := self._processes()) and time.monotonic() < deadline:
            time.sleep(0.1)
        results = self.folder / "results"
        files = [path for pattern in (".here-*", "*.tmp") for path in results.rglob(pattern)]
        files += [path for path in self.temporary.iterdir() if not path.name.startswith("torchinductor_")]
        return [f"remains: {thing}" for thing in (*processes, *files)]

    def _processes(self) -> list[str]:
        found = []
        for process in psutil.process_iter():
            try:
                if process.status() != psutil.STATUS_ZOMBIE and process.environ().get(_MARK) == self.mark:
                    found.append(f"{process.pid} {' '.join(process.cmdline())}")
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue
        return found


def random_interrupt(generator: random.Random, longest: float) -> Interrupt:
    """An interrupt at most `longest` seconds after the start."""
    return Interrupt(
        seconds=generator.uniform(0.3, longest),
        number=generator.choices([signal.SIGINT, signal.SIGTERM, signal.SIGHUP], weights=[4, 1, 1])[0],
        gap=generator.choice([None, generator.uniform(0, 0.3)]),
        to_group=generator.random() < 0.5,
    )


def series(
    executor: str, n_tries: int, seed: int, folder: Path, show: Callable[[str], object]
) -> tuple[float, Counter[str], list[str]]:
    """Interrupt many runs. Returns the seconds of an undisturbed run, the counts of lines, and the faults."""
    generator = random.Random(seed)
    driver = Driver(f"{RUN} {executor}", folder / "undisturbed")
    _, errors = driver.process.communicate(timeout=600)
    assert driver.process.returncode == 0, errors
    longest = time.monotonic() - driver.began
    lines: Counter[str] = Counter()
    faults: list[str] = []
    for number in range(n_tries):
        interrupt = random_interrupt(generator, longest)
        outcome = Driver(f"{RUN} {executor}", folder / str(number)).interrupt(interrupt)
        lines[outcome.line] += 1
        faults += [f"{interrupt}: {fault}" for fault in outcome.faults]
        show(f"{number + 1} {interrupt} {outcome}\n")
    return longest, lines, faults


def main() -> None:
    """Print the counts of one executor."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--executor", default="--jobs 1", help="--jobs 1, --jobs 2 or --dask local:2")
    parser.add_argument("--tries", type=int, default=40)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell ignores it for a program in the background
    with tempfile.TemporaryDirectory() as name:
        results = series(options.executor, options.tries, options.seed, Path(name), sys.stderr.write)
    longest, lines, faults = results
    sys.stdout.write(f"{options.executor}: {options.tries} interrupts in 0.3 to {longest:.0f} s\n")
    for line, count in lines.most_common():
        sys.stdout.write(f"{count:4} {line}\n")
    sys.stdout.write(f"{len(faults)} faults\n" + "".join(f"  {fault}\n" for fault in faults))


if __name__ == "__main__":
    main()
