"""A Dask cluster on this machine that only this driver process can use."""

import json
import shutil
import subprocess
import tempfile
from contextlib import AbstractContextManager, suppress
from typing import Any

from bench.errors import UsageError
from bench.machine.interrupt import interruptible, shielded
from bench.machine.search_path import module_command

_END_SECONDS = 20


class LocalCluster(AbstractContextManager["LocalCluster"]):
    """A scheduler and workers with one thread each, on the loopback interface; used in a `with` statement.

    All connections use TLS with a certificate and a key that are made for this cluster. The key stays in memory. The
    cluster has its own process and session, so Ctrl-C on the terminal does not reach it. It ends with the driver
    process, also after SIGKILL.
    """

    address: str
    security: Any
    """Dask's Security of a client of this cluster."""

    def __init__(self, n_workers: int) -> None:
        self._n_workers = n_workers

    def __enter__(self) -> "LocalCluster":
        """Start the cluster; returns when all workers have connected. Raises UsageError if it does not start."""
        from distributed import Security

        with shielded(), tempfile.TemporaryFile() as errors:
            self._folder = tempfile.mkdtemp(prefix="dec-bench-dask-")
            command = module_command("bench.running.local_cluster_process", str(self._n_workers), self._folder)
            pipe = subprocess.PIPE
            self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=errors, start_new_session=True)
            assert self._process.stdout is not None
            try:
                with interruptible():
                    line = self._process.stdout.readline()
            except KeyboardInterrupt:
                self.close()
                raise
            if not line:
                self.close()
                errors.seek(0)
                reason = (errors.read().decode(errors="replace").splitlines() or ["it ended unexpectedly"])[-1]
                raise UsageError(f"--dask local:{self._n_workers}: the Dask cluster does not start: {reason}")
            reply = json.loads(line)
            self.address = reply["address"]
            certificate, key = reply["certificate"], reply["key"]
            self.security = Security(
                require_encryption=True, tls_ca_file=certificate, tls_client_cert=certificate, tls_client_key=key
            )
        return self

    def close(self) -> None:
        """End the scheduler, the workers and their cells, and remove their temporary files."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with suppress(BrokenPipeError):
            self._process.stdin.close()
        self._process.stdout.close()
        try:
            self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()  # its workers notice its end
            self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)  # the process has removed it, if it was not killed

    def __exit__(self, *error: object) -> None:
        self.close()
