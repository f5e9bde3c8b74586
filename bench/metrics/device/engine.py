"""The engine of metrics on a device of PyTorch."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
import numpy.typing as npt
import torch

from bench.machine.memory import is_out_of_memory
from bench.metrics.arrays import FloatArray, IntArray
from bench.metrics.device import distances, prototypes, scatter
from bench.metrics.device.samples import Samples, upload
from bench.metrics.engine import OutOfDeviceMemoryError
from bench.metrics.scatter import Scatter
from bench.metrics.silhouette.cluster_sums import Labelings
from bench.metrics.silhouette.sampled import Estimate, estimate_silhouettes
from bench.metrics.silhouette.sums import ShareCallback
from methods import registry

_KEPT = 3
"""Number of arrays that stay on the device: the features and the reference space, which all fits share, and the codes
of the present fit."""


class DeviceEngine:
    """Computes on one device. The device is not used before the first call."""

    def __init__(self, device: str) -> None:
        """`device`: as PyTorch names it, such as `cuda:1`."""
        self._device = torch.device(device)
        self._kept: list[tuple[FloatArray, Samples]] = []

    @property
    def name(self) -> str:
        """The kind of the device, and the name of the GPU."""
        is_cuda = self._device.type == "cuda"
        return f"cuda ({torch.cuda.get_device_name(self._device)})" if is_cuda else f"torch {self._device.type}"

    def silhouettes(
        self, X: FloatArray, labelings: Sequence[IntArray], on_share: ShareCallback | None = None
    ) -> list[Estimate]:
        """The mean silhouette of each labeling."""
        with self._working():
            return estimate_silhouettes(X, labelings, on_share, self._add_distances)

    def scatter(self, X: FloatArray, labels: IntArray) -> Scatter:
        """Sizes, centres and dispersions of the clusters."""
        with self._working():
            return scatter.scatter(self._samples(X), labels)

    def quantization_error(self, X: FloatArray, units: FloatArray) -> float:
        """Mean distance of a sample to its nearest prototype."""
        with self._working():
            return prototypes.quantization_error(self._samples(X), units)

    def close(self) -> None:
        """Free the memory of the device."""
        self._kept.clear()
        if self._device.type == "cuda" and torch.cuda.is_initialized():
            torch.cuda.empty_cache()

    def _add_distances(
        self,
        X: FloatArray,
        labelings: Labelings,
        sums: npt.NDArray[np.float64],
        on_share: ShareCallback,
        places: IntArray | None = None,
    ) -> None:
        distances.add_distances(self._samples(X), labelings, sums, on_share, places)

    def _samples(self, X: FloatArray) -> Samples:
        """The samples on the device; uploaded, unless this array was one of the last that were used."""
        found = next((samples for array, samples in self._kept if array is X), None)
        others = [(array, samples) for array, samples in self._kept if array is not X][: _KEPT - 1]
        self._kept = others  # the memory of an older array is free for this one
        samples = upload(X, self._device) if found is None else found
        self._kept = [(X, samples), *others]
        return samples

    @contextmanager
    def _working(self) -> Iterator[None]:
        """Context of all work on the device. Raises OutOfDeviceMemoryError if its memory does not suffice."""
        try:
            with registry.same_bits(str(self._device)):
                yield
        except RuntimeError as error:
            if is_out_of_memory(error):
                raise OutOfDeviceMemoryError(str(error)) from None
            raise
