"""Views: samples as images that can be drawn."""

from collections.abc import Callable

import numpy as np

from bench.report.figures.views import FitView


def test_images_with_opacity_are_shown_on_white(fit_view: Callable[..., FitView]):
    """The colours are multiplied by the opacity, so half of an opaque 0.6 is stored as 0.3 and shown as 0.8."""
    pixels = np.float32([[0.6, 1, 0.3, 0.5, 0, 0]])
    shown = fit_view(image_shape=(1, 3, 2)).images(pixels)
    assert shown is not None
    assert shown.shape == (1, 1, 3, 1)
    np.testing.assert_allclose(shown.reshape(-1), [0.6, 0.8, 1], rtol=1e-6)
    shown = fit_view(image_shape=(1, 1, 4)).images(np.float32([[0.25, 0, 0.5, 0.5]]))
    assert shown is not None
    np.testing.assert_allclose(shown.reshape(-1), [0.75, 0.5, 1], rtol=1e-6)


def test_images_of_one_and_three_channels_are_shown_as_they_are(fit_view: Callable[..., FitView]):
    pixels = np.float32([[0.2, 0.4, 0.6]])
    for shape in ((1, 3, 1), (1, 1, 3)):
        shown = fit_view(image_shape=shape).images(pixels)
        assert shown is not None
        np.testing.assert_array_equal(shown, pixels.reshape(1, *shape))
