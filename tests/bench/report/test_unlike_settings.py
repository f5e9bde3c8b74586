"""What differs between two experiments: values that only one of them has, in any order."""

import re
from pathlib import Path

import pytest
from msgspec.structs import replace
from published import VALUES, Filled
from stored import ENVIRONMENT

from bench.report.groups import group
from bench.report.outcomes import read
from bench.report.row_pairs import pairs_between
from bench.report.unlike_settings import unlike_settings


def differences(folder: Path, *experiments: dict[int, dict[str, object]]) -> list[str]:
    """The lines about two experiments, without that of their equal fits; each is a record's fields by seed."""
    outcomes = []
    for number, fields in enumerate(experiments):
        filled = Filled(folder / str(number))
        for seed, own in fields.items():
            filled.fit(filled.cell("kmeans", seed), VALUES, **own)
        outcomes.append(read(filled.done()))
    one, other = (group(each.all) for each in outcomes)
    manifests = outcomes[0].manifest, replace(outcomes[1].manifest, name="other")
    pairs = pairs_between((manifests[0].name, "other"), (one, other), across=False)
    first, *others = unlike_settings(manifests, (one, other), pairs)
    assert re.match(r"kmeans \(demo\) − kmeans \(other\): (seed 0 has|seeds 0, 1 have) equal fits in both", first)
    return others


def test_equal_values_in_another_order_are_no_difference(tmp_path: Path) -> None:
    one = {0: {"precision": "float32"}, 1: {"precision": "bfloat16"}}
    other = {0: {"precision": "bfloat16"}, 1: {"precision": "float32"}}
    assert differences(tmp_path, one, other) == []


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        ({"precision": "bfloat16"}, "Precision: float32 in demo, bfloat16 in other."),
        ({"device": "cuda"}, "Device: cpu in demo, cuda in other."),
        ({"precision": None}, "Precision: float32 in demo, none in other."),
        (
            {"environment": replace(ENVIRONMENT, versions={**ENVIRONMENT.versions, "umap-learn": "0.5"})},
            "Version of umap-learn: none in demo, 0.5 in other.",
        ),
    ],
)
def test_a_value_of_one_experiment_is_named(tmp_path: Path, own: dict[str, object], expected: str) -> None:
    assert differences(tmp_path, {0: {}}, {0: own}) == [expected]


def test_other_seeds_are_named_in_their_order(tmp_path: Path) -> None:
    assert differences(tmp_path, {0: {}, 10: {}, 2: {}}, {0: {}}) == ["Seeds: 0, 2, 10 in demo, 0 in other."]
