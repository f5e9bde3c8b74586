"""What the page shows of the samples: results/NAME/page/, written where the data are, and read by the page."""

import hashlib

import msgspec

from bench.errors import UsageError
from bench.store.encoding import decode
from bench.store.files import read_file
from bench.store.records import SCHEMA_VERSION, RecordError
from bench.store.store import Store

FOLDER, FILE = "page", "material.json"
FORMAT_VERSION = 1
"""Version of the content of the folder. A folder of another version is written anew, and is not read."""


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """Several images of one size as one WebP file, from left to right, row by row."""

    file: str
    """Name of the file in the folder."""
    digest: str
    """SHA-256 of the file."""
    count: int
    columns: int
    width: int
    """Of one image, in pixels."""
    height: int


class Space(msgspec.Struct, frozen=True, kw_only=True):
    """Two coordinates of each drawn sample: the first two principal components of a space."""

    points: str
    """Base64 of uint16, little-endian, (n_drawn, 2): 0 … 65,535 is the range of both coordinates together."""
    explained: float | None
    """Share of the variance of the space that the two have, 0 … 1; None if all samples are in one point."""
    n_dimensions: int
    """Of the space."""
    is_input: bool
    """Whether it is the input space, for methods that learn no space."""


class ClusterSamples(msgspec.Struct, frozen=True, kw_only=True):
    """Typical and uncertain samples of one cluster, as numbers of samples of the material."""

    cluster: int
    typical: list[int]
    uncertain: list[int]


class Map(msgspec.Struct, frozen=True, kw_only=True):
    """The grid of a self-organizing map; its units are in the order of its prototypes, row by row."""

    columns: int
    hits: list[int]
    """Number of drawn samples that are nearest to each unit."""
    distances: list[float]
    """U-matrix: mean distance of each unit to its neighbours."""


Trace = list[tuple[float, float]]
"""Seconds since the start of a fit, and the accuracy of its labels then."""


class FitMaterial(msgspec.Struct, frozen=True, kw_only=True):
    """One finished fit."""

    key: str
    arrays_digest: str
    """As in its record."""
    space: int | None
    """Number of its space in the material; None if some of its coordinates are not finite."""
    labels: str
    """Base64 of int8 or int16, little-endian, (n_shown,): cluster of each shown sample; −1 is noise."""
    sizes: list[int]
    """Number of samples of each cluster, of all samples of the data."""
    n_noise: int
    matched: list[int | None]
    """True class of each cluster in the best one-to-one matching; None for a cluster without a class."""
    counts: list[list[int]] | None = None
    """For each true class, its number of samples in each cluster and, last, in the noise; of all samples of the data.
    None without true labels, or if there are too many."""
    trace: Trace = []
    """Of the labels that it stored during training; empty without them, or without true labels."""
    is_lowest: bool
    """Whether it has the lowest seed of its row. Only such fits have the fields below."""
    prototypes: Sheet | None = None
    map: Map | None = None
    clusters: list[ClusterSamples] = []
    examples: Sheet | None = None
    """The samples of `clusters` as one picture, for readers without JavaScript: a row for each cluster."""


class Material(msgspec.Struct, frozen=True, kw_only=True):
    """The content of material.json."""

    schema_version: int = SCHEMA_VERSION
    format_version: int
    data_digest: str
    """As in the manifest."""
    n_drawn: int
    """Number of samples that were drawn at random. They are the first of the shown samples; the others were added as
    examples."""
    names: list[str] | None
    """Name of each shown sample; None where the source has none."""
    texts: list[str] | None = None
    """Beginning of each shown sample; None for data other than texts."""
    numbers: str
    """Base64 of uint32, little-endian, (n_shown,): row of each shown sample in the source, from 0."""
    classes: str | None
    """Base64 of int16, little-endian, (n_shown,): true class of each shown sample; None without true labels."""
    thumbnails: Sheet | None
    """The shown samples as images; None for data other than images."""
    picture: Sheet | None
    """A scatter plot of the lowest seeds, for readers without JavaScript."""
    spaces: list[Space]
    fits: list[FitMaterial]
    left_out: list[str]
    """One sentence for each reason why a fit, or a part of it, is not shown."""


def read_material(store: Store) -> Material | None:
    """The material of an experiment; None if there is none, or if it is damaged or of another version.

    The files of its sheets are checked, too.
    """
    path = store.path(FOLDER, FILE)
    try:
        content = read_file(path)
        if decode(content, _Version, str(path)).format_version != FORMAT_VERSION:
            return None
        material = decode(content, Material, str(path))
        for sheet in sheets(material):
            sheet_content(store, sheet)
    except (FileNotFoundError, RecordError, UsageError):
        return None
    return material


class _Version(msgspec.Struct, frozen=True):
    format_version: int = 0


def sheets(material: Material) -> list[Sheet]:
    """All sheets of the material."""
    found = [material.thumbnails, material.picture]
    for fit in material.fits:
        found += [fit.prototypes, fit.examples]
    return [sheet for sheet in found if sheet is not None]


def sheet_content(store: Store, sheet: Sheet) -> bytes:
    """The bytes of a sheet. Raises RecordError if they have changed, and FileNotFoundError without them."""
    path = store.path(FOLDER, sheet.file)
    content = read_file(path)
    if hashlib.sha256(content).hexdigest() != sheet.digest:
        raise RecordError(f"{path}: its content differs from its digest.")
    return content
