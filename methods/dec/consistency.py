"""Parameters that contradict each other, found before anything is trained."""

from methods.dec.presets import Training


def check_together(training: Training, patience: int | None = None) -> None:
    """Raise ValueError, one line, for values that are valid each by itself, of which one would undo the other.

    >>> check_together(Training(epochs=10, warmup_epochs=12))
    Traceback (most recent call last):
    ...
    ValueError: warmup_epochs=12 is more than epochs=10; expected at most as many.
    """
    if patience is not None and training.lr_schedule != "constant":
        raise ValueError("patience needs lr_schedule='constant': one cycle runs to its last epoch.")
    if training.warmup_epochs > training.epochs:
        raise ValueError(
            f"warmup_epochs={training.warmup_epochs} is more than epochs={training.epochs}; expected at most as many."
        )
    if training.rounds > 1 and training.warmup_epochs == 0:
        raise ValueError(
            f"rounds={training.rounds} needs warmup_epochs of 1 or more: it is all that is learnt in between."
        )
    if training.n_starts > 1 and training.init == "kmeans":
        raise ValueError(f"n_starts={training.n_starts} needs another init than 'kmeans', which has n_init restarts.")
    if training.n_starts == 2:
        raise ValueError(
            "n_starts=2 is not valid: of two, none agrees more with the others; expected 1, or 3 and more."
        )
    augmented = training.augment or training.augment_pretraining or training.contrastive_weight > 0
    if augmented and not any((training.shift, training.rotation, training.zoom, training.shear)):
        raise ValueError("augmented images need shift, rotation, zoom or shear above 0; all of them are 0.")
