"""Copies arrays of numpy to a device."""

import numpy as np
import torch

from bench.metrics.arrays import FloatArray

UPLOAD_ROWS = 4096
"""Rows that are uploaded at once: 13 MB for images of 784 pixels."""


def on_device(rows: FloatArray, device: torch.device) -> torch.Tensor:
    """The rows on the device. On the processor, the tensor may share their memory, so it must not be changed."""
    contiguous = np.ascontiguousarray(rows)
    if not contiguous.flags.writeable:  # PyTorch has no read-only tensors, and warns
        contiguous = contiguous.copy()
    return torch.from_numpy(contiguous).to(device)
