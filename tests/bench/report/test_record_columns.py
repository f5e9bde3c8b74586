"""The last columns of cells.csv."""

import json

import pandas as pd
import pytest
from published import VALUES, Filled, everything

from bench.report.outcomes import read
from bench.report.record_columns import MAX_CHARACTERS, RECORD_COLUMNS, warnings_field
from bench.report.tables.frames import cells_frame
from bench.store.records import Failure, PluginScore

NAMES = [
    *("key", "last_ending", "processor", "accelerator", "commit", "data_digest", "takes_seed", "arrays_digest"),
    *("pretrained", "grid_shape", "count_option", "plugin", "plugin_scores", "keeps_reconstruction", "certainty"),
    "warnings",
]


@pytest.fixture(scope="module")
def frame(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    store = everything(tmp_path_factory.mktemp("records"))
    return cells_frame(read(store).all, "digits")


def test_they_come_after_the_options_in_a_stable_order(frame: pd.DataFrame) -> None:
    assert list(RECORD_COLUMNS) == NAMES
    assert list(frame)[-len(NAMES) :] == NAMES
    before = list(frame)[: -len(NAMES)]
    assert before.index("error") < before.index("lr") < before.index("param_key")


def test_an_option_with_the_name_of_a_column_has_a_prefix(frame: pd.DataFrame) -> None:
    ward = frame[frame.method == "ward"]
    assert set(ward.param_key) == {"NA"}
    assert set(ward.param_n_iter) == {"1\n2"}
    assert list(frame.key) == [f"{key}" for key in frame.key]
    assert not set(frame.key) & {"NA"}


def test_values_that_are_not_known_are_empty(frame: pd.DataFrame) -> None:
    missing = frame[frame.status != "ok"]
    assert missing[[name for name in NAMES if name not in ("key", "last_ending")]].isna().all().all()
    assert set(frame[frame.method == "som"].grid_shape) == {"10x8"}
    assert frame[frame.method != "som"].grid_shape.isna().all()
    assert [text and json.loads(text) for text in frame[frame.method == "dec"].certainty[:2]] == [{"starts": 0.9}, None]
    assert json.loads(frame[frame.method == "som"].warnings.iloc[0])[1] == "LostClustersWarning: one"


def test_a_long_list_of_warnings_is_cut_and_the_others_are_counted() -> None:
    texts = [f"W: {number} {'ü' * 100}" for number in range(1000)]
    field = warnings_field(texts)
    assert len(field) <= MAX_CHARACTERS
    *kept, last = json.loads(field)
    assert kept == texts[: len(kept)]
    assert len(kept) > 200
    assert last == f"and {1000 - len(kept)} more: the records have all of them."
    assert json.loads(warnings_field(["x" * MAX_CHARACTERS])) == ["and 1 more: the records have all of them."]
    assert json.loads(warnings_field(texts[:100])) == texts[:100]


def test_metrics_of_plug_ins_have_their_package_and_the_reason_of_a_failure(tmp_path) -> None:
    filled = Filled(tmp_path)
    plugins = {
        "purity": PluginScore(source="tiny 1.0"),
        "dunn": PluginScore(source="tiny 1.0", failure=Failure(type="E", message="no\nway", traceback="T")),
    }
    filled.fit(filled.cell("kmeans", 0), VALUES, plugins)
    (field,) = cells_frame(read(filled.done()).all, "digits").plugin_scores
    assert json.loads(field) == {
        "purity": {"source": "tiny 1.0"},
        "dunn": {"source": "tiny 1.0", "failure": "E: no way"},
    }
