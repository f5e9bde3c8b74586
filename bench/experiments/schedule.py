"""The epochs of a preset, whole or scaled, and the caveat that tables show if they are scaled."""

from collections.abc import Sequence
from pathlib import Path

from bench.errors import UsageError
from bench.store.store import Store
from methods import registry


def epochs(preset: str, scale: float) -> dict[str, int]:
    """Epochs of each phase of a preset by option, at least 1. Raises MethodError for an unknown preset.

    >>> epochs("sha12", 0.2), epochs("flagship", 0.5)
    ({'pretrain_epochs': 10, 'epochs': 6}, {'pretrain_epochs': 5, 'warmup_epochs': 6, 'epochs': 8})
    """
    training = vars(registry.preset(preset).training)
    full = {name: training[name] for name in ("pretrain_epochs", "warmup_epochs", "epochs")}
    return {name: max(1, round(count * scale)) for name, count in full.items() if count or name != "warmup_epochs"}


def scaled_epochs(methods: Sequence[str], preset: str, scale: float) -> dict[str, int]:
    """Epochs of each phase that each method has, by `METHOD.NAME` as in `--param`.

    >>> scaled_epochs(["ae-kmeans", "som"], "sha12", 0.2)
    {'ae-kmeans.pretrain_epochs': 10}
    """
    scaled: dict[str, int] = {}
    for method in map(registry.method, methods):
        options = {option.name for option in method.parameters} if method.learns_representation else set()
        counts = epochs(preset, scale).items()
        scaled |= {f"{method.name}.{name}": count for name, count in counts if name in options}
    return scaled


def schedule_note(preset: str, scale: float) -> str:
    """The caveat about scaled epochs; empty if the epochs are not scaled."""
    if scale == 1:
        return ""
    scaled, full = (" + ".join(map(str, epochs(preset, share).values())) for share in (scale, 1.0))
    return f"Every phase of training of autoencoder and DEC is scaled by {scale:g}: {scaled} epochs instead of {full}."


def check_schedule(store: Store, note: str) -> None:
    """Raise UsageError if the cells in the results folder have another caveat about scaled epochs than `note`."""
    manifest = store.manifest()
    if manifest is not None and manifest.notes != [note] * bool(note):
        caveats = " ".join(manifest.notes) or "No phase of training is scaled."
        raise UsageError(
            f"results '{store.name}' have another schedule; expected the same --epochs-scale, or another --name. "
            f"Schedule of '{store.name}': {caveats}"
        )


def default_folder(command: str, subject: str, scale: float, results_dir: Path) -> str:
    """Name of the default results folder of `reproduce` and `search`; each scale has its own folder.

    If that folder has published tables without their records, `-again` is added to the name.

    >>> default_folder("reproduce", "sha12", 1.0, Path("no")), default_folder("search", "sha12", 0.2, Path("no"))
    ('reproduce-sha12', 'search-sha12-x0.2')
    """
    name = f"{command}-{subject}" if scale == 1 else f"{command}-{subject}-x{scale:g}"
    return f"{name}-again" if Store(results_dir, name).is_published_copy() else name
