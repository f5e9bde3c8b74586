"""Columns that tell the true labels or the place of a row: they are no features, and a line says so."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_iris

from bench.datasets.images import ImageData
from bench.datasets.load import load
from bench.errors import UsageError
from bench.experiments.reading import reading_of

IRIS = load_iris()
SPECIES = [str(IRIS.target_names[label]) for label in IRIS.target]
FRAME = pd.DataFrame(IRIS.data, columns=["a", "b", "c", "d"])


def read(path: Path, frame: pd.DataFrame, **options: Any) -> ImageData:
    path = path / "table.csv"
    frame.to_csv(path, index=False)
    return load(str(path), reading=reading_of(options))


def notes(data: ImageData) -> str:
    return "\n".join(f"{remark.kind}: {remark.text}" for remark in data.notes + data.how_read)


CODES = {
    "integers": IRIS.target,
    "other order": np.array([7, 3, 5])[IRIS.target],
    "floats": IRIS.target / 2,
    "only where known": np.where(np.arange(150) % 7, IRIS.target, np.nan),
}


@pytest.mark.parametrize("case", CODES)
@pytest.mark.parametrize("label", [None, "Species", "none"])
def test_numbers_with_one_value_for_each_class_are_no_feature(tmp_path: Path, case: str, label: str | None):
    frame = FRAME.assign(Species=SPECIES, quite_other_name=CODES[case])
    data = read(tmp_path, frame, label_column=label)
    assert data.features.shape == (150, 4)
    line = (
        "caveat: data set 'table.csv': the column 'quite_other_name' is left out of the features, because it has one "
        "number for each class of the column 'Species'; --columns A,B,C names the features"
    )
    assert line in notes(data)
    kept = read(tmp_path, frame.fillna(0), label_column=label, columns="a,b,quite_other_name")
    assert kept.features.shape == (150, 3)


def test_true_and_false_for_two_classes_are_no_feature(tmp_path: Path):
    frame = FRAME.assign(label=IRIS.target > 0, is_other=["no" if label else "yes" for label in IRIS.target])
    assert read(tmp_path, frame.assign(code=IRIS.target > 0)).features.shape == (150, 4)


def test_numbers_that_do_not_repeat_the_classes_are_features(tmp_path: Path):
    wrong = IRIS.target.copy()
    wrong[149] = 0
    frame = FRAME.assign(Species=SPECIES, wrong=wrong, group=IRIS.target > 0, constant=1, each=np.arange(150) % 4)
    assert read(tmp_path, frame).features.shape == (150, 8)


def test_a_table_in_which_one_column_differs_only_at_the_end(tmp_path: Path):
    codes = np.tile([0, 1], 1000)
    late = codes.copy()
    late[-1] = 0
    frame = pd.DataFrame({"a": np.random.default_rng(0).normal(size=2000), "late": late, "same": codes, "label": codes})
    data = read(tmp_path, frame)
    assert data.features.shape == (2000, 2)
    assert "the column 'same' is left out" in notes(data)


COUNTERS = {
    "from 1": np.arange(1, 151),
    "from 1000": np.arange(1000, 1150),
    "falling": np.arange(150, 0, -1),
    "floats": np.arange(150.0),
    "rows removed": np.delete(np.arange(160), range(5, 105, 10)),
}


@pytest.mark.parametrize("case", COUNTERS)
def test_a_counter_of_the_rows_is_no_feature(tmp_path: Path, case: str):
    frame = FRAME.assign(probe=COUNTERS[case], Species=SPECIES)
    data = read(tmp_path, frame)
    assert data.features.shape == (150, 4)
    line = (
        "caveat: data set 'table.csv': the column 'probe' is left out of the features, because it counts the rows; "
        "--columns A,B,C names the features, and can keep such a column"
    )
    assert line in notes(data)
    assert read(tmp_path, frame, columns="a,probe").features.shape == (150, 2)


def test_a_counter_above_an_empty_row_is_no_feature(tmp_path: Path):
    frame = FRAME.assign(probe=COUNTERS["from 1"], Species=SPECIES)
    frame.loc[149] = None
    data = read(tmp_path, frame, on_bad="skip")
    assert data.features.shape == (149, 4)
    assert "'probe' is left out of the features, because it counts the rows" in notes(data)


def test_numbers_that_do_not_count_the_rows_are_features(tmp_path: Path):
    counter = np.arange(150)
    frame = FRAME.assign(even=2 * counter, shuffled=counter * 7 % 150, repeated=counter // 2, halves=counter + 0.5)
    assert read(tmp_path, frame).features.shape == (150, 8)
    short = pd.DataFrame({"a": [1, 2, 3], "b": [5.5, 2, 9]})
    assert read(tmp_path, short).features.shape == (3, 2)


@pytest.mark.parametrize("name", ["PatientID", "sample_no", "Artikelnummer", "customer id"])
def test_different_whole_numbers_under_the_name_of_an_id_name_the_rows(tmp_path: Path, name: str):
    data = read(tmp_path, FRAME.assign(**{name: np.random.default_rng(0).permutation(5000)[:150], "Species": SPECIES}))
    assert data.features.shape == (150, 4)
    assert data.row_names is not None
    assert f"the column '{name}' is left out of the features, as names of the rows" in notes(data)


def test_a_table_of_counters_alone_is_refused(tmp_path: Path):
    frame = pd.DataFrame({"x": range(20), "y": range(20)})
    with pytest.raises(UsageError, match="has no column of numbers except 'x', 'y', which number the rows") as caught:
        read(tmp_path, frame)
    assert "--columns A,B,C names the features" in str(caught.value)
    assert read(tmp_path, frame, columns="x").features.shape == (20, 1)


def test_the_column_of_labels_is_always_said(tmp_path: Path):
    numbers = np.random.default_rng(0).integers(0, 9, 30)
    frame = pd.DataFrame({"x": numbers, "y": numbers % 3 + (numbers > 7), "z": numbers / 3 + np.arange(30) % 2})
    line = (
        "fact: data set 'table.csv': labels: column 'y', found by its name; --label-column chooses another one or none"
    )
    assert line in notes(read(tmp_path, frame))
    assert line in notes(read(tmp_path, frame, columns="x,z"))
    assert "found by its name" not in notes(read(tmp_path, frame, label_column="y"))
    words = frame.rename(columns={"y": "beast"}).assign(beast=list("abc") * 10)
    assert "'beast', the only other column of words" in notes(read(tmp_path, words, columns="x,z"))


@pytest.mark.parametrize("start", [0, 1, 1000])
def test_a_shuffled_counter_is_found_by_its_values(tmp_path: Path, start: int):
    counter = np.random.default_rng(0).permutation(150) + start
    frame = FRAME.assign(Species=SPECIES, quantity=counter)
    data = read(tmp_path, frame)
    assert data.features.shape == (150, 4)
    line = (
        "caveat: data set 'table.csv': the column 'quantity' is left out of the features, because it has the numbers "
        "of the rows in another order; --columns A,B,C names the features"
    )
    assert line in notes(data)
    assert read(tmp_path, frame, columns="a,quantity").features.shape == (150, 2)


def test_numbers_with_a_gap_or_a_repetition_and_several_ranks_are_features(tmp_path: Path):
    random = np.random.default_rng(0)
    counter = random.permutation(150)
    gap = np.where(counter == 149, 150, counter)
    repeated = np.where(counter == 149, 148, counter)
    assert read(tmp_path, FRAME.assign(gap=gap, repeated=repeated)).features.shape == (150, 6)
    ranks = FRAME.assign(one=random.permutation(150) + 1, other=random.permutation(150) + 1)
    assert read(tmp_path, ranks).features.shape == (150, 6)
    short = FRAME.head(10).assign(order=random.permutation(10))
    assert read(tmp_path, short).features.shape == (10, 5)
