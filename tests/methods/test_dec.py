"""DEC and K-Means on codes: phases, reuse of pretraining, options."""

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from sklearn.exceptions import NotFittedError
from sklearn.metrics import adjusted_rand_score

from methods import registry
from methods.dec import inference, pretraining, refinement, rounds, start
from methods.dec.ae_kmeans import AEKMeans
from methods.dec.early_stopping import hold_out
from methods.dec.estimator import DEC
from methods.dec.latent import generator
from methods.dec.n2d import N2D
from methods.dec.objective import soft_assignments, target_distribution
from methods.dec.presets import PRESETS
from methods.dec.training import TrainingDivergedError
from methods.dec.umap_gmm_hidden import UMAPGMMHidden

pytestmark = pytest.mark.filterwarnings("ignore::methods.fit_warnings.LostClustersWarning")  # short fits
QUICK = {
    "preset": "small",
    "image_shape": (8, 8, 1),
    "pretrain_epochs": 5,
    "lr": 1e-3,
    "n_init": 3,
    "device": "cpu",
    "random_state": 0,
}

TABLE = {key: value for key, value in QUICK.items() if key != "image_shape"}
"""The same options without the shape of images."""


@pytest.fixture(scope="module")
def dec(digits: np.ndarray) -> DEC:
    return DEC(10, epochs=3, tol=0.0, **QUICK).fit(digits)


def test_reused_pretraining_changes_no_bit(dec: DEC, digits: np.ndarray, tmp_path: Path):
    path = tmp_path / "weights.safetensors"
    DEC(10, **QUICK).pretrain(digits, path)
    reused = DEC(10, epochs=3, tol=0.0, pretrained=str(path), **QUICK).fit(digits)
    np.testing.assert_array_equal(dec.labels_, reused.labels_)
    np.testing.assert_array_equal(dec.transform(digits), reused.transform(digits))
    assert dec.history_ == reused.history_


def test_early_stopping_ends_pretraining_and_keeps_the_best_epoch(digits: np.ndarray):
    stopped = AEKMeans(10, patience=2, **{**QUICK, "lr": 0.1, "pretrain_epochs": 60}).fit(digits)
    losses = stopped.history_["pretrain/validation"]
    assert stopped.n_iter_ == len(losses) == len(stopped.history_["pretrain/reconstruction"]) < 60
    best = losses.index(min(losses))
    assert len(losses) == best + 1 + 2
    shorter = AEKMeans(10, patience=60, **{**QUICK, "lr": 0.1, "pretrain_epochs": best + 1}).fit(digits)
    np.testing.assert_array_equal(stopped.embedding_, shorter.embedding_)


def test_held_out_samples_are_not_trained_on(digits: np.ndarray):
    kept, held_out = hold_out(100, 0.25, torch.Generator().manual_seed(0))
    assert len(held_out) == 25
    assert sorted(torch.cat([kept, held_out]).tolist()) == list(range(100))
    with pytest.raises(ValueError, match="n_samples=1 leaves no sample to train on"):
        hold_out(1, 0.1, torch.Generator())
    changed = digits.copy()
    _, rows = hold_out(len(digits), 0.1, generator(0, "validation"))
    changed[rows.numpy()] = 0
    one, other = (AEKMeans(10, patience=60, **QUICK).fit(X).history_ for X in (digits, changed))
    assert one["pretrain/reconstruction"] == other["pretrain/reconstruction"]
    assert one["pretrain/validation"] != other["pretrain/validation"]


def test_without_a_decoder_there_is_no_reconstruction(digits: np.ndarray):
    original = DEC(10, epochs=1, reconstruction_weight=0, **QUICK).fit(digits)
    assert original.prototypes_ is None
    assert not hasattr(original, "inverse_transform")
    with pytest.raises(AttributeError):
        original.inverse_transform(original.embedding_)


def test_reused_seconds_are_the_stored_seconds_of_pretraining(digits: np.ndarray, tmp_path: Path):
    path = tmp_path / "weights.safetensors"
    DEC(10, **QUICK).pretrain(digits, path)
    reused = AEKMeans(10, pretrained=str(path), **QUICK).fit(digits)
    assert 0 < reused.reused_seconds_ < reused.phase_seconds_["pretrain"]
    assert AEKMeans(10, **QUICK).fit(digits).reused_seconds_ == 0


