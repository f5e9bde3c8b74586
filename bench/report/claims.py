"""A report's claims beside what came out: claims.md to read, claims.csv to compute with."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pandas as pd

from bench.metrics.declarations import metric
from bench.report.groups import Group, group
from bench.report.markdown import escape, table
from bench.report.numbers import NOT_AVAILABLE, decimals, mean_sd, number
from bench.report.outcomes import Experiment, read
from bench.report.published import Arithmetic, Chosen, Claim, Improvement, Report, Score
from bench.report.statistics import Summary, improvement, summarize
from bench.store import Store, atomic_write

WITHIN = (0, 1, 2, 5, 10)
"""Percents: a figure counts as reproduced if ours differs from it by no more than the last."""
Verdict = Literal["reproduced", "not reproduced", "not defined"]
INDICES = ("silhouette", "davies_bouldin", "calinski_harabasz")
_ABSENT = "There is no such figure here: the data lack it, or no cell of the method has finished."


@dataclass(frozen=True)
class Measured:
    """All that claims are held against."""

    facts: Mapping[str, float]
    groups: Mapping[str, Group]
    """By method."""
    hunt: pd.DataFrame | None
    """Spaces in which the report's indices could have been measured."""
    search: pd.DataFrame | None
    """Grid points with the criterion that chose among them."""


@dataclass(frozen=True)
class Row:
    """One claim and its verdict."""

    claim: Claim
    ours: Summary
    verdict: Verdict
    within: int | None
    """Percent, of a figure that is reproduced."""
    why: str

    @property
    def verdict_text(self) -> str:
        return self.verdict if self.within is None else f"reproduced within {self.within} %"


def judge(report: Report, measured: Measured) -> list[Row]:
    """Every claim of a report, in its order."""
    return [_judge(claim, report, measured) for claim in report.claims]


def _judge(claim: Claim, report: Report, measured: Measured) -> Row:
    ours = _ours(claim, measured)
    verdict, within = verdict_of(claim.figure, ours.mean)
    why = claim.why if ours.mean is not None or isinstance(claim.ours, Chosen) else _ABSENT
    return Row(claim, ours, verdict, within, fill(why, lambda name: _named(name, report, measured)))


def verdict_of(claimed: float | None, ours: float | None) -> tuple[Verdict, int | None]:
    """Verdict and, of a figure that is reproduced, the least of WITHIN that holds.

    >>> verdict_of(0.5, 0.52), verdict_of(0.5, 0.06), verdict_of(0.5, None), verdict_of(0.0, 0.0)
    (('reproduced', 5), ('not reproduced', None), ('not defined', None), ('reproduced', 0))
    """
    if claimed is None or ours is None:
        return "not defined", None
    for percent in WITHIN:
        if abs(ours - claimed) <= percent / 100 * abs(claimed):
            return "reproduced", percent
    return "not reproduced", None


def _ours(claim: Claim, measured: Measured) -> Summary:
    ours = claim.ours
    if isinstance(ours, Score):
        found = measured.groups.get(ours.method)
        return found.summary(ours.metric) if found else summarize([])
    if isinstance(ours, Improvement):
        new, base = (measured.groups.get(name) for name in (ours.new, ours.base))
        if new is None or base is None:
            return summarize([])
        better = bool(metric(ours.metric).higher_is_better)
        return _single(improvement(new.summary(ours.metric).mean, base.summary(ours.metric).mean, better))
    if isinstance(ours, Arithmetic):
        return _single(improvement(ours.new, ours.base, ours.higher_is_better))
    if isinstance(ours, Chosen):
        return _single(_chosen(ours.axis, "chosen", measured.search))
    return _single(measured.facts.get(ours.name))


def _single(value: float | None) -> Summary:
    return summarize([] if value is None else [value])


def fill(text: str, named: Callable[[str], str]) -> str:
    """`text` with each `{name}` replaced by what `named` says of it, without space at its end.

    >>> fill("ARI {dec/ari}.", {"dec/ari": "0.5"}.__getitem__)
    'ARI 0.5.'
    """
    return re.sub(r"\{([^{}]+)\}", lambda match: named(match[1]), text).strip()


def _named(name: str, report: Report, measured: Measured) -> str:
    first, slash, rest = name.partition("/")
    if not slash:
        value = measured.facts.get(name)
        return number(value, 0 if value is None or float(value).is_integer() else 3)
    if first == "hunt":
        return _nearest(rest, report, measured.hunt)
    if first == "chosen":
        return _choice(rest, measured.search)
    found = measured.groups.get(first)
    return number(found.summary(rest).mean if found else None, decimals(metric(rest)))


