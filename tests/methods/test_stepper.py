"""Steps that are recorded once and repeated: the order of the steps without a GPU, and the bits on one."""

import hashlib
import inspect
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import torch

from methods.dec.augmentation import Augmentation
from methods.dec.autoencoder import Autoencoder
from methods.dec.inference import encode_all
from methods.dec.objective import Target
from methods.dec.phase import Phase
from methods.dec.presets import PRESETS
from methods.dec.pretraining import Pretraining
from methods.dec.refinement import LossWeights, Refinement
from methods.dec.stepper import ADAM_EXPECTS_A_RECORDING, GraphStepper, stepper
from methods.dec.training import Steps
from methods.device import choose_precision
from methods.progress import no_progress
from methods.same_bits import same_bits

SIZES = [4, 4, 2] * 6
CUDA = torch.device("cuda")


class Steps4And2:
    """A phase that only counts its steps."""

    def __init__(self) -> None:
        self.X = torch.zeros(10, 3)
        self.network = Autoencoder(PRESETS["mlp"], 2, 3, 0.3)
        self.network.dropout.generator = torch.Generator()
        self.made: list[int] = []
        self.recorded: list[int] = []
        self.recording = False

    def step(self, size: int) -> None:
        (self.recorded if self.recording else self.made).append(size)


@pytest.fixture
def phase(monkeypatch: pytest.MonkeyPatch) -> Steps4And2:
    """With a GPU that records what is done in `torch.cuda.graph`, and does it when the graph is replayed."""
    phase = Steps4And2()

    class Graph:
        registered: tuple[object, ...] = ()
        size = 0

        def register_generator_state(self, generator: torch.Generator) -> None:
            self.registered += (generator,)

        def replay(self) -> None:
            phase.made.append(self.size)

    class Stream:
        def __init__(self, _device: object = None) -> None:
            self.waited: list[object] = []

        def wait_stream(self, other: object) -> None:
            self.waited.append(other)

    @contextmanager
    def record(graph: Graph, **_options: Any) -> Iterator[None]:
        assert graph.registered == (phase.network.dropout.generator,)
        phase.recording = True
        yield
        phase.recording = False
        graph.size = phase.recorded[-1]

    @contextmanager
    def entered(*_arguments: object) -> Iterator[None]:
        yield

    current = Stream()
    for name, value in {
        "Stream": Stream,
        "CUDAGraph": Graph,
        "graph": record,
        "graph_pool_handle": object,
        "current_stream": lambda: current,
        "stream": entered,
        "device": entered,
    }.items():
        monkeypatch.setattr(torch.cuda, name, value)
    return phase


def test_every_step_is_made_once_and_in_order_and_each_number_of_samples_is_recorded_once(phase: Steps4And2):
    step = GraphStepper(phase)
    for size in SIZES:
        step(size)
    assert phase.made == SIZES
    assert sorted(phase.recorded) == [2, 4]


def test_a_short_phase_is_not_recorded(phase: Steps4And2):
    step = GraphStepper(phase)
    for size in (4, 4, 4):
        step(size)
    assert (phase.made, phase.recorded) == ([4, 4, 4], [])


def test_a_step_that_is_not_recorded_does_not_warn_about_adam(
    phase: Steps4And2, monkeypatch: pytest.MonkeyPatch, recwarn: pytest.WarningsRecorder
):
    """The warning would stand in the record of each fit on a GPU. Other warnings do."""
    assert ADAM_EXPECTS_A_RECORDING in inspect.getsource(torch.optim.Optimizer)

    def step(size: int) -> None:
        warnings.warn(f"{ADAM_EXPECTS_A_RECORDING}, but step() is running without it.", stacklevel=1)
        warnings.warn("another", stacklevel=1)

    monkeypatch.setattr(phase, "step", step)
    GraphStepper(phase)(4)
    assert [str(warning.message) for warning in recwarn] == ["another"]


def test_a_processor_makes_the_steps_of_the_phase_itself(phase: Steps4And2):
    assert stepper(phase) == phase.step


def images(n: int = 600) -> torch.Tensor:
    return torch.rand(n, 784, generator=torch.Generator().manual_seed(1))


