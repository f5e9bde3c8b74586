"""The scores by which a search chooses, in a CSV file: the silhouette of each fit in one map of the data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from bench.report.digest_csv import read_digest_csv, write_digest_csv
from bench.report.outcomes import Outcome
from bench.store.records import Record
from bench.store.store import Store

FILE = "map_silhouettes.csv"
SCORE = "silhouette_map"
"""The name of the score, as if it were a metric of the fit."""
NO_MAP = "none"
"""In the column `map` if the map could not be made."""
NOT_MEASURED = "not measured on the map yet"
_TEXTS = ("key", "method", "arrays_digest", "map")
_NUMBERS = ("fold", "n_samples", SCORE)


@dataclass(frozen=True)
class MapSilhouette:
    """The silhouette of the held-out labels of one fit in the map."""

    arrays_digest: str
    """`arrays_digest` of the record of the fit: the value is not that of a later fit of the same cell."""
    n_samples: int
    """Number of held-out samples that the map has."""
    value: float | None
    """In [−1, 1]; None if it is not defined."""
    why: str = ""
    """Why it is not defined."""


@dataclass(frozen=True)
class MapSilhouettes:
    """The silhouettes of all fits of a search. All are measured in the same map."""

    map: str
    """What the map is made from, as a digest; `NO_MAP` if it could not be made."""
    by_key: Mapping[str, MapSilhouette] = field(default_factory=dict)

    @property
    def no_map(self) -> str:
        """Why the map could not be made; empty if there is a map."""
        if self.map != NO_MAP:
            return ""
        return next((each.why for each in self.by_key.values()), "")

    def of(self, record: Record) -> MapSilhouette | None:
        """The silhouette of this fit; None if it is not measured yet."""
        found = self.by_key.get(record.key)
        return found if found is not None and found.arrays_digest == record.arrays_digest else None

    def has_all(self, records: Sequence[Record], map_digest: str) -> bool:
        """Whether each fit, and no other, is measured in the map with that digest."""
        keys = {record.key for record in records}
        return self.map == map_digest and self.by_key.keys() == keys and all(map(self.of, records))


def write_map_silhouettes(store: Store, silhouettes: MapSilhouettes, records: Sequence[Record]) -> None:
    """Write one row for each fit of `records`, all of which are measured."""
    rows = []
    for record in records:
        each = silhouettes.by_key[record.key]
        cell = {"key": record.key, "method": record.cell.method, "fold": record.cell.seed}
        values = {"n_samples": each.n_samples, SCORE: each.value, "why": each.why}
        rows.append(cell | {"arrays_digest": each.arrays_digest, "map": silhouettes.map} | values)
    frame = pd.DataFrame(rows)
    write_digest_csv(store.path(FILE), frame.assign(**{SCORE: frame[SCORE].astype(float)}))


def read_map_silhouettes(store: Store) -> MapSilhouettes:
    """The silhouettes that the folder has; none if there is no such file, or if it is damaged.

    The warnings of the store get one line if it is damaged.
    """
    table = read_digest_csv(store.path(FILE), _NUMBERS, _TEXTS, store.warn, "`search` measures the fits again")
    if table is None:
        return MapSilhouettes("")
    by_key = {
        row["key"]: MapSilhouette(
            row["arrays_digest"],
            int(row["n_samples"]),
            None if pd.isna(row[SCORE]) else float(row[SCORE]),
            "" if pd.isna(row["why"]) else str(row["why"]),
        )
        for row in table.to_dict("records")
    }
    return MapSilhouettes(str(table["map"].iloc[0]), by_key)


def with_silhouettes(outcomes: Sequence[Outcome], silhouettes: MapSilhouettes) -> list[Outcome]:
    """The outcomes with the silhouette in the map as one more score, `SCORE`, where it is defined."""
    return [_with_silhouette(outcome, silhouettes) for outcome in outcomes]


def _with_silhouette(outcome: Outcome, silhouettes: MapSilhouettes) -> Outcome:
    found = None if outcome.record is None else silhouettes.of(outcome.record)
    if found is None or found.value is None:
        return outcome
    return replace(outcome, scores={**outcome.scores, SCORE: found.value})


def why_without(outcome: Outcome, silhouettes: MapSilhouettes) -> str:
    """Why a finished fit has no silhouette in the map; empty if it has one, or is not finished."""
    if outcome.record is None:
        return ""
    found = silhouettes.of(outcome.record)
    return NOT_MEASURED if found is None else found.why