def test_dec_starts_from_the_clusters_of_ae_kmeans(digits: np.ndarray):
    start = DEC(10, epochs=0, **QUICK).fit(digits)
    kmeans = AEKMeans(10, **QUICK).fit(digits)
    np.testing.assert_array_equal(start.labels_, kmeans.labels_)
    np.testing.assert_array_equal(start.cluster_centers_, kmeans.cluster_centers_)
    np.testing.assert_array_equal(start.transform(digits), kmeans.transform(digits))


@pytest.mark.slow
@pytest.mark.parametrize(("method", "init"), [(N2D, "manifold"), (UMAPGMMHidden, "hidden-manifold")])
def test_dec_with_a_manifold_init_starts_from_the_clusters_of_the_same_mixture(
    digits: np.ndarray, method: type, init: str
):
    start = DEC(10, epochs=0, init=init, keep_labels=True, **QUICK).fit(digits)
    mixture = method(10, **{**QUICK, "n_init": 5}).fit(digits)
    assert start.trace_ is not None
    np.testing.assert_array_equal(start.trace_.labels[0], mixture.labels_)


def test_the_default_weight_decay_is_the_value_of_the_preset(digits: np.ndarray):
    mlp = {**QUICK, "preset": "mlp", "pretrain_epochs": 1}

    def reconstruction(**parameters: object) -> list[float]:
        return AEKMeans(10, **parameters).fit(digits).history_["pretrain/reconstruction"]

    assert reconstruction(**mlp) == reconstruction(**mlp, weight_decay=0.0) != reconstruction(**mlp, weight_decay=1e-2)
    assert reconstruction(**QUICK) == reconstruction(**QUICK, weight_decay=1e-4)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"random_state": 1}, "was made with seed=0, expected 1"),
        ({"lr": 0.01}, "was made with lr=0.001, expected 0.01"),
        ({"latent_dim": 4}, "was made with latent_dim=10, expected 4"),
    ],
)
def test_weights_of_another_pretraining_are_refused(digits: np.ndarray, tmp_path: Path, changed: dict, message: str):
    path = tmp_path / "weights.safetensors"
    DEC(10, **QUICK).pretrain(digits, path)
    with pytest.raises(ValueError, match=message):
        DEC(10, pretrained=str(path), **{**QUICK, **changed}).fit(digits)


def test_a_file_without_weights_is_refused(digits: np.ndarray, tmp_path: Path):
    path = tmp_path / "weights.safetensors"
    path.write_bytes(b"no weights at all")
    with pytest.raises(ValueError, match="cannot be used: it has no digest"):
        DEC(10, pretrained=str(path), **QUICK).fit(digits)


def test_labels_are_the_largest_soft_assignment(dec: DEC, digits: np.ndarray):
    np.testing.assert_array_equal(dec.labels_, dec.soft_assignments_.argmax(1))
    q = soft_assignments(torch.tensor(dec.transform(digits)), torch.tensor(dec.cluster_centers_))
    np.testing.assert_allclose(dec.soft_assignments_, q.numpy(), rtol=1e-5)


def test_kl_divergence_is_computed_from_the_final_assignments(dec: DEC):
    q = torch.tensor(dec.soft_assignments_).double()
    p = target_distribution(q)
    assert dec.kl_divergence_ == pytest.approx(float((p * (p / q).log()).sum(1).mean()), rel=1e-4)


def test_history_has_one_value_per_epoch(dec: DEC):
    lengths = {name: len(values) for name, values in dec.history_.items()}
    assert lengths == {
        "pretrain/reconstruction": 5,
        "cluster/reconstruction": 3,
        "cluster/kl": 3,
        "cluster/label_change": 3,
        "cluster/round": 3,
    }
    assert dec.n_iter_ == 8
    assert dec.history_["pretrain/reconstruction"][-1] < dec.history_["pretrain/reconstruction"][0]


def test_clustering_tightens_the_clusters(dec: DEC, digits: np.ndarray):
    start = DEC(10, epochs=0, **QUICK).fit(digits)
    assert dec.soft_assignments_.max(1).mean() > start.soft_assignments_.max(1).mean()


