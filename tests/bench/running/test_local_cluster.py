"""A cluster of `--dask local:N`: only its driver process can connect, and nothing remains of it."""

import asyncio
import gc
import os
import signal
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import psutil
import pytest
from clusters import MODULES
from commands import until
from distributed import Client, Security
from distributed.comm import connect

from bench.errors import UsageError
from bench.running.dask_connection import DaskConnection
from bench.running.local_cluster import LocalCluster

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name != "posix", reason="signals and process groups")]


@pytest.fixture(scope="module")
def temporary(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder for temporary files."""
    folder = tmp_path_factory.mktemp("temporary")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(folder))
        patch.setattr(tempfile, "tempdir", None)
        yield folder


@pytest.fixture(scope="module")
def connection(temporary: Path) -> Iterator[DaskConnection]:
    with DaskConnection("local:2") as connection:
        yield connection


def addresses(connection: DaskConnection) -> list[str]:
    """The addresses of the scheduler, the workers and their nannies."""
    workers = connection.client.scheduler_info(n_workers=-1)["workers"]
    return [connection.client.scheduler.address, *workers, *(worker["nanny"] for worker in workers.values())]


def can_connect(address: str, security: Security) -> bool:
    """Whether a client can ask the server for its identity."""

    async def ask() -> bool:
        comm = await connect(address, timeout=5, **security.get_connection_args("client"))
        await comm.write({"op": "identity", "reply": True})
        answer = await comm.read()
        comm.abort()
        return "id" in answer

    try:
        return asyncio.run(ask())
    except (OSError, TypeError):  # TypeError: no certificate for an address with TLS
        return False


def client_of(connection: DaskConnection) -> Security:
    security: Security = connection.client.security
    return security


def test_a_client_without_the_certificate_cannot_connect(connection: DaskConnection):
    servers = addresses(connection)
    assert len(servers) == 5
    assert all(server.startswith("tls://127.0.0.1:") for server in servers)
    stolen = Security(require_encryption=True, tls_ca_file=client_of(connection).tls_ca_file)  # the server shows it
    for server in servers:
        plain = server.replace("tls://", "tcp://")
        assert can_connect(server, client_of(connection)), server
        for security in (Security(), Security.temporary(), stolen):
            assert not can_connect(server, security), server
            assert not can_connect(plain, Security(require_encryption=False)), server
    for security in (None, Security.temporary()):
        # AssertionError: on a busy machine, the loop of the client does not start within 10 s.
        with pytest.raises((OSError, TypeError, AssertionError)):
            Client(servers[0], security=security, timeout=5)
        gc.collect()  # the client that failed closes itself now, and not while the next one starts: both would wait


def test_the_web_servers_have_no_pages(connection: DaskConnection):
    ports = {
        socket.laddr.port
        for process in psutil.Process().children(recursive=True)
        for socket in process.net_connections()
        if socket.status == "LISTEN"
    }
    protected = {int(server.rsplit(":", 1)[1]) for server in addresses(connection)}
    web = ports - protected
    assert len(web) == 3  # of the scheduler and the workers
    pages = ("", "health", "metrics", "status", "info/main/workers.html", "json/counts.json", "api/v1/retire_workers")
    for port in web:
        for page in pages:
            with pytest.raises(HTTPError) as error:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/{page}", timeout=30)
            assert error.value.code == 404


def test_a_killed_worker_is_started_again(connection: DaskConnection):
    def workers() -> set[int]:
        return set(connection.client.run(os.getpid, on_error="ignore").values())

    before = workers()
    os.kill(max(before), signal.SIGKILL)
    until(lambda: len(now := workers()) == 2 and max(before) not in now)


def test_no_key_is_in_the_temporary_files(connection: DaskConnection, temporary: Path):
    connection.machine(1, "cpu", pytest.fail)
    files = [path for path in temporary.rglob("*") if path.is_file()]
    assert files
    assert not [path for path in files if b"PRIVATE KEY" in path.read_bytes()]


def remains(temporary: Path, processes: list[psutil.Process]) -> list[Any]:
    running = [process for process in processes if process.is_running() and process.status() != psutil.STATUS_ZOMBIE]
    return [*temporary.iterdir(), *running]


def test_nothing_remains(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    others = psutil.Process().children(recursive=True)
    with LocalCluster(2):
        processes = [process for process in psutil.Process().children(recursive=True) if process not in others]
        assert len(processes) >= 3
        assert remains(tmp_path, processes)
    assert not remains(tmp_path, processes)


def test_nothing_remains_of_a_killed_driver(tmp_path: Path):
    program = (
        "from bench.running.local_cluster import LocalCluster\nimport time\n"
        "with LocalCluster(2): print('ready', flush=True); time.sleep(600)"
    )
    environment = {**os.environ, "PYTHONPATH": MODULES, "TMPDIR": str(tmp_path)}
    driver = subprocess.Popen([sys.executable, "-c", program], env=environment, stdout=subprocess.PIPE)
    assert driver.stdout is not None
    assert driver.stdout.readline() == b"ready\n"
    processes = psutil.Process(driver.pid).children(recursive=True)
    assert len(processes) >= 3
    driver.kill()
    driver.communicate()
    until(lambda: not remains(tmp_path, processes))


def test_a_cluster_that_does_not_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    (tmp_path / "dask.py").write_text("raise ImportError('no Dask here')")
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(UsageError, match="--dask local:1: the Dask cluster does not start: ImportError: no Dask here"):
        LocalCluster(1).__enter__()
    assert not list(temporary.iterdir())
