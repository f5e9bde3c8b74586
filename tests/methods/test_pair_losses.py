"""The losses of two views in the clustering phase; without them, this phase is the one of the papers, to the bit."""

import hashlib
from collections.abc import Sequence

import numpy as np
import pytest
import torch

from methods.dec import refinement, rounds
from methods.dec.augmentation import Augmentation, draw_amounts
from methods.dec.autoencoder import Autoencoder
from methods.dec.estimator import DEC
from methods.dec.inference import soft_assign_all
from methods.dec.objective import Target, kl_divergence, reconstruction_loss, soft_assignments, target_distribution
from methods.dec.presets import PRESETS
from methods.dec.refinement import LossWeights, Refinement
from methods.dec.training import Steps, adam
from methods.progress import no_progress

pytestmark = pytest.mark.filterwarnings("ignore::methods.fit_warnings.LostClustersWarning")  # short fits
TURNED = Augmentation((8, 8, 1), 0.1, 10.0, 0.0, 0.0)
QUICK = {
    "preset": "small",
    "image_shape": (8, 8, 1),
    "pretrain_epochs": 5,
    "epochs": 4,
    "tol": 0.0,
    "device": "cpu",
    "random_state": 0,
}


def network() -> Autoencoder:
    made = Autoencoder(PRESETS["small"], 5, (8, 8, 1), 0.3)
    made.initialise(torch.Generator().manual_seed(0))
    return made


def digest(tensors: Sequence[torch.Tensor]) -> str:
    return hashlib.sha256(b"".join(tensor.detach().numpy().tobytes() for tensor in tensors)).hexdigest()


def plain_refine(
    made: Autoencoder, centers: torch.Tensor, X: torch.Tensor, steps: Steps, weight: float, random: torch.Generator
) -> None:
    """The clustering phase of DEC and IDEC in plain words: no loss of pairs, no early stop, P once per epoch."""
    made.dropout.generator = torch.Generator().manual_seed(int(torch.randint(2**62, (), generator=random)))
    optimizer = adam([made] if weight else [made.encoder], [centers.requires_grad_()], torch.tensor(steps.lr), 0.0)
    for _ in range(steps.epochs):
        order = torch.randperm(len(X), generator=random)
        amounts = None if steps.augmentation is None else draw_amounts(1, len(X), random)[0]
        p = target_distribution(soft_assign_all(made, centers, X, torch.float32))
        made.train()
        for places in torch.arange(len(X)).split(steps.batch_size):
            rows = order[places]
            x = X[rows] if amounts is None else steps.augmentation(X[rows], amounts[:, places])
            optimizer.zero_grad()
            codes = made.encode(x)
            loss = 0.5 * kl_divergence(p[rows], soft_assignments(codes, centers))
            if weight:
                loss = weight * reconstruction_loss(made.decode(codes), x) + loss
            loss.backward()
            optimizer.step()


@pytest.mark.parametrize("augmentation", [None, TURNED])
@pytest.mark.parametrize("weight", [0.0, 1.0])
def test_without_a_loss_of_pairs_weights_and_centres_are_those_of_the_plain_method(weight, augmentation):
    """The same SHA-256."""
    X = torch.rand(50, 64, generator=torch.Generator().manual_seed(1))
    steps = Steps(3, 16, 1e-3, 0.0, torch.float32, augmentation=augmentation)
    results = []
    for plain in (False, True):
        made, centers = network(), torch.rand(4, 5, generator=torch.Generator().manual_seed(2))
        random = torch.Generator().manual_seed(3)
        if plain:
            plain_refine(made, centers, X, steps, weight, random)
        else:
            phase = Refinement(
                made,
                centers,
                torch.zeros(50, dtype=torch.int64),
                X,
                steps,
                weights=LossWeights(weight, 0.5),
                target=Target(),
                update_interval=None,
                tol=0.0,
                generator=random,
            )
            phase.train(no_progress)
        results.append(digest([centers, *made.state_dict().values(), random.get_state()]))
    assert results[0] == results[1] != digest([torch.rand(4, 5), *network().state_dict().values(), random.get_state()])


