"""The files of a report's claims: claims.md for readers, claims.csv and random_targets.csv for programs."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from bench.errors import UsageError
from bench.report.claims.document import heading, render
from bench.report.claims.hunt import hunt
from bench.report.claims.measured import Measured, scores_of, searches_of
from bench.report.claims.published import INDICES
from bench.report.claims.reports import REPORTS
from bench.report.claims.verdicts import VERDICTS, JudgedClaim, judge, verdicts_of
from bench.report.csv_files import write_csv
from bench.report.digest_csv import read_digest_csv
from bench.report.outcomes import read
from bench.store.files import read_file, write_text
from bench.store.records import Cell
from bench.store.store import Store

SPACES_NUMBERS = ("samples", *INDICES)
SPACES_TEXTS = ("space", "clustered", "made_from")
SPACES_REMEDY = "`reproduce` searches the spaces again"


def write_claims(store: Store, name: str, cells: Sequence[Cell], facts: Mapping[str, float], note: str) -> list[Path]:
    """Write claims.md, claims.csv and, after a search of spaces, random_targets.csv of the report with this name.

    `note` is a sentence that claims.md and claims.csv must show, or empty. The results are those of `cells`. Returns
    the paths. Raises UsageError if the experiment has no records.
    """
    everything = read(store)
    keys = {cell.key for cell in cells}
    outcomes = replace(everything, all=tuple(o for o in everything.all if o.cell.key in keys))
    report = REPORTS[name]
    spaces = read_spaces(store)
    searches = searches_of(report.preset, store, outcomes.manifest.data)
    measured = Measured(facts, scores_of(outcomes), spaces, searches)
    judged, of_targets = judge(report, measured), hunt(report, spaces)
    paths = [
        write_text(store.path("claims.md"), render(report, judged, measured, of_targets, heading(outcomes), note)),
        write_csv(store.path("claims.csv"), frame(judged, note)),
    ]
    if len(of_targets):
        paths.append(write_csv(store.path("random_targets.csv"), of_targets))
    return paths


def verdict_counts(store: Store) -> list[str]:
    """Up to three sentences with the number of claims of each kind and verdict, from claims.csv; empty without it.

    Raises UsageError if claims.csv is damaged or has other verdicts, as an earlier version wrote them.
    """
    path = store.path("claims.csv")
    try:
        claims = pd.read_csv(io.BytesIO(read_file(path)), dtype=str, keep_default_na=False)
        pairs = list(zip(claims["kind"], claims["verdict"], strict=True))
    except FileNotFoundError:
        return []
    except (KeyError, ValueError) as error:
        raise UsageError(f"{path} is damaged ({error}); `reproduce` writes it again.") from None
    if others := sorted({verdict for kind, verdict in pairs if verdict not in verdicts_of(kind)}):
        raise UsageError(f"{path} has an unknown verdict, {others[0]!r}; `reproduce` writes it again.")
    lines = []
    for kind in VERDICTS:
        found = [verdict for its_kind, verdict in pairs if its_kind == kind]
        counts = [f"{found.count(verdict)} {verdict}" for verdict in verdicts_of(kind) if verdict in found]
        if found:
            lines.append(f"Of {len(found)} claims on {kind}: {', '.join(counts)}.")
    return lines


def read_spaces(store: Store) -> pd.DataFrame | None:
    """The result of the search of spaces; None before the search. A damaged file is set aside."""
    return read_digest_csv(store.path("spaces.csv"), SPACES_NUMBERS, SPACES_TEXTS, store.warn, SPACES_REMEDY)


def frame(judged: Sequence[JudgedClaim], note: str) -> pd.DataFrame:
    """One row per claim; every row has `note`."""
    return pd.DataFrame([_row(claim) | {"note": note} for claim in judged])


def _row(judged: JudgedClaim) -> dict[str, object]:
    claim, ours = judged.claim, judged.ours
    wins, pairs = ours.wins or (None, None)
    return {
        "claim": claim.name,
        "kind": judged.kind,
        "text": claim.text,
        "place": claim.place,
        "space": claim.space,
        "report": claim.figure,
        "ours_mean": ours.summary.mean,
        "ours_sd": ours.summary.sd,
        "ours_n": ours.summary.n,
        "n_seeds": ours.n_seeds,
        "one_run_low": None if ours.interval is None else ours.interval.low,
        "one_run_high": None if ours.interval is None else ours.interval.high,
        "pairs_that_agree": wins,
        "pairs": pairs,
        "difference": judged.difference,
        "verdict": judged.verdict,
        "why": judged.why,
    }
