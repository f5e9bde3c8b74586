"""The training steps on any device, and the number of reads from the device in an epoch."""

import math

import pytest
import torch
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode

from methods.dec.augmentation import Augmentation
from methods.dec.autoencoder import Autoencoder
from methods.dec.objective import Target
from methods.dec.presets import PRESETS
from methods.dec.pretraining import contrastive_step, pretrain, pretraining_step
from methods.dec.refinement import LossWeights, Second, clustering_step, refine
from methods.dec.training import Steps, adam, autocast, batches, encode_all, n_batches
from methods.progress import no_progress

CPU = torch.device("cpu")


def network(preset: str = "small", side: int = 8) -> Autoencoder:
    made = Autoencoder(PRESETS[preset], 5, (side, side, 1), 0.3)
    made.initialise(torch.Generator().manual_seed(0))
    return made


@pytest.mark.parametrize("preset", ["sha12", "tanh128", "small"])
def test_both_steps_run_on_the_meta_device(preset: str):
    with torch.device("meta"):
        made = Autoencoder(PRESETS[preset], 5, (28, 28, 1), 0.3)
        centers = torch.empty(10, 5, requires_grad=True)
        x, p = torch.empty(16, 784), torch.empty(16, 10)
        x = Augmentation((28, 28, 1), 0.1, 10.0, 0.1, 10.0)(x, None)
        both = contrastive_step(made, adam([made], [], 1e-3, 1e-4), x, x, 0.1, torch.float32)
        loss = pretraining_step(made, adam([made], [], 1e-3, 1e-4), x, torch.float32)
        optimizer = adam([made], [centers], 1e-3, 1e-4)
        losses = clustering_step(made, centers, optimizer, x, p, LossWeights(1.0, 0.5), torch.float32)
        second = Second(x, torch.empty(16, dtype=torch.int64))
        weights = LossWeights(1.0, 0.5, contrast=0.1, triplet=0.1)
        of_pairs = clustering_step(made, centers, optimizer, x, p, weights, torch.float32, second)
    assert (len(losses), len(of_pairs)) == (2, 4)
    losses += of_pairs
    assert {value.device.type for value in (loss, *both, *losses)} == {"meta"}
    assert all(value.shape == () for value in (loss, *both, *losses))


class Reads(TorchDispatchMode):
    """Counts operations that wait for a GPU: reads of numbers, results whose shape depends on values, copies."""

    WAIT = ("_local_scalar_dense", "nonzero", "masked_select", "unique", "_unique2", "bincount", "equal")

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):  # type: ignore[no-untyped-def]
        name = function.overloadpacket.__name__
        masks = name == "index" and any(mask is not None and mask.dtype == torch.bool for mask in args[1])
        self.count += masks or name in self.WAIT
        return function(*args, **(kwargs or {}))

    def __enter__(self) -> "Reads":
        """Count `tolist`, `cpu` and `numpy` here: for a tensor on the host they do not use the dispatcher."""
        self._kept = {name: getattr(torch.Tensor, name) for name in ("tolist", "cpu", "numpy")}
        for name, method in self._kept.items():
            setattr(torch.Tensor, name, self._counted(method))
        return super().__enter__()

    def __exit__(self, *error: object) -> None:
        for name, method in self._kept.items():
            setattr(torch.Tensor, name, method)
        super().__exit__(*error)

    def _counted(self, method):  # type: ignore[no-untyped-def]
        def counted(*args, **kwargs):  # type: ignore[no-untyped-def]
            self.count += 1
            return method(*args, **kwargs)

        return counted


@pytest.mark.parametrize(
    "read",
    [
        lambda x: x.sum().item(),
        lambda x: float(x.sum()),
        lambda x: x.tolist(),
        lambda x: x.cpu(),
        lambda x: x.numpy(),
        lambda x: x[x > 0],
        lambda x: (x > 0).nonzero(),
        lambda x: bool((x > 0).any()),
    ],
)
def test_every_read_counts(read):
    x = torch.ones(3)
    with Reads() as counted:
        read(x)
    assert counted.count >= 1


def test_steps_without_a_read_count_nothing():
    with Reads() as counted:
        (torch.ones(3) * 2)[torch.tensor([0, 2])].sum()
    assert counted.count == 0


def test_the_number_of_reads_depends_on_epochs_and_not_on_steps():
    def reads(epochs: int, batch_size: int) -> int:
        X = torch.rand(64, 64)
        steps = Steps(
            epochs, batch_size, 1e-3, 0.0, torch.float32, "one-cycle", Augmentation((8, 8, 1), 0.1, 10.0, 0.0, 0.0)
        )
        with Reads() as counted:
            pretrain(
                network(),
                X,
                steps,
                contrastive_weight=0.5,
                generator=torch.Generator(),
                progress=no_progress,
            )
            refine(
                network(),
                torch.rand(4, 5),
                torch.zeros(64, dtype=torch.int64),
                X,
                steps,
                weights=LossWeights(1.0, 0.5, contrast=0.1, triplet=0.1),
                target=Target(final_power=3.0, warmup_epochs=1),
                update_interval=None,
                tol=0.0,
                generator=torch.Generator(),
                progress=no_progress,
            )
        return counted.count

    assert reads(epochs=2, batch_size=32) == reads(epochs=2, batch_size=4)
    assert reads(epochs=4, batch_size=32) == 2 * reads(epochs=2, batch_size=32)


