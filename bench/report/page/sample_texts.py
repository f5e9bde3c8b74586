"""The sentences of the sections about samples, which depend on the data and the methods, and the names of samples."""

import base64
from collections.abc import Sequence

import numpy as np

from bench.report.groups import DEC, Group
from bench.report.page.material import FitMaterial, Material
from bench.store.command import command
from bench.store.store import Store

PROJECTION = (
    "The coordinates are principal components: they are linear, so they show no gap that the space does not have, and "
    "every fit has the same ones on every machine."
)
TSNE = (
    "t-SNE is not drawn here: it keeps neighbours together, but its gaps and sizes mean nothing, and it takes seconds "
    "to minutes for each fit. {command} draws it as a picture for the lowest seed of each row."
)
TYPICAL = "A typical sample is assigned most strongly to its cluster, and an uncertain one least."
EMPTY = "(empty text)"


def projection_text(store: Store, has_learnt_space: bool) -> str:
    """Which projection is drawn and why. t-SNE is drawn only of learnt spaces."""
    tsne = TSNE.format(command=command("figures", store.name, store.results_dir))
    return f"{PROJECTION} {tsne}" if has_learnt_space else PROJECTION


def prototype_text(fits: Sequence[tuple[Group, FitMaterial]], material: Material) -> str:
    """What the prototypes and the examples of these fits are, and how samples are shown that are no images."""
    shown = [(group, fit) for group, fit in fits if fit.prototypes or fit.map]
    kinds = {
        "a centre of a cluster": any(not fit.map and group.cell.method != DEC for group, fit in shown),
        "a unit of a map": any(fit.map for _, fit in shown),
        "a centre of DEC after decoding": any(not fit.map and group.cell.method == DEC for group, fit in shown),
    }
    named = [kind for kind, is_there in kinds.items() if is_there]
    parts = [f"A prototype stands for samples: {_joined(named)}."] if named else []
    if any(fit.clusters for _, fit in fits):
        parts.append(TYPICAL)
        if material.texts is not None:
            parts.append("Each sample is the beginning of its text; an ellipsis says that the text goes on.")
        elif material.thumbnails is None:
            parts.append("The data are not images, so each sample has its name or its row number.")
    return " ".join(parts)


def sample_names(material: Material, fit: FitMaterial) -> list[tuple[str, list[str], list[str]]]:
    """Each cluster with its typical and its uncertain samples: their texts, their names or the numbers of rows."""
    numbers = np.frombuffer(base64.b64decode(material.numbers), "<u4")

    def name(place: int) -> str:
        if material.texts is not None:
            return material.texts[place] or EMPTY
        return (material.names[place] if material.names else "") or f"row {numbers[place]:,}"

    return [
        (f"cluster {each.cluster}", [name(place) for place in each.typical], [name(place) for place in each.uncertain])
        for each in fit.clusters
    ]


def _joined(texts: Sequence[str]) -> str:
    """
    >>> _joined(["a"]), _joined(["a", "b", "c"])
    ('a', 'a, b, or c')
    """
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])}{',' * (len(texts) > 2)} or {texts[-1]}"
