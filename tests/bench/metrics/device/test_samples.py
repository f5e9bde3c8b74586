"""Samples on a device: to the bit those of X, as bytes if they are 8-bit images, whose distances are exact."""

import numpy as np
import pytest
import torch

from bench.metrics.device.images import Images
from bench.metrics.device.points import Points
from bench.metrics.device.samples import upload
from bench.metrics.silhouette.pixels import LEVELS, MAX_FEATURES

pytestmark = pytest.mark.usefixtures("small_tiles")


def levels(n_samples: int = 150, n_features: int = 45) -> np.ndarray:
    """Random levels, with the lowest and the highest in whole images."""
    drawn = np.random.default_rng(0).integers(0, 256, (n_samples, n_features), dtype=np.int64)
    drawn[0], drawn[1], drawn[2] = 0, 255, 255
    return drawn


def test_images_are_kept_as_bytes_and_are_equal_to_the_bit(device: torch.device, exact_bytes: None) -> None:
    X = LEVELS[levels()]
    samples = upload(X, device)
    assert isinstance(samples, Images)
    assert (samples._values.dtype, samples._values.shape) == (torch.int8, (150, 48))
    chosen = torch.tensor([149, 0, 1, 1], device=device)
    np.testing.assert_array_equal(samples.numbers(chosen).cpu().numpy(), X[[149, 0, 1, 1]].astype(float))


def test_squared_distances_of_images_are_exact(device: torch.device, exact_bytes: None) -> None:
    drawn = levels()
    samples = upload(LEVELS[drawn], device)
    rows, columns = torch.arange(32, device=device), torch.arange(86, 150, device=device)
    found = torch.empty((32, 64), dtype=torch.float64, device=device)
    samples.squares(samples.left(rows), samples.right(columns), found)
    expected = np.square(drawn[:32, None] - drawn[None, 86:]).sum(2)
    np.testing.assert_array_equal(found.cpu().numpy(), expected)


def test_the_largest_images_do_not_overflow(device: torch.device, exact_bytes: None) -> None:
    X = np.zeros((32, MAX_FEATURES), np.float32)
    X[1] = 1
    samples = upload(X, device)
    found = torch.empty((32, 32), dtype=torch.float64, device=device)
    everything = torch.arange(32, device=device)
    samples.squares(samples.left(everything), samples.right(everything), found)
    assert found[0, :2].tolist() == [0, 255.0**2 * MAX_FEATURES]
    assert found[1, :3].tolist() == [255.0**2 * MAX_FEATURES, 0, 255.0**2 * MAX_FEATURES]


@pytest.mark.parametrize(
    "change",
    [
        lambda X: X.astype(np.float64),
        lambda X: X + np.float32(1),
        lambda X: X * np.float32(0.999),
        lambda X: np.vstack([X, X[1:2] / 2]),
    ],
    ids=["float64", "out of range", "between levels", "in the last row"],
)
def test_other_data_stay_numbers_and_are_equal_to_the_bit(device: torch.device, change) -> None:
    X = change(LEVELS[levels()])
    samples = upload(X, device)
    assert isinstance(samples, Points)
    everything = torch.arange(len(X), device=device)
    np.testing.assert_array_equal(samples.numbers(everything).cpu().numpy(), X.astype(float))
    assert samples.largest == np.abs(X).max()


def test_numbers_of_other_types_are_kept_in_float64(device: torch.device) -> None:
    X = np.arange(12).reshape(4, 3)
    for each in (X, X.astype(">f4"), X.astype(np.float16)):
        samples = upload(each, device)
        np.testing.assert_array_equal(samples.numbers(torch.arange(4, device=device)).cpu().numpy(), X)


def test_a_processor_without_exact_products_keeps_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    def saturated(left: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
        return (left.int() @ right.int()).clamp(max=2**15 - 1)

    def missing(left: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
        raise RuntimeError("_int_mm is not supported")

    for product in (saturated, missing):
        monkeypatch.setattr(torch, "_int_mm", product)
        assert isinstance(upload(LEVELS[levels()], torch.device("cpu")), Points)


@pytest.mark.parametrize(("n_samples", "n_features"), [(3, 1), (17, 784), (100, 30)])
def test_products_of_bytes_keep_the_rules_of_cuda(
    monkeypatch: pytest.MonkeyPatch, n_samples: int, n_features: int
) -> None:
    """More than 16 rows, columns and features in multiples of 8, and both operands with one row after the other."""
    from bench.metrics.device.engine import DeviceEngine

    shapes = []

    def product(left: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
        shapes.append((left.shape[0], left.shape[1], right.shape[1]))
        assert left.dtype == right.dtype == torch.int8
        assert left.is_contiguous()
        assert right.T.is_contiguous()
        return left.int() @ right.int()

    monkeypatch.setattr(torch, "_int_mm", product)
    labels = np.arange(n_samples) % 2
    X = LEVELS[levels(max(n_samples, 3), n_features)]
    DeviceEngine("cpu").silhouettes(X, [labels])
    assert len(shapes) > 1
    assert all(rows > 16 and width % 16 == 0 and columns % 8 == 0 for rows, width, columns in shapes)
