"""One line says where the manifest, the records and the attempts do not agree."""

from bench.report.outcomes import read
from bench.store.records import Cell


def test_records_outside_the_manifest_and_missing_attempts_are_named(lab) -> None:
    cells = [Cell(method="kmeans", seed=seed, n_clusters=10) for seed in (0, 1)]
    for cell in cells:
        lab.ok(cell, {"ari": 0.5})
    lab.cells.pop()
    store = lab.done()
    assert [outcome.cell for outcome in read(store).all] == cells[:1]
    others, attempt = sorted(store.warnings, key=lambda line: "attempt" in line)
    assert f"records of cells that the manifest does not name (1) are not in the tables: {cells[1].key};" in others
    assert "the attempt that made this record is missing" in attempt
