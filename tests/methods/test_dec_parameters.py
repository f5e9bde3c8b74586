"""Each option of DEC has an effect, and contradictory options are refused before training starts."""

from functools import cache

import numpy as np
import pytest
from sklearn.datasets import load_digits

from methods import registry
from methods.dec.estimator import DEC

pytestmark = pytest.mark.filterwarnings("ignore::methods.fit_warnings.LostClustersWarning")  # short fits
QUICK = {
    "preset": "small",
    "image_shape": (8, 8, 1),
    "pretrain_epochs": 2,
    "epochs": 2,
    "tol": 0.0,
    "device": "cpu",
    "random_state": 0,
}
AUGMENTED = {"augment_pretraining": True}
HELD_OUT = {"pretrain_epochs": 20, "lr": 0.1, "patience": 1}
WARM = {"init": "gmm", "epochs": 3, "warmup_epochs": 1}

EFFECTS = {
    "pretrain_epochs": ({}, 3),
    "pretrain_steps": ({}, 100),
    "optimizer": ({}, "sgd"),
    "momentum": ({"optimizer": "sgd"}, 0.5),
    "lr": ({}, 0.01),
    "lr_schedule": ({}, "one-cycle"),
    "lr_step": ({"lr_schedule": "step"}, 1),
    "input_scale": ({"preset": "mlp"}, "unit"),
    "batch_size": ({}, 32),
    "weight_decay": ({}, 0.1),
    "dropout": ({}, 0.5),
    "augment_pretraining": ({}, True),
    "shift": (AUGMENTED, 0.3),
    "rotation": (AUGMENTED, 40.0),
    "zoom": (AUGMENTED, 0.3),
    "shear": (AUGMENTED, 30.0),
    "flip": (AUGMENTED, 0.5),
    "intensity": (AUGMENTED, 0.5),
    "crop": (AUGMENTED, 0.3),
    "padding": (AUGMENTED, "reflection"),
    "check_augmentation": ({**AUGMENTED, "rotation": 180.0}, True),
    "contrastive_weight": ({}, 1.0),
    "patience": ({"pretrain_epochs": 20, "lr": 0.1}, 1),
    "validation_fraction": (HELD_OUT, 0.5),
    "hidden_resolution": ({"init": "hidden-manifold"}, 2),
    "n_init": ({}, 1),
    "init": ({}, "gmm"),
    "n_starts": ({"init": "gmm"}, 7),
    "n_networks": ({**WARM, "n_networks": 2, "vote_epochs": 1}, 4),
    "vote_epochs": ({**WARM, "n_networks": 2, "vote_epochs": 1}, 2),
    "input_starts": ({"init": "gmm"}, 2),
    "umap_neighbors": ({"init": "manifold"}, 5),
    "umap_neighbor_share": ({"init": "manifold"}, 0.2),
    "umap_samples": ({"init": "manifold"}, 100),
    "rounds": (WARM, 2),
    "epochs": ({}, 3),
    "cluster_steps": ({}, 20),
    "cluster_optimizer": ({}, "sgd"),
    "cluster_lr": ({}, 0.01),
    "cluster_dropout": ({}, 0.5),
    "warmup_epochs": ({}, 1),
    "code_scale": ({}, 0.3),
    "augment": ({}, True),
    "kl_weight": ({}, 2.0),
    "reconstruction_weight": ({}, 0.1),
    "cluster_contrastive_weight": ({"augment": True}, 1.0),
    "cluster_triplet_weight": ({"augment": True}, 1.0),
    "triplet_margin": ({"cluster_triplet_weight": 1.0}, 0.001),
    "update_interval": ({}, 1),
    "tol": ({"epochs": 5}, 1.0),
    "target_power": ({}, 4.0),
    "final_target_power": ({}, 4.0),
    "balance": ({}, False),
    "equal_sizes": ({}, True),
    "target_neighbors": ({}, 3),
    "final_assignment": ({}, "kmeans"),
}
"""By option: the other options that it needs to have an effect, and a value that is not its default."""
NO_EFFECT_ON_THE_FIT = {"keep_labels"}


@cache
def fitted(options: tuple[tuple[str, object], ...]) -> DEC:
    X = (load_digits().data[:200] / 16).astype(np.float32)
    return DEC(10, **{**QUICK, **dict(options)}).fit(X)


def result(**options: object) -> tuple[bytes, bytes]:
    """Codes and centres, to the bit."""
    dec = fitted(tuple(options.items()))
    return dec.embedding_.tobytes(), dec.cluster_centers_.tobytes()


def test_every_option_is_tested():
    assert {parameter.name for parameter in registry.method("dec").parameters} == set(EFFECTS) | NO_EFFECT_ON_THE_FIT


@pytest.mark.parametrize("name", sorted(EFFECTS))
def test_another_value_changes_the_fit(name: str):
    context, value = EFFECTS[name]
    assert result(**{**context, name: value}) != result(**context)


def test_the_amounts_of_an_augmentation_have_different_effects():
    """Each amount alone, with the others 0, gives a different fit."""
    amounts = {"shift": 0.1, "rotation": 10.0, "zoom": 0.1, "shear": 10.0, "flip": 0.5, "intensity": 0.5, "crop": 0.3}
    fits = [result(**AUGMENTED, **{**dict.fromkeys(amounts, 0.0), name: amount}) for name, amount in amounts.items()]
    assert len(set(fits)) == len(amounts)