@pytest.mark.slow
def test_training_improves_the_clusters_of_the_digits():
    from sklearn.datasets import load_digits

    X, y = load_digits(return_X_y=True)
    X = (X / 16).astype(np.float32)
    trained = DEC(
        10, preset="small", image_shape=(8, 8, 1), pretrain_epochs=20, epochs=10, device="cpu", random_state=0
    ).fit(X)
    untrained = AEKMeans(
        10, preset="small", image_shape=(8, 8, 1), pretrain_epochs=0, device="cpu", random_state=0
    ).fit(X)
    assert adjusted_rand_score(y, trained.labels_) > adjusted_rand_score(y, untrained.labels_) + 0.1


def test_a_large_tol_stops_at_the_second_update(digits: np.ndarray):
    stopped = DEC(10, epochs=9, tol=1.0, **QUICK).fit(digits)
    assert len(stopped.history_["cluster/kl"]) == 1


def test_update_interval_counts_steps(digits: np.ndarray):
    """With an update after every step and tol=1, training ends after one step, within an epoch."""
    stopped = DEC(10, epochs=9, tol=1.0, update_interval=1, **QUICK).fit(digits)
    assert stopped.history_["cluster/kl"] == []


def test_original_dec_does_not_train_the_decoder(digits: np.ndarray):
    original = DEC(10, epochs=3, tol=0.0, reconstruction_weight=0, **QUICK).fit(digits)
    start = AEKMeans(10, **QUICK).fit(digits)
    before, after = start.network_.decoder.state_dict(), original.network_.decoder.state_dict()
    assert all(torch.equal(before[name], after[name]) for name in before)
    assert not torch.equal(start.network_.encoder[0].weight, original.network_.encoder[0].weight)
    assert original.prototypes_ is None
    assert "cluster/reconstruction" not in original.history_, "a loss that is not computed has no history"


def test_a_reconstruction_weight_trains_the_decoder(dec: DEC, digits: np.ndarray):
    start = AEKMeans(10, **QUICK).fit(digits)
    assert not torch.equal(start.network_.decoder[0].weight, dec.network_.decoder[0].weight)
    assert dec.prototypes_.shape == (len(dec.cluster_centers_), 64)
    assert 0 <= dec.prototypes_.min() <= dec.prototypes_.max() <= 1


def test_final_kmeans_clusters_the_final_codes(dec: DEC, digits: np.ndarray):
    again = DEC(10, epochs=3, tol=0.0, final_assignment="kmeans", **QUICK).fit(digits)
    np.testing.assert_array_equal(dec.transform(digits), again.transform(digits))
    codes = again.transform(digits)
    means = np.stack([codes[again.labels_ == label].mean(0) for label in range(len(again.cluster_centers_))])
    np.testing.assert_allclose(again.cluster_centers_, means, atol=1e-3)
    assert not np.allclose(again.cluster_centers_, dec.cluster_centers_, atol=1e-3)


def test_a_loss_that_is_not_finite_is_an_error_with_phase_and_epoch(digits: np.ndarray):
    with pytest.raises(TrainingDivergedError, match=r"reconstruction loss is nan in epoch \d+ of phase 'pretrain'"):
        DEC(10, **{**QUICK, "preset": "mlp", "lr": 1e30}).fit(digits)


@pytest.mark.parametrize(("n_features", "shape"), [(10, r"\(height, width, channels\)"), (64, r"\(8, 8, 1\)")])
def test_a_table_uses_the_mlp_with_a_warning_even_if_the_number_of_columns_is_a_square(
    n_features: int, shape: str, digits: np.ndarray
):
    with pytest.warns(UserWarning, match=rf"preset small has convolutions, but X is a table .* image_shape={shape}"):
        fitted = AEKMeans(3, **TABLE).fit(digits[:, :n_features])
    widths = [layer.out_features for layer in fitted.network_.encoder if isinstance(layer, torch.nn.Linear)]
    assert (widths, fitted.preset_, fitted.image_shape_) == ([500, 500, 2000, 10], "mlp", None)


def test_a_preset_without_convolutions_takes_a_table_without_a_warning(digits: np.ndarray):
    with warnings.catch_warnings():
        warnings.filterwarnings("error", "preset")
        fitted = AEKMeans(3, **{**TABLE, "preset": "mlp"}).fit(digits[:, :10])
    assert fitted.preset_ == "mlp"


