"""Metrics of plug-ins: an entry point of an installed package names the declaration of a metric."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pkgutil import resolve_name

from bench.metrics.metric import Metric
from bench.metrics.metric_check import checked_metric
from methods.registry import Plugin, installed

PLUGIN_GROUP = "dec_bench.metrics"
"""The group of the entry points by which packages add metrics."""


@dataclass(frozen=True)
class PluginMetrics:
    """The metrics of all installed packages."""

    known: Mapping[str, Metric]
    """By name, in the order of the names."""
    sources: Mapping[str, str]
    """By name, the package and its version, such as `bright-clusters 1.0`."""
    problems: tuple[str, ...]
    """One line for each entry point that is left out. It names the package."""


def load_plugin_metrics(own: Sequence[Metric]) -> PluginMetrics:
    """The metrics of installed packages. Their modules are imported; the functions of the metrics are not.

    `own`: the metrics of this project, whose names and labels no plug-in can have.
    """
    found = installed(PLUGIN_GROUP, frozenset(metric.name for metric in own))
    known: dict[str, Metric] = {}
    problems = list(found.problems)
    for plugin in found.known.values():
        try:
            known[plugin.name] = checked_metric(_load(plugin), plugin.name, [*own, *known.values()])
        except ValueError as error:
            problems.append(
                f"plug-in {plugin.source}, entry point {PLUGIN_GROUP}, '{plugin.target}': {error}; '{plugin.name}' is "
                "left out."
            )
    return PluginMetrics(known, {name: found.known[name].source for name in known}, tuple(problems))


def _load(plugin: Plugin) -> object:
    try:
        return resolve_name(plugin.target)
    except (Exception, SystemExit) as error:  # the module of a plug-in may raise anything
        message = " ".join(str(error).split())
        raise ValueError(f"it cannot be loaded ({type(error).__name__}: {message})") from error
