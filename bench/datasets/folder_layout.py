"""The splits and the classes of image files, read from the folders in which they lie."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

SPLIT_WORDS = {
    **dict.fromkeys(("train", "training"), "train"),
    **dict.fromkeys(("validation", "valid", "val", "dev"), "validation"),
    **dict.fromkeys(("test", "testing", "eval", "evaluation"), "test"),
}
"""Names of folders, in small letters, and the splits that they mean; in the order of the splits."""


@dataclass(frozen=True)
class Layout:
    """What the folders say about the images."""

    splits: dict[str, list[int]]
    """The indices of the images of each split, in the order of the names: train, validation, test."""
    classes: list[str | None]
    """The class of each image; None for an image whose folder is not that of a class."""
    notes: list[str] = field(default_factory=list)
    """Lines for the user, without the name of the data set, about the splits."""
    class_notes: list[str] = field(default_factory=list)
    """The same about the classes."""


def read_layout(names: Sequence[str]) -> Layout:
    """Read the layout of the images with these sorted paths, which are relative to the folder of the data set.

    Folders around all images are no classes. The folders of the highest level below them are splits if all of them are
    named like splits. The class of an image is the name of the folder that holds it, if all images of a split lie
    equally deep and in at least two folders.

    >>> layout = read_layout(["test/cat/1.png", "train/cat/1.png", "train/dog/2.png"])
    >>> layout.splits, layout.classes
    ({'train': [1, 2], 'test': [0]}, ['cat', 'cat', 'dog'])
    """
    folders = [name.split("/")[:-1] for name in names]
    start = _common_depth(folders)
    notes: list[str] = []
    class_notes: list[str] = []
    split_of = _split_folders([folder[start:] for folder in folders], notes)
    splits: dict[str, list[int]] = {}
    if split_of:
        for word in dict.fromkeys(SPLIT_WORDS.values()):
            rows = [row for row, folder in enumerate(folders) if split_of[folder[start]] == word]
            splits |= {word: rows} if rows else {}
        start += 1
    else:
        splits["train"] = list(range(len(names)))
    classes: list[str | None] = [None] * len(names)
    for split, rows in splits.items():
        _read_classes(split, rows, [folder[start:] for folder in folders], classes, class_notes)
    if len({name for name in classes if name is not None}) < 2:
        classes = [None] * len(names)
    layout = Layout(splits, classes, notes, class_notes)
    if not class_notes:
        class_notes += _flat_splits(layout, split_of)
    class_notes += _classes_of_one_split(layout)
    return layout


def _common_depth(folders: list[list[str]]) -> int:
    """The number of folders around all images. A folder that is named like a split is not counted, nor what it has."""
    depth = 0
    while all(len(folder) > depth for folder in folders):
        (*others, last) = {folder[depth] for folder in folders}
        if others or last.lower() in SPLIT_WORDS:
            break
        depth += 1
    return depth


def _split_folders(folders: list[list[str]], notes: list[str]) -> dict[str, str]:
    """The split of each folder of the highest level; empty if these folders are not splits."""
    tops = sorted({folder[0] for folder in folders if folder})
    exact = {top: SPLIT_WORDS[top.lower()] for top in tops if top.lower() in SPLIT_WORDS}
    has_loose = any(not folder for folder in folders)
    if tops and not has_loose and len(exact) == len(tops) and (len(tops) == 1 or len(set(exact.values())) > 1):
        if len(set(exact.values())) < len(tops):
            notes.append(f"the folders {_listed(tops)} are read as the splits {_listed(set(exact.values()))}")
        return exact
    similar = {top: _only_word(top) for top in tops}
    meant = set(similar.values())
    if not has_loose and len(tops) > 1 and "" not in meant and len(meant) == len(tops) and "train" in meant:
        pairs = ", ".join(f"{top!r} as '{word}'" for top, word in similar.items())
        notes.append(f"its folders are read as splits, not as classes: {pairs}; rename them if they are classes")
        return similar
    if exact:
        others = [top for top in tops if top not in exact]
        reason, remedy = "they mean the same split", "rename one of them"
        if has_loose:
            reason, remedy = "images lie beside", "move these images"
        elif others:
            beside = f"{_listed(others)} {'is' if len(others) == 1 else 'are'}"
            reason, remedy = (
                f"{beside} not named like a split",
                f"move {'it' if len(others) == 1 else 'them'} elsewhere",
            )
        plural = "the folder {} is not read as a split" if len(exact) == 1 else "the folders {} are not read as splits"
        notes.append(f"all images are read; {plural.format(_listed(exact))}, because {reason}; to use splits, {remedy}")
    return {}


def _only_word(folder: str) -> str:
    """The split that one word in a name such as `train_images` means; empty if there is no such word or several.

    >>> _only_word("seg_train"), _only_word("Test2"), _only_word("trains"), _only_word("train-test")
    ('train', 'test', '', '')
    """
    words = [SPLIT_WORDS[word] for word in re.findall(r"[^\W\d_]+", folder.lower()) if word in SPLIT_WORDS]
    return words[0] if len(words) == 1 else ""


def _read_classes(
    split: str, rows: list[int], folders: list[list[str]], classes: list[str | None], notes: list[str]
) -> None:
    """Write the classes of the images of one split into `classes`."""
    paths = sorted({"/".join(folders[row]) for row in rows})
    if len({path.count("/") + bool(path) for path in paths}) > 1:
        where = "" if split == "train" and len(rows) == len(classes) else f" of split '{split}'"
        notes.append(
            f"the names of its {len(paths):,} folders{where} are not used as classes, because images lie at different "
            "depths; to use them, put each image into the folder of its class, all at one depth"
        )
        return
    if not paths[0]:
        return
    for row in rows:
        classes[row] = folders[row][-1]
    parents: dict[str, list[str]] = {}
    for path in paths:
        parents.setdefault(path.rpartition("/")[2], []).append(path)
    joined = {name: several for name, several in parents.items() if len(several) > 1}
    if joined:
        name, several = next(iter(joined.items()))
        notes.append(
            f"{len(joined):,} {'class joins' if len(joined) == 1 else 'classes join'} folders of the same name: "
            f"{name!r} has the images of {_listed(several)}; if they are different classes, rename the folders"
        )


def _flat_splits(layout: Layout, split_of: dict[str, str]) -> list[str]:
    """One line if folders that could be classes are read as splits."""
    if len(split_of) < 2 or any(name is not None for name in layout.classes):
        return []
    return [
        f"the folders {_listed(split_of)} are read as splits, and its images have no classes; if these folders are "
        "classes, rename one of them"
    ]


def _classes_of_one_split(layout: Layout) -> list[str]:
    """One line if some splits have classes that others do not have."""
    found = {
        split: {name for row in rows if (name := layout.classes[row]) is not None}
        for split, rows in layout.splits.items()
    }
    found = {split: names for split, names in found.items() if names}
    only = [
        (name, split)
        for split, names in found.items()
        for name in sorted(names)
        if not any(name in others for other, others in found.items() if other != split)
    ]
    if len(found) < 2 or not only:
        return []
    name, split = only[0]
    count = f"{len(only):,} classes have" if len(only) > 1 else "1 class has"
    return [f"{count} images in one split only, first {name!r} in '{split}'; expected the same classes in each split"]


def _listed(names: Iterable[str]) -> str:
    """Up to four names, sorted and quoted.

    >>> _listed(["b", "a"])
    "'a', 'b'"
    """
    texts = [repr(name) for name in sorted(names)]
    return ", ".join(texts[:4]) + (f" and {len(texts) - 4:,} more" if len(texts) > 4 else "")
