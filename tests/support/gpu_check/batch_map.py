"""One epoch of the batch rule of a map with 10 × 10 units: ours on the device, and MiniSom's on the host."""

from functools import partial

from gpu_check import images
from gpu_check.clock import kernels, seconds
from gpu_check.facts import BYTES, kernels_of
from gpu_check.goals import MAP, MINISOM
from gpu_check.machine import Check
from gpu_check.turns import OURS
from minisom import MiniSom

from methods import SOM

EPOCHS = 500
"""Epochs whose time is measured: so many that the rest of a fit hardly counts."""


def main() -> None:
    """The time of an epoch is the difference of two fits, which differ only in their number of epochs."""
    check = Check.of_environment()
    X = images.pixels(images.read(check)[0])

    def fit(epochs: int) -> SOM:
        som = SOM(training="batch", rows=10, columns=10, epochs=epochs, device=str(check.device), random_state=0)
        return som.fit(X)

    fit(1)
    more = check.scaled(EPOCHS, 20)
    for turn in range(check.turns):
        taken = seconds(lambda: fit(1 + more), check.device) - seconds(lambda: fit(1), check.device)
        check.turn(MAP, OURS, turn, taken / more, len(X), f"{more} epochs")
    check.fact(MAP, BYTES, float(X.itemsize * X.shape[1]))
    peer = MiniSom(10, 10, X.shape[1], sigma=2.0, learning_rate=0.5, random_seed=0)
    peer.random_weights_init(X)
    check.turn(MAP, MINISOM, 0, seconds(lambda: peer.train_batch_offline(X, 1), check.device), len(X))
    one, two = (kernels(partial(fit, epochs), check.device) for epochs in (1, 2))
    if one is not None and two is not None:
        check.fact(MAP, kernels_of(OURS), float(two - one))


if __name__ == "__main__":
    main()
