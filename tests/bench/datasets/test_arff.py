"""ARFF files, the format of Weka and OpenML."""

from pathlib import Path

import pytest

from bench.datasets.load import load
from bench.errors import UsageError
from bench.experiments.reading import reading_of

HEAD = """% a comment
@RELATION 'two words'
@ATTRIBUTE 'petal length' REAL
@attribute\twidth numeric % cm
@attribute kind {Iris-setosa,'Iris, x' , "größer", never}
@DATA
"""


def written(folder: Path, content: str) -> str:
    (folder / "a.arff").write_text(content, encoding="utf-8")
    return str(folder / "a.arff")


def test_nominal_classes_are_declared_and_the_last_attribute_has_the_labels(tmp_path: Path):
    rows = "1.5,2,Iris-setosa\n% another comment\n\n2.5, 3,'Iris, x'\n3.5,4,größer\n"
    data = load(written(tmp_path, HEAD + rows), reading=reading_of({"scale": "none"}))
    assert data.features.tolist() == [[1.5, 2], [2.5, 3], [3.5, 4]]
    assert data.class_names == ["Iris-setosa", "Iris, x", "größer", "never"]
    assert data.labels.tolist() == [0, 1, 2]


def test_a_missing_value_is_a_question_mark(tmp_path: Path):
    path = written(tmp_path, HEAD + "1.5,?,Iris-setosa\n2.5,3,Iris-setosa\n")
    with pytest.raises(UsageError, match=r"1 value that is missing .* in the column 'width'"):
        load(path)
    assert load(path, reading=reading_of({"on_bad": "skip"})).features.shape == (1, 2)


def test_nominal_numbers_are_told(tmp_path: Path):
    content = "@relation a\n@attribute flag {0,1}\n@attribute x real\n@data\n0,1.5\n1,2.5\n1,3\n0,4\n"
    data = load(written(tmp_path, content))
    assert data.features.shape == (4, 2)
    assert any("the column 'flag' is nominal; the values are used as numbers" in note.text for note in data.notes)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (HEAD + "{0 1.5, 2 Iris-setosa}\n", "is a sparse ARFF file; expected lines with all values"),
        (HEAD, "has no rows below '@data'"),
        ("@relation a\n1,2\n", "has no line '@data'"),
        ("@data\n1,2\n", "has no line '@attribute'"),
        ("@attribute a relational\n@data\n1\n", "has an attribute that is not read: '@attribute a relational'"),
        (HEAD + "1.5,2,unknown\n1,2,Iris-setosa\n", "has the label 'unknown' in 'kind', which declares the classes"),
        (HEAD + "1.5,2\n", "has 2 cells instead of 3 in the line '1.5,2'"),
        ("@attribute t string\n@attribute a real\n@data\nx,1\nx,2\ny,3\ny,4\nz,4\n", "not numeric: 't'"),
    ],
)
def test_faults(tmp_path: Path, content: str, message: str):
    with pytest.raises(UsageError) as caught:
        load(written(tmp_path, content))
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_weights_of_rows_are_refused(tmp_path: Path):
    path = tmp_path / "weighted.arff"
    path.write_text("@relation r\n@attribute a numeric\n@attribute c {x,y}\n@data\n1,x,{2.5}\n2,y,{1}\n")
    with pytest.raises(UsageError, match=r"has weights of rows, '\{2.5\}', which are not used; .* remove the weights"):
        load(str(path))
