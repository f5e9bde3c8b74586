"""Classes of other packages for docs/results/peers.sh, which names them as `peers:CLASS`.

`DEC`, `IDEC` and `DCN` are ClustPy's own classes, unchanged. `N2D` and `TorchSOM` add arguments without which the
package cannot run. The last four classes are DEC and IDEC of this project and of ClustPy with equal settings: dense
layers 500-500-2000-10 with ReLU, batches of 256, Adam without weight decay, learning rate 1e-3 in the pretraining and
1e-4 in the clustering phase, 20 restarts of K-Means at its start, no early stop, and labels by the largest soft
assignment. Epochs, batches, learning rates and loss weights are the defaults of ClustPy 0.0.3.
"""

import importlib
import sys
from typing import Any, Self

import numpy as np
import torch
import torchsom
from numpy.typing import NDArray

import methods


def _import_torchvision() -> None:
    """Import torchvision, also PyPI's beside the CPU build of torch, where its compiled operators are missing.

    ClustPy's data sets import it. Nothing here uses these operators; it is enough that they are declared.
    """
    try:
        importlib.import_module("torchvision")
    except RuntimeError:
        for name in ("nms", "qnms"):
            torch.library.define(f"torchvision::{name}", "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        for name in [name for name in sys.modules if name.partition(".")[0] == "torchvision"]:
            del sys.modules[name]


_import_torchvision()
deep = importlib.import_module("clustpy.deep")
DEC, IDEC, DCN = deep.DEC, deep.IDEC, deep.DCN
OurDEC = methods.DEC  # this loads its modules, so that no fit loads them while it is timed

LAYERS = (500, 500, 2000, 10)
BATCH, LR, CLUSTERING_LR, RESTARTS = 256, 1e-3, 1e-4, 20


class N2D(deep.N2D):
    """ClustPy's N2D with a map of two dimensions.

    Its default is a t-SNE of `n_clusters` dimensions. scikit-learn's t-SNE has at most three. Two are in the example of
    ClustPy's documentation.
    """

    def __init__(self, n_clusters: int = 8, random_state: int | None = None) -> None:
        super().__init__(n_clusters, manifold_params={"n_components": 2}, random_state=random_state)


class TorchSOM:
    """TorchSOM with its defaults: a map learns, its units are grouped by K-Means, and a sample has its unit's group.

    Its map has no default size; it gets the 10 × 10 units of `som`.
    """

    def __init__(self, n_clusters: int = 10, rows: int = 10, columns: int = 10, random_state: int = 0) -> None:
        self.n_clusters, self.rows, self.columns, self.random_state = n_clusters, rows, columns, random_state

    def fit(self, X: NDArray[np.float32], y: object = None) -> Self:
        samples = torch.tensor(X)
        som = torchsom.SOM(self.rows, self.columns, X.shape[1], random_seed=self.random_state)
        som.initialize_weights(samples)
        som.fit(samples, verbose=False)
        groups = som.cluster(n_clusters=self.n_clusters, random_state=self.random_state)["labels"]
        rows, columns = som.identify_bmus(samples).T
        self.labels_ = groups[rows * self.columns + columns].cpu().numpy() - 1
        return self


class _Equal:
    """The settings of one row. The weights multiply KL(P‖Q) and the squared error, summed over pixels."""

    kl_weight: float = 1.0
    error_weight: float = 0.0

    def __init__(
        self,
        n_clusters: int = 10,
        pretrain_epochs: int = 100,
        clustering_epochs: int = 150,
        random_state: int | None = None,
    ) -> None:
        self.n_clusters, self.random_state = n_clusters, random_state
        self.pretrain_epochs, self.clustering_epochs = pretrain_epochs, clustering_epochs


class EqualDEC(_Equal):
    """DEC of this project. A warm fit is the clustering phase, so that it has a learning rate of its own."""

    def fit(self, X: NDArray[np.float32], y: object = None) -> Self:
        dec = OurDEC(
            self.n_clusters,
            preset="mlp",
            pretrain_epochs=self.pretrain_epochs,
            epochs=0,
            lr=LR,
            batch_size=BATCH,
            n_init=RESTARTS,
            kl_weight=self.kl_weight,
            reconstruction_weight=self.error_weight * X.shape[1],  # of the mean over pixels
            tol=0.0,
            warm_start=True,
            random_state=self.random_state,
        )
        dec.fit(X)
        self.model_ = dec.set_params(epochs=self.clustering_epochs, lr=CLUSTERING_LR).fit(X)
        self.labels_ = self.model_.labels_
        return self


class EqualClustPyDEC(_Equal):
    """DEC of ClustPy. `labels_` are its `dec_labels_`; its own are those of another K-Means on the codes."""

    def fit(self, X: NDArray[np.float32], y: object = None) -> Self:
        from clustpy.deep.neural_networks import FeedforwardAutoencoder

        network: dict[str, Any] = {"layers": [X.shape[1], *LAYERS], "activation_fn": torch.nn.ReLU}
        self.model_ = deep.IDEC(  # with ssl_loss_weight=0, it is its DEC
            self.n_clusters,
            batch_size=BATCH,
            pretrain_optimizer_params={"lr": LR},
            clustering_optimizer_params={"lr": CLUSTERING_LR},
            pretrain_epochs=self.pretrain_epochs,
            clustering_epochs=self.clustering_epochs,
            neural_network=(FeedforwardAutoencoder, network),
            embedding_size=LAYERS[-1],
            clustering_loss_weight=self.kl_weight,
            ssl_loss_weight=self.error_weight,
            initial_clustering_params={"n_init": RESTARTS},
            random_state=self.random_state,
        )
        self.labels_ = self.model_.fit(X).dec_labels_
        return self


class EqualIDEC(EqualDEC):
    """IDEC of this project."""

    kl_weight, error_weight = 0.1, 1.0


class EqualClustPyIDEC(EqualClustPyDEC):
    """IDEC of ClustPy."""

    kl_weight, error_weight = 0.1, 1.0
