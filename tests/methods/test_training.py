"""The training phases: their steps on any device, without waiting for it, and the samples that they see."""

import math

import pytest
import torch
from no_sync import no_host_sync
from torch import Tensor, nn

from methods.dec import refinement
from methods.dec.augmentation import Augmentation, draw_amounts
from methods.dec.autoencoder import Autoencoder
from methods.dec.finetuning import Finetuning
from methods.dec.inference import encode_all
from methods.dec.objective import Target
from methods.dec.presets import PRESETS
from methods.dec.pretraining import Pretraining
from methods.dec.refinement import LossWeights, Refinement
from methods.dec.training import Optimizer, Steps, TrainingDivergedError, adam, batch_sizes
from methods.progress import no_progress

CPU_RANDOM = torch.Generator()
TURNED = Augmentation((28, 28, 1), 0.1, 10.0, 0.1, 10.0)
SMALL_TURNED = Augmentation((8, 8, 1), 0.1, 10.0, 0.0, 0.0)
CHANGED = Augmentation((28, 28, 1), 0.1, 10.0, 0.1, 10.0, flip=0.5, intensity=0.5, crop=0.3)
SMALL_CHANGED = Augmentation((8, 8, 1), 0.1, 10.0, 0.1, 10.0, flip=0.5, intensity=0.5, crop=0.3)


def network(preset: str = "small", side: int = 8) -> Autoencoder:
    made = Autoencoder(PRESETS[preset], 5, (side, side, 1), 0.3)
    made.initialise(torch.Generator().manual_seed(0))
    return made


def steps_of(optimizer: Optimizer, augmentation: Augmentation | None, *, epochs: int, batch_size: int) -> Steps:
    return Steps(
        epochs, batch_size, 1e-3, 1e-4, torch.float32, "one-cycle", optimizer=optimizer, augmentation=augmentation
    )


def pretraining(X: torch.Tensor, steps: Steps, made: Autoencoder | None = None, **options: object) -> Pretraining:
    return Pretraining(made or network(), X, steps, generator=torch.Generator().manual_seed(0), **options)


def refinement_of(X: torch.Tensor, steps: Steps, made: Autoencoder | None = None, **options: object) -> Refinement:
    defaults = {"weights": LossWeights(1.0, 0.5), "target": Target(), "update_interval": None, "tol": 0.0}
    centers, labels = torch.rand(4, 5, device=X.device), torch.zeros(len(X), dtype=torch.int64, device=X.device)
    random = torch.Generator().manual_seed(0)
    return Refinement(made or network(), centers, labels, X, steps, **{**defaults, **options}, generator=random)


@pytest.mark.parametrize("preset", ["sha12", "tanh128", "small", "mlp"])
@pytest.mark.parametrize("augmentation", [None, TURNED, CHANGED])
@pytest.mark.parametrize("optimizer", ["adam", "sgd"])
def test_the_steps_of_all_phases_run_on_the_meta_device(
    preset: str, augmentation: Augmentation | None, optimizer: Optimizer
):
    """So every tensor that a step makes is on the device of its data, and no shape depends on values."""
    augmented = augmentation is not None
    with torch.device("meta"):
        shape = 784 if preset == "mlp" else (28, 28, 1)
        made = Autoencoder(PRESETS[preset], 5, shape, 0.3, is_scaled=preset == "mlp")
        X = torch.empty(40, 784)
    steps = steps_of(optimizer, augmentation, epochs=2, batch_size=16)
    of_pairs = {"weights": LossWeights(1.0, 0.5, contrast=0.1, triplet=0.1)} if augmented else {}
    phases = [
        pretraining(X, steps, made, contrastive_weight=0.1 if augmented else 0.0),
        refinement_of(X, steps, made, **of_pairs),
        Finetuning(made, torch.empty(4, 5, device="meta"), X, torch.empty(40, 4, device="meta"), steps, CPU_RANDOM),
    ]
    for phase in phases:
        for size in phase.sizes:
            phase.step(size)
        losses = phase.losses(torch.empty(16, dtype=torch.int64, device="meta"), [X[:16]] * (1 + augmented))
        assert list(losses) == list(phase.weights)
        assert {(loss.device.type, loss.shape) for loss in losses.values()} == {("meta", ())}


