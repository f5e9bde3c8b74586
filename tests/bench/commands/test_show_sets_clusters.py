"""`show OVERALL --clusters` on real fits: the clusters of one row on each data set."""

from pathlib import Path

import pytest

from bench.cli.app import main

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Results on `digits` and on `narrow`, which is too narrow for the code of `ae-kmeans`."""
    folder = tmp_path_factory.mktemp("sets")
    rows = "".join(f"{number % 9},{number % 4}\n" for number in range(60))
    (folder / "narrow.csv").write_text(f"a,b\n{rows}")
    options = ["--methods", "kmeans,ae-kmeans", "--n-clusters", "3", "--seeds", "1,4", "--threads", "1"]
    options += [
        "--preset",
        "mlp",
        "--latent-dims",
        "4",
        "--param",
        "ae-kmeans.pretrain_epochs=1",
        "--results-dir",
        str(folder),
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DEC_BENCH_CACHE", str(tmp_path_factory.mktemp("cache")))
        assert main(["run", "--dataset", f"digits,{folder}/narrow.csv", "--name", "all", *options]) in (0, 1)
    return folder


def shown(results: Path, capfd: pytest.CaptureFixture[str], *options: str, code: int = 0) -> tuple[str, str]:
    capfd.readouterr()
    assert main(["show", "all", *options, "--results-dir", str(results)]) == code
    output = capfd.readouterr()
    return output.out, output.err


def test_each_data_set_has_the_text_of_its_own_results(results: Path, capfd: pytest.CaptureFixture[str]):
    text, _ = shown(results, capfd, "--clusters", "kmeans", "--seed", "4")
    own = []
    for name in ("all-digits", "all-narrow"):
        assert main(["show", name, "--clusters", "kmeans", "--seed", "4", "--results-dir", str(results)]) == 0
        own.append(capfd.readouterr().out)
    headings = [line for line in text.splitlines() if line.startswith("kmeans, seed 4, on ")]
    assert headings == [
        "kmeans, seed 4, on digits: 1,797 samples in 3 clusters",
        "kmeans, seed 4, on narrow: 60 samples in 3 clusters",
    ]
    for each in own:
        assert each.partition("\n")[2] in text


def test_a_data_set_without_the_method_is_one_line(results: Path, capfd: pytest.CaptureFixture[str]):
    text, _ = shown(results, capfd, "--clusters", "ae-kmeans")
    assert "ae-kmeans, seed 1, on digits: 1,797 samples in " in text
    (warning,) = [line for line in text.splitlines() if line.startswith("warning: ")]
    assert warning.startswith("warning: narrow: ae-kmeans: refused: latent size 4 is larger than the 2 features")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--clusters", "KMeans"], "the table has no row 'KMeans'; did you mean 'kmeans'"),
        (
            ["--clusters", "kmeans", "--seed", "2"],
            "no data set has clusters of kmeans to show; digits: kmeans has no se",
        ),
    ],
)
def test_wrong_use_is_one_line(results: Path, capfd: pytest.CaptureFixture[str], options: list[str], message: str):
    _, error = shown(results, capfd, *options, code=2)
    assert message in error
    assert error.count("\n") == 1
