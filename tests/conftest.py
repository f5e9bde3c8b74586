"""What holds for every test."""

import signal
from collections.abc import Iterator

import pytest
from hypothesis import settings

# An example may take long on a busy machine: speed is measured in tests/benchmarks, and nowhere else.
settings.register_profile("bench", deadline=None)
settings.load_profile("bench")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--mnist", default="mnist", help="all of MNIST for tests/benchmarks: a folder, or `mnist`, the Hub's"
    )


@pytest.fixture
def ctrl_c() -> Iterator[None]:
    """Ctrl-C works, here and in processes started from here, even if a shell runs the tests in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
