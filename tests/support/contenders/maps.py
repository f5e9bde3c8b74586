"""Self-organizing maps: ours beside MiniSom."""

import numpy as np
import torch
from contenders.data import pixels
from contest import Facts, Run, Scale
from minisom import MiniSom

from methods.base import nearest
from methods.batch_map import DECAYS, train_batch
from methods.som import SOM

SIGMA, RATE = 2.0, 0.5


def minisom(X: np.ndarray) -> MiniSom:
    som = MiniSom(10, 10, X.shape[1], sigma=SIGMA, learning_rate=RATE, random_seed=0)
    som.random_weights_init(X)
    return som


def shape(codebook: np.ndarray) -> Facts:
    """The codebook's mean and the norm of one of its vectors: their digits show whether two codebooks are equal."""
    return {"mean": float(codebook.mean()), "norm of unit 42": float(np.linalg.norm(codebook[42]))}


def our_epoch(scale: Scale) -> Run:
    X = pixels(scale)
    samples = torch.from_numpy(X)
    start = torch.from_numpy(minisom(X).get_weights().reshape(100, -1).astype(np.float32))

    def run():
        codebook = train_batch(
            samples,
            start,
            (10, 10),
            epochs=1,
            batch_size=None,
            sigma=lambda done: DECAYS["asymptotic_decay"](SIGMA, done),
            learning_rate=lambda done: DECAYS["asymptotic_decay"](RATE, done),
            generator=torch.Generator(),
            progress=lambda progress: None,
        )
        return lambda: shape(codebook.numpy())

    return run


def minisoms_epoch(scale: Scale) -> Run:
    X = pixels(scale)

    def run():
        som = minisom(X)
        som.train_batch_offline(X, 1)
        return lambda: shape(som.get_weights().reshape(100, -1))

    return run


SEEDS = (0, 1, 2)


def quantization_error(X: np.ndarray, codebooks: list[np.ndarray]) -> Facts:
    """The quantization error of each seed, and their mean."""
    errors = []
    for codebook in codebooks:
        units = codebook.astype(np.float32)
        errors.append(float(np.linalg.norm(X - units[nearest(X, units)], axis=1).mean()))
    return {"quantization error": float(np.mean(errors))} | {f"seed {s}": e for s, e in zip(SEEDS, errors, strict=True)}


def our_map(scale: Scale) -> Run:
    """Four passes in batches of 512, with each seed."""
    X = pixels(scale)
    som = SOM(training="batch", batch_size=512, epochs=4, device="cpu")

    def run():
        codebooks = [som._train_batch(X, seed, lambda progress: None) for seed in SEEDS]
        return lambda: quantization_error(X, codebooks)

    return run


def minisoms_map(scale: Scale) -> Run:
    """One step per image, with the radius, the learning rate and the decays of our online training."""
    X = pixels(scale)

    def run():
        codebooks = []
        for seed in SEEDS:
            som = MiniSom(
                10,
                10,
                X.shape[1],
                sigma=2.0,
                learning_rate=0.25,
                decay_function="linear_decay_to_zero",
                random_seed=seed,
            )
            som.random_weights_init(X)
            som.train(X, len(X), random_order=True)
            codebooks.append(som.get_weights().reshape(100, -1))
        return lambda: quantization_error(X, codebooks)

    return run
