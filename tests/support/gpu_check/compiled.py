"""The rate of the tuned loop with torch.compile: how fast a compiler makes the training of sha12's autoencoder."""

import os
import shutil
import sys
from functools import partial

import torch
from gpu_check import images
from gpu_check.clock import seconds
from gpu_check.goals import COMPILED, PRETRAINING, TUNED
from gpu_check.machine import Check
from gpu_check.training import EPOCHS, tuned_loop


def why_not(device: torch.device) -> str:
    """Why the rate cannot be measured here; empty if it can."""
    if device.type != "cuda":
        return "torch.compile is measured on a GPU"
    compilers = os.environ.get("CC", ""), "gcc", "clang"
    return "" if any(map(shutil.which, compilers)) else "torch.compile needs a C compiler"


def main() -> None:
    """The first epoch, which compiles, is not counted."""
    check = Check.of_environment()
    if reason := why_not(check.device):
        sys.stdout.write(f"n/a: {reason}\n")
        return
    features = images.pixels(images.read(check)[0])
    train = tuned_loop(torch.from_numpy(features).view(-1, 1, 28, 28), check.device, compiled=True)
    train(1)
    epochs = check.scaled(EPOCHS[TUNED], 1)
    for turn in range(check.turns):
        taken = seconds(partial(train, epochs), check.device)
        check.turn(PRETRAINING, COMPILED, turn, taken, epochs * len(features))


if __name__ == "__main__":
    main()
