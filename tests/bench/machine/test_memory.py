"""Memory of a process: its peak, its limit, and how both end with a cell."""

import subprocess
import sys

import psutil
import pytest

from bench.errors import UsageError
from bench.machine.memory import limited_memory, peak_bytes

LIMIT = """
from bench.machine.memory import limited_memory
with limited_memory({}):
    bytearray(300_000_000)
"""
LIFTED = LIMIT.replace("bytearray(300_000_000)", "pass") + "bytearray(300_000_000)"
RESET = """
from bench.machine.memory import peak_bytes, private_bytes, reset_peak
bytearray(300_000_000)
high = peak_bytes()
assert reset_peak()
assert high - peak_bytes() > 250_000_000
kept, before = bytearray(b"x") * 100_000_000, private_bytes()
del kept
assert before - private_bytes() > 90_000_000
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


@pytest.mark.skipif(not psutil.LINUX, reason="the memory in use is known on Linux only")
@pytest.mark.parametrize("program", [LIFTED.format(300_000_000), RESET, LIMIT.format(None)])
def test_a_limit_and_a_peak_end_with_their_cell(program: str):
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_system_that_does_not_keep_to_a_limit_refuses_it(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(psutil, "LINUX", False)
    with limited_memory(None):
        pass
    with pytest.raises(UsageError, match="only Linux can limit the memory"), limited_memory(10**12):
        pytest.fail("the limit would do nothing")