def test_an_array_of_images_has_its_own_shape(dec: DEC, digits: np.ndarray):
    of_images = DEC(10, epochs=3, tol=0.0, **TABLE).fit(digits.reshape(-1, 8, 8))
    assert (of_images.image_shape_, of_images.preset_) == ((8, 8, 1), "small")
    np.testing.assert_array_equal(of_images.embedding_, dec.embedding_)
    with pytest.raises(ValueError, match=r"images of shape \(4, 16, 1\) .* but image_shape is \(8, 8, 1\)"):
        DEC(10, **QUICK).fit(digits.reshape(-1, 4, 16))


@pytest.mark.parametrize("shape", [(8, 8), 64, "8x8x1", (8.0, 8, 1), (-8, -8, 1)])
def test_an_impossible_image_shape_is_an_error(shape: object, digits: np.ndarray):
    with pytest.raises(ValueError, match=r"image_shape=.* must be \(height, width, channels\)"):
        DEC(10, **{**TABLE, "image_shape": shape}).fit(digits)


def test_pretraining_alone_is_no_fit(digits: np.ndarray, tmp_path: Path):
    pretrained = DEC(10, **QUICK)
    pretrained.pretrain(digits, tmp_path / "weights.safetensors")
    with pytest.raises(NotFittedError):
        pretrained.predict(digits)


def test_image_shape_must_match_the_features(digits: np.ndarray):
    with pytest.raises(ValueError, match="has 192 values, but X has 64 features"):
        DEC(10, **{**QUICK, "image_shape": (8, 8, 3)}).fit(digits)


def test_an_unknown_preset_or_device_is_an_error_with_the_valid_names(digits: np.ndarray):
    with pytest.raises(ValueError, match="did you mean 'sha12'"):
        DEC(10, preset="sha2").fit(digits)
    with pytest.raises(ValueError, match="known: auto, cpu, cuda, mps"):
        DEC(10, **{**QUICK, "device": "gpu"}).fit(digits)


def images(n: int, height: int, width: int, channels: int) -> np.ndarray:
    return np.random.default_rng(0).random((n, height * width * channels), dtype=np.float32)


AUGMENTED = {"augment": True, "contrastive_weight": 0.1, "zoom": 0.1, "shear": 5.0}


@pytest.mark.parametrize("preset", ["small", "convdec", "mlp"])
def test_augmentation_works_with_every_network_and_kind_of_image(preset: str):
    X = images(40, 8, 12, 3)
    shape = {**QUICK, "preset": preset, "image_shape": (8, 12, 3), "pretrain_epochs": 2}
    fitted = DEC(3, epochs=2, tol=0.0, **AUGMENTED, **shape).fit(X)
    again = DEC(3, epochs=2, tol=0.0, **AUGMENTED, **shape).fit(X)
    plain = DEC(3, epochs=2, tol=0.0, **shape).fit(X)
    np.testing.assert_array_equal(fitted.transform(X), again.transform(X))
    assert not np.array_equal(fitted.transform(X), plain.transform(X))
    np.testing.assert_array_equal(fitted.labels_, fitted.predict(X))
    assert set(fitted.history_) == {*plain.history_, "pretrain/contrast"}


@pytest.mark.parametrize("changed", [{"augment": True}, {"augment_pretraining": True}, {"contrastive_weight": 0.1}])
def test_each_augmentation_changes_the_fit(changed: dict, dec: DEC, digits: np.ndarray):
    other = DEC(10, epochs=3, tol=0.0, **changed, **QUICK).fit(digits)
    assert not np.array_equal(dec.transform(digits), other.transform(digits))
    same = dec.history_["pretrain/reconstruction"] == other.history_["pretrain/reconstruction"]
    assert same == ("augment" in changed)


def test_the_two_views_of_a_sample_differ(digits: np.ndarray, monkeypatch: pytest.MonkeyPatch):
    seen = []
    losses = pretraining.pretraining_losses

    def watched(network, views, precision):
        seen.append(views)
        return losses(network, views, precision)

    monkeypatch.setattr(pretraining, "pretraining_losses", watched)
    DEC(10, epochs=0, contrastive_weight=0.1, **{**QUICK, "pretrain_epochs": 1}).fit(digits)
    assert all(len(first) == len(second) and not torch.equal(first, second) for first, second in seen)
    assert sum(len(first) for first, _ in seen) == len(digits)


