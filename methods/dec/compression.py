"""Smaller forms of a fitted DEC: its encoder and its centres, which are all that is needed to label samples."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from safetensors.torch import save
from torch import Tensor

from methods.base import FloatArray, IntArray
from methods.dec.estimator import DEC
from methods.dec.finetuning import Finetuning
from methods.dec.forms import Form
from methods.dec.inference import in_batches
from methods.dec.latent import generator
from methods.dec.objective import target_distribution
from methods.dec.onnx_file import Assigner, onnx_file
from methods.dec.pruning import check_channels, check_weights, smallest_weights_zero, weighted, without_channels
from methods.dec.quantization import pooled_last, quantized, session_labels
from methods.progress import ProgressCallback

CHECKED = 256
"""Largest number of samples on which the ONNX file is compared with torch."""
CALIBRATION = 1024
"""Largest number of samples from which the scales of the 8-bit activations come."""


@dataclass(frozen=True)
class Compressed:
    """One form of a model."""

    content: bytes
    """The file: safetensors with the encoder and the centres, or ONNX."""
    n_weights: int
    """Number of weights of convolutions and dense layers."""
    n_zeros: int
    """How many of them are zero before quantisation."""
    labeller: Callable[[int], Callable[[FloatArray], IntArray]]
    """From a number of threads to a function that labels samples, (n, n_features). The number is for onnxruntime; torch
    uses the threads of the process."""


class Compressor:
    """Makes the forms of one fitted DEC. It gets no true labels.

    Every form labels a sample with the nearest of `cluster_centers_`, so the clusters keep their order.
    """

    def __init__(self, model: DEC, X: FloatArray, seed: int) -> None:
        """`X`, (n_samples, n_features): samples of the fit, for fine-tuning and for the scales of integers.

        It is not changed, but has to be writable, because torch shares its memory.
        """
        self._model, self._X, self._seed = model, X, seed
        self._fitted = Assigner(model.network_, model.cluster_centers_)

    @staticmethod
    def check(model: DEC, form: Form) -> None:
        """Raise ValueError if a pruned form would be equal to the model."""
        if form.kind == "pruned":
            check_weights(model.network_.encoder, form.share)
        elif form.kind == "channels":
            check_channels(model.network_.encoder, form.share)

    def make(self, form: Form, epochs: int, progress: ProgressCallback) -> Compressed:
        """The model in that form. A pruned encoder is fine-tuned for `epochs` epochs, with the settings of the fit.

        Equal, to the bit, at each call with the same number of threads. Raises MethodError if an optional library is
        missing, TrainingDivergedError if the loss of the fine-tuning is not finite.
        """
        if form.kind == "onnx":
            return self._of_onnx(self._onnx)
        if form.kind == "int8":
            return self._of_onnx(quantized(self._onnx, self._drawn(CALIBRATION)))
        assigner = deepcopy(self._fitted)
        network = assigner.network
        if form.kind == "pruned":
            with smallest_weights_zero(network.encoder, form.share):
                self._finetune(assigner, epochs, progress)
        elif form.kind == "channels":
            network.encoder = without_channels(network.encoder, form.share)
            self._finetune(assigner, epochs, progress)
        return self._of_torch(assigner)

    def _finetune(self, assigner: Assigner, epochs: int, progress: ProgressCallback) -> None:
        steps = self._model._steps(self._X.shape[1], epochs, augmented=False)
        random = generator(self._seed, "compress")
        Finetuning(assigner.network, assigner.centers, self._samples, self._target, steps, random).train(progress)

    @cached_property
    def _samples(self) -> Tensor:
        return torch.from_numpy(self._X)

    @cached_property
    def _target(self) -> Tensor:
        """P of the fitted model, (n_samples, n_clusters)."""
        return target_distribution(in_batches(lambda x: self._fitted(x)[1], self._samples))

    @cached_property
    def _onnx(self) -> bytes:
        return onnx_file(pooled_last(deepcopy(self._fitted)), self._drawn(CHECKED))[0]

    def _drawn(self, n_samples: int) -> FloatArray:
        """At most that many samples, drawn with the seed of the fit."""
        rows = np.random.default_rng(self._seed).permutation(len(self._X))[:n_samples]
        drawn: FloatArray = self._X[rows]
        return drawn

    def _of_onnx(self, content: bytes) -> Compressed:
        counts = _counts(self._fitted)
        return Compressed(content, *counts, lambda threads: session_labels(content, threads))

    @staticmethod
    def _of_torch(assigner: Assigner) -> Compressed:
        weights = {f"encoder.{name}": value for name, value in assigner.network.encoder.state_dict().items()}
        arrays = {name: value.contiguous() for name, value in (weights | {"centers": assigner.centers}).items()}

        def labels(X: FloatArray) -> IntArray:
            shares = in_batches(lambda x: assigner(x)[1], torch.from_numpy(X))
            found: IntArray = shares.argmax(1).numpy()
            return found

        return Compressed(save(arrays), *_counts(assigner), lambda threads: labels)


def _counts(assigner: Assigner) -> tuple[int, int]:
    """The numbers of weights and of zeros among them."""
    weights = [layer.weight for layer in weighted(assigner.network.encoder)]
    return sum(w.numel() for w in weights), sum(int((w == 0).sum()) for w in weights)
