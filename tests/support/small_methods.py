"""Small instances of every registered method."""

from methods import registry
from methods.base import Clusterer

SMALL = {
    "dec": {"pretrain_epochs": 4, "epochs": 3, "n_init": 3, "device": "cpu"},
    "ae-kmeans": {"pretrain_epochs": 4, "n_init": 3, "device": "cpu"},
    "dec/all": {
        "pretrain_epochs": 3,
        "epochs": 3,
        "init": "hidden-manifold",
        "n_starts": 3,
        "n_networks": 2,
        "input_starts": 1,
        "vote_epochs": 1,
        "rounds": 2,
        "warmup_epochs": 1,
        "code_scale": 0.3,
        "lr_schedule": "one-cycle",
        "final_target_power": 3.0,
        "balance": False,
        "target_neighbors": 3,
        "keep_labels": True,
        "device": "cpu",
    },
    "ae-gmm": {"pretrain_epochs": 4, "n_init": 1, "device": "cpu"},
    "n2d": {"pretrain_epochs": 3, "n_init": 1, "device": "cpu"},
    "umap-gmm-hidden": {"pretrain_epochs": 3, "n_init": 1, "device": "cpu"},
    "umap-gmm": {"n_init": 1},
    "pca-kmeans": {},
    "som": {"rows": 4, "columns": 4, "n_steps": 1000},
    "som/batch": {"rows": 4, "columns": 4, "training": "batch", "device": "cpu"},
    "kmeans": {},
}
"""Parameters with which a method, or `method/variant`, is quick. A registered method without an entry fails a test."""

PHASES = {
    "dec": {"pretrain", "cluster"},
    "ae-kmeans": {"pretrain"},
    "dec/all": {"pretrain", "centres", "cluster"},
    "ae-gmm": {"pretrain"},
    "n2d": {"pretrain"},
    "umap-gmm-hidden": {"pretrain"},
    "som": {"map"},
    "som/batch": {"map"},
}
"""The phases that report progress; a method without an entry reports nothing."""


def small(name: str, **parameters: object) -> Clusterer:
    """A quick instance of a registered method or its variant."""
    return registry.create(name.partition("/")[0], **{**SMALL[name], **parameters})
