"""The number of clusters of a run is proposed from the data, once for each results folder."""

import warnings
from dataclasses import replace
from datetime import UTC, datetime
from time import perf_counter

from rich.console import Console

from bench.analysis.cluster_count import CRITERION, LEVEL, MOST_MAPPED, check_count_possible, propose_count
from bench.analysis.counting_space import expected_minutes, is_learnt
from bench.analysis.known_counts import N_KNOWN, N_NEAR, N_RIGHT
from bench.console.progress import print_line, share_bar
from bench.datasets.images import ImageData
from bench.errors import UsageError
from bench.experiments.cluster_counts import AUTO
from bench.experiments.request import RunRequest
from bench.machine.threads import limited_threads
from bench.store.proposal import Evidence, Proposal, read_proposal, write_proposal
from bench.store.records import warning_lines
from bench.store.store import Store

DOUBT = (
    f"a proposal: on {N_KNOWN} sets with known classes it was right on {N_RIGHT}, and off by at most one on {N_NEAR} "
    "(docs/results/number_of_clusters.md)"
)


def with_count(request: RunRequest, store: Store, data: ImageData, threads: int, console: Console) -> RunRequest:
    """The request with a proposed number of clusters in each experiment that asks for one, and a note for the tables.

    The proposal of the results folder is taken if it is of the same data and criterion; otherwise it is made, and
    recorded unless the run is a dry run. Raises UsageError, MethodError or ImportError if none can be made.
    """
    if all(each.n_clusters != AUTO for each in request.experiments):
        return request
    _with_number(request, 2).cells(data.summary())  # other mistakes are found before any wait
    recorded = read_proposal(store)
    if recorded is not None and (recorded.data_digest, recorded.criterion) == (data.digest, CRITERION):
        proposal = recorded
        print_line(console, f"k = {proposal.n_clusters}: proposed by an earlier run, {_basis(proposal)}.")
    else:
        proposal = _proposed(data, threads, console)
        print_line(console, f"k = {proposal.n_clusters}: {DOUBT}; {_basis(proposal)}.")
        if doubt := _doubt(proposal):
            print_line(console, f"warning: {doubt}")
        if not request.execution.dry_run:
            write_proposal(store, proposal)
    note = f"The number of clusters, {proposal.n_clusters}, was proposed from the data ({_basis(proposal)}); {DOUBT}."
    notes = [request.note, note, _doubt(proposal)]
    return replace(_with_number(request, proposal.n_clusters), note=" ".join(filter(None, notes)))


def _with_number(request: RunRequest, n_clusters: int) -> RunRequest:
    """The request with this number of clusters in each experiment that asks for a proposal."""
    first, *further = (each.with_count(n_clusters) for each in request.experiments)
    return replace(request, experiment=first, further=tuple(further))


def _doubt(proposal: Proposal) -> str:
    """Why this proposal may be wrong, in one sentence; empty if it is like any other."""
    deepest = max(each.valley for each in proposal.evidence)
    if deepest < proposal.level:
        return (
            f"No valley between two clusters is as deep as {proposal.level:g}: the deepest has {deepest:.2f}. So the "
            "data may have no clusters; 2 is only the smallest proposal."
        )
    if proposal.n_clusters == proposal.n_start:
        return f"None of the first {proposal.n_start} clusters were merged, so k may be larger."
    return ""


def _basis(proposal: Proposal) -> str:
    compared = f"{proposal.n_compared:,} of {proposal.n_mapped:,} mapped samples"
    return f"{proposal.criterion}, {compared}, {proposal.space}"


def _proposed(data: ImageData, threads: int, console: Console) -> Proposal:
    try:
        check_count_possible(data.features)
        print_line(console, _waiting(data))
        start = perf_counter()
        with (
            warnings.catch_warnings(record=True) as caught,
            share_bar(console, "number of clusters") as progress,
            limited_threads(threads),
        ):
            found = propose_count(data.features, data.image_shape, progress)
    except (ValueError, ImportError, FloatingPointError) as error:
        raise UsageError(f"--n-clusters auto: {error}") from None
    for line in warning_lines(caught):
        print_line(console, f"warning: --n-clusters auto: {line}")
    return Proposal(
        data_digest=data.digest,
        n_clusters=found.n_clusters,
        criterion=CRITERION,
        space=found.space,
        n_mapped=found.n_mapped,
        n_compared=found.n_compared,
        level=LEVEL,
        n_start=found.n_start,
        evidence=[Evidence(n_clusters=merge.n_clusters, valley=merge.valley) for merge in found.merges],
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
        seconds=round(perf_counter() - start),
    )


def _waiting(data: ImageData) -> str:
    """A line about the work that follows, and its time."""
    shape = data.image_shape if is_learnt(data.features, data.image_shape) else None
    minutes = expected_minutes(min(len(data.features), MOST_MAPPED), shape)
    work = "three maps are made" if shape is None else "a network is pretrained, and three maps of it are made"
    unit = "minute" if minutes == 1 else "minutes"
    return f"proposing a number of clusters from the data: {work}; about {minutes} {unit} on one idle core."
