"""Declarations are complete, consistent and light."""

import re
import subprocess
import sys
from dataclasses import fields

import pytest

from bench.metrics.declarations import METRICS, Metric, metric
from bench.metrics.fit import Fit

ORDER = [
    "accuracy",
    "ari",
    "nmi",
    "silhouette_own",
    "silhouette_input",
    "silhouette_error_own",
    "silhouette_error_input",
    "davies_bouldin_own",
    "davies_bouldin_input",
    "calinski_harabasz_own",
    "calinski_harabasz_input",
    "quantization_error",
    "topographic_error",
    "reconstruction_error",
    "kl_divergence",
    "n_clusters_found",
    "smallest_share",
    "largest_share",
    "effective_rank_own",
    "spread_own",
    "collapsed_own",
]


def test_names_are_stable_and_in_order() -> None:
    """They are column names of stored scores and CSV files."""
    assert [declared.name for declared in METRICS] == ORDER


@pytest.mark.parametrize("declared", METRICS, ids=lambda declared: declared.name)
def test_each_declaration_holds_together(declared: Metric) -> None:
    assert metric(declared.name) is declared
    assert callable(declared.load())
    assert declared.needs <= {field.name for field in fields(Fit)}
    assert declared.bounds[0] < declared.bounds[1]
    assert re.search(r"\b(18|19|20)\d\d\b|this project|clusters?\b", declared.description)
    assert "\n" not in declared.description
    ending = re.search(r"_(own|input)$", declared.name)
    assert ending is None or ending[1] == declared.space


def test_unknown_name_suggests_the_nearest() -> None:
    with pytest.raises(KeyError, match="did you mean 'silhouette_own'"):
        metric("silhouete_own")


def test_reading_declarations_imports_no_library() -> None:
    code = "import sys, bench.metrics.declarations; print(*{'numpy', 'scipy', 'sklearn', 'torch'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "\n"
