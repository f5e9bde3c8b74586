"""The command `publish`: runs the experiments of a list whose tables are published, and keeps a ledger of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from os import environ
from pathlib import Path
from shlex import join
from time import perf_counter

from msgspec.structs import replace
from rich.console import Console

from bench.commands.publish_plan import EARLIER, RESULTS_DIR, Plan, check, plan_lines, plan_of
from bench.console.progress import print_line
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
    """Set aside what another code version has made, and tables without records."""
    threads: int
    jobs: int


def publish(request: PublishRequest, console: Console) -> int:
    """Run the experiments that are not finished, in the order of the list, and then the check of the list.

    Returns 1 if an experiment or the check failed, else 0. After an interruption, the same call continues. Raises
    UsageError, one line, if the list is not valid, if a folder has cells of another code version, or no records to
    continue from, and `anew` is False, or if a folder has networks from several devices.
    """
    listed = read_publications(request.path)
    publications = chosen(listed.experiment, request.only)
    version = code_version()
    ledger = read_ledger(RESULTS_DIR, lambda line: print_line(console, f"warning: {line}"))
    plans = [plan_of(each, ledger, version) for each in publications]
    for line in plan_lines(plans):
        print_line(console, line)
    if request.dry_run:
        return 0
    check(plans, anew=request.anew)
    failed = []
    for plan in plans:
        if not plan.is_finished and not _run(plan, request, listed, ledger, console):
            failed.append(plan.publication.name)
    for line in _ledger_lines(publications, ledger):
        print_line(console, line)
    if failed:
        print_line(console, f"Not finished: {', '.join(failed)}; the same command continues.")
    is_right = not listed.check or run_line(listed.check, {}) == 0
    if not is_right:
        print_line(console, "The check of the published figures has failed.")
    return int(bool(failed) or not is_right)


def _run(
    plan: Plan, request: PublishRequest, listed: PublicationList, ledger: dict[str, Entry], console: Console
) -> bool:
    """Run one experiment, and enter its minutes in the ledger, also after an interruption. Whether it ended well."""
    publication = plan.publication
    for folder in plan.in_the_way:
        print_line(console, f"{RESULTS_DIR / folder} is set aside in {_set_aside(folder)}")
    options = ["--threads", str(request.threads), "--jobs", str(request.jobs)]
    if plan.devices and not plan.in_the_way:
        options += ["--device", plan.devices[0]]
    places = {name: environ.get(name) or _place(known) for name, known in listed.data.items()}
    print_line(console, f"{publication.name}: {publication.command}")
    start, code = perf_counter(), 1
    try:
        code = run_line(publication.command, {**places, "OPTIONS": join(options)})
    finally:
        minutes = (perf_counter() - start) / 60 + (plan.entry.minutes if plan.entry else 0.0)
        ledger[publication.name] = _entry(plan, request.threads, minutes)
        if code == 0:
            _shrink_pictures(publication)
            ledger[publication.name] = replace(ledger[publication.name], is_finished=True)
        write_ledger(RESULTS_DIR, ledger)
    return code == 0


def _entry(plan: Plan, threads: int, minutes: float) -> Entry:
    """The entry of an experiment that is not finished."""
    after = plan_of(plan.publication, {}, plan.version)
    environment = describe_machine(threads).environment
    return Entry(
        name=plan.publication.name,
        code_version=plan.version,
        processor=environment.processor,
        device=", ".join(after.devices) or NO_NETWORKS,
        seeds=seeds_text([*after.folders.values()]),
        minutes=round(minutes, 1),
        is_finished=False,
    )


def _shrink_pictures(publication: Publication) -> None:
    for folder in publication.written_folders:
        path = RESULTS_DIR / folder
        if path.is_dir():
            shrink_pictures(Store(path.parent, path.name))


def _set_aside(folder: str) -> Path:
    """Move a results folder, and return its new place."""
    number = 1
    while (target := EARLIER / f"{folder}-{number}").exists():
        number += 1
    target.parent.mkdir(parents=True, exist_ok=True)
    (RESULTS_DIR / folder).rename(target)
    return target


def _place(known: Sequence[str]) -> str:
    """The first folder that exists, or the last name."""
    return next((place for place in known if Path(place).is_dir()), known[-1])


def _ledger_lines(publications: Sequence[Publication], ledger: Mapping[str, Entry]) -> list[str]:
    entries = [ledger[each.name] for each in publications if each.name in ledger]
    return [
        f"{entry.name}: code version {entry.code_version}, {entry.processor}, networks on {entry.device}, seeds: "
        f"{entry.seeds}, {entry.minutes:.0f} min{'' if entry.is_finished else ', not finished'}"
        for entry in entries
    ]