def test_an_epoch_has_every_sample_once_and_no_batch_of_one():
    rows = batches(13, 4, torch.Generator().manual_seed(0), CPU)
    assert sorted(torch.cat(rows).tolist()) == list(range(13))
    assert [len(row) for row in rows] == [4, 4, 5]
    assert [len(row) for row in batches(1, 4, torch.Generator(), CPU)] == [1]


@pytest.mark.parametrize("n_samples", [1, 2, 8, 9, 10, 13])
@pytest.mark.parametrize("batch_size", [1, 4, 8])
def test_n_batches_is_the_number_of_batches(n_samples: int, batch_size: int):
    assert n_batches(n_samples, batch_size) == len(batches(n_samples, batch_size, torch.Generator(), CPU))


def test_one_cycle_rises_and_falls_over_the_phase():
    steps = Steps(4, 8, 0.1, 0.0, torch.float32, "one-cycle")
    optimizer = adam([network()], [], steps.lr, 0.0)
    schedule = steps.schedule(optimizer, 20)
    assert schedule is not None
    rates = []
    for _ in range(4 * n_batches(20, 8)):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    top = rates.index(max(rates))
    assert max(rates) == pytest.approx(0.1, rel=0.05)
    assert 2 <= top <= 4
    assert rates[: top + 1] == sorted(rates[: top + 1])
    assert rates[top:] == sorted(rates[top:], reverse=True)
    assert rates[-1] < 0.01
    assert Steps(4, 8, 0.1, 0.0, torch.float32).schedule(optimizer, 20) is None


def test_targets_come_from_original_images_and_are_the_first_labels_during_warm_up(monkeypatch: pytest.MonkeyPatch):
    """P is computed from the original images. During the warm-up it is the one-hot form of the first labels."""
    from methods.dec import refinement

    X = torch.rand(40, 64, generator=torch.Generator().manual_seed(0))
    start = torch.arange(40) % 4
    assigned, targets, trained = [], [], []
    soft_assign_all, step = refinement.soft_assign_all, refinement.clustering_step

    def watched_assign(made, centers, samples, precision):
        assigned.append(samples)
        return soft_assign_all(made, centers, samples, precision)

    def watched_step(made, centers, optimizer, x, p, weights, precision, second):
        trained.append(x)
        targets.append(p)
        return step(made, centers, optimizer, x, p, weights, precision, second)

    monkeypatch.setattr(refinement, "soft_assign_all", watched_assign)
    monkeypatch.setattr(refinement, "clustering_step", watched_step)
    refine(
        network(),
        torch.rand(4, 5),
        start,
        X,
        Steps(2, 40, 1e-3, 0.0, torch.float32, augmentation=Augmentation((8, 8, 1), 0.1, 10.0, 0.0, 0.0)),
        weights=LossWeights(1.0, 0.5),
        target=Target(warmup_epochs=1),
        update_interval=None,
        tol=0.0,
        generator=torch.Generator().manual_seed(0),
        progress=no_progress,
    )
    assert all(samples is X for samples in assigned)
    rows = {tuple(row) for row in X.tolist()}
    assert not any(tuple(row) in rows for row in trained[0].tolist())
    assert set(targets[0].unique().tolist()) == {0.0, 1.0}
    assert targets[0].sum(0).tolist() == [10.0] * 4
    assert float(targets[1].min()) > 0
    assert float(targets[1].max()) < 1


def test_step_equals_plain_pytorch():
    """The step equals Adam and MSE in plain PyTorch, on a network without dropout."""
    ours, theirs = network(), network()
    ours.dropout.p = theirs.dropout.p = 0.0
    x = torch.rand(16, 64, generator=torch.Generator().manual_seed(1))
    optimizer = adam([ours], [], 1e-2, 0.0)
    plain = torch.optim.Adam(theirs.parameters(), lr=1e-2)
    for _ in range(3):
        loss = pretraining_step(ours, optimizer, x, torch.float32)
        plain.zero_grad()
        expected = ((theirs(x) - x) ** 2).mean()
        expected.backward()
        plain.step()
        assert float(loss) == pytest.approx(float(expected.detach()), rel=1e-4)


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


@pytest.mark.parametrize("before", [True, False])
def test_float32_on_cuda_is_not_rounded_and_the_setting_comes_back(before: bool, monkeypatch: pytest.MonkeyPatch):
    """TF32 has 10 bits: codes would differ from those of a processor in the third digit. The flag needs no GPU."""
    monkeypatch.setattr(torch.backends.cudnn, "allow_tf32", before)
    with autocast(torch.device("cuda"), torch.float32):
        assert not torch.backends.cudnn.allow_tf32
    assert torch.backends.cudnn.allow_tf32 == before
    with autocast(CPU, torch.float32):
        assert torch.backends.cudnn.allow_tf32 == before
