"""N2D is the method of the paper: its own dense autoencoder, whose codes a UMAP maps to one dimension per cluster."""

import numpy as np
import pytest

from bench.errors import UsageError
from bench.experiments.experiment import parse_experiment
from bench.interface.instances import configured
from bench.store.records import DataSummary
from methods import N2D, registry
from methods.dec.presets import PRESETS

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::methods.fit_warnings.LostClustersWarning")]
QUICK = {"pretrain_epochs": 1, "device": "cpu", "random_state": 0}


@pytest.mark.parametrize("n_clusters", [4, 10])
def test_codes_and_map_have_one_dimension_per_cluster(digits: np.ndarray, n_clusters: int):
    fitted = N2D(n_clusters, **QUICK).fit(digits)
    widths = [layer.out_features for layer in fitted.network_.encoder if hasattr(layer, "out_features")]
    assert widths == [500, 500, 2000, n_clusters]
    assert fitted.embedding_.shape == (300, n_clusters)


def test_the_defaults_are_those_of_the_paper():
    training = PRESETS[N2D().preset].training
    used = (training.pretrain_epochs, training.optimizer, training.lr, training.batch_size, training.dropout)
    assert used == (1000, "adam", 1e-3, 256, 0.0)
    assert N2D().n_init == 1


def test_no_preset_and_no_latent_size_reaches_n2d():
    data = DataSummary(
        name="digits",
        source="digits",
        revision="1",
        split="all",
        digest="x",
        n_samples=50,
        n_features=64,
        image_shape=(8, 8, 1),
        class_names=list("abc"),
    )
    experiment = parse_experiment(
        methods="n2d,ae-kmeans", dataset="digits", split="all", seeds="1", presets="small", latent_dims="7"
    )
    cells = {cell.method: (cell.preset, cell.latent_dim) for cell in experiment.cells(data)}
    assert cells == {"n2d": (None, None), "ae-kmeans": ("small", 7)}


@pytest.mark.parametrize("option", [{"preset": "small"}, {"latent_dim": 3}])
def test_a_run_refuses_an_n2d_with_another_network(option: dict):
    with pytest.raises(UsageError, match=f"{next(iter(option))}=.* cannot be kept by a run; expected"):
        configured(N2D(5, **option), "cpu")
    assert configured(N2D(5), "cpu").preset is None


def test_contradictory_options_are_refused_before_the_run():
    params = {"patience": 3, "lr_schedule": "one-cycle"}
    with pytest.raises(registry.MethodError, match="n2d with preset mcconville2021: patience needs"):
        registry.check_together("n2d", "flagship", params)
