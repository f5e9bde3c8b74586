"""Fetch the JavaScript libraries of the page from the npm registry.

bench/report/page/vendor/versions.json names each library with its version, licence, address and the SHA-256 of each
file. `make vendor` fetches them and refuses a file with another digest. For another version, change `version` and
`source` there, then run `make vendor VENDOR=--new-digests`, which writes the digests of the fetched files.
"""

import hashlib
import io
import json
import sys
import tarfile
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "bench/report/page/vendor"
VERSIONS = "versions.json"
SECONDS = 60


def main(options: list[str], folder: Path = FOLDER) -> None:
    """Write the files of every library; with `--new-digests`, also their digests. SystemExit for another digest."""
    libraries = json.loads((folder / VERSIONS).read_text())
    for library in libraries:
        archive = _fetched(library["source"])
        for name, file in library["files"].items():
            content = member(archive, file["inside"])
            digest = hashlib.sha256(content).hexdigest()
            if "--new-digests" in options:
                file["sha256"] = digest
            elif digest != file["sha256"]:
                sys.exit(f"{name} of {library['source']} has the digest {digest}; expected {file['sha256']}.")
            (folder / name).write_bytes(content)
    (folder / VERSIONS).write_text(f"{json.dumps(libraries, indent=1)}\n")


def wrong_files(folder: Path = FOLDER) -> list[str]:
    """The files of the folder whose digest is not the one in versions.json, or that it does not name."""
    libraries: list[dict[str, Any]] = json.loads((folder / VERSIONS).read_text())
    expected = {name: file["sha256"] for library in libraries for name, file in library["files"].items()}
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir() if path.name != VERSIONS
    }
    return sorted(name for name in expected.keys() | found.keys() if expected.get(name) != found.get(name))


def member(archive: bytes, inside: str) -> bytes:
    """A file of an archive of the npm registry, whose files are in a folder `package`."""
    with tarfile.open(fileobj=io.BytesIO(archive), mode="r:gz") as files:
        found = files.extractfile(f"package/{inside}")
        if found is None:
            sys.exit(f"the archive has no file {inside}.")
        return found.read()


def _fetched(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=SECONDS) as answer:
        content: bytes = answer.read()
    return content


if __name__ == "__main__":
    main(sys.argv[1:])
