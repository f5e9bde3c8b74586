"""Says which files of a folder are not read, and which are read twice."""

from collections.abc import Callable, Sequence

from bench.datasets.image_names import ARCHIVE_ENDINGS, is_image, is_metadata
from bench.datasets.image_sources import Images
from bench.datasets.leftovers import DESCRIPTIONS
from bench.datasets.listing import Listing
from bench.store.remarks import Remark, caveat, fact

_TEXT_TABLES, _JSON = (".csv", ".tsv"), (".json", ".jsonl")
_TABLES = (*_TEXT_TABLES, *_JSON)
_OTHER_FORMATS = (
    *(".heic", ".heif", ".svg", ".psd", ".eps", ".ai", ".xcf", ".raw", ".dng", ".cr2", ".cr3", ".nef", ".arw", ".orf"),
    *(".rw2", ".raf", ".jxl", ".exr", ".hdr", ".dcm", ".nii", ".mp4", ".mov", ".avi", ".mkv", ".webm"),
)
"""Endings of images and films that must be converted: another name does not help."""
_NO_DATA = (
    *(".txt", ".md", ".rst", ".pdf", ".html", ".xml", ".yaml", ".yml", ".toml", ".cfg", ".ini", ".log", ".bib"),
    *(".py", ".ipynb", ".sh", ".bat", ".js", ".css", ".db", ".lock", ".docx", ".xlsx", ".url", ".license"),
)
"""Endings of texts, documents and programs."""


def unread(images: Images, used: Sequence[str], listing: Listing, source: str, *, has_labels: bool) -> list[Remark]:
    """One remark for each reason why files are not read: their number, the first name, and the remedy.

    `used` are other files that are used. Texts, documents and programs with images beside or below them are a fact, not
    a caveat: they are seldom meant to be read.
    """
    known = {*images.names, *images.archives, *used}
    left = [name for name in (*listing.names, *images.others) if name not in known and not is_metadata(name)]
    left = [name for name in left if name.rpartition("/")[2] not in DESCRIPTIONS]
    hidden = (*listing.hidden, *images.hidden)
    folders = _folders_around(images.names)
    hint = "a file with a name and a label in each line is used with `--labels FILE.csv`"
    remove = "it is neither an image nor a metadata file; remove it if it is not needed"
    groups: list[tuple[list[str], str]] = [
        ([name for name in hidden if is_image(name) or name.lower().endswith(_TABLES)], _HIDDEN),
        (_ending(left, _TEXT_TABLES), remove if has_labels else hint),
        (
            _ending(left, _JSON),
            remove if has_labels else f"{remove}; if it has the labels, write them to a CSV file: {hint}",
        ),
        (_ending(left, ARCHIVE_ENDINGS), "archives are not read beside image files; unpack it"),
        (_ending(left, _OTHER_FORMATS), _CONVERT),
        ([name for name in left if _is_unknown(name)], _UNKNOWN),
        ([name for name in _ending(left, _NO_DATA) if _folder(name) not in folders], _ALONE),
    ]
    beside = [name for name in _ending(left, _NO_DATA) if _folder(name) in folders]
    return [
        kind(f"data set '{source}': {_count(len(names), 'file')} not read, first {names[0]!r}: {reason}")
        for kind, names, reason in [*((caveat, *group) for group in groups), (fact, beside, _BESIDE)]
        if names
    ]


_CONVERT = "this format is not read, and another name does not help; convert it, for example to JPEG"
_BESIDE = "texts, documents and programs beside images are not used"
_HIDDEN = "names that begin with a dot are hidden; rename the file to use it"
_UNKNOWN = (
    "its name does not end like that of an image that is read, such as .png or .jpg; rename it if it is such an "
    "image, convert it if it is another one, or remove it"
)
_ALONE = "no image lies in its folder, so this folder is not a class; remove it if it is not needed"


def twice(names: Sequence[str], listing: Listing, source: str, noun: str = "image") -> list[Remark]:
    """At most one remark: the number of files that are read twice, because of a link; `noun` is their word."""
    chosen = set(names)
    real = _resolver(listing)
    doubled = [name for name in names if (target := real(name)) != name and target in chosen]
    if not doubled:
        return []
    return [
        caveat(
            f"data set '{source}': {_count(len(doubled), noun)} read twice, first {doubled[0]!r}, a link to "
            f"{real(doubled[0])!r}; remove the link to read it once"
        )
    ]


def _resolver(listing: Listing) -> Callable[[str], str]:
    def real(name: str) -> str:
        if not listing.links:
            return name
        parts = name.split("/")
        for end in range(len(parts), 0, -1):
            target = listing.links.get("/".join(parts[:end]))
            if target is not None:
                return "/".join([target, *parts[end:]])
        return name

    return real


def _folder(name: str) -> str:
    return name.rpartition("/")[0]


def _folders_around(names: Sequence[str]) -> set[str]:
    """The folders that hold these files, and all folders above them; the one at the top has an empty name."""
    around, new = {""}, {_folder(name) for name in names}
    while new:
        around |= new
        new = {_folder(name) for name in new} - around
    return around


def _ending(names: Sequence[str], endings: tuple[str, ...]) -> list[str]:
    return [name for name in names if name.lower().endswith(endings)]


def _is_unknown(name: str) -> bool:
    file = name.rpartition("/")[2]
    if file.lower().endswith((*_TABLES, *ARCHIVE_ENDINGS, *_NO_DATA, *_OTHER_FORMATS)) or is_image(file):
        return False
    return "." in file or not file.isupper()  # LICENSE, README


def _count(count: int, noun: str) -> str:
    return f"{count:,} {noun}s are" if count > 1 else f"1 {noun} is"
