"""The networks of one fit: their seeds, and what each carries from round to round."""

from dataclasses import dataclass, field

import numpy as np
import torch

from methods.base import FloatArray
from methods.dec.autoencoder import Autoencoder


@dataclass
class Member:
    """One of the networks of a fit."""

    network: Autoencoder
    seed: int
    random: torch.Generator
    """Draws the order of the samples and their views in clustering."""
    centers: torch.Tensor = field(default_factory=lambda: torch.empty(0))
    """(n_clusters, d): what the last round has learnt; empty before the first round."""
    codes: FloatArray = field(default_factory=lambda: np.empty((0, 0), dtype=np.float32))
    """(n_samples, d): the codes of the training data at the start of the round; empty before the first round."""


def member_seed(seed: int, number: int) -> int:
    """The seed of network `number` of a fit, 0 or more; that of the first network is the seed of the fit.

    >>> member_seed(7, 0)
    7
    """
    return int(np.random.SeedSequence([seed, number]).generate_state(1)[0]) if number else seed
