"""The process of a Dask cluster on this machine: `python -m bench.running.local_cluster_process N FOLDER`.

It writes one line of JSON: the scheduler's address, and the certificate and the key of this cluster. When its standard
input ends, it ends its workers, the cells of its workers, and itself. All temporary files are in FOLDER, which it
removes.
"""

import asyncio
import json
import logging
import os
import shutil
import sys
import tempfile
import threading
from typing import IO

import psutil

_NO_PAGES: dict[str, list[str]] = {"distributed.scheduler.http.routes": [], "distributed.worker.http.routes": []}
"""Dask's configuration: the HTTP servers answer every request with 404."""


def main() -> None:
    """Run the cluster until standard input ends."""
    reply = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # text that a library prints goes to standard error
    folder = sys.argv[2]
    os.environ["TMPDIR"] = tempfile.tempdir = folder  # of the workers and cells, too: they may be killed
    try:
        asyncio.run(_serve(int(sys.argv[1]), folder, reply))
    except Exception as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        _end(folder)


async def _serve(n_workers: int, folder: str, reply: IO[str]) -> None:
    loop = asyncio.get_running_loop()

    def wait_for_driver() -> None:
        os.read(0, 1)  # the driver process writes nothing
        loop.call_soon_threadsafe(_end, folder)  # in the thread of the nannies: they restart no worker meanwhile

    threading.Thread(target=wait_for_driver, daemon=True).start()
    import dask
    from distributed import LocalCluster, Security

    security = Security.temporary()
    with dask.config.set(_NO_PAGES):
        cluster = LocalCluster(
            n_workers=n_workers,
            threads_per_worker=1,
            host="127.0.0.1",  # no other machine can connect
            dashboard_address="127.0.0.1:0",
            scheduler_kwargs={"dashboard": False},
            security=security,
            local_directory=folder,
            silence_logs=logging.CRITICAL,
            asynchronous=True,
        )
        async with cluster:
            secrets = {"certificate": security.tls_client_cert, "key": security.tls_client_key}
            reply.write(json.dumps({"address": cluster.scheduler_address, **secrets}) + "\n")
            reply.close()
            await asyncio.Event().wait()


def _end(folder: str) -> None:
    while children := psutil.Process().children(recursive=True):
        for child in children:
            child.kill()
        psutil.wait_procs(children, timeout=1)
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)


if __name__ == "__main__":
    main()
