"""Small data have so many more epochs that each phase has enough steps."""

from dataclasses import replace
from math import ceil

from methods.dec.options import DECOptions
from methods.dec.training import batch_sizes


def with_least_steps(settings: DECOptions, n_samples: int) -> DECOptions:
    """`settings` with the epochs that `pretrain_steps` and `cluster_steps` ask for; a phase without epochs gets none.

    The last round of clustering has at least `cluster_steps`, unless it has no epochs. All numbers of epochs of
    clustering are multiplied by the same whole number, so their proportions stay.

    >>> asked = {"pretrain_epochs": 3, "pretrain_steps": 800, "warmup_epochs": 10, "epochs": 14, "vote_epochs": 6}
    >>> settings = DECOptions(batch_size=256, cluster_steps=400, **asked)
    >>> small, large = with_least_steps(settings, 1_500), with_least_steps(settings, 70_000)
    >>> small.pretrain_epochs, small.warmup_epochs, small.epochs, small.vote_epochs
    (134, 50, 70, 30)
    >>> large.pretrain_epochs, large.warmup_epochs, large.epochs, large.vote_epochs
    (3, 10, 14, 6)
    """
    in_epoch = len(batch_sizes(n_samples, settings.batch_size))
    needed = ceil(settings.pretrain_steps / in_epoch)
    factor = max(1, ceil(settings.cluster_steps / (in_epoch * settings.epochs))) if settings.epochs else 1
    return replace(
        settings,
        pretrain_epochs=max(settings.pretrain_epochs, needed) if settings.pretrain_epochs else 0,
        epochs=factor * settings.epochs,
        warmup_epochs=factor * settings.warmup_epochs,
        vote_epochs=factor * settings.vote_epochs,
    )
