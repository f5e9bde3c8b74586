"""A report's claims beside what came out: claims.md to read, claims.csv to compute with."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from bench.metrics.declarations import metric
from bench.records import Cell, DataSummary
from bench.report.markdown import escape, table
from bench.report.numbers import NOT_AVAILABLE, decimals, mean_sd, number
from bench.report.outcomes import Experiment, read
from bench.report.published import REPORTS, Arithmetic, Chosen, Claim, Fact, Improvement, Report, Score
from bench.report.statistics import Summary, improvement, summarize
from bench.store import Store, atomic_write

WITHIN = (1, 2, 5, 10)
"""Percents: a figure counts as reproduced if ours differs from it by no more than the last."""
Verdict = Literal["reproduced", "not reproduced", "not defined"]
INDICES = ("silhouette", "davies_bouldin", "calinski_harabasz")
HUNT_COLUMNS = ("space", "samples", "clustered", *INDICES)
_NO_FACT = "The data set has no such thing."
_NO_SCORE = "There is no such figure here: it is not defined, or no cell of the method has finished."


Scores = Mapping[str, Mapping[str, Mapping[int, float]]]
"""Method → metric → seed → value."""
KINDS = {
    Score: "results",
    Improvement: "percentages across spaces, of our figures",
    Arithmetic: "percentages, from the report's own figures",
    Fact: "data, network and training",
    Chosen: "choices of a search",
}


@dataclass(frozen=True)
class Searched:
    """One search: grid points with the criterion that chose among them."""

    points: pd.DataFrame
    about: str
    """On which data, and by what schedule."""

    def has(self, axis: str, value: float | None) -> bool:
        """Whether it chose among several values of a parameter, that one among them."""
        return axis in self.points and self.points[axis].nunique() > 1 and bool((self.points[axis] == value).any())

    def value(self, axis: str, by: str) -> float | None:
        """The value of the point that `by`, a column of the table, marks."""
        rows = self.points[self.points[by].astype(bool) & self.points[axis].notna()]
        return float(rows[axis].iloc[0]) if len(rows) else None


@dataclass(frozen=True)
class Measured:
    """All that claims are held against."""

    facts: Mapping[str, float]
    scores: Scores
    hunt: pd.DataFrame | None = None
    """Spaces in which the report's indices could have been measured."""
    searches: Sequence["Searched"] = ()
    """Of the report's preset on the same data set, that on most samples first."""

    def search(self, axis: str, value: float | None) -> Searched | None:
        """The search that chose among values of a parameter, the report's `value` among them."""
        return next((found for found in self.searches if found.has(axis, value)), None)

    def summary(self, method: str, name: str) -> Summary:
        """Of a metric, over the seeds that have it."""
        return summarize(list(self.scores.get(method, {}).get(name, {}).values()))


@dataclass(frozen=True)
class Row:
    """One claim and its verdict."""

    claim: Claim
    ours: Summary
    verdict: Verdict
    within: int | None
    """Percent, of a figure that is reproduced; 0: to the last digit."""
    why: str
    by_seed: Sequence[float] = ()
    """The values whose mean `ours` is."""

    @property
    def verdict_text(self) -> str:
        if self.within is None:
            return self.verdict
        return f"reproduced within {self.within} %" if self.within else "reproduced exactly"

    @property
    def difference(self) -> float | None:
        """Ours beside the report's, in percent of the report's."""
        if not self.claim.figure or self.ours.mean is None:
            return None
        return (self.ours.mean / self.claim.figure - 1) * 100

    @property
    def seeds_within(self) -> int:
        """Seeds whose own value would count as reproduced."""
        return sum(verdict_of(self.claim.figure, value, self.claim.digits)[0] == "reproduced" for value in self.by_seed)


_ITS_OWN = {"som": "there by a map", "kmeans": "there by K-Means"}
"""By method, how a hunt words clusterings of its kind."""


def judge(report: Report, measured: Measured) -> list[Row]:
    """Every claim of a report, in its order."""
    return [_judge(claim, report, measured) for claim in report.claims]


def _judge(claim: Claim, report: Report, measured: Measured) -> Row:
    ours = _ours(claim, measured)
    verdict, within = verdict_of(claim.figure, ours.mean, claim.digits)
    if ours.mean is None and not isinstance(claim.ours, Chosen):
        why = _NO_FACT if isinstance(claim.ours, Fact) else _NO_SCORE
    else:
        why = claim.otherwise if verdict == "not reproduced" and claim.otherwise else claim.why
    by_seed: Sequence[float] = ()
    if isinstance(claim.ours, Score):
        by_seed = list(measured.scores.get(claim.ours.method, {}).get(claim.ours.metric, {}).values())
    return Row(claim, ours, verdict, within, fill(why, lambda name: _named(name, report, measured)), by_seed)


def verdict_of(claimed: float | None, ours: float | None, digits: int = 4) -> tuple[Verdict, int | None]:
    """Verdict and, of a figure that is reproduced, the least of WITHIN that holds; 0: equal at the digits printed.

    >>> verdict_of(0.5, 0.52), verdict_of(0.5, 0.06), verdict_of(0.5, None), verdict_of(65.9, 65.896, 1)
    (('reproduced', 5), ('not reproduced', None), ('not defined', None), ('reproduced', 0))
    """
    if claimed is None or ours is None:
        return "not defined", None
    if round(ours, digits) == round(claimed, digits):
        return "reproduced", 0
    for percent in WITHIN:
        if abs(ours - claimed) <= percent / 100 * abs(claimed):
            return "reproduced", percent
    return "not reproduced", None


