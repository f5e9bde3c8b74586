"""A digest of a batch map, computed in this process or in a new one."""

from hashlib import sha256

import numpy as np

from methods.som import SOM


def digest(device: str, batch_size: int | None) -> str:
    """SHA-256 of the codebook and the labels of a map of 5,000 random samples with 300 features."""
    X = np.random.default_rng(0).random((5000, 300), dtype=np.float32)
    som = SOM(5, training="batch", epochs=3, batch_size=batch_size, random_state=3, device=device).fit(X)
    return sha256(som.prototypes_.tobytes() + som.labels_.tobytes()).hexdigest()
