"""Writes what the page shows of the samples: results/NAME/page/. It needs the data, and the page does not."""

from collections.abc import Sequence
from contextlib import suppress

from bench.analysis.page_fits import stored_fits
from bench.analysis.page_making import Making
from bench.datasets.images import ImageData
from bench.report.groups import Group
from bench.report.page.material import FILE, FOLDER, read_material, sheets
from bench.store.encoding import encode
from bench.store.files import atomic_write
from bench.store.store import Store


def write_material(store: Store, groups: Sequence[Group], data: ImageData, *, again: bool = False) -> bool:
    """Write the folder, unless it is there for these data and fits, or `again` is on; return whether it was written.

    Without a finished fit that has a label for every sample, nothing is written.
    """
    if not again and _is_current(store, [group for group in groups if group.cell.labels_all_samples], data):
        return False
    fits, left_out = stored_fits(store, groups, data.labels)
    if not fits:
        return False
    material, contents = Making(data, fits, left_out).made()
    for name, content in contents.items():
        atomic_write(store.path(FOLDER, name), content, sync="nothing")
    atomic_write(store.path(FOLDER, FILE), encode(material), sync="nothing")
    used = {FILE, *(each.file for each in sheets(material))}
    for path in store.path(FOLDER).iterdir():
        if path.name not in used and path.suffix == ".webp":
            with suppress(FileNotFoundError):
                path.unlink()
    return True


def _is_current(store: Store, groups: Sequence[Group], data: ImageData) -> bool:
    material = read_material(store)
    wanted = {record.key: record.arrays_digest for group in groups for record in group.fits.values()}
    lowest = {group.fits[min(group.fits)].key for group in groups if group.fits}
    return (
        material is not None
        and material.data_digest == data.digest
        and {fit.key: fit.arrays_digest for fit in material.fits} == wanted
        and {fit.key for fit in material.fits if fit.is_lowest} == lowest
    )
