"""Everything of installed plug-ins that is left out."""

from bench.datasets import catalogue
from bench.metrics.declarations import plugin_metrics
from methods import registry


def plugin_problems() -> tuple[str, ...]:
    """One line for each method, data set and metric of an installed package that is left out."""
    return (*registry.plugin_problems(), *catalogue.plugin_problems(), *plugin_metrics().problems)