@pytest.mark.parametrize("n_features", [10, 64])
def test_augmentation_of_a_table_is_refused_before_training(digits: np.ndarray, n_features: int):
    def fail(*arguments: object) -> None:
        pytest.fail("training started")

    with pytest.raises(ValueError, match=r"augment=True needs images, but X is a table; give image_shape="):
        DEC(3, augment=True, **TABLE).fit(digits[:, :n_features], progress=fail)


def test_one_cycle_never_stops_early(digits: np.ndarray):
    fitted = DEC(10, epochs=4, tol=1.0, lr_schedule="one-cycle", **QUICK).fit(digits)
    assert len(fitted.history_["cluster/kl"]) == 4


def test_tol_waits_for_two_updates_after_the_warm_up(digits: np.ndarray):
    fitted = DEC(10, epochs=9, warmup_epochs=3, tol=1.0, **QUICK).fit(digits)
    assert len(fitted.history_["cluster/kl"]) == 4  # three of warm-up, one towards P


@pytest.mark.slow
def test_each_round_finds_its_clusters_with_the_network_of_the_round_before(digits: np.ndarray):
    several = DEC(10, epochs=3, rounds=3, warmup_epochs=2, tol=0.0, init="gmm", keep_labels=True, **QUICK).fit(digits)
    once = DEC(10, epochs=3, warmup_epochs=2, tol=0.0, init="gmm", keep_labels=True, **QUICK).fit(digits)
    assert len(several.history_["cluster/kl"]) == 2 + 2 + 3
    assert several.history_["cluster/round"] == [1, 1, 2, 2, 3, 3, 3]
    assert several.n_iter_ == once.n_iter_ + 2 + 2
    assert several.trace_ is not None
    assert once.trace_ is not None
    assert len(several.trace_.labels) == len(once.trace_.labels) + 2 * (1 + 2)
    np.testing.assert_array_equal(several.trace_.labels[:3], once.trace_.labels[:3])  # the start and its warm-up
    np.testing.assert_array_equal(several.labels_, several.predict(digits))
    again = DEC(10, epochs=3, rounds=3, warmup_epochs=2, tol=0.0, init="gmm", **QUICK).fit(digits)
    np.testing.assert_array_equal(several.labels_, again.labels_)


@pytest.mark.parametrize("lost", [0, 1])
def test_a_round_with_an_empty_cluster_ignores_the_earlier_clusters(
    digits: np.ndarray, monkeypatch: pytest.MonkeyPatch, lost: int
):
    start_labels = []

    def find(*args: Any, **options: Any) -> start.Start:
        start_labels.append(options["start_labels"])
        return start.find_start(*args, **options)

    kept = np.arange(len(digits)) % 10
    monkeypatch.setattr(rounds, "find_start", find)
    monkeypatch.setattr(rounds, "nearest", lambda codes, centers: np.where(kept < 10 - lost, kept, 0))
    reports: list[tuple[float, float]] = []
    DEC(10, epochs=2, rounds=2, warmup_epochs=1, init="gmm", n_starts=3, **QUICK).fit(
        digits, progress=lambda p: reports.append((p.done, p.total)) if p.phase == "centres" else None
    )
    assert start_labels[0] is None
    assert (start_labels[1] is None) == bool(lost)
    assert reports == sorted(reports)
    assert reports[-1] == (4, 4)


@pytest.mark.parametrize("preset", ["small", "mlp"])
def test_the_scale_of_the_codes_changes_neither_clusters_nor_reconstructions(digits: np.ndarray, preset: str):
    asis = DEC(10, epochs=0, **{**QUICK, "preset": preset}).fit(digits)
    scaled = DEC(10, epochs=0, code_scale=0.25, **{**QUICK, "preset": preset}).fit(digits)
    assert np.sqrt(scaled.transform(digits).var(axis=0).sum()) == pytest.approx(0.25, rel=1e-3)
    np.testing.assert_array_equal(scaled.labels_, asis.labels_)
    np.testing.assert_allclose(scaled.prototypes_, asis.prototypes_, atol=1e-4)