@pytest.mark.parametrize("augmentation", [None, SMALL_TURNED, SMALL_CHANGED])
@pytest.mark.parametrize("optimizer", ["adam", "sgd"])
def test_a_step_waits_for_nothing(augmentation: Augmentation | None, optimizer: Optimizer):
    """So all steps of an epoch can be launched before the GPU has finished the first one."""
    X, augmented = torch.rand(64, 64), augmentation is not None
    steps = steps_of(optimizer, augmentation, epochs=2, batch_size=32)
    of_pairs = {"weights": LossWeights(1.0, 0.5, contrast=0.1, triplet=0.1)} if augmented else {}
    for phase in (
        pretraining(X, steps, contrastive_weight=0.5 if augmented else 0.0),
        refinement_of(X, steps, **of_pairs),
        Finetuning(network(), torch.rand(4, 5), X, torch.rand(64, 4), steps, CPU_RANDOM),
    ):
        with no_host_sync():
            phase.step(32)
            phase.step(32)


@pytest.mark.parametrize("phase_of", ["pretraining", "refinement"])
def test_an_epoch_waits_only_for_its_sums_at_its_end(phase_of: str, monkeypatch: pytest.MonkeyPatch):
    """Before each step there is no read either, except where P is updated."""
    X, steps = torch.rand(64, 64), Steps(1, 16, 1e-3, 0.0, torch.float32, augmentation=SMALL_TURNED)
    phase = pretraining(X, steps) if phase_of == "pretraining" else refinement_of(X, steps)
    assert not phase.before_step(0, 0)
    monkeypatch.setattr(Tensor, "tolist", lambda sums: [0.0] * len(sums))
    monkeypatch.setattr(
        phase, "before_step", lambda epoch, number: number > 0 and type(phase).before_step(phase, 0, number)
    )
    phase.network.dropout.generator = torch.Generator()
    with no_host_sync():
        phase._train(no_progress)
    assert len(phase.history[f"{phase.name}/{phase.shown}"]) == 1


@pytest.mark.parametrize("n_samples", [1, 2, 8, 9, 10, 13])
@pytest.mark.parametrize("batch_size", [1, 4, 8])
def test_an_epoch_has_every_sample_once_and_no_batch_of_one(n_samples: int, batch_size: int):
    sizes = batch_sizes(n_samples, batch_size)
    assert sum(sizes) == n_samples
    assert len(sizes) == 1 or min(sizes) > 1 or batch_size == 1
    assert sizes[-1] > 1 or n_samples == 1
    X = torch.rand(n_samples, 64)
    phase, seen = pretraining(X, Steps(2, batch_size, 1e-3, 0.0, torch.float32)), []
    original = phase.losses

    def watched(rows: torch.Tensor, views: list[torch.Tensor]) -> dict[str, torch.Tensor]:
        assert torch.equal(views[0], X[rows])
        seen.append(rows.tolist())
        return original(rows, views)

    phase.losses = watched  # type: ignore[method-assign]
    phase.train(no_progress)
    assert [len(rows) for rows in seen] == sizes * 2
    epochs = [[row for rows in half for row in rows] for half in (seen[: len(sizes)], seen[len(sizes) :])]
    assert [sorted(epoch) for epoch in epochs] == [list(range(n_samples))] * 2
    assert n_samples < 8 or epochs[0] != epochs[1]


def test_every_device_gets_the_same_samples_and_the_same_views_in_the_same_order():
    """The generator of the phase is one of the processor; dropout has one of the device, which it seeds."""
    X, steps = torch.rand(40, 64), Steps(1, 16, 1e-3, 0.0, torch.float32, augmentation=SMALL_TURNED)
    phase = pretraining(X, steps)
    phase.train(no_progress)
    random = torch.Generator().manual_seed(0)
    torch.randint(2**62, (), generator=random)
    assert phase._order.tolist() == torch.randperm(40, generator=random).tolist()
    assert torch.equal(phase._amounts, draw_amounts(1, 40, random))
    assert phase.network.dropout.generator is None


