"""Images among the marks of a figure."""

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

Images = NDArray[np.float32]
"""(n, height, width, channels), nominally in [0, 1]."""


def show_image(ax: Axes, image: NDArray[np.float32]) -> None:
    """An image that fills its axes, dark on white where it is grey; what leaves [0, 1] is cut off."""
    grey = image.shape[-1] == 1
    ax.imshow(np.clip(image[..., 0] if grey else image, 0, 1), cmap="Greys", vmin=0, vmax=1, interpolation="nearest")
    ax.set_xticks([])
    ax.set_yticks([])
    ax.grid(False)
    for spine in ax.spines.values():
        spine.set_visible(False)
