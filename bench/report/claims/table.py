"""The tables of a report's claims: claims.md for readers, claims.csv for programs."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pandas as pd

from bench.errors import UsageError
from bench.metrics.declarations import metric
from bench.report.claims.measured import Measured, scores_of, searches_of
from bench.report.claims.published import INDICES, Arithmetic, Chosen, Fact, Improvement, PublishedReport, Score
from bench.report.claims.reports import REPORTS
from bench.report.claims.verdicts import WITHIN, JudgedClaim, Verdict, judge
from bench.report.csv_files import write_csv
from bench.report.digest_csv import read_digest_csv
from bench.report.markdown import escape, table
from bench.report.numbers import NOT_AVAILABLE, mean_sd, number
from bench.report.outcomes import Outcomes, read
from bench.store.files import read_file, write_text
from bench.store.records import Cell
from bench.store.store import Store

SPACES_NUMBERS = ("samples", *INDICES)
SPACES_TEXTS = ("space", "clustered", "made_from")
SPACES_REMEDY = "`reproduce` searches the spaces again"
SOURCES = {
    Score: "results",
    Improvement: "percentages across spaces, of our figures",
    Arithmetic: "percentages, from the report's own figures",
    Fact: "data, network and training",
    Chosen: "choices of a search",
}
"""The name of each source of our figures."""


def write_claims(store: Store, name: str, cells: Sequence[Cell], facts: Mapping[str, float], note: str) -> list[Path]:
    """Write claims.md and claims.csv of the report with this name, from the results of `cells`.

    `note` is a sentence that both tables must show, or empty. Returns the paths. Raises UsageError if the experiment
    has no records.
    """
    everything = read(store)
    keys = {cell.key for cell in cells}
    outcomes = replace(everything, all=tuple(o for o in everything.all if o.cell.key in keys))
    report = REPORTS[name]
    spaces = read_spaces(store)
    searches = searches_of(report.preset, store, outcomes.manifest.data)
    judged = judge(report, Measured(facts, scores_of(outcomes), spaces, searches))
    return [
        write_text(store.path("claims.md"), render(report, judged, outcomes, note)),
        write_csv(store.path("claims.csv"), frame(judged, note)),
    ]


def verdict_counts(store: Store) -> list[str]:
    """One sentence with the number of claims of each verdict, from claims.csv; empty without that file.

    Raises UsageError if claims.csv is damaged.
    """
    path = store.path("claims.csv")
    try:
        verdicts = list(pd.read_csv(io.BytesIO(read_file(path)), dtype=str, keep_default_na=False)["verdict"])
    except FileNotFoundError:
        return []
    except (KeyError, ValueError) as error:
        raise UsageError(f"{path} is damaged ({error}); `reproduce` writes it again.") from None
    others = [f"{verdicts.count(verdict)} {verdict}" for verdict in get_args(Verdict)[1:]]
    return [f"{verdicts.count('reproduced')} of {len(verdicts)} claims are reproduced; {', '.join(others)}."]


def read_spaces(store: Store) -> pd.DataFrame | None:
    """The result of the search of spaces; None before the search. A damaged file is set aside."""
    return read_digest_csv(store.path("spaces.csv"), SPACES_NUMBERS, SPACES_TEXTS, store.warn, SPACES_REMEDY)


def render(report: PublishedReport, judged: Sequence[JudgedClaim], outcomes: Outcomes, note: str) -> str:
    """The text of claims.md."""
    seeds = sorted({outcome.cell.seed for outcome in outcomes.all})
    data = outcomes.manifest.data
    head = [
        f"# Claims of “{report.title}”",
        f"Our data: {escape(data.name)}, split {escape(data.split)}, {data.n_samples:,} images. Our figures: mean ± "
        f"sample standard deviation over seeds {', '.join(map(str, seeds))}; {len(outcomes.ok)} of "
        f"{len(outcomes.all)} cells finished (a cell is one fit: a method, its configuration and one seed). A "
        f"figure is reproduced if our mean differs from it by at most {WITHIN[-1]} %. “Seeds within” is the number of "
        "seeds whose own value is that near. Space: `input` is the space of the pixels, `own` the space that the "
        "method has learnt, and `both` a percentage between the two.",
        *filter(None, (note, report.assumptions)),
    ]
    header = ["Claim", "Place", "Space", "Report", "Ours", "Difference", "Verdict", "Seeds within", "Why"]
    body = table(header, [_cells(claim) for claim in judged], left=9)
    return "\n\n".join([*head, _counts(judged), body]) + "\n"


def _counts(judged: Sequence[JudgedClaim]) -> str:
    """Number of claims by the source of our figure and by verdict."""
    lines = []
    for source, name in SOURCES.items():
        verdicts = [claim.verdict for claim in judged if isinstance(claim.claim.source, source)]
        if verdicts:
            lines.append([name, str(len(verdicts)), *(str(verdicts.count(verdict)) for verdict in get_args(Verdict))])
    return table(["Claims on", "total", *get_args(Verdict)], lines, left=1)


def _cells(judged: JudgedClaim) -> list[str]:
    claim = judged.claim
    claimed = NOT_AVAILABLE if claim.figure is None else number(claim.figure, claim.digits)
    digits = metric(claim.source.metric).decimals if isinstance(claim.source, Score) else claim.digits
    ours = mean_sd(judged.ours, digits, judged.ours.n)
    difference = "" if judged.difference is None or judged.within == 0 else f"{judged.difference:+.1f} %"
    seeds = f"{judged.seeds_within} of {len(judged.by_seed)}" if judged.by_seed and claim.figure is not None else ""
    row = [claim.place, claim.space or "", claimed, ours, difference, judged.verdict_text, seeds]
    return [escape(claim.text), *row, escape(judged.why)]


def frame(judged: Sequence[JudgedClaim], note: str) -> pd.DataFrame:
    """One row per claim; every row has `note`."""
    return pd.DataFrame(
        {
            "claim": row.claim.name,
            "kind": SOURCES[type(row.claim.source)],
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
        for row in judged
    )