def _ours(claim: Claim, measured: Measured) -> Summary:
    ours = claim.ours
    if isinstance(ours, Score):
        return measured.summary(ours.method, ours.metric)
    if isinstance(ours, Improvement):
        new, base = (measured.summary(name, ours.metric).mean for name in (ours.new, ours.base))
        return _single(improvement(new, base, bool(metric(ours.metric).higher_is_better)))
    if isinstance(ours, Arithmetic):
        return _single(improvement(ours.new, ours.base, ours.higher_is_better))
    if isinstance(ours, Chosen):
        search = measured.search(ours.axis, claim.figure)
        return _single(None if search is None else search.value(ours.axis, "chosen"))
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
        return _choice(rest, report, measured)
    return number(measured.summary(first, rest).mean, decimals(metric(rest)))


def _nearest(method: str, report: Report, hunt: pd.DataFrame | None) -> str:
    """The ways to measure whose indices come nearest to all that the report prints of a method, in one sentence."""
    figures = {
        claim.ours.metric.rpartition("_")[0]: claim.figure
        for claim in report.claims
        if isinstance(claim.ours, Score) and claim.ours.method == method and claim.figure is not None
    }
    wanted = [(name, figures[name]) for name in INDICES if name in figures]
    tried = [] if hunt is None else hunt.to_dict("records")
    rows = [row for row in tried if all(row[name] > 0 for name, _ in wanted)]  # false of what is not a number, too
    if not rows or not wanted:
        return ""
    rows.sort(key=lambda row: sum(abs(math.log(row[name] / figure)) for name, figure in wanted))
    told = f"Of {len(tried)} ways to measure that were tried, the nearest to its three figures is {_way(rows[0])}"
    by_its_own = [row for row in rows if _ITS_OWN.get(method, "") in row["clustered"]]
    if by_its_own and by_its_own[0] is not rows[0]:
        told += f"; of those clustered {_ITS_OWN[method]}, {_way(by_its_own[0])}"
    return told + "."


def _way(row: Mapping[Any, Any]) -> str:
    return (
        f"{row['space']}, {row['samples']:,} samples, clustered {row['clustered']}: silhouette "
        f"{row['silhouette']:.3f}, Davies–Bouldin {row['davies_bouldin']:.3f}, Calinski–Harabasz "
        f"{row['calinski_harabasz']:,.0f}"
    )


def _choice(axis: str, report: Report, measured: Measured) -> str:
    value = next(claim.figure for claim in report.claims if claim.ours == Chosen(axis))
    search = measured.search(axis, value)
    if search is None:
        return "No search of its values on this data set lies here; python -m bench search runs one."
    if search.value(axis, "chosen") is None:
        return f"No point of the grid finished on every fold ({search.about})."
    rows = search.points[search.points[axis].notna()]
    values = ", ".join(f"{value:g}" for value in sorted(rows[axis].unique()))
    by_labels = search.value(axis, "best_by_labels")
    labels = "" if by_labels is None else f"; the labels, which chose nothing, would have preferred {by_labels:g}"
    return f"Of {values}, by {rows['criterion'].iloc[0]} of held-out folds ({search.about}){labels}."


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
        _write(store.path("claims.md"), render(report, rows, kept, note)),
        _write(store.path("claims.csv"), frame(rows, note).to_csv(index=False, lineterminator="\n")),
    ]


def scores_of(experiment: Experiment) -> Scores:
    """What its finished cells scored."""
    found: dict[str, dict[str, dict[int, float]]] = {}
    for outcome in experiment.ok:
        for name, value in outcome.scores.items():
            found.setdefault(outcome.cell.method, {}).setdefault(name, {})[outcome.cell.seed] = value
    return found


def searches_of(preset: str, results_dir: Path, data: DataSummary) -> list[Searched]:
    """The searches under `results_dir` of that preset alone, on the data set or a part of it; the largest first."""
    found: list[tuple[int, Searched]] = []
    for path in sorted(results_dir.glob("*/search.csv")):
        manifest = Store(results_dir, path.parent.name).manifest()
        points = read_csv(path, ["criterion", "chosen", "best_by_labels"])
        if manifest is None or points is None or not _alike(manifest.data, data):
            continue
        if any(cell.preset != preset for cell in manifest.cells if cell.folds is not None):
            continue
        about = f"{path.parent.name}, on {manifest.data.n_samples:,} images, split {manifest.data.split}"
        found.append((-manifest.data.n_samples, Searched(points, ". ".join([about, *manifest.notes]).rstrip("."))))
    return [searched for _, searched in sorted(found, key=lambda pair: pair[0])]


def _alike(one: DataSummary, other: DataSummary) -> bool:
    """Whether two samples are of the same data set, whatever their split."""
    return all(getattr(one, name) == getattr(other, name) for name in ("source", "image_shape", "class_names"))


def read_csv(path: Path, columns: Sequence[str]) -> pd.DataFrame | None:
    """The table; None if it is not there, damaged, or lacks one of those columns."""
    try:
        found = pd.read_csv(path)
    except (OSError, ValueError):  # what pandas raises for what it cannot parse or decode is a ValueError
        return None
    return found if set(columns) <= set(found) else None


def render(report: Report, rows: Sequence[Row], experiment: Experiment, note: str) -> str:
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
    header = ["Claim", "Place", "Space", "Report", "Ours", "Difference", "Verdict", "Seeds within", "Why"]
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
    digits = decimals(metric(claim.ours.metric)) if isinstance(claim.ours, Score) else claim.digits
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


def _write(path: Path, text: str) -> Path:
    atomic_write(path, lambda file: file.write(text.encode()))
    return path
