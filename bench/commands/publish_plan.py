"""The plan of `publish`: which experiments of a list are finished, and which may run."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.console.eta import duration
from bench.errors import UsageError
from bench.experiments.publication import Publication
from bench.report.ledger import Entry
from bench.report.publication_state import FolderState, state_of

RESULTS_DIR = Path("results")
"""The folder that the commands of a list write to."""
EARLIER = RESULTS_DIR / ".earlier"
"""The folder of what was set aside."""


@dataclass(frozen=True)
class Obstacle:
    """A folder or file that must be set aside before an experiment runs."""

    path: str
    """Relative to the folder of all results."""
    state: str
    """In two or three words."""
    reason: str
    """A sentence that begins with the path."""


@dataclass(frozen=True)
class Plan:
    """One experiment, and what there is of it."""

    publication: Publication
    folders: Mapping[str, FolderState]
    """By name, those that have cells."""
    files: Sequence[str]
    """Those that are there."""
    entry: Entry | None
    """Its entry in the ledger, if it is of this code version."""
    version: str

    @property
    def absent(self) -> list[str]:
        """What it writes, and is not there."""
        written = self.publication
        folders = [name for name in written.written_folders if name not in self.folders]
        return [*folders, *(file for file in written.files if file not in self.files)]

    @property
    def faults(self) -> list[Obstacle]:
        """The folders with cells of another code version, or with networks of several devices."""
        found = []
        for name, state in self.folders.items():
            path = RESULTS_DIR / name
            if set(state.code_versions) - {self.version}:
                cells = f"{path} has cells of code version {', '.join(state.code_versions)}"
                reason = f"{cells}, and the methods have {self.version}; a published folder has one version"
                found.append(Obstacle(name, "other code version", reason))
            elif len(state.devices) > 1:
                networks = f"{path} has networks that were trained on {' and '.join(state.devices)}"
                found.append(Obstacle(name, "several devices", f"{networks}; a published folder has one device"))
        return found

    @property
    def obstacles(self) -> list[Obstacle]:
        """What must be set aside before it runs; nothing if it is finished."""
        if self.is_finished:
            return []
        found = self.faults
        for name, state in self.folders.items():
            if state.is_copy and name not in [each.path for each in found]:
                reason = f"{RESULTS_DIR / name} has published tables without their records, so it cannot be continued"
                found.append(Obstacle(name, "without records", reason))
        if self.entry is None:
            reason = "was not written by this code version, as far as published.csv says"
            found += [Obstacle(file, "other file", f"{RESULTS_DIR / file} {reason}") for file in self.files]
        return found

    @property
    def unmade(self) -> int:
        """Number of cells of its folders that have not run."""
        return sum(state.n_missing for state in self.folders.values())

    @property
    def is_finished(self) -> bool:
        """Whether this code version has run this command to the end, and all that it writes is there."""
        is_whole = not self.faults and not self.absent and not self.unmade
        return is_whole and self.entry is not None and self.entry.is_finished and not self.is_changed

    @property
    def is_changed(self) -> bool:
        """Whether another command made what is there."""
        return self.entry is not None and self.entry.command != digest(self.publication.command)

    @property
    def state(self) -> str:
        """In words."""
        if self.is_finished:
            return "finished"
        if self.obstacles:
            return self.obstacles[0].state
        if self.is_changed:
            return "command changed"
        return "begun" if self.folders or self.entry is not None else "to run"

    @property
    def minutes(self) -> float:
        """Of the calls that made what is there and is continued."""
        is_continued = self.entry is not None and not self.obstacles and (self.folders or self.files)
        return self.entry.minutes if self.entry is not None and is_continued else 0.0

    @property
    def device(self) -> str | None:
        """Where its networks are trained: a device that one of its folders has already."""
        return next((device for state in self.folders.values() for device in state.devices), None)


def digest(command: str) -> str:
    """A digest of a command, in 12 hexadecimal digits."""
    return hashlib.sha256(command.encode()).hexdigest()[:12]


def plan_of(publication: Publication, ledger: Mapping[str, Entry], version: str) -> Plan:
    """What there is of an experiment for the code version `version`. Raises UsageError as `state_of`."""
    states = {name: state_of(RESULTS_DIR, name) for name in publication.written_folders}
    entry = ledger.get(publication.name)
    return Plan(
        publication,
        {name: state for name, state in states.items() if state is not None},
        [file for file in publication.files if (RESULTS_DIR / file).exists()],
        entry if entry is not None and entry.code_version == version else None,
        version,
    )


def check(plans: Sequence[Plan], *, anew: bool) -> None:
    """Raise UsageError if something is in the way of an experiment and is not set aside."""
    for plan in plans:
        if plan.obstacles and not anew:
            raise UsageError(
                f"{plan.obstacles[0].reason}: --anew sets it aside in {EARLIER}, and --only names other experiments."
            )


def plan_lines(plans: Sequence[Plan]) -> list[str]:
    """One line for each experiment with its state and its expected minutes, and one for all that is left."""
    lines = [f"{plan.state:20} {plan.publication.minutes:5} min  {plan.publication.name}" for plan in plans]
    left = [plan for plan in plans if not plan.is_finished]
    seconds = 60.0 * sum(_minutes_left(plan) for plan in left)
    return [*lines, f"{len(left)} of {len(plans)} experiments to run; expected, on two cores: {duration(seconds)}"]


def _minutes_left(plan: Plan) -> float:
    """At least a tenth of the expected minutes of an experiment that has been begun."""
    expected = float(plan.publication.minutes)
    return max(0.1 * expected, expected - plan.minutes)