def test_p_has_no_effect_if_all_epochs_are_warm_up():
    hard = {"init": "gmm", "epochs": 3, "warmup_epochs": 3}
    assert result(**hard) != result(**WARM)
    with pytest.raises(ValueError, match=r"target_power=4\.0 changes the target P, which no epoch uses"):
        result(**hard, target_power=4.0)


def test_p_is_computed_at_the_end_of_the_warm_up_even_without_an_update():
    rarely = {"init": "gmm", "epochs": 2, "update_interval": 1000}
    assert result(**rarely, warmup_epochs=1) != result(**rarely, warmup_epochs=2)


def test_steps_are_divided_in_pretraining_only():
    """With one step of 0.001 in pretraining, clustering has the same rate with both schedules."""
    stepwise = {"lr_schedule": "step", "lr_step": 2, "batch_size": 256}
    assert result(**stepwise, pretrain_epochs=2, epochs=4) == result(batch_size=256, pretrain_epochs=2, epochs=4)


def test_the_optimizer_rate_and_dropout_of_clustering_leave_the_pretraining():
    plain, other = fitted(()), fitted((("cluster_optimizer", "sgd"), ("cluster_lr", 0.1), ("cluster_dropout", 0.5)))
    assert plain.history_["pretrain/reconstruction"] == other.history_["pretrain/reconstruction"]


def test_keeping_labels_changes_no_bit():
    assert result(keep_labels=True) == result()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"patience": 2, "lr_schedule": "one-cycle"}, "patience needs lr_schedule='constant'"),
        ({"patience": 2, "lr_schedule": "step"}, "patience needs lr_schedule='constant'"),
        ({"input_scale": "unit"}, r"input_scale='unit' needs a preset with a linear output; .* \(sigmoid\) cannot"),
        ({"preset": "flagship"}, "warmup_epochs=12 must be at most epochs=2"),
        ({"epochs": 3, "warmup_epochs": 4}, "warmup_epochs=4 must be at most epochs=3"),
        ({"rounds": 2}, "rounds=2 needs warmup_epochs of 1 or more"),
        ({"n_starts": 3}, "n_starts=3 needs another init than 'kmeans'"),
        ({"n_starts": 2, "init": "gmm"}, "n_starts=2 is not valid"),
        ({"n_networks": 2}, "n_networks=2 and vote_epochs=0 contradict each other"),
        ({"vote_epochs": 2}, "n_networks=1 and vote_epochs=2 contradict each other"),
        (
            {"vote_epochs": 2, "input_starts": 1},
            "with n_networks=1, expected vote_epochs=0 and input_starts=0",
        ),
        ({"warmup_epochs": 2, "balance": False}, "balance=False changes the target P, which no epoch uses"),
        ({"warmup_epochs": 2, "target_neighbors": 3}, "target_neighbors=3 changes the target P, which no epoch"),
        ({"epochs": 0, "final_target_power": 3.0}, "final_target_power=3.0 changes the target P, which no epoch"),
        ({"init": "manifold", "umap_samples": 10, "n_clusters": 11}, "umap_samples=10 must be at least n_clusters=11"),
        ({"input_starts": 1}, "n_networks=1 and input_starts=1 give two clusterings"),
        ({"equal_sizes": True, "balance": False}, "equal_sizes=True and balance=False contradict each other"),
        (
            {"augment": True, "shift": 0.0, "rotation": 0.0},
            "augmented images need shift, rotation, zoom, shear, flip, intensity or crop above 0",
        ),
        ({"contrastive_weight": 1.0, "shift": 0.0, "rotation": 0.0}, "augmented images need shift, rotation"),
        ({"cluster_contrastive_weight": 1.0, "shift": 0.0, "rotation": 0.0}, "augmented images need shift, rotation"),
        ({"cluster_triplet_weight": 1.0, "shift": 0.0, "rotation": 0.0}, "augmented images need shift, rotation"),
        ({"triplet_margin": 0.0}, "triplet_margin=0.0 is not valid; expected a number, 0 < triplet_margin ≤ 4"),
    ],
)
def test_contradictory_options_are_refused_before_training(digits: np.ndarray, options: dict, message: str):
    def fail(*arguments: object) -> None:
        pytest.fail("training started")

    with pytest.raises(ValueError, match=message):
        DEC(**{"n_clusters": 10, **QUICK, **options}).fit(digits, progress=fail)


def test_a_gamma_correction_of_other_values_than_pixels_is_refused(digits: np.ndarray):
    with pytest.raises(ValueError, match=r"intensity=0\.5 needs pixels from 0 to 1, but X has values from 0 to 16"):
        DEC(10, **{**QUICK, "intensity": 0.5, "augment": True}).fit(digits * 16)


def test_a_preset_of_augmented_images_refuses_other_data(digits: np.ndarray):
    with pytest.raises(ValueError, match="preset flagship trains on augmented images, but X is a table; give image_sh"):
        DEC(3, preset="flagship").fit(digits)
