"""The global random generators, which classes of other packages may use: seeded for one fit, then as before."""

import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

__all__ = ["seeded_globally"]


@contextmanager
def seeded_globally(seed: int) -> Iterator[None]:
    """Context in which the global generators of Python, numpy and torch begin with `seed`, 0 to 2³² − 1.

    At its end they have their states of before. So a class that draws from them gets other numbers with another seed,
    and one that sets them changes nothing outside its fit. torch has generators only if it is loaded before.

    >>> state = random.getstate()
    >>> with seeded_globally(0):
    ...     first = random.random()
    >>> with seeded_globally(0):
    ...     random.random() == first
    True
    >>> random.getstate() == state
    True
    """
    torch: Any = sys.modules.get("torch")
    states = random.getstate(), np.random.get_state()  # noqa: NPY002 - the global state itself
    of_torch = None if torch is None else torch.get_rng_state()
    of_gpus = [] if torch is None or not torch.cuda.is_initialized() else torch.cuda.get_rng_state_all()
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002
    if torch is not None:
        torch.manual_seed(seed)
    try:
        yield
    finally:
        random.setstate(states[0])
        np.random.set_state(states[1])  # noqa: NPY002
        if torch is not None:
            torch.set_rng_state(of_torch)
            if of_gpus:
                torch.cuda.set_rng_state_all(of_gpus)
