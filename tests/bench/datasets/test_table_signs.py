"""Separators and decimal signs of text files: what can be read in one way is read, and the rest is refused."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from bench.datasets.images import ImageData
from bench.datasets.load import load
from bench.errors import UsageError
from bench.experiments.reading import reading_of


def read(path: Path, content: str, **options: Any) -> ImageData:
    path = path / "table.csv"
    path.write_text(content)
    return load(str(path), reading=reading_of({"scale": "none", **options}))


def refused(path: Path, content: str, **options: Any) -> str:
    with pytest.raises(UsageError) as caught:
        read(path, content, **options)
    return str(caught.value)


def notes(data: ImageData) -> str:
    return "\n".join(remark.text for remark in data.notes + data.how_read)


SALES = "PLZ;Umsatz;Kategorie\n01067;1.200;A\n80331;2.300;B\n10115;950;A\n20095;1.750;B\n"
DOUBTFUL = {
    "points beside small numbers": SALES,
    "points alone": SALES.replace("950", "3.950"),
    "commas beside small numbers": SALES.replace(".", ","),
    "tabs": SALES.replace(";", "\t"),
    "no header": SALES.partition("\n")[2],
    "a negative number": SALES.replace("1.750", "-1.750"),
}


@pytest.mark.parametrize("case", DOUBTFUL)
def test_numbers_that_may_have_thousands_or_decimals_are_refused(tmp_path: Path, case: str):
    message = refused(tmp_path, DOUBTFUL[case])
    sign = "," if "commas" in case else "."
    name = "1" if case == "no header" else "Umsatz"
    assert f"the column '{name}' has numbers such as '1{sign}200', which may be 1200 or 1.2; expected" in message
    assert "\n" not in message


def test_the_remedy_for_thousands_and_for_decimals(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    message = refused(tmp_path, SALES)
    call = message.partition("import pandas; ")[2].partition(".to_parquet")[0]
    monkeypatch.chdir(tmp_path)
    table = eval(call, {"pandas": pd})
    assert table["Umsatz"].tolist() == [1200, 2300, 950, 1750]
    decimals = eval(call.replace("thousands='.', decimal=','", "decimal='.'"), {"pandas": pd})
    assert decimals["Umsatz"].tolist() == [1.2, 2.3, 950, 1.75]


CLEAR = {
    "another decimal in the column": (SALES.replace("950", "3.95"), [1.2, 2.3, 3.95, 1.75]),
    "a zero in front": (SALES.replace("950", "0.950"), [1.2, 2.3, 0.95, 1.75]),
    "decimal commas in the column": (SALES.replace("950", "950,5"), [1200, 2300, 950.5, 1750]),
    "commas as separators": (SALES.replace(";", ","), [1.2, 2.3, 950, 1.75]),
    "millions": (SALES.replace("950", "1.950.000"), [1200, 2300, 1950000, 1750]),
    "decimal commas alone": (SALES.replace("950", "3,950").replace(".", ","), [1.2, 2.3, 3.95, 1.75]),
}


@pytest.mark.parametrize("case", CLEAR)
def test_numbers_that_can_be_read_in_one_way(tmp_path: Path, case: str):
    content, numbers = CLEAR[case]
    assert read(tmp_path, content).features[:, 1].tolist() == pytest.approx(numbers)


def test_a_decimal_far_below_the_first_lines_ends_the_doubt(tmp_path: Path):
    rows = "".join(f"{1 + number % 9}.{100 + number};{number % 7}\n" for number in range(600))
    assert "which may be 1100 or 1.1" in refused(tmp_path, f"a;b\n{rows}")
    assert read(tmp_path, f"a;b\n{rows}5.25;1\n").features[0].tolist() == pytest.approx([1.1, 0])


def test_a_zero_before_three_digits_is_a_decimal(tmp_path: Path):
    content = 'a,b\n"0,123",1\n"0,500",5\n"0,250",2\n'
    assert "not numeric: 'a'" in refused(tmp_path, content)


@pytest.mark.parametrize("line", ["sep=;", "SEP=;", '"sep=;"', "sep=;\r"])
def test_the_first_line_of_excel_declares_the_separator(tmp_path: Path, line: str):
    data = read(tmp_path, f"{line}\na;b;label\n1,5;2;x\n2,5;7;y\n")
    assert data.features.tolist() == [[1.5, 2], [2.5, 7]]
    assert "values are separated by semicolons; numbers have a decimal comma" in notes(data)
    message = refused(tmp_path, f"{line}\na;b\n1;2\n3;\n")
    assert "row 1 (line 4), column 'b'" in message


def test_a_declared_separator_wins_over_a_more_regular_one(tmp_path: Path):
    data = read(tmp_path, "sep=:\na:b\n1,5:2,5\n3,5:7,5\n")
    assert data.features.tolist() == [[1.5, 2.5], [3.5, 7.5]]
    assert "values are separated by ':'" in notes(data)


@pytest.mark.parametrize(
    ("rows", "word"), [("1,5;5.5;x\n2,5;6.5;y\n3,1;7.5;x\n", "point"), ("1.5;5,5;x\n2.5;6,5;y\n3.25;7;x\n", "comma")]
)
def test_columns_with_different_decimal_signs(tmp_path: Path, rows: str, word: str):
    data = read(tmp_path, f"a;b;label\n{rows}")
    assert data.features[:2].tolist() == [[1.5, 5.5], [2.5, 6.5]]
    assert f"the numbers in 'b' have a decimal {word}, and those of other columns have the other sign" in notes(data)
    assert data.class_names == ["x", "y"]
