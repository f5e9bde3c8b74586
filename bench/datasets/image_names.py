"""Which files of a folder are images, by the endings of their names."""

IMAGE_ENDINGS = (
    *(".png", ".apng", ".jpg", ".jpeg", ".jpe", ".jfif", ".bmp", ".dib", ".gif", ".tif", ".tiff", ".webp", ".avif"),
    *(".jp2", ".j2k", ".j2c", ".jpc", ".jpf", ".jpx", ".pcx", ".pbm", ".pgm", ".ppm", ".pnm", ".sgi", ".rgb", ".rgba"),
    *(".bw", ".tga", ".icb", ".vda", ".vst"),
)
"""The endings of the formats that are read (see `bench.datasets.pictures`), in small letters."""
PACKED_ENDINGS = (".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz", ".tar.zst", ".7z", ".rar")
"""The endings of archives that are not read."""
ARCHIVE_ENDINGS = (".zip", ".tar", *PACKED_ENDINGS)
"""The endings of all archives."""
DATA_ENDINGS = (".zip", ".tar", ".csv", ".tsv", ".json", ".jsonl", ".txt")
"""The endings of files that other readers read."""
METADATA_NAMES = ("metadata.csv", "metadata.jsonl", "metadata.parquet")
"""The files that describe the images of a folder, in the layout of the Hub."""


def is_image(name: str) -> bool:
    """Whether the name ends like that of an image that is read, in small or capital letters."""
    return name.lower().endswith(IMAGE_ENDINGS)


def is_metadata(name: str) -> bool:
    """Whether the path is that of a metadata file."""
    return name.rpartition("/")[2] in METADATA_NAMES


def without_ending(name: str) -> str:
    """The path without its ending.

    >>> without_ending("a.b/c.d.png"), without_ending("a.b/c")
    ('a.b/c.d', 'a.b/c')
    """
    folder, slash, file = name.rpartition("/")
    stem, dot, _ = file.rpartition(".")
    return folder + slash + (stem if dot and stem else file)
