"""What the script of the page reads about the samples."""

from collections.abc import Mapping, Sequence
from typing import Any

from bench.report.groups import Group, draw_text
from bench.report.page.material import FitMaterial, Material, Sheet
from bench.store.records import DataSummary
from bench.text import visible


def script_of(
    material: Material, groups: Sequence[Group], fits: Mapping[str, Sequence[FitMaterial]], data: DataSummary
) -> dict[str, Any]:
    """The samples, the spaces, and the fits of each row that has any; `fits` are those of each row, by its label."""
    sheet = material.thumbnails
    shown = [(number, group) for number, group in enumerate(groups) if fits[group.label]]
    return {
        "drawn": material.n_drawn,
        "samples": data.n_samples,
        "names": material.names,
        "texts": material.texts,
        "numbers": material.numbers,
        "classNames": None if data.class_names is None else [visible(name) for name in data.class_names],
        "classes": material.classes,
        "thumbnails": None if sheet is None else _layout(sheet),
        "spaces": [
            {"points": s.points, "explained": s.explained, "dimensions": s.n_dimensions, "input": s.is_input}
            for s in material.spaces
        ],
        "rows": [
            {"label": visible(group.label), "fits": [_fit(group, fit) for fit in fits[group.label]]}
            for _, group in shown
        ],
    }


def _fit(group: Group, fit: FitMaterial) -> dict[str, Any]:
    record = next(record for record in group.fits.values() if record.key == fit.key)
    found: dict[str, Any] = {
        "seed": draw_text(record.cell),
        "space": fit.space,
        "labels": fit.labels,
        "sizes": fit.sizes,
        "noise": fit.n_noise,
        "matched": fit.matched,
        "counts": fit.counts,
    }
    if fit.is_lowest:
        found |= {
            "key": fit.key,
            "prototypes": None if fit.prototypes is None else _layout(fit.prototypes),
            "map": None
            if fit.map is None
            else {"columns": fit.map.columns, "hits": fit.map.hits, "distances": fit.map.distances},
            "clusters": [[each.cluster, each.typical, each.uncertain] for each in fit.clusters],
        }
    return found


def _layout(sheet: Sheet) -> list[int]:
    return [sheet.count, sheet.columns, sheet.width, sheet.height]
