"""A report's claims beside what came out: claims.md to read, claims.csv to compute with."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from bench.metrics.declarations import metric
from bench.report.claims.measured import Measured, read_csv, scores_of, searches_of
from bench.report.claims.published import REPORTS, Arithmetic, Chosen, Fact, Improvement, PublishedReport, Score
from bench.report.claims.reasons import INDICES
from bench.report.claims.verdicts import WITHIN, Row, Verdict, judge
from bench.report.markdown import escape, table
from bench.report.numbers import NOT_AVAILABLE, mean_sd, number
from bench.report.results import Results, read
from bench.store.files import write_text
from bench.store.records import Cell
from bench.store.store import Store

HUNT_COLUMNS = ("space", "samples", "clustered", *INDICES)
KINDS = {
    Score: "results",
    Improvement: "percentages across spaces, of our figures",
    Arithmetic: "percentages, from the report's own figures",
    Fact: "data, network and training",
    Chosen: "choices of a search",
}


def write_claims(store: Store, name: str, cells: Sequence[Cell], facts: Mapping[str, float], note: str) -> list[Path]:
    """Write claims.md and claims.csv of the report of that name, from those cells of an experiment that has been run.

    Returns their paths. Raises UsageError if the experiment has no records.
    """
    experiment = read(store)
    keys = {cell.key for cell in cells}
    kept = replace(experiment, outcomes=tuple(o for o in experiment.outcomes if o.cell.key in keys))
    report = REPORTS[name]
    hunted = read_csv(store.path("hunt.csv"), HUNT_COLUMNS)
    searches = searches_of(report.preset, store.results_dir, experiment.manifest.data)
    rows = judge(report, Measured(facts, scores_of(kept), hunted, searches))
    return [
        write_text(store.path("claims.md"), render(report, rows, kept, note)),
        write_text(store.path("claims.csv"), frame(rows, note).to_csv(index=False, lineterminator="\n")),
    ]


def render(report: PublishedReport, rows: Sequence[Row], experiment: Results, note: str) -> str:
    """The text of claims.md."""
    seeds = sorted({outcome.cell.seed for outcome in experiment.outcomes})
    data = experiment.manifest.data
    head = [
        f"# Claims of “{report.title}”",
        f"Ours: {escape(data.name)}, split {escape(data.split)}, {data.n_samples:,} images; mean ± sample standard "
        f"deviation over seeds {', '.join(map(str, seeds))}, {len(experiment.ok)} of {len(experiment.outcomes)} cells "
        f"finished. A figure counts as reproduced if our mean differs from it by no more than {WITHIN[-1]} %; how many "
        "seeds by themselves do so stands beside it. Space: `input` is that of the pixels, `own` the one that the "
        "method has learnt, `both` a percentage from one to the other.",
        *([note] if note else []),
        *([report.reconstructed] if report.reconstructed else []),
    ]
    header = [
        "PublishedClaim",
        "Place",
        "Space",
        "PublishedReport",
        "Ours",
        "Difference",
        "Verdict",
        "Seeds within",
        "Why",
    ]
    body = table(header, [_cells(row) for row in rows], left=9)
    return "\n\n".join([*head, _counted(rows), body]) + "\n"


def _counted(rows: Sequence[Row]) -> str:
    """How many claims of each kind have which verdict."""
    lines = []
    for kind, name in KINDS.items():
        verdicts = [row.verdict for row in rows if isinstance(row.claim.ours, kind)]
        if verdicts:
            lines.append([name, str(len(verdicts)), *(str(verdicts.count(verdict)) for verdict in Verdict.__args__)])  # type: ignore[attr-defined]
    return table(["Claims on", "in all", "reproduced", "not reproduced", "not defined"], lines, left=1)


def _cells(row: Row) -> list[str]:
    claim = row.claim
    claimed = NOT_AVAILABLE if claim.figure is None else number(claim.figure, claim.digits)
    digits = metric(claim.ours.metric).decimals if isinstance(claim.ours, Score) else claim.digits
    ours = mean_sd(row.ours, digits, row.ours.n)
    difference = "" if row.difference is None or row.within == 0 else f"{row.difference:+.1f} %"
    seeds = f"{row.seeds_within} of {len(row.by_seed)}" if row.by_seed and claim.figure is not None else ""
    space = claim.space or ""
    return [
        escape(claim.text), claim.place, space, claimed, ours, difference, row.verdict_text, seeds, escape(row.why)
    ]  # fmt: skip


def frame(rows: Sequence[Row], note: str) -> pd.DataFrame:
    """One row per claim; `note` is what every table must say."""
    return pd.DataFrame(
        {
            "claim": row.claim.name,
            "kind": KINDS[type(row.claim.ours)],
            "text": row.claim.text,
            "place": row.claim.place,
            "space": row.claim.space,
            "report": row.claim.figure,
            "ours_mean": row.ours.mean,
            "ours_sd": row.ours.sd,
            "ours_n": row.ours.n,
            "ours_min": min(row.by_seed, default=row.ours.mean),
            "ours_max": max(row.by_seed, default=row.ours.mean),
            "difference_percent": row.difference,
            "seeds_within": row.seeds_within if row.by_seed else None,
            "verdict": row.verdict,
            "within_percent": row.within,
            "why": row.why,
            "note": note,
        }
        for row in rows
    )
