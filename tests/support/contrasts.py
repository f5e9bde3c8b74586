"""The contrast of two colours (WCAG 2.2)."""

from typing import Any

import numpy as np
from matplotlib.colors import to_rgb


def contrast(one: Any, other: Any) -> float:
    """From 1 to 21; small text needs 4.5 (level AA)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Any) -> float:
    values = np.asarray(to_rgb(colour))
    linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])
