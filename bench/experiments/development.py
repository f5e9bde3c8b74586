"""The sentence that names the presets which were put together with true labels in sight."""

from collections.abc import Iterable, Sequence

from bench.store.records import Cell
from methods import registry


def development_notes(cells: Iterable[Cell]) -> list[str]:
    """One sentence in plain text for each data set on which presets of the cells were put together; often none.

    Tables show it above their figures. A preset that is not registered any more is left out.

    >>> cell = Cell(method="dec", seed=0, n_clusters=10, preset="quick", latent_dim=10)
    >>> development_notes([cell])
    ['Preset quick was put together with the true labels of a part of MNIST in sight.']
    """
    presets: dict[str, list[str]] = {}
    for name in dict.fromkeys(cell.preset for cell in cells):
        declared = registry.PRESETS.get(name or "")
        if name and declared and declared.developed_on:
            presets.setdefault(declared.developed_on, []).append(name)
    return [
        f"{_subject(names)} put together with the true labels of {data} in sight." for data, names in presets.items()
    ]


def _subject(names: Sequence[str]) -> str:
    return f"Preset {names[0]} was" if len(names) == 1 else f"Presets {' and '.join(names)} were"
