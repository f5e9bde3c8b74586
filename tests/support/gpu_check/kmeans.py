"""K-Means on pixels with ten restarts: ours on the device, and scikit-learn's on the host."""

import numpy as np
from gpu_check import images
from gpu_check.clock import kernels, repeated, seconds
from gpu_check.facts import kernels_of
from gpu_check.goals import KMEANS, SKLEARN
from gpu_check.machine import Check
from gpu_check.turns import OURS
from sklearn import cluster

from methods import KMeans


def main() -> None:
    """Our turns come first: the time limit may cut the turn of scikit-learn off."""
    check = Check.of_environment()
    X = images.pixels(images.read(check)[0])
    model = KMeans(n_init=10, device=str(check.device), random_state=0)
    for turn, taken in enumerate(repeated(lambda: model.fit(X), check.device, check.turns)):
        check.turn(KMEANS, OURS, turn, taken, len(X), f"inertia {model.inertia_:.8g}")
    peer = cluster.KMeans(10, n_init=10, random_state=0)
    wide = X.astype(np.float64)
    taken = seconds(lambda: peer.fit(wide), check.device)
    check.turn(KMEANS, SKLEARN, 0, taken, len(X), f"inertia {peer.inertia_:.8g}")
    if (found := kernels(lambda: model.fit(X), check.device)) is not None:
        check.fact(KMEANS, kernels_of(OURS), float(found))


if __name__ == "__main__":
    main()
