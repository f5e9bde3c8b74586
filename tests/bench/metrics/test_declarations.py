"""The declarations of metrics are complete and consistent, and import no heavy library."""

import inspect
import pkgutil
import re
import subprocess
import sys
from dataclasses import fields

import numpy as np
import pytest

from bench.metrics.declarations import METRICS, Metric, metric
from bench.metrics.fit import Fit

ORDER = [
    "accuracy",
    "ari",
    "nmi",
    "silhouette_own",
    "silhouette_input",
    "silhouette_reference",
    "silhouette_error_own",
    "silhouette_error_input",
    "silhouette_error_reference",
    "davies_bouldin_own",
    "davies_bouldin_input",
    "davies_bouldin_reference",
    "calinski_harabasz_own",
    "calinski_harabasz_input",
    "calinski_harabasz_reference",
    "quantization_error",
    "topographic_error",
    "reconstruction_error",
    "kl_divergence",
    "n_clusters_found",
    "smallest_share",
    "largest_share",
    "noise_share",
    "effective_rank_own",
    "spread_own",
    "collapsed_own",
]


def test_names_and_their_order_do_not_change() -> None:
    """Names are columns of stored scores and of CSV files."""
    assert [declared.name for declared in METRICS] == ORDER


@pytest.mark.parametrize("declared", METRICS, ids=lambda declared: declared.name)
def test_each_declaration_is_consistent(declared: Metric) -> None:
    assert metric(declared.name) is declared
    assert declared.needs <= {field.name for field in fields(Fit)}
    assert declared.bounds[0] < declared.bounds[1]
    assert re.search(r"\b(18|19|20)\d\d\b|this project|clusters?\b", declared.description)
    assert "\n" not in declared.description
    ending = re.search(r"_(own|input|reference)$", declared.name)
    assert ending is None or ending[1] == declared.space


@pytest.mark.parametrize("declared", METRICS, ids=lambda declared: declared.name)
def test_each_function_is_found_at_its_address_and_takes_a_fit(declared: Metric) -> None:
    function = pkgutil.resolve_name(declared.function)
    assert list(inspect.signature(function).parameters) == (["fit", "space"] if declared.in_each_space else ["fit"])
    value = declared.load()(Fit(labels=np.array([0, 0, 1, 1]), features=np.eye(4)))
    assert value is None or isinstance(value, float)


def test_the_error_of_an_unknown_name_suggests_the_nearest_name() -> None:
    with pytest.raises(KeyError, match="did you mean 'silhouette_own'"):
        metric("silhouete_own")


def test_declarations_import_no_heavy_library() -> None:
    code = "import sys, bench.metrics.declarations; print(*{'numpy', 'scipy', 'sklearn', 'torch'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "\n"
