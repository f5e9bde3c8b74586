"""The hunt for the space of published indices: how near it comes to random targets.

`reproduce` measures the three indices in many ways (`bench.analysis.space_search`). With many ways, one of them is near
to any target. So the distance of the nearest way says little until it stands beside the distances for random targets.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bench.report.claims.published import INDICES, PublishedReport, Score

N_TARGETS = 10_000
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
TARGETS = {
    "drawn": "each index drawn from the table's own values of this index, independently of the other indices",
    "left out": "the three indices of each way, sought in the spaces other than its own",
}
"""Name → text of each kind of random target. The indices of a drawn target need not fit together; those of a way that
was left out do."""


def figures_of(report: PublishedReport, method: str) -> dict[str, float]:
    """The report's figures of the three indices of a method that clusters pixels; empty unless it states all three.

    Only for these methods, the space of the indices is not known.
    """
    claims = {claim.source: claim.figure for claim in report.claims}
    figures = {name: claims.get(Score(method, f"{name}_input")) for name in INDICES}
    return {name: figure for name, figure in figures.items() if figure is not None} if all(figures.values()) else {}


def usable(spaces: pd.DataFrame) -> pd.DataFrame:
    """The ways whose three indices are positive: only these have a distance."""
    return spaces[(spaces[list(INDICES)] > 0).all(axis=1)]


def distances(tries: pd.DataFrame, figures: Mapping[str, float]) -> NDArray[np.float64]:
    """The distance of each way from the figures: the sum of |ln(index / figure)| over the three indices.

    An index that is 10 % too high adds 0.095, whatever its unit.
    """
    nearest: NDArray[np.float64] = _apart(_logs(tries), np.log([[figures[name] for name in INDICES]]))[0]
    return nearest


def hunt(report: PublishedReport, spaces: pd.DataFrame | None) -> pd.DataFrame:
    """One row per method whose indices were sought and kind of random target; empty without a search of spaces.

    `method`, `targets`, `n_targets`, `tries` (ways with a distance), `all_tries`, `distance` of the nearest way from
    the report's figures, `share_nearer` (share of targets whose nearest way is at most that far), and `q05` … `q95`,
    the quantiles of the distance of the nearest way from a target.
    """
    tries = None if spaces is None else usable(spaces)
    if spaces is None or tries is None or len(tries) < 2:
        return pd.DataFrame()
    of_targets = {"drawn": _drawn(tries), "left out": _left_out(tries)}
    rows = []
    for method in report.methods:
        figures = figures_of(report, method)
        if not figures:
            continue
        distance = float(distances(tries, figures).min())
        for targets, nearest in of_targets.items():
            if len(nearest):
                quantiles = {f"q{level * 100:02.0f}": float(np.quantile(nearest, level)) for level in QUANTILES}
                share = float((nearest <= distance).mean())
                counts = {"n_targets": len(nearest), "tries": len(tries), "all_tries": len(spaces)}
                row = {"method": method, "targets": targets, **counts, "distance": distance, "share_nearer": share}
                rows.append(row | quantiles)
    return pd.DataFrame(rows)


def _drawn(tries: pd.DataFrame) -> NDArray[np.float64]:
    logs, rng = _logs(tries), np.random.default_rng(0)
    targets = np.stack([rng.choice(values, N_TARGETS) for values in logs.T], axis=1)
    nearest: NDArray[np.float64] = _apart(logs, targets).min(axis=1)
    return nearest


def _left_out(tries: pd.DataFrame) -> NDArray[np.float64]:
    """Empty if all ways are in one space."""
    apart = _apart(_logs(tries), _logs(tries))
    names = tries["space"].to_numpy()
    apart[names[:, None] == names[None, :]] = np.inf
    nearest: NDArray[np.float64] = apart.min(axis=1)
    return nearest[np.isfinite(nearest)]


def _logs(tries: pd.DataFrame) -> NDArray[np.float64]:
    logs: NDArray[np.float64] = np.log(tries[list(INDICES)].to_numpy(np.float64))
    return logs


def _apart(logs: NDArray[np.float64], targets: NDArray[np.float64]) -> NDArray[np.float64]:
    """The distance of each target (row) from each way (column)."""
    apart: NDArray[np.float64] = np.abs(targets[:, None, :] - logs[None, :, :]).sum(axis=2)
    return apart
