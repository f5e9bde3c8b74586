"""Tables in files: each way of writing one gives the same numbers and labels, and each fault is one line."""

import gzip
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet
import pytest
from sklearn.datasets import load_iris, load_wine
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from bench.datasets.images import ImageData
from bench.datasets.load import load
from bench.errors import UsageError
from bench.experiments.reading import reading_of

IRIS = load_iris()
SPECIES = [str(IRIS.target_names[label]) for label in IRIS.target]
FRAME = pd.DataFrame(IRIS.data, columns=["sepal length", "sepal width", "petal length", "petal width"])
STANDARD = StandardScaler().fit_transform(IRIS.data).astype(np.float32)


def labelled(name: str = "flower", values: Any = SPECIES) -> pd.DataFrame:
    return FRAME.assign(**{name: values})


def read(path: Path, split: str = "train+test", **options: Any) -> ImageData:
    return load(str(path), split, reading=reading_of(options))


def refused(path: Path, split: str = "train+test", **options: Any) -> str:
    with pytest.raises(UsageError) as caught:
        read(path, split, **options)
    message = str(caught.value)
    assert "\n" not in message
    assert path.name in message
    return message


def text(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def notes(data: ImageData) -> str:
    return "\n".join(remark.text for remark in data.notes + data.how_read)


def write(path: Path) -> Path:
    """The iris flowers, written as the ending says."""
    frame, kind = labelled(), "".join(path.suffixes)
    {
        ".csv": lambda: frame.to_csv(path, index=False),
        ".tsv": lambda: frame.to_csv(path, index=False, sep="\t"),
        ".data": lambda: frame.to_csv(path, index=False, header=False),
        ".csv.gz": lambda: frame.to_csv(path, index=False),
        ".parquet": lambda: frame.to_parquet(path),
        ".feather": lambda: frame.to_feather(path),
    }[kind]()
    return path


@pytest.mark.parametrize("name", ["a.csv", "A.tsv", "a.data", "a.csv.gz", "a.parquet", "a.feather"])
def test_each_format_gives_the_same_numbers_and_labels(tmp_path: Path, name: str):
    data = read(write(tmp_path / name))
    np.testing.assert_allclose(data.features, STANDARD, atol=2e-6)
    assert (data.labels.tolist(), data.class_names) == (IRIS.target.tolist(), ["setosa", "versicolor", "virginica"])
    assert (data.image_shape, data.feature_kind, data.row_names) == (None, "columns, standardised", None)
    assert "the only column of words; --label-column chooses another one or none" in notes(data)
    assert "4 columns are standardised (mean 0, standard deviation 1)" in notes(data)
    assert (data.name, data.split) == (str(tmp_path / name), "all")


DIALECTS = {
    "semicolons and decimal commas": labelled().to_csv(index=False, sep=";", decimal=","),
    "tabs": labelled().to_csv(index=False, sep="\t"),
    "vertical bars": labelled().to_csv(index=False, sep="|"),
    "spaces": labelled().rename(columns=lambda name: name.replace(" ", "_")).to_csv(index=False, sep=" "),
    "carriage returns": labelled().to_csv(index=False).replace("\n", "\r\n"),
    "quotes": labelled().to_csv(index=False, quoting=1),
    "blank lines": labelled().to_csv(index=False).replace("\n", "\n\n"),
    "spaces after commas": labelled().to_csv(index=False).replace(",", ", "),
    "a byte order mark": "\ufeff" + labelled("label").to_csv(index=False),
    "no line break at the end": labelled().to_csv(index=False).rstrip("\n"),
    "a column without values": labelled().assign(empty=None).to_csv(index=False),
    "separators at the ends": labelled().to_csv(index=False).replace("\n", ",\n"),
    "row names of R": labelled().rename(columns=lambda name: name.replace(" ", ".")).to_csv(sep=" ")[1:],
}


@pytest.mark.parametrize("case", DIALECTS)
def test_ways_to_write_the_same_table(tmp_path: Path, case: str):
    data = read(text(tmp_path / "a.csv", DIALECTS[case]))
    np.testing.assert_allclose(data.features, STANDARD, atol=2e-6)
    assert data.labels.tolist() == IRIS.target.tolist()
    said = {"semicolons": "decimal comma", "a column": "'empty' is left out, because all", "spaces": "by spaces"}
    assert said.get(case.split(" and ")[0], "") in notes(data) or case == "spaces after commas"


def test_the_numbers_are_those_that_are_written(tmp_path: Path):
    numbers = np.random.default_rng(0).normal(size=(50, 3)) * 10.0 ** np.arange(-20, 30).reshape(50, 1)
    data = read(text(tmp_path / "a.csv", pd.DataFrame(numbers).to_csv(index=False)), scale="none")
    assert data.features.tolist() == numbers.astype(np.float32).tolist()
    assert data.feature_kind == "columns, not scaled"
    assert "standardised" not in notes(data)


def test_thousands_booleans_and_large_integers(tmp_path: Path):
    rows = 'a,b,c,d\n"1,234.5",true,9007199254740993,-3\n"2,000,000",false,1,+4\n7,TRUE,2,5e-1\n'
    data = read(text(tmp_path / "a.csv", rows), scale="none")
    assert data.features[:, 0].tolist() == [1234.5, 2e6, 7]
    assert data.features[:, 1].tolist() == [1, 0, 1]
    assert data.features[:, 3].tolist() == [-3, 4, 0.5]
    german = read(text(tmp_path / "b.csv", "a;b\n1.234,5;0,1\n2.000.000;0,2\n7;0,3\n"), scale="none")
    assert german.features[:, 0].tolist() == [1234.5, 2e6, 7]


def test_scales(tmp_path: Path):
    X, y = load_wine(return_X_y=True)
    path = text(tmp_path / "wine.csv", pd.DataFrame(X).assign(constant=7, label=y).to_csv(index=False))
    standard, minmax = read(path), read(path, scale="minmax")
    np.testing.assert_allclose(standard.features[:, :13], StandardScaler().fit_transform(X), atol=1e-5)
    np.testing.assert_allclose(minmax.features[:, :13], MinMaxScaler().fit_transform(X), atol=1e-6)
    assert not standard.features[:, 13].any()
    assert not minmax.features[:, 13].any()
    assert "1 of 14 columns is constant, so no method learns from them: 'constant'" in notes(standard)
    assert minmax.feature_kind == "columns, scaled to [0, 1]"
    assert "standardised" not in notes(minmax)
    assert minmax.digest != standard.digest
    assert read(path, scale="standard").digest == standard.digest
    assert minmax.summary().feature_kind == "columns, scaled to [0, 1]"


def test_a_large_offset_does_not_hide_a_small_spread(tmp_path: Path):
    times = 1.7e9 + np.arange(100.0)
    path = text(tmp_path / "a.csv", pd.DataFrame({"time": times, "huge": times * 1e180}).to_csv(index=False))
    np.testing.assert_allclose(
        read(path).features[:, 0], StandardScaler().fit_transform(times[:, None])[:, 0], atol=1e-5
    )
    assert "column 'huge' has numbers up to 1.7e+189, beyond the range of float32" in refused(path, scale="none")


def test_labels_are_never_scaled_and_never_features(tmp_path: Path):
    path = text(tmp_path / "a.csv", labelled("Label", IRIS.target).to_csv(index=False))
    data = read(path)
    assert data.features.shape == (150, 4)
    assert data.class_names == ["0", "1", "2"]
    other = read(path, label_column="label")
    assert other.labels.tolist() == data.labels.tolist()


def test_further_labels_are_never_features(tmp_path: Path):
    frame = FRAME.assign(target=IRIS.target, species=SPECIES, coarse_label=IRIS.target // 2)
    path = text(tmp_path / "a.csv", frame.to_csv(index=False))
    for column in ("target", "species", "none"):
        data = read(path, label_column=column)
        np.testing.assert_allclose(data.features, STANDARD, atol=2e-6)
        assert "left out of the features, as further labels" in notes(data)
        assert "--label-column chooses" not in notes(data)
        assert (data.labels is None) == (column == "none")
    told = notes(read(path))
    assert "labels: column 'target'; the columns 'species', 'coarse_label' are left out" in told
    assert "as further labels; --label-column chooses another one or none" in told
    renamed = text(tmp_path / "b.csv", FRAME.assign(target=IRIS.target, flower=SPECIES).to_csv(index=False))
    assert read(renamed).features.shape == (150, 4)
    assert "the column 'flower' is left out of the features, as further labels" in notes(read(renamed))


def test_labels_by_number_without_a_header(tmp_path: Path):
    path = text(tmp_path / "a.csv", labelled("species", IRIS.target).to_csv(index=False, header=False))
    found = read(path)
    assert "columns are called 0, 1, 2" in notes(found)
    assert "no column is used as true labels; --label-column names one of: '0', '1', '2', '3', '4'" in notes(found)
    assert (found.labels, found.features.shape) == (None, (150, 5))
    assert read(path, label_column="4").labels.tolist() == IRIS.target.tolist()


def test_a_usual_name_with_measurements_is_a_feature(tmp_path: Path):
    points = pd.DataFrame(np.random.default_rng(0).normal(size=(30, 2)), columns=["x", "y"])
    data = read(text(tmp_path / "a.csv", points.to_csv(index=False)))
    assert (data.labels, data.features.shape) == (None, (30, 2))
    assert "no column is used as true labels; --label-column names one of: 'x', 'y'" in notes(data)
    grid = pd.DataFrame({"x": range(0, 40, 2), "y": range(0, 40, 2)})
    assert read(text(tmp_path / "b.csv", grid.to_csv(index=False))).features.shape == (20, 2)


@pytest.mark.parametrize("name", ["id", "Id", "index", ""])
def test_ids_are_the_names_of_the_rows(tmp_path: Path, name: str):
    frame = labelled()
    frame.insert(0, name, np.arange(1, 151) * 3)
    data = read(text(tmp_path / "a.csv", frame.to_csv(index=False)))
    assert data.features.shape == (150, 4)
    assert data.row_names[:3] == ("3", "6", "9")
    assert f"'{name or 'Unnamed: 0'}' is left out of the features, as names of the rows" in notes(data)


def test_unique_words_are_the_names_of_the_rows(tmp_path: Path):
    frame = labelled("class", IRIS.target).assign(plant=[f"flower {row}" for row in range(150)])
    data = read(text(tmp_path / "a.csv", frame.to_csv(index=False)))
    assert (data.row_names[2], data.features.shape) == ("flower 2", (150, 4))


def test_a_repeated_id_is_a_feature(tmp_path: Path):
    data = read(text(tmp_path / "a.csv", labelled().assign(id=7).to_csv(index=False)))
    assert data.features.shape == (150, 5)


def test_words_and_dates_are_refused_and_all_are_named(tmp_path: Path):
    frame = labelled("label", IRIS.target).assign(
        sex=["f", "m"] * 75, born="2020-01-02", note=[f"a long text {'x' * row}" for row in range(150)]
    )
    message = refused(text(tmp_path / "a.csv", frame.to_csv(index=False)))
    assert "has 3 columns that are not numeric: 'sex' (words such as 'f'), 'born' (dates), 'note' (words" in message
    assert "for example with pandas.get_dummies" in message
    frame.to_parquet(tmp_path / "a.parquet")
    assert "3 columns that are not numeric" in refused(tmp_path / "a.parquet")
    words = refused(text(tmp_path / "b.csv", FRAME.assign(a=["p", "q"] * 75, b=["r", "s"] * 75).to_csv(index=False)))
    assert "or name the true labels with --label-column" in words


MISSING = labelled()
MISSING.iloc[3, 0] = None
MISSING.iloc[3, 1] = np.inf
MISSING.iloc[8, 2] = -np.inf


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_missing_values_are_refused_or_left_out(tmp_path: Path, kind: str):
    path = tmp_path / f"a.{kind}"
    MISSING.to_csv(path, index=False) if kind == "csv" else MISSING.to_parquet(path)
    message = refused(path)
    assert "has 3 values that are missing or not a number, in 2 of 150 rows, in the columns 'sepal length'," in message
    assert f"(first: an empty cell in row 3{' (line 5)' if kind == 'csv' else ''}, column 'sepal length')" in message
    assert "--on-bad skip" in message
    data = read(path, on_bad="skip")
    assert "these rows are left out: 3, 8" in notes(data)
    assert data.features.shape == (148, 4)
    assert data.row_names[:5] == ("row 0", "row 1", "row 2", "row 4", "row 5")
    kept = [row for row in range(150) if row not in (3, 8)]
    np.testing.assert_allclose(data.features, StandardScaler().fit_transform(IRIS.data[kept]), atol=2e-6)
    assert data.labels.tolist() == IRIS.target[kept].tolist()
    assert data.parts == {"all": 148}


@pytest.mark.parametrize("sign", ["", "NA", "?", "nan", "NULL", " ", "#N/A"])
def test_signs_of_missing_values(tmp_path: Path, sign: str):
    path = text(tmp_path / "a.csv", f"a,b\n1,2\n3,{sign}\n5,6\n")
    assert "1 value that is missing or not a number, in 1 of 3 rows, in the column 'b'" in refused(path)
    assert read(path, on_bad="skip", scale="none").features.tolist() == [[1, 2], [5, 6]]


def test_a_word_among_numbers_is_named(tmp_path: Path):
    path = text(tmp_path / "a.csv", "a,b\n1,2\n3,x7\n5,6\n")
    assert "(first: 'x7' in row 1 (line 3), column 'b')" in refused(path)
    assert read(path, on_bad="skip").features.shape == (2, 2)


def test_missing_labels_are_refused_or_left_out(tmp_path: Path):
    path = text(tmp_path / "a.csv", labelled("label", [*SPECIES[:149], None]).to_csv(index=False))
    assert "has 1 of 150 rows without a true label (first: an empty cell in row 149 (line 151))" in refused(path)
    data = read(path, on_bad="skip")
    assert (len(data.features), data.class_names) == (149, ["setosa", "versicolor", "virginica"])
    numbers = text(tmp_path / "b.csv", labelled("label", [*IRIS.target[:149], None]).to_csv(index=False))
    assert read(numbers, on_bad="skip").class_names == ["0", "1", "2"]
    every = text(tmp_path / "c.csv", "a,b\n1,\n,2\n")
    assert "no row is left with --on-bad skip" in refused(every, on_bad="skip")


def test_minus_one(tmp_path: Path):
    hidden = read(text(tmp_path / "a.csv", labelled("label", -1).to_csv(index=False)))
    assert (hidden.labels, hidden.features.shape) == (None, (150, 4))
    assert "all labels in 'label' are −1, so they are not used" in notes(hidden)
    signs = read(text(tmp_path / "b.csv", labelled("label", [1, -1] * 75).to_csv(index=False)))
    assert (signs.class_names, signs.labels[:2].tolist()) == (["-1", "1"], [1, 0])


@pytest.mark.parametrize(
    ("values", "names"),
    [
        ([10, 9, 10, 9, 2, 2], ["2", "9", "10"]),
        ([1.0, 2.0] * 3, ["1", "2"]),
        ([True, False] * 3, ["False", "True"]),
        (["b", "a"] * 3, ["a", "b"]),
        (["1", "b"] * 3, ["1", "b"]),
    ],
)
def test_names_of_classes(tmp_path: Path, values: list[Any], names: list[str]):
    frame = pd.DataFrame({"a": np.arange(6.0) ** 2, "target": values})
    csv, parquet = text(tmp_path / "a.csv", frame.to_csv(index=False)), tmp_path / "a.parquet"
    pyarrow.parquet.write_table(pa.Table.from_pydict({"a": frame["a"], "target": list(values)}), parquet)
    assert read(csv).class_names == read(parquet).class_names == names


def test_duplicated_and_missing_names(tmp_path: Path):
    data = read(text(tmp_path / "a.csv", "a,a,,a.1\n1,2,3,4\n5,6,8,9\n1,1,8,1\n"), scale="none")
    assert data.features.shape == (3, 4)
    assert "2 columns are called 'a'; the later ones are called 'a.1' …" in notes(data)
    assert refused(tmp_path / "a.csv", label_column="a.3")


def test_windows_1252_and_utf_16(tmp_path: Path):
    rows = "größe,label\n1,ä\n2,ö\n4,ä\n8,ö\n"
    for name, encoding in (("latin.csv", "cp1252"), ("wide.csv", "utf-16")):
        assert read(text(tmp_path / name, rows.encode(encoding))).class_names == ["ä", "ö"]
    assert "it is not UTF-8, so it is read as Windows-1252" in notes(read(tmp_path / "latin.csv"))


def test_a_header_of_numbers_that_count_the_columns(tmp_path: Path):
    data = read(text(tmp_path / "a.csv", pd.DataFrame(IRIS.data).to_csv(index=False)), scale="none")
    assert data.features.tolist() == IRIS.data.astype(np.float32).tolist()


FAULTS: dict[str, tuple[str | bytes, dict[str, Any], str]] = {
    "empty": ("", {}, "is empty; expected lines of values"),
    "blank": (" \n\n", {}, "is empty; expected lines of values"),
    "only a header": ("a,b\n", {}, "has a header and no rows"),
    "zero bytes": (b"a,b\n1,\0\n", {}, "is not a text file"),
    "ragged": (
        "a,b\n1,2\n3,4,5\n6,7\n",
        {},
        "has 3 cells instead of 2 in the line '3,4,5'; expected 2 cells in each line",
    ),
    "unknown label": ("a,b\n1,2\n", {"label_column": "c"}, "--label-column: unknown column 'c'"),
    "label of measurements": ("a,b\n1.5,2\n2.5,3\n", {"label_column": "a"}, "has numbers with decimals, 2 different"),
    "only words": ("a,b\nx,y\nz,y\nx,y\nz,y\n", {}, "not numeric"),
    "only labels": ("label\n1\n1\n2\n2\n", {}, "has no column of numbers"),
    "resize": ("a,b\n1,2\n", {"resize": 8}, "has rows of numbers; --resize is for other data"),
    "features": ("a,b\n1,2\n", {"features": "timm:x"}, "--features is for other data"),
    "no gzip": ("", {"ending": ".csv.gz"}, "is empty"),
    "broken gzip": (gzip.compress(b"a,b\n1,2\n" * 999)[:-20], {"ending": ".csv.gz"}, "is not a whole gzip file"),
    "no parquet": ("a", {"ending": ".parquet"}, "cannot read data set"),
    "no feather": ("a", {"ending": ".feather"}, "cannot read data set"),
    "utf-16 that ends early": ("a,b\n1,2\n".encode("utf-16")[:-1], {}, "begins as utf-16 and is not"),
}


@pytest.mark.parametrize("case", FAULTS)
def test_faults(tmp_path: Path, case: str):
    content, options, message = FAULTS[case]
    options = dict(options)
    assert message in refused(text(tmp_path / f"a{options.pop('ending', '.csv')}", content), **options)


def test_a_file_that_unpacks_to_an_absurd_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("bench.datasets.table_text.LARGEST_MEMBER", 1000)
    path = text(tmp_path / "a.csv.gz", gzip.compress(b"1,2\n" * 10**5))
    assert "unpacks to more than" in refused(path)
    monkeypatch.undo()
    monkeypatch.setenv("DEC_BENCH_CACHE", str(tmp_path / "cache"))
    assert len(read(path).features) == 10**5


def test_a_line_with_more_cells_is_left_out_on_request(tmp_path: Path):
    path = text(tmp_path / "a.csv", "a,b\n1,2\n3,4,5\n6,7\n")
    data = read(path, on_bad="skip", scale="none")
    assert data.features.tolist() == [[1, 2], [6, 7]]
    assert "1 line was left out: 3 cells instead of 2 in the line '3,4,5'" in notes(data)


def test_a_file_has_no_splits(tmp_path: Path):
    assert "is one table, which has no splits; expected 'all', got 'train'" in refused(
        write(tmp_path / "a.csv"), "train"
    )
    assert read(tmp_path / "a.csv", "all").split == "all"


def test_a_changed_file_is_read_again_and_an_equal_one_from_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = text(tmp_path / "a.csv", "a,b\n1,2\n3,4\n")
    first = read(path)
    monkeypatch.setattr("bench.datasets.file_rows.open_file", None)
    assert read(path).digest == first.digest
    monkeypatch.undo()
    monkeypatch.setenv("DEC_BENCH_CACHE", str(tmp_path / "cache"))
    text(path, "a,b\n1,2\n3,4\n5,9\n")
    assert len(read(path).features) == 3


def test_one_column_and_a_column_of_lists(tmp_path: Path):
    assert read(text(tmp_path / "a.csv", "a\n1\n2\n4\n"), scale="none").features.tolist() == [[1], [2], [4]]
    pd.DataFrame({"a": [1.0, 2.0], "vector": [[1, 2], [3, 4]]}).to_parquet(tmp_path / "a.parquet")
    assert "'vector' (lists)" in refused(tmp_path / "a.parquet")


PIXELS = pd.DataFrame(np.random.default_rng(0).integers(0, 256, (20, 192)), columns=[f"pixel{n}" for n in range(192)])


def test_rows_of_pixels(tmp_path: Path):
    frame = PIXELS.assign(label=[0, 1] * 10)
    path = text(tmp_path / "a.csv", frame.to_csv(index=False))
    table = read(path)
    assert table.image_shape is None
    assert "the columns look like pixels; if each row is an image, give --image-shape 8x8x3" in notes(table)
    images = read(path, image_shape="8x8x3")
    assert (images.image_shape, images.feature_kind) == ((8, 8, 3), "")
    assert images.features.tolist() == (PIXELS.to_numpy(np.float32) / np.float32(255)).tolist()
    assert images.labels.tolist() == [0, 1] * 10
    assert "the pixels are whole numbers: they were divided by 255" in notes(images)
    assert "--image-shape 8x8x1 has 64 numbers, and a row has 192" in refused(path, image_shape="8x8")
    assert "has images; --scale is for the columns of a table" in refused(path, image_shape="8x8x3", scale="minmax")
    unit = read(text(tmp_path / "b.csv", (PIXELS / 255).to_csv(index=False)), image_shape="8x8x3")
    np.testing.assert_allclose(unit.features, images.features, atol=1e-7)
    wide = text(tmp_path / "c.csv", (PIXELS * 2).to_csv(index=False))
    assert "expected pixels from 0 to 1, or whole numbers from 0 to 255" in refused(wide, image_shape="8x8x3")
    missing = text(tmp_path / "d.csv", PIXELS.assign(pixel7=[None, *PIXELS.pixel7[1:]]).to_csv(index=False))
    assert len(read(missing, image_shape="8x8x3", on_bad="skip").features) == 19


@pytest.mark.parametrize("sign", ["${}", "{} %", "−{}", "1'{}", "({})", "1 {}", "1\u00a0{}"])
def test_numbers_with_signs_that_are_not_read_are_neither_names_nor_labels(tmp_path: Path, sign: str):
    rows = "".join(f"{sign.format(f'{number + 100}.5')},{number},{'xy'[number % 2]}\n" for number in range(20))
    message = refused(text(tmp_path / "a.csv", f"price,b,label\n{rows}"))
    assert "'price' (numbers with other signs, such as" in message
    assert "write digits with a decimal point" in message


def test_numbers_with_separators_of_thousands_are_no_texts(tmp_path: Path):
    frame = pd.DataFrame({"a": ["1,234,567.25", "2,000,000.50", "3,111,222.75"], "b": [1, 2, 4]})
    data = read(text(tmp_path / "a.csv", frame.to_csv(index=False)), scale="none")
    assert data.features[:, 0].tolist() == [1234567.25, 2000000.5, 3111222.75]


def test_a_quote_that_is_never_closed_swallows_no_rows(tmp_path: Path):
    rows = [f"{number},{number * 2},{'xy'[number % 2]}" for number in range(20)]
    rows[7] = '7,14,"x'
    message = refused(text(tmp_path / "a.csv", "a,b,label\n" + "\n".join(rows)))
    assert 'has a quote that is never closed, in the last cell of row 7: "x 8,16,x' in message
    rows[7], rows[19] = "7,14,x", '19,38,"x\nwith a line break"'
    assert len(read(text(tmp_path / "b.csv", "a,b,label\n" + "\n".join(rows))).features) == 20


def test_lines_of_spaces_are_blank_and_lines_of_comments_are_named(tmp_path: Path):
    assert read(text(tmp_path / "a.csv", "a,b\n1,2\n   \n3,4\n  ")).features.shape == (2, 2)
    message = refused(text(tmp_path / "b.csv", "# made by a program\n# on a day\na,b\n1,2\n3,4\n"))
    assert "2 cells instead of 1 in the line 'a,b'" in message
    assert "remove the lines that begin with '#'" in message


def test_spaces_within_cells_are_no_separators(tmp_path: Path):
    rows = "".join(f"{number} cm,{number % 3} kg,{'xy'[number % 2]}\n" for number in range(20))
    assert "2 columns that are not numeric: 'a' (words such as '0 cm'), 'b'" in refused(
        text(tmp_path / "a.csv", f"a,b,label\n{rows}")
    )


def test_lines_of_json_and_other_endings_have_a_remedy(tmp_path: Path):
    message = refused(text(tmp_path / "a.jsonl", '{"a": 1}\n'))
    assert "pandas.read_json('a.jsonl', lines=True).to_parquet('a.parquet')" in message
    assert "rename it to end in .csv" in refused(text(tmp_path / "a.txt", "a,b\n1,2\n"))
