"""Subsamples: equal for all methods and seeds, an axis of the cells, and unknown to the cells of all samples."""

import numpy as np
import pytest
from msgspec.structs import replace
from stored import record_of

from bench.errors import UsageError
from bench.experiments.experiment import parse_experiment
from bench.experiments.folds import fold_of
from bench.store.encoding import decode, encode
from bench.store.fit_arrays import check_arrays
from bench.store.records import Cell, DataSummary, Record, subsample_size

DATA = DataSummary(
    name="wine", source="s", revision="r", split="all", digest="d", n_samples=100, n_features=13, image_shape=None,
    class_names=["a", "b", "c"],
)  # fmt: skip


def experiment(**options):
    return parse_experiment(**{"methods": "kmeans,som", "dataset": "wine", "split": "all", "seeds": "2", **options})


def test_the_key_of_a_cell_of_all_samples_is_that_of_earlier_versions():
    cell = Cell(method="dec", seed=4, n_clusters=10, preset="small", latent_dim=10, params={"kl_weight": 0.1})
    assert cell.key == "dec-small-d10-s4-8c542da46f"
    assert b"subsample" not in encode(record_of(cell))
    other = replace(cell, subsample=0)
    assert other.key.startswith("dec-small-d10-s4-sub0-")
    assert decode(encode(record_of(other)), Record, "x").cell == other


def test_every_method_and_seed_is_fitted_on_every_subsample():
    cells = experiment(subsamples=3).cells(DATA)
    assert [(cell.seed, cell.subsample, cell.method) for cell in cells] == [
        (seed, subsample, method) for seed in (0, 1) for subsample in range(3) for method in ("kmeans", "som")
    ]
    assert len({cell.key for cell in cells}) == 12
    assert not any(cell.is_subsampled for cell in experiment().cells(DATA))


@pytest.mark.parametrize("number", [-1, 0, 1, 1001])
def test_a_number_of_subsamples_that_says_nothing_is_refused(number: int):
    with pytest.raises(UsageError, match=f"--subsamples {number} is not valid; expected 2 to 1000"):
        experiment(subsamples=number)


def test_more_clusters_than_samples_of_a_subsample_are_refused():
    assert experiment(subsamples=2, n_clusters="80").cells(DATA)
    with pytest.raises(UsageError, match="a subsample of 'wine' has 80 samples, fewer than 81 clusters"):
        experiment(subsamples=2, n_clusters="81").cells(DATA)
    assert Cell(method="som", seed=0, n_clusters=81, subsample=0).n_needed == 101


def test_subsamples_are_the_same_rows_for_all_methods_and_seeds_and_differ_from_each_other():
    def rows(number: int, method: str = "som", seed: int = 0) -> np.ndarray:
        fold = fold_of(Cell(method=method, seed=seed, n_clusters=3, subsample=number), 1000)
        assert fold.training is fold.measured
        return fold.training

    first = rows(0)
    assert len(first) == subsample_size(1000) == 800
    assert np.array_equal(first, np.unique(first))
    assert np.array_equal(first, rows(0, "kmeans", 7))
    common = [len(np.intersect1d(first, rows(number))) for number in range(1, 6)]
    assert all(600 < n < 680 for n in common), "640 are expected of two independent subsamples"
    left_out = np.setdiff1d(np.arange(1000), first)[:8]
    assert left_out.tolist() == [11, 16, 17, 24, 28, 38, 48, 49], "the same rows in every version"


def test_subsamples_are_drawn_uniformly():
    count = np.zeros(50)
    for number in range(2000):
        count[fold_of(Cell(method="som", seed=0, n_clusters=3, subsample=number), 50).training] += 1
    deviation = (count - 1600) / np.sqrt(2000 * 0.8 * 0.2)
    assert np.abs(deviation).max() < 4.5


def test_arrays_of_all_samples_are_not_those_of_a_subsample():
    record = record_of(Cell(method="som", seed=0, n_clusters=3, subsample=1))
    check_arrays({"labels": np.zeros(80, np.int64)}, record, DATA)
    with pytest.raises(ValueError, match="labels of 100 samples"):
        check_arrays({"labels": np.zeros(100, np.int64)}, record, DATA)
