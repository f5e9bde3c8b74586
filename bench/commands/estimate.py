"""The expected time of the cells to run, from finished cells of the same kind.

Two cells are of the same kind if they differ only in their seed and are fits of as many samples and features.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from statistics import fmean

from msgspec.structs import replace

from bench.console.eta import duration
from bench.console.progress import cell_title
from bench.errors import UsageError
from bench.store.encoding import decode
from bench.store.files import read_file
from bench.store.records import Cell, DataSummary, Manifest, RecordError
from bench.store.store import Store, experiments

_MOST = 10
"""Most finished cells of one kind that are read: their mean is near enough."""


@dataclass
class _Kind:
    """The cells to run of one kind, and the seconds that finished cells took."""

    cells: list[Cell] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    """Names of the other results folders that have the finished cells."""

    @property
    def title(self) -> str:
        return cell_title(self.cells[0]).rpartition(" fold " if self.cells[0].folds else " seed ")[0]

    @property
    def mean(self) -> float:
        return fmean(self.seconds)

    def learn(self, store: Store, same: Sequence[Cell]) -> bool:
        """Learn from the attempts at cells of this kind; return whether one of them succeeded."""
        before = len(self.seconds)
        for cell in same:
            if len(self.seconds) < _MOST:
                succeeded = [attempt for attempt in store.attempts(cell.key) if attempt.ending == "ok"]
                self.seconds += [attempt.wall_seconds for attempt in succeeded[-1:]]
        return len(self.seconds) > before


def estimate(store: Store, cells: Sequence[Cell], to_run: Sequence[Cell], data: DataSummary, n_at_once: int) -> str:
    """One line: the number of cells to run, their expected time, and the finished cells that it is expected from.

    Finished cells of this results folder come first. For a kind that has none there, the other folders of
    `results_dir` are asked: of each, only the manifest is read, unless it has that kind. No time is scaled to another
    number of samples. `cells` are all cells of the request, and `n_at_once` of them run at the same time.
    """
    kinds: defaultdict[str, _Kind] = defaultdict(_Kind)
    for cell in to_run:
        kinds[_kind(cell)].cells.append(cell)
    manifest = store.manifest()
    known = {cell.key: cell for cell in (*(manifest.cells if manifest else ()), *cells)}
    for key, kind in kinds.items():
        same = [cell for cell in known.values() if _kind(cell) == key]
        kind.learn(store, same)
    unknown = {key: kind for key, kind in kinds.items() if not kind.seconds}
    for other, manifest in _others(store, data) if unknown else ():
        for key, kind in unknown.items():
            if kind.learn(other, [cell for cell in manifest.cells if _kind(cell) == key]):
                kind.places.append(other.name)
        for warning in other.warnings:
            store.warn(warning)
    return _line(list(kinds.values()), len(cells), n_at_once)


def _kind(cell: Cell) -> str:
    return replace(cell, seed=0, subsample=0 if cell.is_subsampled else cell.subsample).key


def _others(store: Store, data: DataSummary) -> Iterator[tuple[Store, Manifest]]:
    """The other results folders on data of the same size.

    A folder that cannot be read is passed over: the commands on that folder say what is wrong.
    """
    for name in experiments(store.results_dir):
        path = store.results_dir / name / "manifest.json"
        try:
            manifest = decode(read_file(path), Manifest, str(path))
            if name != store.name and manifest.data.sizes == data.sizes:
                yield Store(store.results_dir, name), manifest
        except (UsageError, RecordError, OSError):
            continue


def _line(kinds: Sequence[_Kind], n_cells: int, n_at_once: int) -> str:
    told = [kind for kind in kinds if kind.seconds]
    parts = [f"{sum(len(kind.cells) for kind in kinds)} of {n_cells} cells to run"]
    if told:
        n_told = sum(len(kind.cells) for kind in told)
        at_once = max(1, min(n_at_once, n_told))
        work = sum(len(kind.cells) * kind.mean for kind in told)
        seconds = max([work / at_once, *(kind.mean for kind in told)])
        sources = ", ".join(_source(kind) for kind in told)
        parts.append(
            f"about {duration(seconds)}{f' for {n_told} of them' if len(told) < len(kinds) else ''}"
            f"{f', {at_once} at once' if at_once > 1 else ''}, from {sources}"
        )
    if untold := [kind.title for kind in kinds if not kind.seconds]:
        parts.append(f"no finished cell of {' or of '.join(untold)} tells its time")
    return "; ".join(parts)


def _source(kind: _Kind) -> str:
    count = f"{len(kind.seconds)} finished cell{'s' if len(kind.seconds) > 1 else ''} of {kind.title}"
    return f"{count} in {' and '.join(kind.places)}" if kind.places else count
