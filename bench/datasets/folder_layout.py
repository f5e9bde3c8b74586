"""The splits and the classes of files, read from the folders in which they lie."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from bench.datasets.split_folders import SPLIT_WORDS, as_splits, count_of, is_split_word, listed, split_folders
from bench.store.remarks import Remark, caveat


@dataclass(frozen=True)
class Layout:
    """What the folders say about the files, which are images or texts."""

    splits: dict[str, list[int]]
    """The indices of the files of each split, in the order of the names: train, validation, test."""
    classes: list[str | None]
    """The class of each file; None for a file whose folder is not that of a class."""
    notes: list[Remark] = field(default_factory=list)
    """Remarks about the splits, without the name of the data set."""
    class_notes: list[Remark] = field(default_factory=list)
    """The same about the classes."""


def read_layout(names: Sequence[str], noun: str = "images") -> Layout:
    """Read the layout of the files with these sorted paths, which are relative to the folder of the data set.

    Folders around all files are not classes. The folders of the highest level below them are splits if all of them are
    named like splits (see `split_folders`). The class of a file is the name of the folder that holds it, if all files
    of a split lie equally deep and in at least two folders. `noun` is the word for the files in the notes.

    >>> layout = read_layout(["test/cat/1.png", "train/cat/1.png", "train/dog/2.png"])
    >>> layout.splits, layout.classes
    ({'train': [1, 2], 'test': [0]}, ['cat', 'cat', 'dog'])
    """
    folders = [name.split("/")[:-1] for name in names]
    start = _common_depth(folders)
    sizes = Counter(folder[start] for folder in folders if len(folder) > start)
    named = split_folders(sizes, len(names) - sizes.total(), noun)
    splits: dict[str, list[int]] = {}
    if named.splits:
        for word in dict.fromkeys(SPLIT_WORDS.values()):
            rows = [row for row, folder in enumerate(folders) if named.splits[folder[start]] == word]
            splits |= {word: rows} if rows else {}
        start += 1
    else:
        splits["train"] = list(range(len(names)))
    classes: list[str | None] = [None] * len(names)
    class_notes: list[Remark] = []
    below = [folder[start:] for folder in folders]
    for split, rows in splits.items():
        _read_classes(split, rows, names, below, classes, class_notes, noun)
    if len({name for name in classes if name is not None}) < 2:
        classes = [None] * len(names)
    note = named.note
    if len(named.splits) > 1 and not class_notes and not any(name is not None for name in classes):
        note = as_splits(sizes, named.splits, noun)  # these folders could be the classes
    class_notes += _classes_of_one_split(splits, classes, noun)
    return Layout(splits, classes, [] if note is None else [note], class_notes)


def _common_depth(folders: list[list[str]]) -> int:
    """The number of folders around all files. A folder whose name is a split word is not counted, nor what it has."""
    depth = 0
    while all(len(folder) > depth for folder in folders):
        (*others, last) = {folder[depth] for folder in folders}
        if others or is_split_word(last):
            break
        depth += 1
    return depth


def _read_classes(
    split: str,
    rows: list[int],
    names: Sequence[str],
    folders: list[list[str]],
    classes: list[str | None],
    notes: list[Remark],
    noun: str,
) -> None:
    """Write the classes of the files of one split into `classes`; `names` are the paths of all files."""
    paths = sorted({"/".join(folders[row]) for row in rows})
    if len({path.count("/") + bool(path) for path in paths}) > 1:
        where = "" if split == "train" and len(rows) == len(classes) else f" of split '{split}'"
        notes.append(caveat(unused_classes([(names[row], folders[row]) for row in rows], where, noun)))
        return
    if not paths[0]:
        return
    for row in rows:
        classes[row] = folders[row][-1]
    parents: dict[str, list[str]] = {}
    for path in paths:
        parents.setdefault(path.rpartition("/")[2], []).append(path)
    joined = {name: several for name, several in parents.items() if len(several) > 1}
    if joined and all(map(is_split_word, parents)):
        told = (
            f"the folders {listed(parents)} inside of other folders are used as classes; if they are splits, put the "
            f"folders of the classes into them, such as {'/'.join(reversed(paths[0].split('/')[-2:]))!r}"
        )
    elif joined:
        name, several = next(iter(joined.items()))
        told = (
            f"{len(joined):,} {'class joins' if len(joined) == 1 else 'classes join'} folders of the same name: "
            f"{name!r} has the {noun} of {listed(several)}; if they are different classes, rename the folders"
        )
    elif len(above := {path.rpartition("/")[0] for path in paths}) > 1:
        told = (
            f"its {len(paths):,} classes are the folders that hold {noun}; the folders above them, {listed(above)}, "
            f"are not classes; to use these as classes, put their {noun} directly into them"
        )
    else:
        return
    notes.append(caveat(told))


def unused_classes(files: Sequence[tuple[str, Sequence[str]]], where: str, noun: str) -> str:
    """Why the names of folders are not used as classes, with the first file that lies elsewhere, and the remedy.

    `files` have their paths and the folders around each, which lie at different depths. The files of the most usual
    depth are taken for those that lie well.

    >>> unused_classes([("a/1.png", ["a"]), ("b/2.png", ["b"]), ("cover.png", [])], "", "images")[:45]
    'the names of its 2 folders are not used as cl'
    """
    depths = Counter(len(folders) for _, folders in files)
    usual = max(depths, key=lambda depth: (depths[depth], depth))
    usual = usual or min(filter(None, depths))  # files in no folder have no class
    others = [name for name, folders in files if len(folders) != usual]
    n_folders = len({tuple(folders) for _, folders in files if folders})
    one = len(others) == 1
    return (
        f"the names of its {count_of(n_folders, 'folders')}{where} are not used as classes, because {noun} lie at "
        f"different depths: {count_of(len(others), noun)} {'lies' if one else 'lie'} higher or deeper than the others, "
        f"first {others[0]!r}; to use them, put each {noun.removesuffix('s')} into the folder of its class, all at one "
        f"depth, and move {'this' if one else 'these'} elsewhere if {'it has' if one else 'they have'} no class"
    )


def _classes_of_one_split(splits: dict[str, list[int]], classes: list[str | None], noun: str) -> list[Remark]:
    """One remark if some splits have classes that others do not have."""
    found = {split: {name for row in rows if (name := classes[row]) is not None} for split, rows in splits.items()}
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
    text = f"{count} {noun} in one split only, first {name!r} in '{split}'; expected the same classes in each split"
    return [caveat(text)]
