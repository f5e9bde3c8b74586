"""The encoder and the soft assignment of a fitted DEC as ONNX, which other programs run without torch."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from methods.dec.autoencoder import Autoencoder
from methods.dec.objective import soft_assignments
from methods.errors import MethodError

INPUT, OUTPUTS = "samples", ("codes", "soft_assignments")
TOLERANCE = 1e-4
"""Largest difference from torch, of soft assignments and of codes; of codes beyond 1, relative to the largest one."""


class Assigner(nn.Module):
    """Samples, (n, n_features), to codes, (n, latent_dim), and their soft assignments, (n, n_clusters)."""

    centers: Tensor

    def __init__(self, network: Autoencoder, centers: NDArray[np.float32]) -> None:
        super().__init__()
        self.network = deepcopy(network).cpu().eval()
        self.register_buffer("centers", torch.from_numpy(centers.copy()))

    def forward(self, samples: Tensor) -> tuple[Tensor, Tensor]:
        codes = self.network.encode(samples)
        return codes, soft_assignments(codes, self.centers)


def onnx_file(assigner: Assigner, samples: NDArray[np.float32]) -> tuple[bytes, float]:
    """The ONNX file, and its largest difference from torch on `samples`, (n, n_features), n ≥ 2.

    The input `samples` has any number of rows. Raises MethodError if a library is not installed, or if the difference
    is larger than TOLERANCE.
    """
    try:
        import onnxruntime
        import onnxscript  # noqa: F401  # torch needs it and does not say so before it has traced the network
    except ImportError as error:
        raise MethodError(f"ONNX needs {error.name}, which is not installed: pip install 'dec-bench[onnx]'") from error
    rows = torch.from_numpy(samples.copy())
    content = _exported(assigner, rows)
    session: Any = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    difference = 0.0
    with torch.no_grad():
        for part in (rows, rows[:1]):  # also another number of rows
            ours = assigner(part)
            theirs = session.run(list(OUTPUTS), {INPUT: part.numpy()})
            for one, other in zip(ours, theirs, strict=True):
                scale = max(1.0, float(one.abs().max()))
                difference = max(difference, float(np.abs(one.numpy() - other).max()) / scale)
    if not difference <= TOLERANCE:
        raise MethodError(
            f"the ONNX model differs from torch by {difference:.2g}; expected at most {TOLERANCE:g}; nothing is written"
        )
    return content, difference


def _exported(assigner: Assigner, rows: Tensor) -> bytes:
    with _quiet():
        program = torch.onnx.export(
            assigner,
            (rows,),
            dynamo=True,
            verbose=False,
            input_names=[INPUT],
            output_names=list(OUTPUTS),
            dynamic_shapes=({0: torch.export.Dim("n")},),
        )
    assert program is not None
    model = program.model_proto
    for node in model.graph.node:
        node.ClearField("metadata_props")  # lines of this machine's source files, and their paths
    content: bytes = model.SerializeToString()
    return content


@contextmanager
def _quiet() -> Iterator[None]:
    """Without torch's lines about libraries that this network does not use, and about its own old functions."""
    logger = logging.getLogger("torch.onnx")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)
