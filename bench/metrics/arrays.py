"""Types of arrays, and blocks of rows that limit the use of memory."""

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

FloatArray: TypeAlias = npt.NDArray[np.floating[Any]]
IntArray: TypeAlias = npt.NDArray[np.integer[Any]]
Float32Array: TypeAlias = npt.NDArray[np.float32]


def row_blocks(n_rows: int, size: int = 2048) -> list[slice]:
    """Divide rows into blocks of `size`; the last block may be smaller. 2048 rows of 784 float64 need 13 MB.

    >>> row_blocks(5, 3)
    [slice(0, 3, None), slice(3, 5, None)]
    """
    return [slice(start, min(start + size, n_rows)) for start in range(0, n_rows, size)]
