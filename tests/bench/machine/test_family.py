"""The processes that a process has started are found and end with it."""

import os
import signal
import subprocess
import sys

import psutil
import pytest

from bench.machine.family import end_family

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name != "posix", reason="process groups"),
]

START = {
    "a child": "subprocess.Popen(['sleep', '600'])",
    "a child in a group of its own": "subprocess.Popen(['sleep', '600'], start_new_session=True)",
    "a process whose parent has ended": "subprocess.run(['sh', '-c', 'sleep 600 &'])",
}
LEADER = """
import subprocess, sys, time
from bench.machine.family import descendants
assert descendants() == []
{}
while not (found := [each.pid for each in descendants() if each.cmdline() == ['sleep', '600']]):
    time.sleep(0.01)  # the process exists before it runs this command
print(*found, flush=True)
time.sleep(600)
"""


@pytest.mark.parametrize("how", START)
def test_a_process_ends_with_all_that_it_started(how: str):
    pipe = subprocess.PIPE
    program = [sys.executable, "-c", LEADER.format(START[how])]
    leader = subprocess.Popen(program, stdout=pipe, text=True, start_new_session=True)
    assert leader.stdout is not None
    (child,) = (psutil.Process(int(pid)) for pid in leader.stdout.readline().split())
    assert child.is_running()
    end_family(psutil.Process(leader.pid))
    assert leader.wait(30) == -signal.SIGKILL
    psutil.wait_procs([child], timeout=30)
    assert not child.is_running()
    leader.stdout.close()


def test_a_process_that_leads_no_group_ends_alone():
    """The group of this test stays."""
    child = subprocess.Popen(["sleep", "600"])
    end_family(psutil.Process(child.pid))
    assert child.wait(30) == -signal.SIGKILL