def _nearest(method: str, report: Report, hunt: pd.DataFrame | None) -> str:
    """The space whose indices come nearest to all that the report prints of a method, in one sentence."""
    figures = {
        claim.ours.metric.rpartition("_")[0]: claim.figure
        for claim in report.claims
        if isinstance(claim.ours, Score) and claim.ours.method == method and claim.figure is not None
    }
    wanted = [(name, figures[name]) for name in INDICES if name in figures]
    rows = [] if hunt is None else hunt.dropna(subset=list(INDICES)).to_dict("records")
    rows = [row for row in rows if all(row[name] > 0 for name, _ in wanted)]
    if not rows or not wanted:
        return ""
    best = min(rows, key=lambda row: sum(abs(math.log(row[name] / figure)) for name, figure in wanted))
    where = f"{best['space']}, {best['samples']:,} samples, clustered {best['clustered']}"
    indices = (
        f"silhouette {best['silhouette']:.3f}, Davies–Bouldin {best['davies_bouldin']:.3f}, "
        f"Calinski–Harabasz {best['calinski_harabasz']:,.0f}"
    )
    return f"Of {len(rows)} other ways to measure, the nearest to its three figures is {where}: {indices}."


def _chosen(axis: str, by: str, search: pd.DataFrame | None) -> float | None:
    if search is None or axis not in search or by not in search:
        return None
    rows = search[search[by].astype(bool) & search[axis].notna()]
    return float(rows[axis].iloc[0]) if len(rows) else None


def _choice(axis: str, search: pd.DataFrame | None) -> str:
    chosen, by_labels = _chosen(axis, "chosen", search), _chosen(axis, "best_by_labels", search)
    if search is None or chosen is None:
        return "No search has been run here; python -m bench search runs it."
    rows = search[search[axis].notna()]
    values = ", ".join(f"{value:g}" for value in sorted(rows[axis].unique()))
    labels = "" if by_labels is None else f"; the labels, which chose nothing, would have preferred {by_labels:g}"
    return f"Of {values}, by {rows['criterion'].iloc[0]} of held-out folds{labels}."


def write_claims(store: Store, report: Report, facts: Mapping[str, float], note: str) -> list[Path]:
    """Write claims.md and claims.csv of an experiment that has been run, and return their paths.

    Raises UsageError if the experiment has no records.
    """
    experiment = read(store)
    rows = judge(report, measured_of(store, experiment, facts))
    return [
        _write(store.path("claims.md"), render(report, rows, experiment, note)),
        _write(store.path("claims.csv"), frame(rows).to_csv(index=False, lineterminator="\n")),
    ]


def measured_of(store: Store, experiment: Experiment, facts: Mapping[str, float]) -> Measured:
    """What the folder of an experiment, and that of its search, hold."""
    groups = {found.cell.method: found for found in group(experiment.outcomes)}
    name = store.name.removeprefix("reproduce-").partition("-")[0]
    search = store.results_dir / f"search-{name}" / "search.csv"
    return Measured(facts, groups, _csv(store.path("hunt.csv")), _csv(search))


def _csv(path: Path) -> pd.DataFrame | None:
    return pd.read_csv(path) if path.is_file() else None


def render(report: Report, rows: Sequence[Row], experiment: Experiment, note: str) -> str:
    """The text of claims.md."""
    seeds = sorted({outcome.cell.seed for outcome in experiment.outcomes})
    counts = {verdict: sum(row.verdict == verdict for row in rows) for verdict in Verdict.__args__}  # type: ignore[attr-defined]
    data = experiment.manifest.data
    head = [
        f"# Claims of “{report.title}”",
        f"{len(rows)} claims: {', '.join(f'{count} {verdict}' for verdict, count in counts.items())}. "
        f"Ours: {escape(data.name)}, split {escape(data.split)}, {data.n_samples:,} images; mean ± sample standard "
        f"deviation over seeds {', '.join(map(str, seeds))}, {len(experiment.ok)} of {len(experiment.outcomes)} cells "
        f"finished. A figure counts as reproduced if ours differs from it by no more than {WITHIN[-1]} %.",
        *([note] if note else []),
        *([report.reconstructed] if report.reconstructed else []),
    ]
    body = table(["Claim", "Place", "Space", "Report", "Ours", "Verdict", "Why"], [_cells(row) for row in rows], left=7)
    return "\n\n".join([*head, body]) + "\n"


def _cells(row: Row) -> list[str]:
    claim = row.claim
    claimed = NOT_AVAILABLE if claim.figure is None else number(claim.figure, claim.digits)
    ours = mean_sd(row.ours, claim.digits, row.ours.n)
    return [escape(claim.text), claim.place, claim.space or "", claimed, ours, row.verdict_text, escape(row.why)]


def frame(rows: Sequence[Row]) -> pd.DataFrame:
    """One row per claim."""
    return pd.DataFrame(
        {
            "claim": row.claim.name,
            "text": row.claim.text,
            "place": row.claim.place,
            "space": row.claim.space,
            "report": row.claim.figure,
            "ours_mean": row.ours.mean,
            "ours_sd": row.ours.sd,
            "ours_n": row.ours.n,
            "verdict": row.verdict,
            "within_percent": row.within,
            "why": row.why,
        }
        for row in rows
    )


def _write(path: Path, text: str) -> Path:
    atomic_write(path, lambda file: file.write(text.encode()))
    return path
