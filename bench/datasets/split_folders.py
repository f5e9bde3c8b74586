"""Which folders are splits, by their names."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bench.store.remarks import Remark, caveat, fact

SPLIT_WORDS = {
    **dict.fromkeys(("train", "training"), "train"),
    **dict.fromkeys(("validation", "valid", "val", "dev"), "validation"),
    **dict.fromkeys(("test", "testing", "eval", "evaluation"), "test"),
}
"""Words in names of folders, in small letters, and the splits that they mean; in the order of the splits."""
_GLUED = ("set", "data", "images", "imgs")
"""Words that may follow a split word without a sign between them: `trainset`."""


@dataclass(frozen=True)
class SplitFolders:
    """Which folders are splits."""

    splits: dict[str, str]
    """The split of each folder; empty if the folders are not splits."""
    note: Remark | None = None
    """A remark if the names could be meant otherwise; without the name of the data set."""


def is_split_word(folder: str) -> bool:
    """Whether the name of a folder is exactly a split word, in small or capital letters."""
    return folder.lower() in SPLIT_WORDS


def split_folders(sizes: Mapping[str, int], n_loose: int, noun: str) -> SplitFolders:
    """Which of these neighbouring folders, with their numbers of files, are splits: all of them or none.

    A split is named with one split word, such as `train`. Digits and signs do not count (`train2017`). Other words are
    allowed if they are the same in all folders (`train_images`, `test_images`). The folders must mean at least two
    splits, or be one folder whose name is a split word. No files, which are called `noun`, may lie beside them.
    `n_loose` is their number.

    >>> split_folders({"seg_train": 9, "seg_test": 3}, 0, "images").splits
    {'seg_train': 'train', 'seg_test': 'test'}
    >>> split_folders({"train-station": 9, "test-tube": 3}, 0, "images").splits
    {}
    """
    names = {folder: name for folder in sizes if (name := _parsed(folder)) is not None}
    meant = {folder: name.split for folder, name in names.items()}
    n_splits = len(set(meant.values()))
    is_plain = n_splits == len(sizes) and all(map(is_split_word, sizes))
    is_alike = len(names) == len(sizes) and len({name.rest for name in names.values()}) == 1
    if not n_loose and is_alike and (n_splits > 1 or is_plain):
        return SplitFolders(meant, None if is_plain else as_splits(sizes, meant, noun))
    alike = _alike(names, sizes)
    return SplitFolders({}, _not_splits(alike, meant, sizes, n_loose, noun) if alike else None)


def as_splits(sizes: Mapping[str, int], meant: Mapping[str, str], noun: str) -> Remark:
    """The remark about folders that are read as splits, and could be classes."""
    pairs = [f"{folder!r} ({count_of(sizes[folder], noun)}) as '{split}'" for folder, split in sorted(meant.items())]
    example = min(meant)
    return caveat(
        f"its folders are read as splits, not as classes: {_cut(pairs)}; if they are classes, rename one of them, for "
        f"example {example!r} to {example + '-class'!r}"
    )


def listed(names: Iterable[str]) -> str:
    """Up to four names, sorted and quoted.

    >>> listed(["b", "a"])
    "'a', 'b'"
    """
    return _cut([repr(name) for name in sorted(names)])


@dataclass(frozen=True)
class _Name:
    split: str
    rest: tuple[str, ...]
    """The words of the name beside the split word."""


def _parsed(folder: str) -> _Name | None:
    """The parts of a name with one split word; None if it has none, or several such as `train-test`."""
    words = re.findall(r"[^\W\d_]+", folder.lower())
    for word in list(words):
        ending = next((end for end in _GLUED if word.removesuffix(end) in SPLIT_WORDS and word.endswith(end)), None)
        if ending is not None:
            at = words.index(word)
            words[at : at + 1] = [word.removesuffix(ending), ending]
    found = [word for word in words if word in SPLIT_WORDS]
    if len(found) != 1:
        return None
    return _Name(SPLIT_WORDS[found[0]], tuple(word for word in words if word not in SPLIT_WORDS))


def _alike(names: Mapping[str, _Name], sizes: Mapping[str, int]) -> list[str]:
    """The folders that look like splits, sorted, where the folders are not splits.

    They are named with a split word alone, differ only in their split words, or are all folders.
    """
    by_rest: dict[tuple[str, ...], set[str]] = {}
    for name in names.values():
        by_rest.setdefault(name.rest, set()).add(name.split)
    if len(names) == len(sizes) and len({name.split for name in names.values()}) > 1:
        return sorted(names)
    return sorted(folder for folder, name in names.items() if is_split_word(folder) or len(by_rest[name.rest]) > 1)


def _not_splits(
    alike: list[str], meant: Mapping[str, str], sizes: Mapping[str, int], n_loose: int, noun: str
) -> Remark:
    """The remark about folders that look like splits and are not read as such: why not, and the remedy."""
    others = sorted(folder for folder in sizes if folder not in meant)
    if n_loose:
        reason, remedy = f"{count_of(n_loose, noun)} {'lie' if n_loose > 1 else 'lies'} beside", "move these files"
    elif others:
        one = len(others) == 1
        reason = f"{listed(others)} {'is' if one else 'are'} not named like a split"
        remedy = f"move {'it' if one else 'them'} elsewhere"
    elif len(set(meant.values())) == 1:
        reason, remedy = "they mean the same split", "rename one of them"
    else:
        words = [f"'{word}'" for word in dict.fromkeys(SPLIT_WORDS.values()) if word in meant.values()]
        reason, remedy = "their names have different other words", f"rename them, for example to {' and '.join(words)}"
    folders = _cut([f"{folder!r} ({count_of(sizes[folder], noun)})" for folder in alike])
    are = "the folder {} is not read as a split" if len(alike) == 1 else "the folders {} are not read as splits"
    return fact(f"all {noun} are read; {are.format(folders)}, because {reason}; to use splits, {remedy}")


def count_of(count: int, noun: str) -> str:
    """A number of files, such as `1 image` or `1,000 images`."""
    return f"{count:,} {noun if count != 1 else noun.removesuffix('s')}"


def _cut(texts: list[str]) -> str:
    return ", ".join(texts[:4]) + (f" and {len(texts) - 4:,} more" if len(texts) > 4 else "")
