"""The exact silhouette: ours on the device, and scikit-learn's on a part of the samples, on the host."""

from functools import partial

import numpy as np
from gpu_check import images
from gpu_check.clock import kernels, repeated, seconds
from gpu_check.facts import FLOAT64, OPERATIONS, kernels_of
from gpu_check.goals import SILHOUETTE_64, SILHOUETTE_784, SKLEARN
from gpu_check.machine import Check
from gpu_check.turns import ESTIMATED, OURS
from sklearn import metrics

from bench.metrics.engine import engine_on

PART = 10_000
"""Samples of scikit-learn's turns: all of them take it minutes, and its time is proportional to their square."""


def codes(n_samples: int) -> tuple[images.FloatArray, images.IntArray]:
    """Ten overlapping clusters in 64 dimensions, (n_samples, 64), and their labels."""
    random = np.random.default_rng(0)
    labels = random.integers(0, 10, n_samples)
    centres = random.normal(size=(10, 64))
    return (centres[labels] + random.normal(size=(n_samples, 64))).astype(np.float32), labels


def silhouette(X: images.FloatArray, labels: images.IntArray, device: str) -> float:
    """The exact mean silhouette, from arrays in the memory of the host."""
    return engine_on(device).silhouettes(X, [labels])[0].mean


def compare(check: Check, work: str, X: images.FloatArray, labels: images.IntArray) -> None:
    """Keep the turns of both sides, and how far they differ on the part."""
    ours = partial(silhouette, X, labels, str(check.device))
    for turn, taken in enumerate(repeated(ours, check.device, check.turns)):
        check.turn(work, OURS, turn, taken, len(X))
    part, of_part = X[:PART], labels[:PART]
    factor = (len(X) / len(part)) ** 2
    for turn in range(2):
        taken = seconds(lambda: metrics.silhouette_score(part, of_part), check.device)
        note = "" if factor == 1 else f"{ESTIMATED} {taken:.3g} s for {len(part):,} samples, × {factor:.3g}"
        check.turn(work, SKLEARN, turn, taken * factor, len(X), note)
    difference = silhouette(part, of_part, str(check.device)) - metrics.silhouette_score(part, of_part)
    check.fact(work, "difference from scikit-learn", float(abs(difference)))
    if work == SILHOUETTE_64:  # pixels are multiplied as bytes, whose rate is no ceiling here
        check.fact(work, OPERATIONS[FLOAT64], 2.0 * len(X) * X.shape[1])


def main() -> None:
    check = Check.of_environment()
    shown, labels = images.read(check)
    points = {SILHOUETTE_64: codes(len(shown)), SILHOUETTE_784: (images.pixels(shown), labels)}
    for work, (X, clusters) in points.items():
        compare(check, work, X, clusters)
    for work, (X, clusters) in points.items():
        if (found := kernels(partial(silhouette, X, clusters, str(check.device)), check.device)) is not None:
            check.fact(work, kernels_of(OURS), float(found))


if __name__ == "__main__":
    main()
