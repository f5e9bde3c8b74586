"""The sections of the page about samples: prototypes, the latent space, and confusion matrices.

They show the material that was prepared where the data were at hand, see `bench.report.page.material`.
"""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bench.report.groups import Group, draw_of
from bench.report.page.confusion import ConfusionTable, confusion_table
from bench.report.page.material import FitMaterial, Material, Sheet, Trace, read_material, sheet_content
from bench.report.page.pictures import Picture
from bench.report.page.sample_script import script_of
from bench.report.page.sample_texts import projection_text, prototype_text, sample_names
from bench.store.command import command
from bench.store.records import DataSummary
from bench.store.store import Store
from bench.text import visible

MOST_STILL = 6
"""Largest number of rows whose pictures and tables are shown without JavaScript."""


@dataclass(frozen=True)
class Still:
    """What a reader without JavaScript sees of one row."""

    label: str
    """Of the row, with the seed."""
    prototypes: Picture | None
    examples: Picture | None
    names: Sequence[tuple[str, Sequence[str], Sequence[str]]]
    """Of data other than images: each cluster with its typical and its uncertain samples."""
    confusion: ConfusionTable | None


@dataclass(frozen=True)
class Samples:
    """The sections about samples."""

    script: Mapping[str, Any] | None
    """What the script reads; None if there is no material of these fits."""
    missing: str
    """One sentence that says how to add what is missing; empty if all is there."""
    notes: Sequence[str]
    """One sentence for each thing that is left out."""
    still_note: str
    """What a reader without JavaScript does not see; empty if nothing is left out."""
    thumbnails: Picture | None
    sheets: Mapping[str, Picture]
    """The prototypes of the lowest seed of each row, by the key of the fit."""
    scatter: Picture | None
    still: Sequence[Still]
    n_fits: int
    projection: str
    """Which coordinates the scatter plot has, and why."""
    prototypes: str
    """What the prototypes and the examples of these fits are."""
    has_prototypes: bool
    has_examples: bool
    has_confusion: bool
    traces: Mapping[str, Trace]
    """By key of the fit: the accuracy during training."""


def samples(store: Store, groups: Sequence[Group], data: DataSummary) -> Samples:
    """The sections, of the fits that are finished and in the folder of the material."""
    material = read_material(store)
    fits = {} if material is None or material.data_digest != data.digest else _fits(groups, material)
    if material is None or not any(fits.values()):
        return Samples(None, _missing(store, groups), (), "", None, {}, None, (), 0, "", "", False, False, False, {})
    lowest = [(group, fit) for group in groups for fit in fits[group.label] if fit.is_lowest]
    pictures = {fit.key: _picture(store, fit.prototypes, _about(group, fit)) for group, fit in lowest if fit.prototypes}
    still = [_still(store, group, fit, pictures, data, material) for group, fit in lowest[:MOST_STILL]]
    n_absent = sum(len(group.fits) - len(fits[group.label]) for group in groups if group.cell.labels_all_samples)
    are = "fit is" if n_absent == 1 else "fits are"
    absent = f"{n_absent} newer {are} absent here: {_command(store)} adds them." if n_absent else ""
    return Samples(
        script=script_of(material, groups, fits, data),
        missing=absent,
        notes=material.left_out,
        still_note=_not_still(len(lowest)),
        thumbnails=None if material.thumbnails is None else _picture(store, material.thumbnails, "The shown samples."),
        sheets=pictures,
        scatter=None
        if material.picture is None
        else _picture(store, material.picture, "Scatter plots of the samples: the lowest seed of each row."),
        still=still,
        n_fits=sum(map(len, fits.values())),
        projection=projection_text(store, any(not space.is_input for space in material.spaces)),
        prototypes=prototype_text(lowest, material),
        has_prototypes=any(fit.prototypes or fit.map for _, fit in lowest),
        has_examples=any(fit.clusters for _, fit in lowest),
        has_confusion=any(fit.counts for each in fits.values() for fit in each),
        traces={fit.key: fit.trace for each in fits.values() for fit in each if fit.trace},
    )


def _fits(groups: Sequence[Group], material: Material) -> dict[str, list[FitMaterial]]:
    """By label, the material of the fits that are stored now, in the order of their seeds."""
    by_key = {fit.key: fit for fit in material.fits}
    return {
        group.label: [
            fit
            for _, record in sorted(group.fits.items())
            if (fit := by_key.get(record.key)) is not None and fit.arrays_digest == record.arrays_digest
        ]
        for group in groups
    }


def _missing(store: Store, groups: Sequence[Group]) -> str:
    if store.is_published_copy():
        return "The samples are not shown: this page was written without the records of the fits."
    if not any(group.ok and group.cell.labels_all_samples for group in groups):
        return "The samples are not shown: fits of subsamples, and of the folds of a cross-validation, differ in them."
    return f"The samples are not shown yet: {_command(store)} adds them to this page."


def _command(store: Store) -> str:
    return command("figures", store.name, store.results_dir)


def _not_still(n_rows: int) -> str:
    return f"The first {MOST_STILL} of {n_rows} rows are shown here." if n_rows > MOST_STILL else ""


def _about(group: Group, fit: FitMaterial) -> str:
    what = "the prototypes of the map, row by row" if fit.map else "the prototypes of the clusters, in their order"
    return f"{visible(group.label)}: {what}."


def _still(
    store: Store,
    group: Group,
    fit: FitMaterial,
    pictures: Mapping[str, Picture],
    data: DataSummary,
    material: Material,
) -> Still:
    seed = next(draw_of(record.cell)[0] for record in group.fits.values() if record.key == fit.key)
    rows = "Each row is a cluster: its most typical samples on the left, its least certain ones on the right."
    return Still(
        label=f"{visible(group.label)}, seed {seed}",
        prototypes=pictures.get(fit.key),
        examples=None if fit.examples is None else _picture(store, fit.examples, f"{visible(group.label)}. {rows}"),
        names=[] if material.thumbnails else sample_names(material, fit),
        confusion=confusion_table(fit, [visible(name) for name in data.class_names or ()]),
    )


def _picture(store: Store, sheet: Sheet, text: str) -> Picture:
    content = base64.b64encode(sheet_content(store, sheet)).decode()
    height = -(-sheet.count // sheet.columns) * sheet.height
    return Picture(f"data:image/webp;base64,{content}", text, sheet.columns * sheet.width, height)