def test_one_cycle_rises_and_falls_over_the_phase():
    rates = Steps(4, 8, 0.1, 0.0, torch.float32, "one-cycle").rates(20)
    assert len(rates) == 4 * len(batch_sizes(20, 8))
    top = rates.index(max(rates))
    assert max(rates) == pytest.approx(0.1, rel=0.05)
    assert 2 <= top <= 4
    assert rates[: top + 1] == sorted(rates[: top + 1])
    assert rates[top:] == sorted(rates[top:], reverse=True)
    assert rates[-1] < 0.01
    assert Steps(4, 8, 0.1, 0.0, torch.float32).rates(20) == [0.1] * 12
    assert Steps(0, 8, 0.1, 0.0, torch.float32, "one-cycle").rates(20) == []


def test_the_rate_is_a_tenth_after_each_number_of_steps():
    rates = Steps(2, 4, 0.1, 0.0, torch.float32, "step", lr_step=3).rates(16)
    assert rates == pytest.approx([0.1] * 3 + [0.01] * 3 + [0.001] * 2)


def test_each_step_has_its_own_learning_rate():
    steps = Steps(2, 16, 1e-2, 0.0, torch.float32, "one-cycle")
    phase, seen = pretraining(torch.rand(40, 64), steps), []
    original = phase.optimizer.step

    def watched() -> None:
        seen.append([float(group["lr"]) for group in phase.optimizer.param_groups])
        original()

    phase.optimizer.step = watched  # type: ignore[method-assign]
    phase.train(no_progress)
    assert seen == [[rate, rate] for rate in torch.tensor(steps.rates(40)).tolist()]


def test_targets_come_from_original_images_and_are_the_first_labels_during_warm_up(monkeypatch: pytest.MonkeyPatch):
    """P is computed from the original images. During the warm-up it is the one-hot form of the first labels."""
    X = torch.rand(40, 64, generator=torch.Generator().manual_seed(0))
    assigned, targets, trained = [], [], []
    soft_assign_all, losses = refinement.soft_assign_all, refinement.clustering_losses

    def watched_assign(made, centers, samples, precision):
        assigned.append(samples)
        return soft_assign_all(made, centers, samples, precision)

    def watched_losses(made, centers, views, p, labels, weights, precision):
        trained.append(views[0])
        targets.append(p)
        return losses(made, centers, views, p, labels, weights, precision)

    monkeypatch.setattr(refinement, "soft_assign_all", watched_assign)
    monkeypatch.setattr(refinement, "clustering_losses", watched_losses)
    phase = Refinement(
        network(),
        torch.rand(4, 5),
        torch.arange(40) % 4,
        X,
        Steps(2, 40, 1e-3, 0.0, torch.float32, augmentation=SMALL_TURNED),
        weights=LossWeights(1.0, 0.5),
        target=Target(warmup_epochs=1),
        update_interval=None,
        tol=0.0,
        generator=torch.Generator().manual_seed(0),
    )
    phase.train(no_progress)
    assert all(samples is X for samples in assigned)
    rows = {tuple(row) for row in X.tolist()}
    assert not any(tuple(row) in rows for row in trained[0].tolist())
    assert set(targets[0].unique().tolist()) == {0.0, 1.0}
    assert targets[0].sum(0).tolist() == [10.0] * 4
    assert float(targets[1].min()) > 0
    assert float(targets[1].max()) < 1


def test_steps_equal_plain_pytorch():
    """The steps equal Adam and MSE in plain PyTorch, on a network without dropout."""
    ours, theirs = network(), network()
    ours.dropout.p = theirs.dropout.p = 0.0
    X = torch.rand(16, 64, generator=torch.Generator().manual_seed(1))
    history = pretraining(X, Steps(3, 16, 1e-2, 0.0, torch.float32), ours).train(no_progress)
    plain = torch.optim.Adam(theirs.parameters(), lr=1e-2)
    expected = []
    for _ in range(3):
        plain.zero_grad()
        loss = ((theirs(X) - X) ** 2).mean()
        loss.backward()
        plain.step()
        expected.append(float(loss.detach()))
    assert history["pretrain/reconstruction"] == pytest.approx(expected, rel=1e-4)


