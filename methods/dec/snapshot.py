"""A network and its centres at one moment of the training, so that later training can be undone."""

import torch
from torch import Tensor

from methods.dec.autoencoder import Autoencoder


class Snapshot:
    """Copies of the weights of a network and of its centres, (n_clusters, d)."""

    def __init__(self, network: Autoencoder, centers: Tensor) -> None:
        self._network, self._centers = network, centers
        self._kept: tuple[dict[str, Tensor], Tensor] | None = None

    @property
    def is_taken(self) -> bool:
        return self._kept is not None

    def take(self) -> None:
        """Copy the weights and the centres that are there now."""
        weights = {name: weight.clone() for name, weight in self._network.state_dict().items()}
        self._kept = weights, self._centers.detach().clone()

    def put_back(self) -> None:
        """Set the weights and the centres that were copied, in place. Without a copy, nothing changes."""
        if self._kept is None:
            return
        weights, centers = self._kept
        self._network.load_state_dict(weights)
        with torch.no_grad():
            self._centers.copy_(centers)
