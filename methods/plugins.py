"""Plug-ins: what other installed packages add, by the entry points that they declare. Nothing of them is imported."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, entry_points

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_TARGET = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*")


@dataclass(frozen=True)
class Plugin:
    """One entry point of an installed package."""

    name: str
    target: str
    """`package.module:Name`."""
    package: str
    """The name of the package that declares it, as pip shows it."""
    version: str
    """The version of the package."""
    summary: str
    """The line `description` of the package; may be empty."""

    @property
    def source(self) -> str:
        """The package and its version, such as `spectral-net 1.0`."""
        return f"{self.package} {self.version}"

    @property
    def description(self) -> str:
        """One line for lists."""
        return f"{self.summary or 'no description'} (plug-in {self.source})"


@dataclass(frozen=True)
class Installed:
    """The plug-ins of one kind."""

    known: dict[str, Plugin]
    """By name, in the order of the names."""
    problems: tuple[str, ...]
    """One line for each entry point that is left out. It names the package."""


@cache
def installed(group: str, taken: frozenset[str]) -> Installed:
    """The plug-ins of an entry point group, such as `dec_bench.methods`; read once for each process.

    `taken`: the names of this project, which no plug-in can have. Of two plug-ins with one name, the one of the package
    that comes first in the alphabet is used.
    """
    known: dict[str, Plugin] = {}
    problems: list[str] = []
    for plugin in sorted(map(_plugin, entry_points(group=group)), key=lambda each: (each.package, each.name)):
        if problem := _problem(plugin, taken, known):
            problems.append(f"plug-in {plugin.source}, entry point {group}: {problem}; '{plugin.name}' is left out.")
        else:
            known[plugin.name] = plugin
    return Installed(dict(sorted(known.items())), tuple(problems))


def _plugin(point: EntryPoint) -> Plugin:
    about = None if point.dist is None else point.dist.metadata
    texts = {
        key: " ".join(str(about[key]).split()) if about is not None and key in about else ""
        for key in ("Name", "Version", "Summary")
    }
    return Plugin(point.name, point.value, texts["Name"] or "unknown", texts["Version"] or "unknown", texts["Summary"])


def _problem(plugin: Plugin, taken: Collection[str], known: dict[str, Plugin]) -> str:
    """Why an entry point is not used; empty if it is."""
    if not _NAME.fullmatch(plugin.name):
        return f"the name '{plugin.name}' is not valid: expected letters, digits, - and _, the first one a letter"
    if not _TARGET.fullmatch(plugin.target):
        return f"'{plugin.target}' is not valid: expected package.module:Name"
    if plugin.name in taken:
        return f"the name '{plugin.name}' is one of dec-bench's own"
    if plugin.name in known:
        return f"the name '{plugin.name}' is taken by plug-in {known[plugin.name].source}"
    return ""
