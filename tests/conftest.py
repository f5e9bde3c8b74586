"""Settings and fixtures for every test."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# No deadline: an example may take long on a busy machine. Only tests/benchmarks measures speed.
settings.register_profile("bench", deadline=None)
settings.load_profile("bench")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--mnist",
        default=os.environ.get("DEC_BENCH_MNIST", "mnist"),
        help="all of MNIST for tests/benchmarks: a folder or `mnist`",
    )


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
