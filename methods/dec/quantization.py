"""Post-training quantisation to 8-bit integers by onnxruntime, and labels by its sessions.

onnxruntime has fast kernels of 8-bit convolutions and dense layers for processors. Of PyTorch's own ways, torch.ao is
deprecated, and the models of torchao need a C++ compiler where they are used.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from torch import nn

from methods.base import FloatArray, IntArray
from methods.dec.autoencoder import ReLUAfterPool
from methods.dec.inference import INFERENCE_BATCH
from methods.dec.onnx_file import INPUT, Assigner

QUANTIZED = ("Conv", "Gemm", "MaxPool", "Reshape", "Transpose")
"""The operators that get integers: those of the encoder. Distances to the centres and soft assignments stay float32."""


def pooled_last(assigner: Assigner) -> Assigner:
    """The same function with each ReLU before its max-pooling: then onnxruntime pools integers, too."""
    encoder = assigner.network.encoder
    for number, module in enumerate(encoder):
        if isinstance(module, ReLUAfterPool):
            encoder[number] = nn.Sequential(nn.ReLU(), nn.MaxPool2d(2))
    return assigner


def quantized(content: bytes, samples: FloatArray) -> bytes:
    """An ONNX file with 8-bit weights, one scale for each channel, and 8-bit activations.

    The scales of the activations come from their smallest and largest values on `samples`, (n, n_features). Weights use
    7 of the 8 bits: processors without VNNI instructions would cut sums of products of larger ones.
    """
    import onnx
    from onnxruntime import quantization

    class Batches(quantization.CalibrationDataReader):  # type: ignore[misc]
        def __init__(self) -> None:
            starts = range(0, len(samples), INFERENCE_BATCH)
            self.batches = iter([samples[start : start + INFERENCE_BATCH] for start in starts])

        def get_next(self) -> dict[str, FloatArray] | None:
            batch = next(self.batches, None)
            return None if batch is None else {INPUT: batch}

    with TemporaryDirectory() as folder, _quiet():
        path = Path(folder) / "int8.onnx"
        quantization.quantize_static(
            onnx.load_from_string(content),
            path,
            Batches(),
            quant_format=quantization.QuantFormat.QDQ,
            op_types_to_quantize=list(QUANTIZED),
            per_channel=True,
            reduce_range=True,
            activation_type=quantization.QuantType.QUInt8,
            weight_type=quantization.QuantType.QInt8,
        )
        return path.read_bytes()


def session_labels(content: bytes, threads: int) -> Callable[[FloatArray], IntArray]:
    """A function that labels samples, (n, n_features), with an ONNX file, in `threads` threads of onnxruntime."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.add_session_config_entry("session.force_spinning_stop", "1")  # else its threads slow down what runs next
    session: Any = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])

    def labels(X: FloatArray) -> IntArray:
        starts = range(0, len(X), INFERENCE_BATCH)
        shares = [session.run(["soft_assignments"], {INPUT: X[s : s + INFERENCE_BATCH]})[0] for s in starts]
        found: IntArray = np.concatenate(shares).argmax(axis=1)
        return found

    return labels


@contextmanager
def _quiet() -> Iterator[None]:
    """Without onnxruntime's advice to prepare the file, which torch has done: batch norms are folded already."""
    logger = logging.getLogger()
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)
