"""The plan of `publish`: which experiments of a list are finished, and which may run."""

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
class Plan:
    """One experiment, and what there is of it."""

    publication: Publication
    folders: Mapping[str, FolderState]
    """By name, those that have cells."""
    entry: Entry | None
    """Its entry in the ledger, if it is of this code version."""
    version: str

    @property
    def older(self) -> list[str]:
        """The folders with cells of another code version."""
        return [name for name, state in self.folders.items() if set(state.code_versions) - {self.version}]

    @property
    def is_finished(self) -> bool:
        """Whether this code version has run it to the end, and all that it writes is there."""
        is_there = all(name in self.folders for name in self.publication.written_folders)
        is_there &= all((RESULTS_DIR / file).exists() for file in self.publication.files)
        return not self.older and is_there and self.entry is not None and self.entry.is_finished

    @property
    def in_the_way(self) -> list[str]:
        """The folders that must be set aside before it runs: of another code version, or without records."""
        copies = [] if self.is_finished else [name for name, state in self.folders.items() if state.is_copy]
        return list(dict.fromkeys([*self.older, *copies]))

    @property
    def state(self) -> str:
        """In words."""
        if self.older:
            return "other code version"
        if self.is_finished:
            return "finished"
        if self.in_the_way:
            return "without records"
        return "begun" if self.folders or self.entry is not None else "to run"

    @property
    def devices(self) -> list[str]:
        """On which networks of its folders were trained."""
        return sorted({device for state in self.folders.values() for device in state.devices})


def plan_of(publication: Publication, ledger: Mapping[str, Entry], version: str) -> Plan:
    """What there is of an experiment for the code version `version`. Raises UsageError as `state_of`."""
    states = {name: state_of(RESULTS_DIR, name) for name in publication.written_folders}
    entry = ledger.get(publication.name)
    return Plan(
        publication,
        {name: state for name, state in states.items() if state is not None},
        entry if entry is not None and entry.code_version == version else None,
        version,
    )


def check(plans: Sequence[Plan], *, anew: bool) -> None:
    """Raise UsageError if a folder is in the way and is not set aside, or has networks of several devices."""
    for plan in plans:
        name = plan.publication.name
        if plan.older and not anew:
            versions = sorted({v for folder in plan.older for v in plan.folders[folder].code_versions})
            raise UsageError(
                f"{RESULTS_DIR / plan.older[0]} has cells of code version {', '.join(versions)}, and the methods have "
                f"{plan.version}; a published folder has one version: --anew sets such folders aside in "
                f"{EARLIER}, and --only names other experiments."
            )
        if plan.in_the_way and not anew:
            raise UsageError(
                f"{RESULTS_DIR / plan.in_the_way[0]} has published tables without their records, so '{name}' cannot be "
                f"continued: --anew sets such folders aside in {EARLIER}, and --only names other experiments."
            )
        if len(plan.devices) > 1:
            raise UsageError(
                f"the networks of experiment '{name}' were trained on {' and '.join(plan.devices)}; a published folder "
                f"has one device: remove {', '.join(str(RESULTS_DIR / folder) for folder in plan.folders)}."
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
    return max(0.1 * expected, expected - plan.entry.minutes) if plan.entry else expected
