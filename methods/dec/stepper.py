"""The steps of a phase, one after the other: on CUDA they are recorded once and repeated as a graph."""

import warnings
from collections import Counter
from collections.abc import Callable
from typing import Protocol

import torch
from torch import Tensor

from methods.dec.autoencoder import Autoencoder

_EAGER_STEPS = 3
"""Steps with one number of samples before it is recorded: libraries and Adam get their memory in them."""

ADAM_EXPECTS_A_RECORDING = "This instance was constructed with capturable=True"
"""The beginning of a warning of PyTorch in each step that is not recorded. Adam does not know that later ones are."""


class Stepping(Protocol):
    """What a stepper needs of a phase."""

    X: Tensor
    network: Autoencoder

    def step(self, size: int) -> None:
        """One step on the next `size` samples; it reads and writes only tensors that stay at their place."""


def stepper(phase: Stepping) -> Callable[[int], None]:
    """A function that makes the next step, on the number of samples that it gets."""
    return GraphStepper(phase) if phase.X.device.type == "cuda" else phase.step


class GraphStepper:
    """Makes the steps of a phase on a GPU, with one graph for each number of samples.

    A step of a small network is hundreds of short kernels, and the processor takes longer to launch them than the GPU
    to run them. A graph is launched as one. The results are the same, to the bit: the first steps, which are not
    recorded, count as any other.
    """

    def __init__(self, phase: Stepping) -> None:
        self._phase = phase
        self._stream = torch.cuda.Stream(phase.X.device)
        self._pool = torch.cuda.graph_pool_handle()
        self._graphs: dict[int, torch.cuda.CUDAGraph] = {}
        self._n_eager: Counter[int] = Counter()

    def __call__(self, size: int) -> None:
        """The next step, on `size` samples."""
        with torch.cuda.device(self._phase.X.device):
            if size in self._graphs:
                self._graphs[size].replay()
            elif self._n_eager[size] < _EAGER_STEPS:
                self._n_eager[size] += 1
                self._eager_step(size)
            else:
                self._graphs[size] = self._recorded(size)
                self._graphs[size].replay()

    def _eager_step(self, size: int) -> None:
        """On the stream on which the step is recorded later."""
        current = torch.cuda.current_stream()
        self._stream.wait_stream(current)
        with torch.cuda.stream(self._stream), warnings.catch_warnings():
            warnings.filterwarnings("ignore", ADAM_EXPECTS_A_RECORDING, UserWarning)
            self._phase.step(size)
        current.wait_stream(self._stream)

    def _recorded(self, size: int) -> torch.cuda.CUDAGraph:
        """The graph of a step. Recording it computes nothing."""
        graph = torch.cuda.CUDAGraph()
        if (generator := self._phase.network.dropout.generator) is not None:
            graph.register_generator_state(generator)
        with torch.cuda.graph(graph, pool=self._pool, stream=self._stream):
            self._phase.step(size)
        return graph
