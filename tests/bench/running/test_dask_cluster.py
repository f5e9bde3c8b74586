"""Cells on a real Dask cluster on the loopback interface: the same bits as in this process."""

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest
from grids import ENVIRONMENT, QUICK, cells_of, job_of, run
from observers import Log

from bench.datasets.images import ImageData
from bench.datasets.load import load
from bench.errors import UsageError
from bench.machine.environment import Machine
from bench.machine.threads import available_cores
from bench.running import dask_connection
from bench.running.dask_cluster import DaskCluster
from bench.running.dask_connection import DaskConnection
from bench.running.executors import InProcess
from bench.store.store import Store

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name != "posix", reason="signals and process groups")]


@pytest.fixture(scope="module")
def data() -> ImageData:
    return load("digits")


@pytest.fixture(scope="module")
def connection() -> Iterator[DaskConnection]:
    """A cluster of two workers, whose environment does not set the number of threads."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("OMP_NUM_THREADS", raising=False)
        made = DaskConnection("local:2")
    with made:
        yield made


def test_the_results_equal_the_results_of_this_process(data: ImageData, connection: DaskConnection, tmp_path: Path):
    cells = cells_of(data, "dec,ae-kmeans,som,kmeans", *QUICK)
    local, remote = (job_of(data, Store(tmp_path / name, "x")) for name in ("local", "remote"))
    run(cells, local, Log(), InProcess(local))
    assert connection.machine(1, "cpu", pytest.fail) == Machine(ENVIRONMENT, ())
    log = run(cells, remote, Log(), DaskCluster(remote, connection))
    assert log.endings == 4 * ["ok"]
    assert {"pretrain", "cluster", "map"} <= set(log.phases)
    for cell in cells:
        one, two = (job.store.arrays(cell.key) for job in (local, remote))
        for name, array in one.items():
            np.testing.assert_array_equal(array, two[name], err_msg=f"{cell.key}: {name}")


def test_a_local_cluster_listens_on_the_loopback_interface_only(
    data: ImageData, connection: DaskConnection, tmp_path: Path
):
    assert DaskCluster(job_of(data, Store(tmp_path, "x")), connection).slots == 2
    family = [psutil.Process(), *psutil.Process().children(recursive=True)]
    sockets = [socket for process in family for socket in process.net_connections() if socket.status == "LISTEN"]
    assert len(sockets) >= 2
    assert {socket.laddr.ip for socket in sockets} == {"127.0.0.1"}


@pytest.mark.parametrize("address", ["local:0", "local:x", "tcp://127.0.0.1:1", "nonsense"])
def test_a_wrong_address_is_refused(address: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(dask_connection, "_CONNECT_SECONDS", 1)
    with pytest.raises(UsageError, match=f"--dask {address}"):
        DaskConnection(address)


def test_threads_are_a_share_of_the_cores_unless_they_are_given(connection: DaskConnection):
    assert connection.machine(None, "cpu", pytest.fail).environment.threads == max(1, available_cores() // 2)
    assert connection.machine(3, "cpu", pytest.fail).environment.threads == 3
    with pytest.raises(UsageError, match=r"a worker of the Dask cluster at local:2: --device: .*'cpu'"):
        connection.machine(None, "cpuu", pytest.fail)
