"""The Hub: data sets are read from a local server with the Hub's protocol; errors are one line."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlparse

import huggingface_hub
import PIL.Image
import pytest
from datasets import ClassLabel, Image
from pictures import parquet_rows, save_grey

from bench.datasets import hub
from bench.datasets.load import load
from bench.errors import UsageError

ROOT = Path(__file__).parents[3]
COMMIT = "0123456789abcdef0123456789abcdef01234567"
LOADS = """
import json, sys
from bench.datasets.load import load
from bench.errors import UsageError
for name in sys.argv[1:]:
    try:
        data = load(name)
        print(json.dumps([data.features.tolist(), data.labels.tolist(), data.class_names, data.revision, data.digest]))
    except UsageError as error:
        print(json.dumps(str(error)))
"""


class HubServer(BaseHTTPRequestHandler):
    """The part of the Hub's protocol that one data set `owner/name` needs. Its files are in `folder`."""

    folder: Path
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = urlparse(self.path).path
        info = "/api/datasets/owner/name"
        names = [file.name for file in self.folder.iterdir()]
        if path in (info, f"{info}/revision/{COMMIT}", f"{info}/revision/v1"):
            siblings = [{"rfilename": name} for name in names]
            self.answer(200, {"id": "owner/name", "sha": COMMIT, "siblings": siblings, "tags": []})
        elif path == f"{info}/tree/{COMMIT}":
            sizes = {name: (self.folder / name).stat().st_size for name in names}
            self.answer(200, [{"type": "file", "path": name, "size": sizes[name], "oid": name} for name in names])
        elif path.startswith(f"{info}/tree/"):
            self.answer(200, [])
        elif path.startswith(f"{info}/revision/"):
            self.answer(404, {}, error="RevisionNotFound")
        elif path.startswith("/datasets/owner/name/resolve/") and path.rsplit("/", 1)[1] in names:
            self.answer(200, (self.folder / path.rsplit("/", 1)[1]).read_bytes())
        elif path.startswith("/datasets/owner/name/resolve/"):
            self.answer(404, {}, error="EntryNotFound")
        elif path.startswith("/api/datasets/owner/gated"):
            self.answer(403, {}, error="GatedRepo")
        else:
            self.answer(404, {}, error="RepoNotFound")

    do_HEAD = do_GET  # noqa: N815

    def answer(self, status: int, content: Any, error: str | None = None) -> None:
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        headers = {"Content-Length": str(len(body)), "X-Repo-Commit": COMMIT, "ETag": f'"{hash(body)}"'}
        for name, value in (headers | ({"X-Error-Code": error} if error else {})).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def hub_server(make_folder: Callable[..., Path]) -> Iterator[ThreadingHTTPServer]:
    columns = {"image": [PIL.Image.new("L", (3, 2), value) for value in (0, 255)], "label": [1, 0]}
    features = {"image": Image(), "label": ClassLabel(names=["cat", "dog"])}
    HubServer.folder = make_folder(features, train=columns, test=columns)
    server = ThreadingHTTPServer(("127.0.0.1", 0), HubServer)
    Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def load_in_process(server: ThreadingHTTPServer, home: Path, *names: str, **environment: str) -> list[Any]:
    address = {"HF_ENDPOINT": f"http://127.0.0.1:{server.server_port}", "HF_HOME": str(home), "NO_PROXY": "127.0.0.1"}
    output = subprocess.run(
        [sys.executable, "-c", LOADS, *names],
        cwd=ROOT,
        env={**os.environ, **address, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    assert output.stderr == ""
    return [json.loads(line) for line in output.stdout.splitlines()]


@pytest.mark.slow
def test_a_hub_set_equals_a_local_folder_and_then_needs_no_network(hub_server: ThreadingHTTPServer, tmp_path: Path):
    names = ["owner/name", "owner/name@v1", "owner/name@v9", "owner/nmae", "owner/gated"]
    plain, pinned, no_revision, unknown, gated = load_in_process(hub_server, tmp_path / "home", *names)
    local = load(str(HubServer.folder))
    assert local.labels is not None
    assert plain == [local.features.tolist(), local.labels.tolist(), ["cat", "dog"], COMMIT, local.digest]
    assert pinned == plain
    assert no_revision == "data set 'owner/name' has no revision 'v9' on the Hub"
    assert unknown.startswith("unknown data set 'owner/nmae'")
    assert gated.startswith("data set 'owner/gated' is gated: ask for access at ")

    hub_server.shutdown()
    hub_server.server_close()
    cached, not_cached = load_in_process(hub_server, tmp_path / "elsewhere", "owner/name", "owner/name@main")
    assert cached == plain
    assert not_cached.startswith("no network: ")
    fetched, other = load_in_process(
        hub_server,
        tmp_path / "home",
        "owner/name",
        "owner/name@v9",
        HF_HUB_OFFLINE="1",
        DEC_BENCH_CACHE=str(tmp_path / "other"),
    )
    assert fetched == plain
    assert "expected revision 'v9', but only" in other


@pytest.mark.slow
def test_a_hub_set_cannot_name_a_file_of_this_machine(hub_server: ThreadingHTTPServer, tmp_path: Path):
    secret = save_grey(tmp_path / "secret" / "train.png")
    for path in HubServer.folder.iterdir():
        path.unlink()
    parquet_rows(HubServer.folder, {"bytes": None, "path": str(secret)})
    (row,) = load_in_process(hub_server, tmp_path / "home", "owner/name")
    assert row.startswith(f"data set 'owner/name' names the file {str(secret)!r}, which is outside of the data set")
    card = f"---\nconfigs:\n- config_name: default\n  data_files: {secret}\n---\n"
    (HubServer.folder / "README.md").write_text(card)
    (files,) = load_in_process(hub_server, tmp_path / "other", "owner/name")
    assert "Data files don't belong to owner/name" in files  # `datasets` refuses it first


def unreachable(name: str) -> str:
    start = time.perf_counter()
    with pytest.raises(UsageError) as caught:
        load(name)
    assert time.perf_counter() - start < 30
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith(f"no network: cannot reach the Hugging Face Hub for data set '{name}'")
    assert "mnist-5k, digits" in message
    assert "local folder" in message
    return message


def test_a_refused_connection(monkeypatch: pytest.MonkeyPatch):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", f"http://127.0.0.1:{unused.getsockname()[1]}")
        unreachable("owner/name")


def test_a_server_that_does_not_answer(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(hub, "REQUEST_SECONDS", 0.5)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", f"http://127.0.0.1:{silent.getsockname()[1]}")
        unreachable("owner/name")


def test_a_name_resolution_that_does_not_end(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(huggingface_hub.HfApi, "dataset_info", lambda *_, **__: time.sleep(5))
    monkeypatch.setattr(hub, "DEADLINE_SECONDS", 0.2)
    assert "no answer within 0.2 s" in unreachable("owner/name")


def test_the_default_time_limits_are_under_thirty_seconds():
    assert hub.REQUEST_SECONDS < hub.DEADLINE_SECONDS <= 20
