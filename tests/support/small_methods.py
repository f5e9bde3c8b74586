"""Small instances of every registered method."""

from methods import registry
from methods.base import Clusterer

SMALL = {
    "dec": {"pretrain_epochs": 10, "epochs": 3, "n_init": 3, "device": "cpu"},
    "ae-kmeans": {"pretrain_epochs": 10, "n_init": 3, "device": "cpu"},
    "som": {"rows": 4, "columns": 4, "n_steps": 1000},
    "kmeans": {},
}
"""Parameters with which a method is quick; a method that is missing here fails the suite."""


def small(name: str, **parameters: object) -> Clusterer:
    """A quick instance of a registered method."""
    return registry.create(name, **{**SMALL[name], **parameters})