def network(preset: str, dropout: float | None = None) -> Autoencoder:
    chosen = PRESETS[preset]
    share = chosen.training.dropout if dropout is None else dropout
    made = Autoencoder(chosen, 10, 784 if chosen.hidden else (28, 28, 1), share)
    made.initialise(torch.Generator().manual_seed(0))
    return made


def phases(preset: str, device: torch.device, precision: torch.dtype, dropout: float | None = None) -> list[Phase]:
    """Pretraining and clustering, whose last batches are smaller, on one network.

    A preset that augments images has two views of each, and all losses.
    """
    made, X = network(preset, dropout).to(device), images().to(device)
    augments = PRESETS[preset].training.augment
    augmentation = Augmentation((28, 28, 1), 0.1, 10.0, 0.1, 10.0) if augments else None
    steps = Steps(6, 128, 1e-3, 1e-4, precision, "one-cycle", augmentation)
    centers = torch.rand(4, 10, generator=torch.Generator().manual_seed(2)).to(device)
    of_pairs = 0.1 if augments else 0.0
    return [
        Pretraining(made, X, steps, contrastive_weight=of_pairs, generator=torch.Generator().manual_seed(3)),
        Refinement(
            made,
            centers,
            torch.zeros(len(X), dtype=torch.int64, device=device),
            X,
            steps,
            weights=LossWeights(1.0, 0.5, of_pairs, of_pairs),
            target=Target(),
            update_interval=None,
            tol=0.0,
            generator=torch.Generator().manual_seed(4),
        ),
    ]


def digest(of: list[Phase]) -> str:
    """SHA-256 of the losses of both phases, the weights and the codes at the end."""
    histories = [phase.train(no_progress) for phase in of]
    made, X = of[0].network, of[0].X
    tensors = [*made.state_dict().values(), encode_all(made, X)]
    content = b"".join(tensor.detach().cpu().numpy().tobytes() for tensor in tensors)
    return hashlib.sha256(content + repr(histories).encode()).hexdigest()


@pytest.mark.cuda
@pytest.mark.parametrize("preset", ["sha12", "tanh128", "mlp", "doubled", "quick"])
def test_graphs_and_single_steps_give_the_same_bits_on_cuda(preset: str, monkeypatch: pytest.MonkeyPatch):
    precision = choose_precision(CUDA)
    of_graphs = digest(phases(preset, CUDA, precision))
    assert digest(phases(preset, CUDA, precision)) == of_graphs
    monkeypatch.setattr("methods.dec.phase.stepper", lambda phase: phase.step)
    assert digest(phases(preset, CUDA, precision)) == of_graphs


@pytest.mark.cuda
@pytest.mark.parametrize("preset", ["sha12", "mlp", "quick"])
def test_no_epoch_on_cuda_waits_for_the_gpu(preset: str):
    """Four epochs: their steps are single ones, then recordings, then repetitions of both numbers of samples."""
    for phase in phases(preset, CUDA, choose_precision(CUDA)):
        step = stepper(phase)
        phase.before_step(0, 0)
        with same_bits(CUDA):
            for _ in range(4):
                phase._begin_epoch()
                torch.cuda.set_sync_debug_mode("error")
                try:
                    for size in phase.sizes:
                        step(size)
                finally:
                    torch.cuda.set_sync_debug_mode("default")


@pytest.mark.cuda
@pytest.mark.parametrize("preset", ["sha12", "tanh128", "mlp"])
def test_cuda_and_the_processor_agree_in_float32_without_dropout(preset: str):
    """First loss, gradients of the first step, and codes of equal weights."""
    found = []
    for device in (torch.device("cpu"), CUDA):
        phase = phases(preset, device, torch.float32, dropout=0.0)[0]
        phase._begin_epoch()
        phase.step(128)
        gradients = [parameter.grad.cpu() for parameter in phase.network.parameters()]
        codes = encode_all(network(preset, 0.0).to(device), images().to(device)).cpu()
        found.append((float(phase._totals) / 128, gradients, codes))
    (loss, gradients, codes), (loss_on_cuda, gradients_on_cuda, codes_on_cuda) = found
    assert loss_on_cuda == pytest.approx(loss, rel=1e-5)
    for one, other in zip(gradients, gradients_on_cuda, strict=True):
        torch.testing.assert_close(other, one, atol=1e-4 * float(one.abs().max()), rtol=0)
    torch.testing.assert_close(codes_on_cuda, codes, atol=1e-5, rtol=1e-5)
