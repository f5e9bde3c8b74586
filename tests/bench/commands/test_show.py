"""`show`: the answers of the published experiments, tracebacks, the list of experiments, and wrong use."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace
from stored import ENVIRONMENT, record_of

from bench.cli.app import main
from bench.store.records import Attempt, Cell, DataSummary, Failure, Manifest
from bench.store.store import Store

PUBLISHED = Path(__file__).parents[3] / "results"
CELLS = [Cell(method=method, seed=0, n_clusters=3) for method in ("kmeans", "som", "mine:Mine", "pca-kmeans")]
TRACEBACK = 'Traceback (most recent call last):\n  File "mine.py", line 1, in fit\nValueError: \x1b[2J[b]no[/b]\n'


def lines(capfd: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    assert main(["show", *arguments]) == 0
    output, errors = capfd.readouterr()
    assert errors == ""
    return output.splitlines()


def attempt(cell: Cell, ending: str, traceback: str = "") -> Attempt:
    failure = None if ending == "ok" else Failure(type="ValueError", message="no", traceback=traceback)
    return Attempt(
        key=cell.key,
        cell=cell,
        ending=ending,
        failure=failure,
        started_at="2026-01-01T00:00:00Z",
        wall_seconds=1.0,
        host="a-host",
        data_digest="d",
    )


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Four cells: finished after a failure, failed with a traceback, timed out twice, and never run."""
    made = Store(tmp_path, "demo")
    made.write_manifest(
        Manifest(
            name="demo",
            commands=[],
            created_at="2026-01-01T00:00:00Z",
            data=DataSummary(
                name="wine", source="s", revision="r", split="all", digest="d", n_samples=178, n_features=13,
                image_shape=None, class_names=None,
            ),
            environment=ENVIRONMENT,
            code_versions=["c"],
            cells=CELLS,
        )
    )  # fmt: skip
    finished, failed, timed_out, _ = CELLS
    made.add_attempt(attempt(finished, "failed", "an old traceback"))
    made.add_attempt(attempt(finished, "ok"))
    made.add_attempt(attempt(failed, "failed", TRACEBACK))
    for _ in range(2):
        made.add_attempt(attempt(timed_out, "timeout"))
    return made


def test_errors_are_the_last_failed_attempts_of_failed_cells(store: Store, capfd: pytest.CaptureFixture[str]):
    assert lines(capfd, "demo", "--errors", "--results-dir", str(store.results_dir)) == [
        "som seed 0: failed on a-host, 2026-01-01T00:00:00Z",
        "Traceback (most recent call last):",
        '  File "mine.py", line 1, in fit',
        "ValueError: \\x1b[2J[b]no[/b]",
        "",
        "mine:Mine seed 0: timeout on a-host, 2026-01-01T00:00:00Z",
        "ValueError: no (there is no traceback)",
        "",
    ]


def test_errors_have_the_peak_of_the_memory(store: Store, capfd: pytest.CaptureFixture[str]):
    last = replace(attempt(CELLS[3], "out of memory"), peak_bytes=1_234_567_890, peak_gpu_bytes=79_996_000_000)
    store.add_attempt(last)
    shown = lines(capfd, "demo", "--errors", "--results-dir", str(store.results_dir))
    assert (
        "pca-kmeans seed 0: out of memory on a-host, 2026-01-01T00:00:00Z, peak memory 1.23 GB and 80.00 GB on the GPU"
        in shown
    )


def test_without_a_failure_errors_say_so(store: Store, capfd: pytest.CaptureFixture[str]):
    for cell in CELLS[1:3]:
        shutil.rmtree(store.path("attempts", cell.key))
    assert lines(capfd, "demo", "--errors", "--results-dir", str(store.results_dir)) == ["demo: no cell has failed."]


def test_an_experiment_without_tables_has_an_answer_and_the_command_that_writes_them(
    store: Store, capfd: pytest.CaptureFixture[str]
):
    store.write(record_of(CELLS[0], data_digest="d"), {"labels": np.zeros(178, np.int64)})
    shown = lines(capfd, "demo", "--results-dir", str(store.results_dir))
    assert shown[0] == "demo: wine, 178 samples"
    assert [line.split()[0] for line in shown[3:7]] == ["kmeans", "som", "mine:Mine", "pca-kmeans"]
    command = f"python -m bench report demo --results-dir {store.results_dir}"
    assert f"no tables are written yet; {command} writes them." in shown


