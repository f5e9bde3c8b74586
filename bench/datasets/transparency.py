"""Transparent pixels: composed onto white or black, or kept as a further channel."""

from typing import Any, Literal

import numpy as np
import numpy.typing as npt

_ROWS = 256  # rows of an image at once: a limit on memory


def composed(
    values: npt.NDArray[Any],
    alpha: npt.NDArray[np.float32],
    limits: tuple[float, float],
    onto: Literal["white", "black"],
) -> npt.NDArray[Any]:
    """What a viewer shows on this background: α · colour + (1 − α) · background, in the type of `values`.

    `values` is (height, width, channels) with these limits, and `alpha` is (height, width), 0 where it is transparent.

    >>> composed(np.uint8([[[200]]]), np.float32([[0.5]]), (0, 255), "white").tolist()
    [[[228]]]
    """
    background = np.float32(limits[1] if onto == "white" else limits[0])
    result = np.empty_like(values)
    for start in range(0, len(values), _ROWS):
        rows = slice(start, start + _ROWS)
        opacity = alpha[rows, :, None]
        mixed = opacity * values[rows] + (1 - opacity) * background
        result[rows] = mixed if values.dtype.kind == "f" else np.rint(mixed)
    return result


def with_opacity(values: npt.NDArray[np.float32], alpha: npt.NDArray[np.float32] | None) -> npt.NDArray[np.float32]:
    """Colours in [0, 1], multiplied by their opacity, and the opacity as the last channel.

    So transparent pixels have no colour, and a mean of several images, such as a prototype, is again such an image.
    """
    if alpha is None:
        return np.concatenate([values, np.ones((*values.shape[:2], 1), np.float32)], axis=2)
    return np.concatenate([values * alpha[..., None], alpha[..., None]], axis=2)