def fit(digits: np.ndarray, **options: object) -> DEC:
    return DEC(10, **{**QUICK, **options}).fit(digits)


@pytest.mark.parametrize(
    ("option", "loss"), [("cluster_contrastive_weight", "contrast"), ("cluster_triplet_weight", "triplet")]
)
@pytest.mark.parametrize("reconstruction_weight", [0.0, 1.0])
def test_the_larger_the_weight_the_lower_the_loss(digits, option: str, loss: str, reconstruction_weight: float):
    def of(weight: float) -> DEC:
        return fit(digits, epochs=8, reconstruction_weight=reconstruction_weight, **{option: weight})

    hardly, much = of(1e-6), of(10.0)
    name = f"cluster/{loss}"
    assert set(much.history_) - set(fit(digits, augment=True).history_) == {name}
    assert len(much.history_[name]) == 8
    assert much.history_[name][0] < 1.1 * hardly.history_[name][0]
    assert much.history_[name][-1] < 0.95 * hardly.history_[name][-1]


def test_both_losses_together_have_both_histories_and_a_result_of_their_own(digits):
    weights = {"cluster_contrastive_weight": 1.0, "cluster_triplet_weight": 1.0}
    both = fit(digits, **weights)
    assert {"cluster/contrast", "cluster/triplet"} < set(both.history_)
    for name in weights:
        other = fit(digits, **{name: 1.0})
        assert not np.array_equal(both.embedding_, other.embedding_)
        assert both.history_["pretrain/reconstruction"] == other.history_["pretrain/reconstruction"]


@pytest.mark.parametrize("option", ["cluster_contrastive_weight", "cluster_triplet_weight"])
def test_a_step_gets_two_different_views_of_its_samples_and_their_latest_clusters(digits, option, monkeypatch):
    """The clusters are those that the labels of the last update have, never others."""
    seen, kept = [], []
    original, refined = refinement.clustering_losses, rounds.Refinement

    def watched(made, centers, views, p, labels, weights, precision):
        seen.append((*views, labels, kept[-1]))
        return original(made, centers, views, p, labels, weights, precision)

    def kept_labels(*arguments, **options):
        return refined(*arguments, **{**options, "keep": kept.append})

    monkeypatch.setattr(refinement, "clustering_losses", watched)
    monkeypatch.setattr(rounds, "Refinement", kept_labels)
    monkeypatch.setattr(torch, "randperm", lambda n, generator: torch.arange(n))
    fit(digits, epochs=2, batch_size=len(digits), **{option: 1.0})
    assert len(seen) == len(kept) == 2
    for first, second, labels, latest in seen:
        assert first.shape == second.shape == digits.shape
        assert not torch.equal(first, second)
        assert not torch.equal(first, torch.tensor(digits))
        assert torch.equal(labels, latest)


@pytest.mark.parametrize("option", ["cluster_contrastive_weight", "cluster_triplet_weight"])
def test_a_table_is_refused_before_training(digits, option: str):
    def fail(*arguments: object) -> None:
        pytest.fail("training started")

    table = {**QUICK, "preset": "mlp", "image_shape": None, option: 0.1}
    with pytest.raises(ValueError, match=rf"{option}=0.1 needs images, but X is a table; give image_shape="):
        DEC(3, **table).fit(digits, progress=fail)


def test_a_warm_fit_continues_the_history_of_the_losses(digits):
    dec = fit(digits, epochs=2, cluster_triplet_weight=1.0)
    first = dec.history_["cluster/triplet"]
    dec.set_params(warm_start=True, epochs=3).fit(digits)
    assert dec.history_["cluster/triplet"][:2] == first
    assert len(dec.history_["cluster/triplet"]) == 5
