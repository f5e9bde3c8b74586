"""Where the costly quantities of metrics are computed: on the processor, or on a GPU."""

from collections.abc import Sequence
from typing import Protocol

from bench.metrics.arrays import FloatArray, IntArray
from bench.metrics.prototypes import quantization_error
from bench.metrics.scatter import Scatter, scatter
from bench.metrics.silhouette.sampled import Estimate, estimate_silhouettes
from bench.metrics.silhouette.sums import ShareCallback


class OutOfDeviceMemoryError(Exception):
    """A GPU has too little free memory for the metrics."""


class Engine(Protocol):
    """Computes what metrics read. The values of two engines differ by less than 1e-6."""

    @property
    def name(self) -> str:
        """The device, as scores name it."""

    def silhouettes(
        self, X: FloatArray, labelings: Sequence[IntArray], on_share: ShareCallback | None = None
    ) -> list[Estimate]:
        """As `bench.metrics.silhouette.sampled.estimate_silhouettes`."""

    def scatter(self, X: FloatArray, labels: IntArray) -> Scatter:
        """As `bench.metrics.scatter.scatter`."""

    def quantization_error(self, X: FloatArray, units: FloatArray) -> float:
        """As `bench.metrics.prototypes.quantization_error`."""

    def close(self) -> None:
        """Free the memory that the engine keeps."""


class Processor:
    """Computes on the cores of the processor."""

    name = "cpu"

    def silhouettes(
        self, X: FloatArray, labelings: Sequence[IntArray], on_share: ShareCallback | None = None
    ) -> list[Estimate]:
        """The mean silhouette of each labeling."""
        return estimate_silhouettes(X, labelings, on_share)

    def scatter(self, X: FloatArray, labels: IntArray) -> Scatter:
        """Sizes, centres and dispersions of the clusters."""
        return scatter(X, labels)

    def quantization_error(self, X: FloatArray, units: FloatArray) -> float:
        """Mean distance of a sample to its nearest prototype."""
        return quantization_error(X, units)

    def close(self) -> None:
        """Nothing is kept."""


PROCESSOR = Processor()


def engine_on(device: str) -> Engine:
    """The engine for the device of a run, such as `cuda:1`. Metal (`mps`) has no float64, so the processor computes.

    Only an engine for CUDA loads PyTorch, and it starts CUDA only when it computes.

    >>> engine_on("cpu").name
    'cpu'
    """
    if not device.startswith("cuda"):
        return PROCESSOR
    from bench.metrics.device.engine import DeviceEngine

    return DeviceEngine(device)
