"""ClustPy's IDEC at the epochs of our whole fit, on the same card, if ClustPy is installed."""

import sys
from functools import partial
from importlib.util import find_spec

import torch
from gpu_check import images
from gpu_check.clock import seconds
from gpu_check.goals import CLUSTPY, SHA12
from gpu_check.machine import Check
from gpu_check.turns import ESTIMATED

EPOCHS = (50, 30)
"""Of pretraining and of clustering, in the fit that is compared."""
SHORT, LONG = (1, 1), (4, 2)
"""Epochs of the two fits that are timed: the whole one would take minutes."""


def main() -> None:
    """The whole time is that of the short fit and of all further epochs at the rate between the two fits."""
    if find_spec("clustpy") is None:
        sys.stdout.write("n/a: ClustPy is not installed here\n")
        return
    for name in ("nms", "qnms"):  # torchvision, which ClustPy's data sets need, expects these operators
        torch.library.define(f"torchvision::{name}", "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    from clustpy.deep import IDEC

    check = Check.of_environment()
    X = images.pixels(images.read(check)[0])

    def fit(pretraining: int, clustering: int) -> None:
        idec = IDEC(
            10,
            batch_size=256,
            pretrain_epochs=pretraining,
            clustering_epochs=clustering,
            random_state=0,
            device=check.device,
        )
        idec.fit(X)

    seconds(lambda: fit(1, 1), check.device)
    short, long = (seconds(partial(fit, *epochs), check.device) for epochs in (SHORT, LONG))
    rate = (long - short) / (sum(LONG) - sum(SHORT))
    whole = short + rate * (sum(EPOCHS) - sum(SHORT))
    note = f"{ESTIMATED} {short:.3g} s for {SHORT[0]} + {SHORT[1]} epochs, {long:.3g} s for {LONG[0]} + {LONG[1]}"
    check.turn(SHA12, CLUSTPY, 0, whole, sum(EPOCHS) * len(X), note)


if __name__ == "__main__":
    main()