def test_every_round_starts_with_codes_of_the_given_scale(digits: np.ndarray, monkeypatch: pytest.MonkeyPatch):
    spreads = []

    def watched(network, centers, labels, X, *args, **options):
        codes = inference.encode_all(network, X).numpy()
        spreads.append(np.sqrt(codes.var(axis=0).sum()))
        means = np.stack([codes[labels.numpy() == k].mean(0) for k in range(len(centers))])
        np.testing.assert_allclose(centers, means, atol=1e-3)
        return refinement.Refinement(network, centers, labels, X, *args, **options)

    monkeypatch.setattr(rounds, "Refinement", watched)
    DEC(10, epochs=3, rounds=2, warmup_epochs=2, init="gmm", code_scale=0.3, **QUICK).fit(digits)
    assert spreads == pytest.approx([0.3, 0.3], rel=1e-3)


@pytest.mark.parametrize("preset", ["small", "mlp"])
def test_the_later_half_of_the_encoder_maps_the_hidden_layer_to_the_codes(digits: np.ndarray, preset: str):
    fitted = DEC(10, epochs=0, **{**QUICK, "preset": preset}).fit(digits)
    hidden = fitted._hidden(digits)
    later = fitted.network_.encoder[4 if preset == "mlp" else 3 :]  # two of three hidden layers, one of two blocks
    maps = torch.as_tensor(hidden)
    if preset == "small":
        maps = maps.unflatten(1, (16, 4, 4))
    with torch.no_grad():
        codes = later(maps).numpy()
    np.testing.assert_allclose(codes, fitted.transform(digits), atol=1e-4)


WITHOUT_VALUE = (
    "final_target_power",
    "update_interval",
    "umap_samples",
    "cluster_optimizer",
    "cluster_lr",
    "cluster_dropout",
    "hidden_resolution",
)
"""Options whose value None means: as another option says, once in an epoch, or in the middle."""


def test_presets_have_a_valid_value_for_every_option_of_the_preset():
    of_preset = [parameter for parameter in registry.method("dec").parameters if parameter.of_preset]
    assert all(parameter.help.endswith("none: the preset's own") for parameter in of_preset)
    for preset in PRESETS.values():
        for parameter in of_preset:
            value = getattr(preset.training, parameter.name)
            parameter.check(value)
            assert value is not None or parameter.name in WITHOUT_VALUE


def test_pretraining_settings_differ_only_if_the_weights_differ():
    def settings(**params: object) -> dict:
        return registry.pretraining_settings("small", params)

    plain = settings()
    assert settings(shift=0.3, augment=True, epochs=3, validation_fraction=0.3, lr=3e-3, batch_size=128) == plain
    for changed in ({"lr": 0.1}, {"patience": 2}, {"augment_pretraining": True}, {"contrastive_weight": 1.0}):
        assert settings(**changed) != plain
    assert settings(contrastive_weight=1.0, shift=0.3) != settings(contrastive_weight=1.0)
    augmented = settings(contrastive_weight=1.0, augment_pretraining=True)
    assert augmented == settings(contrastive_weight=1.0)


def test_kept_labels_begin_with_the_first_clusters_and_end_with_the_final_labels(digits: np.ndarray):
    fitted = DEC(10, epochs=3, tol=0.0, keep_labels=True, init="gmm", **QUICK).fit(digits)
    start = DEC(10, epochs=0, keep_labels=True, init="gmm", **QUICK).fit(digits)
    assert fitted.trace_ is not None
    assert start.trace_ is not None
    assert fitted.trace_.labels.shape == (5, len(digits))
    np.testing.assert_array_equal(fitted.trace_.labels[0], start.trace_.labels[0])
    np.testing.assert_array_equal(fitted.trace_.labels[-1], fitted.labels_)
    assert list(fitted.trace_.seconds) == sorted(fitted.trace_.seconds)
    assert DEC(10, epochs=0, **QUICK).fit(digits).trace_ is None


@pytest.mark.cuda
@pytest.mark.parametrize("options", [{"epochs": 3}, {"preset": "flagship", "pretrain_epochs": 1}], ids=["plain", "all"])
def test_on_cuda_labels_equal_predict_and_fits_are_equal(digits: np.ndarray, options: dict):
    fitted, again = (DEC(10, **{**QUICK, "device": "cuda", **options}).fit(digits) for _ in range(2))
    assert fitted.device_ == "cuda"
    np.testing.assert_array_equal(fitted.labels_, fitted.predict(digits))
    np.testing.assert_array_equal(fitted.labels_, again.labels_)
