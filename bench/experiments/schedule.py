"""The epochs of a preset's schedule, whole or scaled, and what tables must say of them."""

from pathlib import Path

from bench.errors import UsageError
from bench.store.store import Store
from methods import registry


def epochs(preset: str, scale: float) -> dict[str, int]:
    """By parameter, the epochs of each phase that the preset has, at least 1. Raises MethodError for no preset.

    >>> epochs("sha12", 0.2), epochs("flagship", 0.5)
    ({'pretrain_epochs': 10, 'epochs': 6}, {'pretrain_epochs': 5, 'warmup_epochs': 6, 'epochs': 8})
    """
    training = registry.preset(preset).training
    full = {"pretrain_epochs": training.pretrain_epochs}
    if training.warmup_epochs:
        full["warmup_epochs"] = training.warmup_epochs
    full["epochs"] = training.epochs
    return {name: max(1, round(count * scale)) for name, count in full.items()}


def note(preset: str, scale: float) -> str:
    """Empty if the schedule is whole."""
    if scale == 1:
        return ""
    scaled, full = (" + ".join(map(str, epochs(preset, share).values())) for share in (scale, 1.0))
    return f"Every phase of training of autoencoder and DEC is scaled by {scale:g}: {scaled} epochs instead of {full}."


def check_schedule(store: Store, told: str) -> None:
    """Raise UsageError if the results folder holds cells of another schedule than the one that `told` tells of."""
    manifest = store.manifest()
    if manifest is not None and manifest.notes != [told] * bool(told):
        known = " ".join(manifest.notes) or "No phase of training is shortened."
        raise UsageError(
            f"results '{store.name}' are of another schedule; expected the --epochs-scale of its cells, or another "
            f"--name. There it says: {known}"
        )


def folder(command: str, what: str, scale: float, results_dir: Path) -> str:
    """The results folder where none is named; a shortened schedule has one of its own.

    Where tables of that name came with the project, without their records, it is one beside them.

    >>> folder("reproduce", "sha12", 1.0, Path("nowhere")), folder("search", "sha12", 0.2, Path("nowhere"))
    ('reproduce-sha12', 'search-sha12-x0.2')
    """
    name = f"{command}-{what}" if scale == 1 else f"{command}-{what}-x{scale:g}"
    return f"{name}-again" if Store(results_dir, name).is_published_copy() else name
