"""The text of claims.md: a report's claims with our figures and the verdicts, in sections by kind."""

from collections.abc import Sequence

import pandas as pd

from bench.metrics.declarations import metric
from bench.report.claims.hunt import N_TARGETS, QUANTILES, TARGETS
from bench.report.claims.measured import Measured
from bench.report.claims.published import PublishedReport, Score
from bench.report.claims.verdicts import FEWEST_TO_CONFIRM, VERDICTS, JudgedClaim, Kind, verdicts_of
from bench.report.markdown import escape, table
from bench.report.numbers import NOT_AVAILABLE, interval_text, mean_sd, number, with_interval
from bench.report.outcomes import Outcomes

_RULES: dict[Kind, str] = {
    "results": "A report states what came out of one run. So the verdict depends on the interval in which one more run "
    "of ours lies with a probability of 95 %: mean ± t · s · √(1 + 1/n) over n seeds (Hahn & Meeker 1991). It assumes "
    "a normal distribution over seeds. “outside”: the report's figure, as printed, is not in this interval. “inside”: "
    f"it is, with at least {FEWEST_TO_CONFIRM} seeds. With fewer seeds, the interval is more than twice as wide as "
    "with very many, and a figure in it is no evidence: “cannot be decided with n seeds”, as with one seed. A claim "
    "about two methods has the interval of one more run of each: of their difference, or of the logarithm of their "
    "ratio for an improvement in percent. Seeds are paired only if both methods share work on a seed (the same "
    "pretrained autoencoder). All other methods are compared by all pairs of their runs, with the interval of two "
    "independent samples (Welch 1947). A claim in words that one method is better “holds” or “does not hold” if the "
    "interval of the difference excludes zero. The choice of a search is equal to the report's, or it is not.",
    "counts and arithmetic": "Counts, and sums and percentages of the report's own figures, have no uncertainty and so "
    "no tolerance. Our figure is equal to the report's, as printed, or it is not.",
    "settings": "This project took these over from the report, so that they are equal by construction, which "
    "confirms nothing. A setting that this project could not take over has its reason.",
}
_TITLES: dict[Kind, str] = {
    "results": "Results",
    "counts and arithmetic": "Counts and arithmetic",
    "settings": "Settings that were taken over",
}


def heading(outcomes: Outcomes) -> str:
    """The sentences on our data and our runs."""
    seeds = sorted({outcome.cell.seed for outcome in outcomes.all})
    data = outcomes.manifest.data
    return (
        f"Our data: {escape(data.title)}, split {escape(data.split)}, {data.n_samples:,} images. Our figures: mean ± "
        f"sample standard deviation over seeds {', '.join(map(str, seeds))}; {len(outcomes.ok)} of "
        f"{len(outcomes.all)} cells finished (a cell is one fit: a method, its configuration and one seed)."
    )


def render(
    report: PublishedReport,
    judged: Sequence[JudgedClaim],
    measured: Measured,
    of_targets: pd.DataFrame,
    heading: str,
    note: str,
) -> str:
    """The text of claims.md; `of_targets` is the result of `hunt`."""
    blocks = [f"# Claims of “{report.title}”", heading, *filter(None, (note, report.assumptions)), _counts(judged)]
    for kind in VERDICTS:
        claims = [claim for claim in judged if claim.kind == kind]
        if claims:
            blocks += [f"## {_TITLES[kind]}", _RULES[kind], _table(kind, claims, measured)]
    if len(of_targets):
        blocks += _hunt(of_targets)
    return "\n\n".join(blocks) + "\n"


def _counts(judged: Sequence[JudgedClaim]) -> str:
    """Number of claims by kind and verdict."""
    lines = []
    for kind in VERDICTS:
        found = [claim.verdict for claim in judged if claim.kind == kind]
        counts = [f"{found.count(verdict)} {verdict}" for verdict in verdicts_of(kind) if verdict in found]
        if found:
            lines.append([kind, str(len(found)), ", ".join(counts)])
    return table(["Claims on", "Total", "Verdicts"], lines, left=3)


def _table(kind: Kind, claims: Sequence[JudgedClaim], measured: Measured) -> str:
    columns = {
        "results": ["Claim", "Place", "Space", "Report", "Ours", "One run, 95 %", "Verdict", "Why"],
        "counts and arithmetic": ["Claim", "Place", "Report", "Ours", "Difference", "Verdict", "Why"],
        "settings": ["Claim", "Place", "Report", "Ours", "Verdict", "Why"],
    }[kind]
    rows = [_cells(claim, measured) for claim in claims]
    return table(columns, [[row[column] for column in columns] for row in rows], left=len(columns))


def _cells(judged: JudgedClaim, measured: Measured) -> dict[str, str]:
    claim, ours = judged.claim, judged.ours
    printed = max(0, claim.digits)
    source = claim.source
    digits = metric(source.metric).decimals if isinstance(source, Score) else printed
    runs = measured.n_runs(source.method) if isinstance(source, Score) else ours.summary.n
    mean = mean_sd(ours.summary, digits, runs) if ours.wins is None else number(ours.summary.mean, digits)
    apart = judged.difference
    return {
        "Claim": escape(claim.text),
        "Place": claim.place,
        "Space": claim.space or "",
        "Report": "in words" if claim.figure is None else number(claim.figure, printed),
        "Ours": mean,
        "One run, 95 %": _interval(judged, digits),
        "Difference": "" if not apart or judged.verdict == "equal" else with_interval(apart, None, printed),
        "Verdict": judged.verdict_text,
        "Why": escape(judged.why),
    }


def _interval(judged: JudgedClaim, digits: int) -> str:
    interval = judged.ours.interval
    if interval is None:
        return "" if judged.ours.n_seeds is None else NOT_AVAILABLE
    return interval_text(interval, digits)


def _hunt(of_targets: pd.DataFrame) -> list[str]:
    """The section on random targets."""
    first = of_targets.iloc[0]
    kinds = "; ".join(f"“{name}”: {text}" for name, text in TARGETS.items())
    text = (
        f"The report does not name the space of some indices, so they were measured in {first['all_tries']} ways "
        f"(spaces.csv). In {first['tries']} of them, all three indices are positive and can be compared. The distance "
        "of a way from a target is the sum of |ln(index / target)| over the three indices; an index that is 10 % too "
        "high adds 0.095. With so many ways, one of them is near to many targets. So the distance of the nearest way "
        f"from the report's figures stands beside the distances from random targets: {kinds}. There are {N_TARGETS:,} "
        "drawn targets. “Share nearer” is the share of targets whose nearest way is at most as far as that of the "
        "report's figures. A small share among drawn targets says that the report's figures fit together as figures of "
        "one space do. Only a small share among the ways left out would say more: that the nearest space is the "
        "report's, or one like it."
    )
    levels = [f"{level * 100:.0f} %" for level in QUANTILES]
    header = ["Method", "Targets", "Number", "Nearest to the report", "Share nearer", *levels]
    rows = [
        [row["method"], row["targets"], f"{row['n_targets']:,}", f"{row['distance']:.3f}", f"{row['share_nearer']:.3f}"]
        + [f"{row[f'q{level * 100:02.0f}']:.3f}" for level in QUANTILES]
        for row in of_targets.to_dict("records")
    ]
    return ["## The hunt for a space", text, table(header, rows, left=2)]