def test_steps_of_sgd_equal_plain_pytorch():
    """Momentum 0.5 and L2 penalty 0.1, on two batches whose order does not matter: both are the same samples."""
    ours, theirs = network(), network()
    ours.dropout.p = theirs.dropout.p = 0.0
    X = torch.rand(1, 64, generator=torch.Generator().manual_seed(1)).repeat(8, 1)
    steps = Steps(3, 4, 0.1, 0.1, torch.float32, optimizer="sgd", momentum=0.5)
    pretraining(X, steps, ours).train(no_progress)
    weights = [value for value in theirs.parameters() if value.dim() > 1]
    others = [value for value in theirs.parameters() if value.dim() <= 1]
    groups = [{"params": weights, "weight_decay": 0.1}, {"params": others}]
    plain = torch.optim.SGD(groups, lr=0.1, momentum=0.5, fused=False, foreach=False)
    for _ in range(6):
        plain.zero_grad()
        ((theirs(X[:4]) - X[:4]) ** 2).mean().backward()
        plain.step()
    for one, other in zip(ours.parameters(), theirs.parameters(), strict=True):
        torch.testing.assert_close(one, other)


def test_weight_decay_shrinks_only_weights():
    made = network()
    center = torch.ones(2, 5, requires_grad=True)
    for parameter in (*made.parameters(), center):
        parameter.grad = torch.zeros_like(parameter)
    before = {name: value.detach().clone() for name, value in made.named_parameters()}
    adam([made], [center], 1e-3, 0.1).step()
    changed = {name for name, value in made.named_parameters() if not torch.equal(value, before[name])}
    weights = {
        f"{name}.weight"
        for name, module in made.named_modules()
        if isinstance(module, nn.Conv2d | nn.ConvTranspose2d | nn.Linear)
    }
    assert changed == weights
    assert torch.equal(center.detach(), torch.ones(2, 5))


def test_dropout_drops_a_share_scales_the_rest_and_is_off_in_evaluation():
    dropout = network().dropout
    dropout.generator = torch.Generator().manual_seed(0)
    x = torch.ones(200, 50)
    dropped = dropout(x)
    assert float((dropped == 0).float().mean()) == pytest.approx(0.3, abs=0.02)
    assert float(dropped.max()) == pytest.approx(1 / 0.7)
    assert torch.equal(dropout.eval()(x), x)


def test_pooling_before_relu_equals_relu_before_pooling():
    encoder = network("sha12", 28).encoder
    norm, after = encoder[1], encoder[2]
    x = torch.randn(2, 32, 28, 28)
    usual = nn.functional.max_pool2d(nn.functional.relu(norm(x)), 2)
    assert torch.equal(after(norm(x)), usual)


def test_initial_weights_have_the_distribution_of_pytorch():
    ours = network("sha12", 28).encoder[3].weight
    bound = 1 / math.sqrt(32 * 9)  # PyTorch's default for a convolution of that fan-in
    assert float(ours.detach().abs().max()) <= bound
    assert float(ours.detach().std()) == pytest.approx(bound / math.sqrt(3), rel=0.02)


def test_codes_do_not_depend_on_the_number_of_rows():
    made = network("sha12", 28)
    X = torch.rand(700, 784)
    assert torch.equal(encode_all(made, X)[650:660], encode_all(made, X[650:660]))


def test_bfloat16_gives_float32_codes_near_the_codes_of_float32():
    made = network("sha12", 28)
    X = torch.rand(64, 784)
    exact, rough = encode_all(made, X), encode_all(made, X, torch.bfloat16)
    assert rough.dtype == torch.float32
    assert not torch.equal(exact, rough)
    torch.testing.assert_close(exact, rough, atol=0.02, rtol=0.1)


def test_gradients_and_generators_do_not_stay_in_a_trained_network():
    """A graph would keep the memory of the gradients, and a generator cannot be copied."""
    made = network()
    pretraining(torch.rand(20, 64), Steps(1, 8, 1e-3, 0.0, torch.float32), made).train(no_progress)
    assert made.dropout.generator is None
    assert {parameter.grad for parameter in made.parameters()} == {None}


def test_they_do_not_stay_after_an_error_either():
    made = network()
    phase = pretraining(torch.full((20, 64), torch.nan), Steps(1, 8, 1e-3, 0.0, torch.float32), made)
    with pytest.raises(TrainingDivergedError, match="reconstruction loss is nan in epoch 1 of phase 'pretrain'"):
        phase.train(no_progress)
    assert made.dropout.generator is None
