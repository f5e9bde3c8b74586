"""The column of images among the columns of a table: the types that it may have."""

import re
from dataclasses import dataclass
from typing import Literal

import datasets
import pyarrow as pa
import pyarrow.types as arrow
from datasets.packaged_modules.imagefolder.imagefolder import ImageFolder

from bench.datasets.base64_images import are_images
from bench.datasets.columns import LABEL_NAMES, is_list, kind_of, listed, normal_name
from bench.errors import UsageError
from bench.store.remarks import Remark, caveat
from methods.registry import unknown_name

ImageKind = Literal["images", "files", "base64", "arrays", "paths"]
"""`images`: type Image; `files`: bytes, or structures of bytes and path; `base64`: texts; `arrays`: numbers; `paths`:
names of files."""

IMAGE_NAMES = ("image", "images", "img", "picture", "photo", "pixels", "pixel_values", "image_bytes", "jpg", "png", "x")
"""Usual names of a column of images, the most usual first. Capital letters and separators do not matter."""
_SAMPLE = 100  # rows whose texts are looked at
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)


@dataclass(frozen=True)
class ImageColumn:
    """The column of images, and remarks about the choice."""

    name: str
    kind: ImageKind
    notes: tuple[Remark, ...] = ()


def find_image_column(table: datasets.Dataset, wanted: str | None, source: str) -> ImageColumn | None:
    """The column of images of a table: the one that the user `wanted`, or else the only one that can have images.

    Columns of the type Image go first, then bytes, base64 and arrays, then texts that are names of image files. The
    first of several columns of the type Image is used; of several others, the only one with a usual name. None if no
    column can have images. Raises UsageError if several can, or if there is no column `wanted`, or if it cannot have
    images.
    """
    kinds = {name: _kind(name, table) for name in table.column_names}
    if wanted is not None:
        if wanted not in kinds:
            raise UsageError(f"data set '{source}': --image-column: {unknown_name('column', wanted, kinds)}")
        if kinds[wanted] is None and kind_of(table.features.arrow_schema.field(wanted).type) != "words":
            raise UsageError(
                f"data set '{source}': --image-column {wanted}: expected images, bytes, structures of bytes and path, "
                f"base64, arrays, nested lists or names of files, got: {type_name(table, wanted)}"
            )
        return ImageColumn(wanted, kinds[wanted] or "paths")
    for level in (("images",), ("files", "base64", "arrays"), ("paths",)):
        candidates = {name: kind for name, kind in kinds.items() if kind is not None and kind in level}
        if len(candidates) == 1:
            (only,) = candidates.items()
            return ImageColumn(*only)
        if candidates:
            return _best(candidates, source)
    return None


def no_image_column(table: datasets.Dataset, source: str) -> str:
    """The message for a table without a column of images."""
    columns = ", ".join(f"{name} ({type_name(table, name)})" for name in table.column_names[:20]) or "no columns"
    more = f" and {len(table.column_names) - 20:,} more" if len(table.column_names) > 20 else ""
    return (
        f"data set '{source}' has no image column; expected a column of type Image, bytes, base64, arrays or nested "
        f"lists, or --image-column with a column of file names; got: {columns}{more}"
    )


def type_name(table: datasets.Dataset, name: str) -> str:
    """The type of a column, for messages."""
    kind = table.features[name]
    return str(kind.dtype) if isinstance(kind, datasets.Value) else type(kind).__name__


def is_address(text: str) -> bool:
    """Whether a text is an address of the network, and not a member of an archive of the data set.

    >>> is_address("https://a.org/1.png"), is_address("zip://1.png::/data/a.zip"), is_address("img/1.png")
    (True, False, False)
    """
    return bool(_ADDRESS.match(text)) and not text.startswith("zip://")


def _best(candidates: dict[str, ImageKind], source: str) -> ImageColumn:
    usual = [name for each in IMAGE_NAMES for name in candidates if normal_name(name) == normal_name(each)]
    is_declared = "images" in candidates.values()
    if not is_declared and not usual:
        raise UsageError(
            f"data set '{source}': the columns {listed(candidates)} may all have the images; name one with "
            "--image-column COLUMN"
        )
    chosen = next(iter(candidates)) if is_declared else usual[0]
    others = [name for name in candidates if name != chosen]
    note = caveat(f"the images are the column '{chosen}', not {listed(others)}; --image-column chooses")
    return ImageColumn(chosen, candidates[chosen], (note.about(source),))


def _kind(name: str, table: datasets.Dataset) -> ImageKind | None:
    feature = table.features[name]
    if isinstance(feature, datasets.Image):
        return "images"
    while isinstance(feature, datasets.List | datasets.LargeList):
        feature = feature.feature
    if not isinstance(feature, datasets.Value | datasets.Image | datasets.Array2D | datasets.Array3D | dict):
        return None  # audio, for example, is bytes and a path, too
    is_label = normal_name(name) in {normal_name(each) for each in LABEL_NAMES}
    kind = table.features.arrow_schema.field(name).type
    if kind_of(kind) == "words":
        return None if is_label else _written_kind(name, table)
    return None if is_label else _stored_kind(kind)


def _stored_kind(kind: pa.DataType) -> ImageKind | None:
    if isinstance(kind, pa.ExtensionType):
        kind = kind.storage_type
    if is_bytes(kind):
        return "files"
    if arrow.is_struct(kind):
        parts = {field.name: field.type for field in kind}
        has_path = set(parts) <= {"bytes", "path"} and "path" in parts and kind_of(parts["path"]) == "words"
        return "files" if has_path or ("bytes" in parts and is_bytes(parts["bytes"])) else None
    if not is_list(kind):
        return None
    inner = kind.value_type
    if is_list(inner):
        while is_list(inner):
            inner = inner.value_type
        return "arrays" if kind_of(inner) in ("integers", "floats", "booleans") else None
    return "files" if arrow.is_struct(inner) and _stored_kind(inner) else ("files" if is_bytes(inner) else None)


def is_bytes(kind: pa.DataType) -> bool:
    """Whether the values of a column are bytes."""
    return bool(arrow.is_binary(kind) or arrow.is_large_binary(kind) or arrow.is_binary_view(kind))


def _written_kind(name: str, table: datasets.Dataset) -> ImageKind | None:
    """The kind of a column of texts."""
    sample = table.select_columns([name]).with_format("arrow")[:_SAMPLE][name].to_pylist()
    texts = [text for text in sample if text is not None]
    if are_images(texts):
        return "base64"
    is_picture = "image" in name.casefold() or "img" in name.casefold()
    return (
        "paths" if texts and all(is_image_name(text) or (is_picture and is_address(text)) for text in texts) else None
    )


def is_image_name(text: str) -> bool:
    """Whether a text is a path or an address that ends like that of an image file.

    >>> is_image_name("img/1.PNG"), is_image_name("https://a.org/1.png?size=9"), is_image_name("png")
    (True, True, False)
    """
    return re.split(r"[?#]", text, maxsplit=1)[0].lower().endswith(tuple(ImageFolder.EXTENSIONS))
