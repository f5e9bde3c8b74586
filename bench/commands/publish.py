"""The command `publish`: runs the experiments of a list whose tables are published, and keeps a ledger of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from os import environ
from pathlib import Path
from shlex import join
from time import perf_counter

from rich.console import Console

from bench.commands.publish_plan import EARLIER, RESULTS_DIR, Plan, check, digest, plan_lines, plan_of
from bench.console.progress import print_line
from bench.errors import UsageError
from bench.experiments.publication import Publication, PublicationList, chosen, read_publications
from bench.machine.code import code_version
from bench.machine.environment import describe_machine
from bench.machine.shell_line import run_line
from bench.report.figures.fewer_colours import shrink_pictures
from bench.report.ledger import Entry, read_ledger, write_ledger
from bench.report.publication_state import seeds_text
from bench.store.store import Store

NO_NETWORKS = "–"


@dataclass(frozen=True, kw_only=True)
class PublishRequest:
    """The options of `publish`."""

    path: Path
    only: tuple[str, ...]
    dry_run: bool
    anew: bool
    """Set aside what is in the way: of another code version, without records, or with networks of several devices."""
    threads: int
    jobs: int


def publish(request: PublishRequest, console: Console) -> int:
    """Run the experiments that are not finished, in the order of the list, and then the check of the list.

    Returns 1 if an experiment or the check failed, else 0. After an interruption, the same call continues. Raises
    UsageError, one line, if the list is not valid, if the folder lacks what the list needs, or if something is in the
    way of an experiment and `anew` is False.
    """
    listed = read_publications(request.path)
    publications = chosen(listed.experiment, request.only)
    for path in listed.needs:
        if not Path(path).exists():
            lack = f"{path}, which is not in {Path.cwd()}"
            raise UsageError(f"{request.path} needs {lack}; call the command in the folder that has it.")
    version = code_version()
    ledger = read_ledger(RESULTS_DIR, _warning(console), read_only=request.dry_run)
    plans = [plan_of(each, ledger, version) for each in publications]
    for line in plan_lines(plans):
        print_line(console, line)
    if request.dry_run:
        return 0
    check(plans, anew=request.anew)
    failed = [
        plan.publication.name for plan in plans if not plan.is_finished and not _run(plan, request, listed, console)
    ]
    for line in _ledger_lines(publications, read_ledger(RESULTS_DIR, _warning(console))):
        print_line(console, line)
    if failed:
        print_line(console, f"Not finished: {', '.join(failed)}; the same command continues.")
    is_right = not listed.check or run_line(listed.check, {}) == 0
    if not is_right:
        print_line(console, "The check of the published figures has failed.")
    return int(bool(failed) or not is_right)


def _run(plan: Plan, request: PublishRequest, listed: PublicationList, console: Console) -> bool:
    """Run one experiment, and enter it in the ledger, also after an interruption. Whether it is finished."""
    publication = plan.publication
    for obstacle in plan.obstacles:
        print_line(console, f"{RESULTS_DIR / obstacle.path} is set aside in {_set_aside(obstacle.path)}")
    options = ["--threads", str(request.threads), "--jobs", str(request.jobs)]
    if plan.device is not None and not plan.obstacles:
        options += ["--device", plan.device]
    places = {name: environ.get(name) or _place(known) for name, known in listed.data.items()}
    print_line(console, f"{publication.name}: {publication.command}")
    start, code = perf_counter(), 1
    try:
        code = run_line(publication.command, {**places, "OPTIONS": join(options)})
    finally:
        after, problem = _outcome(plan)
        minutes = (perf_counter() - start) / 60 + plan.minutes
        is_finished = code == 0 and not problem
        entry = _entry(plan, after, request.threads, minutes, is_finished=is_finished)
        entered = read_ledger(RESULTS_DIR, _warning(console))  # another call may have added a row
        write_ledger(RESULTS_DIR, {**entered, publication.name: entry})
    if is_finished:
        _shrink_pictures(publication)
    elif code == 0:
        print_line(console, f"{publication.name}: {problem}.")
    return is_finished


def _outcome(plan: Plan) -> tuple[Plan | None, str]:
    """What there is of an experiment after its command, None if it cannot be read; and why it is not finished."""
    try:
        after = plan_of(plan.publication, {}, plan.version)
    except UsageError as error:
        return None, str(error).rstrip(".")
    if after.absent:
        return after, f"the command has ended, but not written {', '.join(str(RESULTS_DIR / p) for p in after.absent)}"
    if after.faults:
        return after, after.faults[0].reason
    if after.unmade:
        return after, f"the command has ended, but {after.unmade} cells have not run"
    if code_version() != plan.version:
        return after, f"the methods have changed since the start, when they had code version {plan.version}"
    return after, ""


def _entry(plan: Plan, after: Plan | None, threads: int, minutes: float, *, is_finished: bool) -> Entry:
    states = list(after.folders.values()) if after else []
    return Entry(
        name=plan.publication.name,
        command=digest(plan.publication.command),
        code_version=plan.version,
        processor=describe_machine(threads).environment.processor,
        device=", ".join(sorted({device for state in states for device in state.devices})) or NO_NETWORKS,
        seeds=seeds_text(states),
        minutes=round(minutes, 1),
        is_finished=is_finished,
    )


def _shrink_pictures(publication: Publication) -> None:
    for folder in publication.written_folders:
        path = RESULTS_DIR / folder
        shrink_pictures(Store(path.parent, path.name))


def _set_aside(path: str) -> Path:
    """Move a results folder or file, and return its new place."""
    number = 1
    while (target := EARLIER / f"{path}-{number}").exists():
        number += 1
    target.parent.mkdir(parents=True, exist_ok=True)
    (RESULTS_DIR / path).rename(target)
    return target


def _place(known: Sequence[str]) -> str:
    """The first folder that exists, or the last name."""
    return next((place for place in known if Path(place).is_dir()), known[-1])


def _warning(console: Console) -> Callable[[str], None]:
    return lambda line: print_line(console, f"warning: {line}")


def _ledger_lines(publications: Sequence[Publication], ledger: Mapping[str, Entry]) -> list[str]:
    entries = [ledger[each.name] for each in publications if each.name in ledger]
    return [
        f"{entry.name}: code version {entry.code_version}, {entry.processor}, networks on {entry.device}, seeds: "
        f"{entry.seeds}, {entry.minutes:.0f} min{'' if entry.is_finished else ', not finished'}"
        for entry in entries
    ]
