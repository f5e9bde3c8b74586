"""Memory of a process: its peak and its limit."""

import subprocess
import sys

import psutil
import pytest

from bench.machine.memory import peak_bytes

LIMIT = """
from bench.machine.memory import limit_memory
limit_memory({})
bytearray(300_000_000)
"""


def test_the_peak_is_at_least_the_memory_in_use_and_less_than_the_memory_of_the_machine():
    assert 10_000_000 < psutil.Process().memory_info().rss <= peak_bytes() < psutil.virtual_memory().total


@pytest.mark.skipif(not psutil.LINUX, reason="the memory in use is known on Linux only")
@pytest.mark.parametrize(("n_bytes", "message"), [(300_000_000, "MemoryError\n"), (50_000_000, "0.05 GB is too low")])
def test_a_request_above_the_limit_raises_memory_error(n_bytes: int, message: str):
    done = subprocess.run([sys.executable, "-c", LIMIT.format(n_bytes)], capture_output=True, text=True)
    assert message in done.stderr
    assert "MemoryError" in done.stderr


@pytest.mark.skipif(not psutil.LINUX, reason="the memory in use is known on Linux only")
def test_a_process_within_its_limit_runs():
    assert subprocess.run([sys.executable, "-c", LIMIT.format(1_000_000_000)]).returncode == 0
