"""Pages of real and of hostile results, opened in a browser."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import Opened, chromium
from hostile_names import HOSTILE
from stored import ENVIRONMENT, record_of

from bench.report.page.write import write_page
from bench.store.records import Cell, DataSummary, Manifest, Record, Scores
from bench.store.store import Store

ROOT = Path(__file__).resolve().parents[4]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Closed after each file: while it is open, no other event loop can run in this process."""
    with chromium() as found:
        yield found


@pytest.fixture
def opened(browser: Any) -> Iterator[Callable[..., Opened]]:
    pages: list[Opened] = []

    def open_page(path: Path, **options: Any) -> Opened:
        pages.append(Opened(browser, path, **options))
        return pages[-1]

    yield open_page
    for page in pages:
        page.close()


@pytest.fixture(scope="session")
def digits(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the published results on the digits, without the figures that are not on it."""
    folder = tmp_path_factory.mktemp("results")
    shutil.copytree(ROOT / "results/digits", folder / "digits")
    return write_page(Store(folder, "digits"))


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of results whose names are hostile, with training curves."""
    store = Store(tmp_path_factory.mktemp("results"), "hostile")
    cells = [Cell(method=name, seed=seed, n_clusters=2) for name in HOSTILE for seed in range(2)]
    for place, cell in enumerate(cells):
        _write(store, record_of(cell, history={HOSTILE[1]: [0.5, None, 0.1 * place]}, fit_seconds=1.0 + place), place)
    store.write_manifest(
        Manifest(
            name="hostile",
            commands=[f"python -m bench run --dataset '{name}'" for name in HOSTILE],
            created_at="2025-01-01T00:00:00Z",
            data=_data(HOSTILE[0]),
            environment=ENVIRONMENT,
            code_versions=["c"],
            notes=list(HOSTILE),
            cells=cells,
        )
    )
    return write_page(store, HOSTILE)


@pytest.fixture(scope="session")
def alike(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of two rows of one method with the same training curve."""
    return _two_rows(Store(tmp_path_factory.mktemp("results"), "alike"), scored=True)


@pytest.fixture(scope="session")
def unscored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of finished fits whose scores are not there yet, as after an interrupted run."""
    return _two_rows(Store(tmp_path_factory.mktemp("results"), "unscored"), scored=False)


def _two_rows(store: Store, *, scored: bool) -> Path:
    """The page of two latent sizes of one method with the same training curve."""
    cells = [Cell(method="dec", latent_dim=size, preset="small", seed=0, n_clusters=2) for size in (5, 10)]
    for place, cell in enumerate(cells):
        history = {"pretrain/reconstruction": [0.3, 0.2, 0.1]}
        record = record_of(cell, history=history, fit_seconds=1.0 + place)
        if scored:
            _write(store, record, place)
        else:
            store.write(record, {})
    store.write_manifest(
        Manifest(
            name=store.name,
            commands=["python -m bench run --latent-dims 5,10"],
            created_at="2025-01-01T00:00:00Z",
            data=_data("made"),
            environment=ENVIRONMENT,
            code_versions=["c"],
            notes=[],
            cells=cells,
        )
    )
    return write_page(store)


def _write(store: Store, record: Record, place: int) -> None:
    store.write(record, {})
    stored = store.finished(record.cell)
    assert stored is not None
    values: dict[str, float | None] = {"accuracy": 0.5 + place / 100, "silhouette_input": 0.1}
    store.write_scores(Scores(key=record.key, arrays_digest=stored.arrays_digest, values=values))


def _data(name: str) -> DataSummary:
    return DataSummary(
        name=name,
        source=HOSTILE[1],
        revision="1",
        split=HOSTILE[6],
        digest="d",
        n_samples=100,
        n_features=4,
        image_shape=None,
        class_names=list(HOSTILE[:2]),
        how_read=[HOSTILE[4]],
    )
