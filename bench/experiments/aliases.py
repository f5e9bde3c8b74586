"""Short names of classes, as a user types them: `--alias NAME=package.module:Class`."""

import re
from collections.abc import Mapping, Sequence

from bench.errors import UsageError
from methods import registry
from methods.registry import did_you_mean

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


def parse_aliases(texts: Sequence[str]) -> dict[str, str]:
    """The class of each short name. Raises UsageError for the first text that is not valid.

    >>> parse_aliases(["near=sklearn.cluster:DBSCAN", "far=sklearn.cluster:DBSCAN"])
    {'near': 'sklearn.cluster:DBSCAN', 'far': 'sklearn.cluster:DBSCAN'}
    """
    aliases: dict[str, str] = {}
    for text in texts:
        name, equals, path = text.partition("=")
        if not equals:
            raise UsageError(f"--alias {text} is not valid; expected NAME=package.module:Class.")
        check_alias(f"--alias {text}", name)
        if not registry.is_path_of_class(path):
            hint = did_you_mean(registry.near_classes(path))
            raise UsageError(f"--alias {text}: '{path}' is not valid; expected package.module:Class.{hint}")
        if name in aliases:
            raise UsageError(f"--alias {text}: '{name}' is an alias of {aliases[name]} already; choose another name.")
        aliases[name] = path
    return aliases


def check_alias(where: str, name: str) -> None:
    """Raise UsageError, which begins with `where`, if a name cannot be that of a class."""
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"{where}: the name '{name}' is not valid; expected letters, digits, - and _, the first one a letter."
        )
    if name in registry.METHODS:
        raise UsageError(f"{where}: '{name}' is a method of this project already; choose another name.")
    if (plugin := registry.method_plugins().get(name)) is not None:
        raise UsageError(f"{where}: '{name}' is a method of plug-in {plugin.source} already; choose another name.")


def check_used(aliases: Mapping[str, str], methods: Sequence[str]) -> None:
    """Raise UsageError for a short name that is not in --methods."""
    for name, path in aliases.items():
        if name not in methods:
            raise UsageError(f"--alias {name}={path} is not used: '{name}' is not in --methods ({', '.join(methods)}).")