def test_the_list_counts_finished_cells_and_names_what_cannot_be_read(store: Store, capfd: pytest.CaptureFixture[str]):
    shutil.copytree(PUBLISHED / "mnist-3-methods", store.results_dir / "mnist-3-methods")
    (store.results_dir / "old").mkdir()
    (store.results_dir / "old/manifest.json").write_text("{}")
    shown = lines(capfd, "--results-dir", str(store.results_dir))
    rows = {line.split("  ")[0]: " ".join(line.split()) for line in shown}
    assert rows["demo"] == "demo wine 178 kmeans, som, mine:Mine, pca-kmeans 0 of 4"
    assert rows["mnist-3-methods"].endswith("data/mnist 70,000 dec, ae-kmeans, som, kmeans 12 published")
    assert any(line.startswith("warning: ") and "old/manifest.json" in line for line in shown)


def test_a_folder_without_experiments_says_so(tmp_path: Path, capfd: pytest.CaptureFixture[str]):
    line = f"no experiment under {tmp_path}/none; python -m bench run makes one."
    assert lines(capfd, "--results-dir", str(tmp_path / "none")) == [line]


def test_published_tables_are_shown_with_their_warning_caveats_and_path(capfd: pytest.CaptureFixture[str]):
    shown = lines(capfd, "mnist-flagship", "--sort", "nmi", "--results-dir", str(PUBLISHED))
    warning = "Presets flagship and quick were put together with the true labels of a part of MNIST in sight."
    assert shown[:3] == ["mnist-flagship: data/mnist, 70,000 samples", warning, ""]
    assert [line.split("  ")[0] for line in shown[4:7]] == ["dec (flagship)", "dec (quick)", "n2d"]
    assert any(line.startswith("- The cells ran with different code versions: 1 with ") for line in shown)
    assert shown[-2].startswith(f"{PUBLISHED}/mnist-flagship/table.md, and ")
    assert shown[-1] == f"{PUBLISHED}/mnist-flagship/report.html"


def test_a_page_of_the_experiment_is_named(tmp_path: Path, capfd: pytest.CaptureFixture[str]):
    shutil.copytree(PUBLISHED / "mnist-3-methods", tmp_path / "mnist-3-methods")
    (tmp_path / "mnist-3-methods/report.html").write_text("<p>")
    shown = lines(capfd, "mnist-3-methods", "--results-dir", str(tmp_path))
    assert shown[-1] == f"{tmp_path}/mnist-3-methods/report.html"


def test_a_published_report_and_a_published_search_say_their_verdicts_and_choices(capfd: pytest.CaptureFixture[str]):
    shown = lines(capfd, "reproduce-sha12", "--results-dir", str(PUBLISHED))
    assert shown[-5:-2] == [
        "Of 32 claims on results: 10 outside, 6 holds, 12 cannot be decided, 2 equal, 2 not equal.",
        "Of 18 claims on counts and arithmetic: 13 equal, 4 not equal, 1 not defined.",
        "Of 18 claims on settings: 17 taken over, 1 not taken over.",
    ]
    assert shown[-2].startswith(f"{PUBLISHED}/reproduce-sha12/claims.md")
    shown = lines(capfd, "search-sha12-x0.2", "--results-dir", str(PUBLISHED))
    assert shown[1].startswith("Every phase of training of autoencoder and DEC is scaled by 0.2")
    assert shown[-2].startswith("Chosen for dec, without labels: latent_dim=64, kl_weight=1, ")
    assert shown[-1].startswith(f"{PUBLISHED}/search-sha12-x0.2/search.md")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("mnist-flagshp", "no experiment 'mnist-flagshp'"),
        (
            "mnist-flagshp --errors",
            "there: ag-news, compression, digits, digits-consensus, digits-flagship, fashion-20k,",
        ),
        ("mnist-flagship --metric ari,acuracy", "unknown metric 'acuracy'; did you mean 'accuracy'?"),
        ("mnist-flagship --sort acuracy", "unknown order 'acuracy'; did you mean 'accuracy'?"),
        ("mnist-flagship --sort methd", "did you mean 'method'?"),
        ("mnist-flagship --errors", "are published tables; their attempts and tracebacks are not here."),
        ("mnist-flagship --errors --wide", "--errors excludes --metric, --sort and --wide."),
        ("--wide", "need the NAME of an experiment."),
        ("--errors", "need the NAME of an experiment."),
        ("search-sha12-x0.2 --wide", "table.csv does not exist"),
    ],
)
def test_wrong_use_is_one_line(arguments: str, message: str, capfd: pytest.CaptureFixture[str]):
    assert main(["show", *arguments.split(), "--results-dir", str(PUBLISHED)]) == 2
    output, errors = capfd.readouterr()
    assert output == ""
    assert message in errors
    assert errors.startswith("error: ")
    assert errors.count("\n") == 1
