"""What differs between two experiments whose rows are compared: rows, options, code, machine, seeds and versions."""

from collections.abc import Iterable, Sequence

from bench.report.groups import Group
from bench.report.pairs import share_work
from bench.report.row_pairs import RowPair
from bench.store.records import Cell, Manifest, Record, show


def unlike_settings(
    manifests: tuple[Manifest, Manifest], rows: tuple[Sequence[Group], Sequence[Group]], pairs: Sequence[RowPair]
) -> list[str]:
    """What differs between two experiments, one line each: rows, options, code, machine, seeds, versions."""
    records = [[record for row in each for record in row.records.values()] for each in rows]
    kinds: dict[str, list[tuple[str, ...]]] = {
        "Code version": [_known(record.code_version[:12] for record in each) for each in records],
        "Processor": [_known(record.environment.processor for record in each) for each in records],
        "Device": [_known(record.device for record in each) for each in records],
        "Threads": [_known(str(record.environment.threads) for record in each) for each in records],
        "Precision": [_known(record.precision for record in each) for each in records],
        "Seeds": [_known(map(str, sorted({seed for row in each for seed in row.records}))) for each in rows],
        "Split": [(manifest.data.split,) for manifest in manifests],
        **_versions(records),
    }
    names = (manifests[0].name, manifests[1].name)
    lines = [*_only_in_one(names, rows, pairs), *_unlike_options(names, pairs), *_same_fits(pairs)]
    return lines + [
        f"{kind}: {', '.join(one)} in {names[0]}, {', '.join(other)} in {names[1]}."
        for kind, (one, other) in kinds.items()
        if set(one) != set(other)
    ]


def _only_in_one(
    names: tuple[str, str], rows: tuple[Sequence[Group], Sequence[Group]], pairs: Sequence[RowPair]
) -> list[str]:
    """The rows of each experiment that are in no pair."""
    paired = [[pair.new.label for pair in pairs], [pair.base.label for pair in pairs]]
    alone = [[row.label for row in each if row.label not in known] for each, known in zip(rows, paired, strict=True)]
    return [
        f"Only in {name}, so not compared: {', '.join(labels)}; --across compares rows with different labels."
        for name, labels in zip(names, alone, strict=True)
        if labels
    ]


def _unlike_options(names: tuple[str, str], pairs: Sequence[RowPair]) -> list[str]:
    """One line for each pair of rows of one method whose settings differ: an equal label does not say so."""
    lines = []
    for pair in pairs:
        one, other = map(_settings, (pair.new.cell, pair.base.cell))
        apart = [name for name in {**one, **other} if one.get(name) != other.get(name)]
        if pair.new.cell.method == pair.base.cell.method and apart:
            texts = [
                f"{name}: {one.get(name, 'default')} in {names[0]}, {other.get(name, 'default')} in {names[1]}"
                for name in apart
            ]
            lines.append(f"Options of {pair.title}: {'; '.join(texts)}.")
    return lines


def _settings(cell: Cell) -> dict[str, str]:
    """The settings of a cell as text. An option that is not set has the value of the preset."""
    fields = {
        "class": cell.implementation,
        "preset": cell.preset or "none",
        "latent size": show(cell.latent_dim),
        "number of clusters": show(cell.n_clusters),
    }
    return fields | {name: show(value) for name, value in cell.params.items()}


def _same_fits(pairs: Sequence[RowPair]) -> list[str]:
    """One line for each pair that is not paired by seed, but has fits in common."""
    lines = []
    for pair in pairs:
        bases = {record.key: record.arrays_digest for record in pair.base.records.values()}
        seeds = [
            seed
            for seed, record in pair.new.records.items()
            if record.arrays_digest and bases.get(record.key) == record.arrays_digest
        ]
        if seeds and not share_work(pair.new, pair.base):
            named, verb = ("seeds", "have") if len(seeds) > 1 else ("seed", "has")
            lines.append(
                f"{pair.title}: {named} {', '.join(map(str, sorted(seeds)))} {verb} "
                "equal fits in both, so the two rows are not independent, and their p and interval decide nothing."
            )
    return lines


def _versions(records: Sequence[Sequence[Record]]) -> dict[str, list[tuple[str, ...]]]:
    packages = dict.fromkeys(name for each in records for record in each for name in record.environment.versions)
    return {
        f"Version of {name}": [_known(record.environment.versions.get(name) for record in each) for each in records]
        for name in packages
    }


def _known(values: Iterable[str | None]) -> tuple[str, ...]:
    """Each value once; `none` for a value that no fit states."""
    return tuple(dict.fromkeys("none" if value is None else value for value in values)) or ("none",)
