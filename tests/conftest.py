"""Settings and fixtures for every test."""

import os
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# No deadline: an example may take long on a busy machine. Only tests/benchmarks measures speed.
settings.register_profile("bench", deadline=None)
settings.load_profile("bench")

# The processes of pytest share the cores: a test has one core, unless it asks for more. So a run that leaves the number
# of cells at once to the program starts no process for each core, which would load all libraries again.
os.environ["LOKY_MAX_CPU_COUNT"] = "1"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--mnist",
        default=os.environ.get("DEC_BENCH_MNIST", "mnist"),
        help="all of MNIST for tests/benchmarks: a folder or `mnist`",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the nightly tests out unless `-m nightly` asks for them, and begin with the files that take longest."""
    if "nightly" not in config.getoption("markexpr"):
        nightly = [item for item in items if item.get_closest_marker("nightly")]
        items[:] = [item for item in items if item not in nightly]
        config.hook.pytest_deselected(items=nightly)
    if on_cuda := [item for item in items if item.get_closest_marker("cuda")]:
        import torch  # here: most runs have no test of a GPU

        for item in on_cuda:
            item.add_marker(pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU with CUDA"))
    if "PYTEST_XDIST_WORKER" in os.environ:
        _longest_first(items)


def _longest_first(items: list[pytest.Item]) -> None:
    """Files with many slow tests come first, so that no process has one left when the others have finished.

    A process gets a whole file, in this order, because the Makefile says `--no-loadscope-reorder`.
    """
    slow = Counter(item.path for item in items if item.get_closest_marker("slow"))
    tests = Counter(item.path for item in items)
    items.sort(key=lambda item: (-slow[item.path], -tests[item.path]))


@pytest.fixture(scope="module", autouse=True)
def without_figures(request: pytest.FixtureRequest) -> Iterator[None]:
    """A run of a test draws no figures and no samples, which take longer than all else in it.

    A module that is marked `draws` has both.
    """
    with pytest.MonkeyPatch.context() as patch:
        if request.node.get_closest_marker("draws") is None:
            patch.setattr("bench.report.figures.write.FIGURES", ())
            patch.setattr("bench.analysis.page_material.write_material", lambda *_, **__: False)
        yield


@pytest.fixture(scope="session")
def mnist() -> Path:
    """All of MNIST: a folder in the Hub's layout, which the environment variable DEC_BENCH_MNIST names."""
    folder = os.environ.get("DEC_BENCH_MNIST")
    if not folder:
        pytest.skip("the environment variable DEC_BENCH_MNIST does not name a folder with all of MNIST")
    return Path(folder)


@pytest.fixture
def ctrl_c() -> Iterator[None]:
    """Ctrl-C works in this process and in its child processes, even if a shell runs the tests in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
