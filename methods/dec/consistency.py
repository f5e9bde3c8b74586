"""Checks of options that contradict each other, made before training starts."""

from methods.dec.options import AUGMENTED_CLUSTERING, MANIFOLD_INITS, RANGES, DECOptions

OF_TARGET = {
    "target_power": 2.0,
    "final_target_power": None,
    "balance": True,
    "equal_sizes": False,
    "target_neighbors": 0,
}
"""The options of the target P, each with the value of the paper."""


def check_together(training: DECOptions, output: str) -> None:
    """Raise ValueError, one line, if options that are valid alone contradict each other.

    `training` has a value for every option of the preset; `output` is the last activation of the preset.

    >>> from methods.dec.presets import PRESETS, training_of
    >>> check_together(training_of(PRESETS["sha12"], {"epochs": 10, "warmup_epochs": 12}), "sigmoid")
    Traceback (most recent call last):
    ...
    ValueError: warmup_epochs=12 must be at most epochs=10.
    """
    if training.patience is not None and training.lr_schedule != "constant":
        raise ValueError("patience needs lr_schedule='constant': the other schedules are planned for all epochs.")
    if training.input_scale != "unchanged" and output != "linear":
        raise ValueError(
            f"input_scale={training.input_scale!r} needs a preset with a linear output; the output of this one "
            f"({output}) cannot reach scaled features."
        )
    if training.warmup_epochs > training.epochs:
        raise ValueError(f"warmup_epochs={training.warmup_epochs} must be at most epochs={training.epochs}.")
    if training.rounds > 1 and training.warmup_epochs == 0:
        raise ValueError(
            f"rounds={training.rounds} needs warmup_epochs of 1 or more: the network learns only in these epochs "
            "between two rounds."
        )
    if training.n_starts > 1 and training.init == "kmeans":
        raise ValueError(f"n_starts={training.n_starts} needs another init than 'kmeans', which has n_init restarts.")
    if training.n_starts == 2:
        raise ValueError(
            "n_starts=2 is not valid: two clusterings agree equally with each other; expected 1, or 3 or more."
        )
    _check_networks(training)
    changed = [name for name, value in OF_TARGET.items() if getattr(training, name) != value]
    if changed and training.epochs <= training.warmup_epochs:
        option = f"{changed[0]}={getattr(training, changed[0])}"
        raise ValueError(
            f"{option} changes the target P, which no epoch uses: of epochs={training.epochs} in the last round, "
            f"warmup_epochs={training.warmup_epochs} learn the first clusters; expected more epochs."
        )
    if training.equal_sizes and not training.balance:
        raise ValueError(
            "equal_sizes=True and balance=False contradict each other: equal totals balance the clusters; expected at "
            "most one of them."
        )
    if for_images(training) and not any(getattr(training, name) for name in RANGES):
        *first, last = RANGES
        raise ValueError(f"augmented images need {', '.join(first)} or {last} above 0; all of them are 0.")


def _check_networks(training: DECOptions) -> None:
    """The options of several networks belong together."""
    if (training.n_networks > 1) != (training.vote_epochs > 0):
        remedy = "vote_epochs of 1 or more" if training.n_networks > 1 else "vote_epochs=0"
        if training.n_networks == 1 and training.input_starts == 1:
            remedy += " and input_starts=0"
        raise ValueError(
            f"n_networks={training.n_networks} and vote_epochs={training.vote_epochs} contradict each other: several "
            f"networks vote at the end, and a single one does not; with n_networks={training.n_networks}, expected "
            f"{remedy}."
        )
    if training.n_networks + training.input_starts == 2 and training.input_starts:
        raise ValueError(
            "n_networks=1 and input_starts=1 give two clusterings, which agree equally with each other; expected "
            "input_starts=0, or 2 or more."
        )


def check_pixels(training: DECOptions, low: float, high: float) -> None:
    """Raise ValueError, one line, if augmented images get a gamma correction and have values outside 0 … 1.

    `low` and `high` are the smallest and the largest value of the samples.

    >>> from methods.dec.presets import PRESETS, training_of
    >>> check_pixels(training_of(PRESETS["sha12"], {"augment": True, "intensity": 0.5}), 0.0, 255.0)
    Traceback (most recent call last):
    ...
    ValueError: intensity=0.5 needs pixels from 0 to 1, but X has values from 0 to 255.
    """
    if training.intensity and for_images(training) and (low < 0 or high > 1):
        raise ValueError(
            f"intensity={training.intensity:g} needs pixels from 0 to 1, but X has values from {low:g} to {high:g}."
        )


def check_size(training: DECOptions, n_samples: int, n_clusters: int) -> None:
    """Raise ValueError, one line, if an option does not fit the number of samples or of clusters.

    >>> from methods.dec.presets import PRESETS, training_of
    >>> check_size(training_of(PRESETS["sha12"], {"target_neighbors": 10}), 10, 2)
    Traceback (most recent call last):
    ...
    ValueError: target_neighbors=10 must be less than n_samples=10.
    """
    if training.target_neighbors >= n_samples:
        raise ValueError(f"target_neighbors={training.target_neighbors} must be less than n_samples={n_samples}.")
    if training.init in MANIFOLD_INITS and training.umap_samples is not None and training.umap_samples < n_clusters:
        raise ValueError(f"umap_samples={training.umap_samples} must be at least n_clusters={n_clusters}.")


def for_images(training: DECOptions) -> list[str]:
    """The options, as `name=value`, that use augmented images, so that a table has no use for them.

    `training` has a value for every option of the preset.

    >>> from methods.dec.presets import PRESETS, training_of
    >>> for_images(training_of(PRESETS["mlp"], {"augment": True, "cluster_triplet_weight": 0.1}))
    ['augment=True', 'cluster_triplet_weight=0.1']
    """
    names = ("augment_pretraining", "contrastive_weight", *AUGMENTED_CLUSTERING)
    return [f"{name}={getattr(training, name)}" for name in names if getattr(training, name)]
