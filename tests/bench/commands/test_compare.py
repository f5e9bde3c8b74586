"""`compare`: rows of one experiment, rows of two, and every wrong use in one line."""

import re
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import bench
from bench.cli.app import main

pytestmark = pytest.mark.slow

SHORT = ["--threads", "1", "--param", "kmeans.n_init=1"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two experiments on 300 digits, with one thread and other seeds, and one on other digits."""
    results = tmp_path_factory.mktemp("place") / "results"
    for name, methods, seeds, limit in (
        ("one", "kmeans,som", "4", "300"),
        ("two", "kmeans,pca-kmeans", "2,3,4,5", "300"),
        ("other", "kmeans,som", "2", "200"),
    ):
        options = ["--methods", methods, "--seeds", seeds, "--limit", limit, "--name", name, *SHORT]
        options += ["--param", "som.epochs=1"] if "som" in methods else ["--param", "pca-kmeans.n_init=1"]
        assert main(["run", "--dataset", "digits", *options, "--results-dir", str(results)]) == 0
    return results


def call(capfd: pytest.CaptureFixture[str], folder: Path, *arguments: str, code: int = 0) -> str:
    capfd.readouterr()
    assert main(["compare", *arguments, "--results-dir", str(folder)]) == code
    output, errors = capfd.readouterr()
    if code:
        assert len(errors.splitlines()) == 1, errors
    return errors if code else output


def image_rows(text: str) -> list[str]:
    """The rows of the table of one fit of each row on the images; empty without this table."""
    _, found, rest = text.partition("Images, one fit of each row: Accuracy ↑\n\n")
    return [line for line in rest.partition("\n\n")[0].splitlines() if " − " in line] if found else []


def test_two_rows_of_one_experiment(folder: Path, capfd, tmp_path: Path) -> None:
    to = tmp_path / "differences.csv"
    text = call(capfd, folder, "one", "--method", "kmeans", "--method", "som", "--to", str(to))
    assert "one: digits, 300 samples: Accuracy ↑\n" in text
    assert "kmeans − som" in text
    assert "4 and 4 runs" in text
    (row,) = image_rows(text)
    assert row.startswith("kmeans − som  ")
    rows = pd.read_csv(to).set_index("metric")
    results = bench.load("one", results_dir=folder)
    means = results.cells.groupby("method")["ari"].mean()
    assert rows.loc["ari", "difference"] == pytest.approx(means["kmeans"] - means["som"])
    assert rows.loc["ari", "low"] <= rows.loc["ari", "difference"] <= rows.loc["ari", "high"]
    assert "quantization_error" not in rows.index, "10 and 100 prototypes"


def test_the_images_that_only_one_row_has_right_are_counted(folder: Path, capfd) -> None:
    text = call(capfd, folder, "one", "--method", "kmeans", "--method", "som")
    (row,) = image_rows(text)
    seed, only_first, only_second = map(int, re.split(r"  +", row)[1:4])
    assert seed == 0
    cells = bench.load("one", results_dir=folder).cells.set_index(["method", "seed"])["accuracy"]
    assert only_first - only_second == pytest.approx(300 * (cells["kmeans", 0] - cells["som", 0]))


def test_rows_with_equal_labels_of_two_experiments_and_what_differs(folder: Path, capfd) -> None:
    text = call(capfd, folder, "one", "two")
    assert "kmeans (one) − kmeans (two)" in text
    assert "pca-kmeans (two)" not in text
    assert "- Only in one, so not compared: som;" in text
    assert "- Only in two, so not compared: pca-kmeans;" in text
    assert "kmeans (one) − kmeans (two): seeds 2, 3 have equal fits in both" in text
    assert "- Seeds: 0, 1, 2, 3 in one, 2, 3, 4, 5 in two." in text
    assert "Processor" not in text, "both ran here"
    (row,) = image_rows(text)
    assert re.match(r"kmeans \(one\) − kmeans \(two\) +2 +0 +0 +\+0.000 \[0.000, 0.000\] +1.000$", row)


def test_across_compares_all_rows(folder: Path, capfd) -> None:
    text = call(capfd, folder, "one", "two", "--across", "--method", "kmeans")
    assert "kmeans (one) − kmeans (two)" in text
    assert len(image_rows(text)) == 1
    text = call(capfd, folder, "one", "two", "--across")
    assert "som (one) − pca-kmeans (two)" in text
    assert len(image_rows(text)) == 4


def test_the_probabilities_over_images_are_corrected_for_the_number_of_pairs(folder: Path, capfd) -> None:
    """Holm: no probability of four pairs is below that of a pair alone, and at least one is above it."""
    several = image_rows(call(capfd, folder, "one", "two", "--across"))
    alone = [
        row
        for new in ("kmeans", "som")
        for base in ("kmeans", "pca-kmeans")
        for row in image_rows(call(capfd, folder, "one", "two", "--across", "--method", new, "--method", base))
        if row.startswith(f"{new} (one) − {base} (two)")
    ]
    ps = [[float(re.split(r"  +", row)[5].removeprefix("< ")) for row in rows] for rows in (several, alone)]
    assert all(of_four >= of_one for of_four, of_one in zip(*ps, strict=True))
    assert ps[0] != ps[1]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["one", "other"], "error: the data differ between one ("),
        (["one", "two", "other"], "error: compare takes one or two results folders, got 3."),
        (["one", "one"], "error: one is named twice"),
        (["one", "--method", "kmeans", "--method", "kmeans"], "error: one has fewer than two of these rows"),
        (["one", "two", "--across", "--method", "som"], "error: two has none of these rows"),
        (["one", "--across"], "error: --across compares the rows of two results folders"),
        (["one", "--method", "kmeens"], "did you mean 'kmeans'?"),
        (["one", "two", "--method", "ward"], "the table has no row 'ward'; its rows: kmeans; som; pca-kmeans."),
        (["one", "--method", "kmeans"], "error: one has fewer than two of these rows"),
        (["onne"], "onne"),
        (["one", "--to", "x.md"], "error: --to x.md: expected a file that ends in .csv."),
    ],
)
def test_wrong_use_is_one_line(folder: Path, capfd, arguments: list[str], expected: str) -> None:
    assert expected in call(capfd, folder, *arguments, code=2)


def test_without_true_labels_only_the_seeds_are_compared(capfd, tmp_path: Path) -> None:
    X = np.random.default_rng(0).random((60, 4)).astype(np.float32)
    np.save(tmp_path / "X.npy", X)
    options = ["--n-clusters", "3", "--seeds", "2", "--threads", "1", "--name", "mine", "--results-dir", str(tmp_path)]
    assert main(["run", "--methods", "kmeans,pca-kmeans", "--dataset", str(tmp_path / "X.npy"), *options]) == 0
    text = call(capfd, tmp_path, "mine")
    assert "Silhouette (input) ↑" in text
    assert "Accuracy" not in text
    assert "Images" not in text


def published(folder: Path, place: Path, *names: str) -> None:
    """Copy the published files of experiments to `place`, without their records."""
    for name in names:
        (place / name).mkdir()
        for file in ("manifest.json", "table.csv", "table.md", "cells.csv"):
            shutil.copy(folder / name / file, place / name / file)


def test_a_published_folder_is_compared_over_its_seeds_as_with_its_records(folder: Path, capfd, tmp_path: Path) -> None:
    published(folder, tmp_path, "one")
    text = call(capfd, tmp_path, "one", "--to", str(tmp_path / "without.csv"))
    call(capfd, folder, "one", "--to", str(tmp_path / "with.csv"))
    assert (tmp_path / "without.csv").read_text() == (tmp_path / "with.csv").read_text()
    assert image_rows(text) == []
    assert "- Not compared over images (McNemar's test, bootstrap over images): this needs the records, and one" in text
    assert text.count("Written from cells.csv, without the records: ") == 1


def test_two_published_folders_share_their_sentences(folder: Path, capfd, tmp_path: Path) -> None:
    published(folder, tmp_path, "one", "two")
    text = call(capfd, tmp_path, "one", "two")
    assert "and one and two have only published tables" in text
    assert "one and two: Written from cells.csv" in text
    assert "kmeans (one) − kmeans (two): seeds 2, 3 have equal fits in both" in text


def test_rows_of_other_samples_say_why_they_are_not_compared(folder: Path, capfd) -> None:
    options = ["--methods", "kmeans", "--seeds", "2", "--subsamples", "2", "--limit", "300", "--name", "parts", *SHORT]
    assert main(["run", "--dataset", "digits", *options, "--results-dir", str(folder)]) == 0
    error = call(capfd, folder, "parts", "one", code=2)
    assert error.startswith("error: no two of these rows can be compared. Not compared in Accuracy, ARI, NMI, ")
    assert "because the fits label different samples: kmeans (parts) − kmeans (one)." in error


def test_folds_of_a_search_are_no_seeds(capfd) -> None:
    results = Path(__file__).parents[3] / "results"
    assert "its seeds are folds of the same samples" in call(capfd, results, "search-sha12-x0.2", code=2)


def test_a_folder_without_records_and_without_a_cells_csv_is_one_line(folder: Path, capfd, tmp_path: Path) -> None:
    published(folder, tmp_path, "one")
    (tmp_path / "one" / "cells.csv").unlink()
    assert "one" in call(capfd, tmp_path, "one", code=2)
