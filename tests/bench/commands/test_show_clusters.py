"""`show --clusters` and the missing files that `report` writes, on real fits."""

from pathlib import Path

import pytest

from bench.cli.app import main
from bench.commands.show_clusters import shortened
from bench.store.store import Store

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("results")
    options = ["--methods", "kmeans,pca-kmeans", "--n-clusters", "3,4", "--seeds", "1,4", "--param", "kmeans.n_init=1"]
    run = ["run", "--dataset", "digits", *options, "--threads", "1", "--results-dir", str(folder)]
    assert main(run) == 0
    return folder


def shown(results: Path, capfd: pytest.CaptureFixture[str], *options: str, code: int = 0) -> str:
    capfd.readouterr()
    assert main(["show", "digits", *options, "--results-dir", str(results)]) == code
    output, errors = capfd.readouterr()
    return errors if code else output


def test_each_cluster_has_its_size_its_samples_and_the_path_of_the_file(
    results: Path, capfd: pytest.CaptureFixture[str]
):
    text = shown(results, capfd, "--clusters", "kmeans (k=3)")
    lines = text.splitlines()
    assert lines[0] == "kmeans (k=3), seed 1, on digits: 1,797 samples in 3 clusters"
    assert max(map(len, lines[:-3])) <= 80
    sizes = [int(line.split()[2].replace(",", "")) for line in lines if line.startswith("Cluster ")]
    assert sum(sizes) == 1797
    assert text.count("  row ") == 30
    assert Path(lines[-1].removeprefix("All samples: ")).read_text().count("\n") == 1798


def test_another_seed_is_another_fit(results: Path, capfd: pytest.CaptureFixture[str]):
    first = shown(results, capfd, "--clusters", "pca-kmeans (k=4)")
    other = shown(results, capfd, "--clusters", "pca-kmeans (k=4)", "--seed", "4")
    assert first.splitlines()[0].replace("seed 1", "seed 4") == other.splitlines()[0]
    assert first.splitlines()[-1] != other.splitlines()[-1]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--clusters", "kmeans"], "kmeans has several configurations; expected one of the labels: kmeans (k=3); kmea"),
        (["--clusters", "kmeans (k=5)"], "did you mean"),
        (["--clusters", "kmeans (k=3)", "--seed", "2"], "kmeans (k=3) has no seed 2; its seeds: 1, 4"),
        (["--clusters", "kmeans (k=3)", "--wide"], "--clusters excludes"),
        (["--seed", "1"], "--seed is for --clusters"),
    ],
)
def test_wrong_use_is_one_line(results: Path, capfd: pytest.CaptureFixture[str], options: list[str], message: str):
    error = shown(results, capfd, *options, code=2)
    assert message in error
    assert error.count("\n") == 1


def test_what_is_mistyped_is_one_line_with_the_remedy(results: Path, capfd: pytest.CaptureFixture[str]):
    for options, message in (
        (["--cluster", "kmeans (k=3)"], "has no option '--cluster'; did you mean '--clusters'?"),
        (["--clusters"], "--clusters needs a value, METHOD: Show each cluster of this row of the table"),
        (["--clusters", "--seed", "1"], "--clusters needs a value, METHOD: "),
        (
            ["--clusters", "KMEANS (K=3)"],
            "the table has no row 'KMEANS (K=3)'; did you mean 'kmeans (k=3)'? its rows: ",
        ),
        (["--clusters", "dec"], "no row 'dec'; its rows: kmeans (k=3); kmeans (k=4); pca-kmeans (k=3); pca-kmeans (k"),
    ):
        error = shown(results, capfd, *options, code=2)
        assert message in error
        assert error.count("\n") == 1


def test_a_method_that_failed_in_all_seeds_says_why(tmp_path: Path, capfd: pytest.CaptureFixture[str]):
    options = ["--methods", "wrongdoer:Wrongdoer,kmeans", "--param", "wrongdoer:Wrongdoer.how=diverge", "--seeds", "2"]
    assert main(["run", "--dataset", "digits", *options, "--threads", "1", "--results-dir", str(tmp_path)]) == 1
    why = "seed 0: FloatingPointError: loss is nan"
    command = f"python -m bench show digits --errors --results-dir {tmp_path} shows the tracebacks"
    error = shown(tmp_path, capfd, "--clusters", "wrongdoer:Wrongdoer", code=2)
    assert error.startswith(f"error: wrongdoer:Wrongdoer: no seed has finished (0 of 2, 2 failed); {why}")
    assert error.endswith(f"; {command}.\n")
    error = shown(tmp_path, capfd, "--clusters", "wrongdoer:Wrongdoer", "--seed", "0", code=2)
    assert error.startswith(f"error: wrongdoer:Wrongdoer has no result of seed 0; {why}")
    assert error.endswith(f"; {command}; finished seeds: none.\n")
    assert error.count("\n") == 1


def test_report_writes_missing_files_again(results: Path, capfd: pytest.CaptureFixture[str]):
    files = sorted(Store(results, "digits").path("assignments").iterdir())
    before = [path.read_bytes() for path in files]
    assert len(files) == 8
    files[3].unlink()
    assert main(["report", "digits", "--results-dir", str(results)]) == 0
    assert [path.read_bytes() for path in files] == before


def test_a_long_name_keeps_its_end_and_wide_letters_count_twice():
    assert shortened("a" * 50 + "/IMG_2041.jpg", 20) == "aaaaaaa…IMG_2041.jpg"
    assert shortened("猫" * 20, 11) == "猫猫…猫猫猫"
