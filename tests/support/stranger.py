"""Opens results folders from a stranger with every command, and lists what the commands touch outside the folder.

`python tests/support/stranger.py` runs each command as a process under `strace` and prints a table. If a command ends
with a traceback, or writes, reads or imports something outside the folder, the script ends with exit code 1.
"""

import argparse
import contextlib
import io
import os
import re
import shlex
import shutil
import signal
import stat
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
from commands import command
from msgspec.structs import replace
from mutations import ONE, RUN, make_experiments, seal_arrays, tree_of

from bench.report.markdown import escape, table
from bench.store.archive import unpack
from bench.store.encoding import encode
from bench.store.lock_files import Lock, write_lock
from bench.store.store import Store

EVIL = f"results.{ONE}.evil:Class"
"""A class in the results folder itself: Python can import it from the folder in which the user starts the command."""
HOSTILE_TEXT = "\x1b]0;owned\x07\x1b[2J\u202egpj.exe\n../../x|<b>`$\\frac$"


def link_to_a_project(folder: Path, outside: Path) -> None:
    (folder / ONE / "attempts" / "x").symlink_to(outside / "project")


def link_to_pictures(folder: Path, outside: Path) -> None:
    shutil.rmtree(folder / ONE / "figures")
    (folder / ONE / "figures").symlink_to(outside / "pictures")


def link_to_the_accounts(folder: Path, outside: Path) -> None:
    (folder / ONE / "cells" / "a.json").symlink_to("/etc/passwd")


def link_to_weights(folder: Path, outside: Path) -> None:
    path = next((folder / ".pretrained").glob("*.safetensors"))
    path.unlink()
    path.symlink_to(outside / "project" / "package.json")


def fifo(folder: Path, outside: Path) -> None:
    path = next((folder / ONE / "scores").glob("*.json"))
    path.unlink()
    os.mkfifo(path)


def device(folder: Path, outside: Path) -> None:
    os.mknod(folder / ONE / "cells" / "zero.json", 0o600 | stat.S_IFCHR, os.makedev(1, 5))


def bombs(folder: Path, outside: Path) -> None:
    """A small file of arrays that unpacks to 3.2 GB, and weights whose header states a size of 8 exabytes."""
    bomb = io.BytesIO()
    np.savez_compressed(bomb, labels=np.zeros(400_000_000, np.int64))
    seal_arrays(next((folder / ONE / "cells").glob("*.npz")), bomb.getvalue(), drop_scores=True)
    for path in (folder / ".pretrained").glob("*.safetensors"):
        path.write_bytes((2**63 - 1).to_bytes(8, "little") + path.read_bytes()[8:])


def huge_numbers(folder: Path, outside: Path) -> None:
    for path in (folder / ONE / "cells").glob("kmeans*.json"):
        path.write_bytes(encode(tree_of(path) | {"fit_seconds": 1e308, "n_parameters": 2**63}))
    for path in (folder / ONE / "cells").glob("som*.json"):
        path.write_bytes(encode(tree_of(path) | {"grid_shape": [2**53, 2**53]}))
    for path in (folder / ONE / "scores").glob("*.json"):
        values = dict.fromkeys(tree_of(path)["values"], 1e149)
        path.write_bytes(encode(tree_of(path) | {"values": values}))


def wrong_arrays(folder: Path, outside: Path) -> None:
    for number, path in enumerate(sorted((folder / ONE / "cells").glob("*.npz"))):
        arrays: dict[str, Any] = unpack(path.read_bytes())
        arrays["labels"] = [np.zeros(3), np.full(1797, 2**62), np.zeros((2, 2), np.int64)][number % 3]
        content = io.BytesIO()
        np.savez(content, **arrays)
        seal_arrays(path, content.getvalue(), drop_scores=bool(number % 2))


def hostile_text(folder: Path, outside: Path) -> None:
    path = folder / ONE / "manifest.json"
    manifest = tree_of(path)
    manifest["data"] |= {"source": HOSTILE_TEXT, "revision": HOSTILE_TEXT, "class_names": [HOSTILE_TEXT] * 10}
    path.write_bytes(encode(manifest | {"notes": [HOSTILE_TEXT], "commands": [HOSTILE_TEXT]}))
    for record in (folder / ONE / "cells").glob("*.json"):
        tree = tree_of(record)
        tree |= {"warnings": [HOSTILE_TEXT], "history": {HOSTILE_TEXT: [1.0, 2.0]}, "device": HOSTILE_TEXT}
        record.write_bytes(encode(tree | {"phase_seconds": {HOSTILE_TEXT: 1.0}}))


def classes_to_import(folder: Path, outside: Path) -> None:
    """All cells of K-Means become cells of a class whose module writes a file when it is imported."""
    module = f"from pathlib import Path\nPath({str(outside / 'imported')!r}).touch()\nclass Class: ...\n"
    (folder / ONE / "evil.py").write_text(module)
    store = Store(folder, ONE)
    manifest = store.manifest()
    assert manifest is not None
    cells = [replace(cell, method=EVIL) if cell.method == "kmeans" else cell for cell in manifest.cells]
    for old, new in zip(manifest.cells, cells, strict=True):
        for path in [*(folder / ONE).glob(f"*/{old.key}.json"), *(folder / ONE).glob(f"attempts/{old.key}/*")]:
            tree = tree_of(path) | {"key": new.key}
            path.write_bytes(encode(tree | {"cell": new} if "cell" in tree else tree))
        for path in list((folder / ONE).glob(f"*/{old.key}*")):
            path.rename(path.with_name(path.name.replace(old.key, new.key)))
    store.write_manifest(replace(manifest, cells=cells))


def another_data_set(folder: Path, outside: Path) -> None:
    """The manifest names a folder of the user as its data set."""
    path = folder / ONE / "manifest.json"
    manifest = tree_of(path)
    path.write_bytes(encode(manifest | {"data": manifest["data"] | {"name": str(outside / "pictures")}}))


def foreign_locks(folder: Path, outside: Path) -> None:
    """Locks of another machine on a cell without a record, and a lock with the highest number."""
    path = next((folder / ONE / "cells").glob("kmeans-*.json"))
    path.unlink()
    lock = Lock(
        token="0",
        host=HOSTILE_TEXT,
        machine="another",
        pid=1,
        process_start="1",
        started_at=HOSTILE_TEXT,
    )
    write_lock(folder / ONE / "locks" / path.stem, 1, lock)
    write_lock(folder / ONE / "locks" / "manifest", 999_999_999, lock)


def innocent(folder: Path, outside: Path) -> None:
    """Nothing is changed: what the commands touch in any case."""


VARIANTS: tuple[Callable[[Path, Path], None], ...] = (
    *(innocent, link_to_a_project, link_to_pictures, link_to_the_accounts, link_to_weights, fifo, device, bombs),
    *(huge_numbers, wrong_arrays, hostile_text, classes_to_import, another_data_set, foreign_locks),
)
COMMANDS = {
    "status": f"status {ONE}",
    "report": f"report {ONE}",
    "report --into": f"report {ONE} --into README.md",
    "figures": f"figures {ONE} --samples 10 --threads 1",
    "indices": f"indices {ONE} --threads 1",
    "choose": f"choose {ONE} --threads 1",
    "run --dry-run": f"{RUN} --name {ONE} --dry-run",
    "run": f"{RUN} --name {ONE}",
    "reproduce": f"reproduce tanh128 --dataset digits --seeds 1 --threads 1 --dry-run --name {ONE}",
    "search": f"search small --dataset digits --param dec.kl_weight=0.1,0.2 --threads 1 --dry-run --name {ONE}",
    "list": "list methods",
    "describe": "describe digits",
}
ONCE = ("list", "describe")
"""Commands that read no results folder: they run on the first variant only."""


@dataclass
class Touched:
    """What one command has touched."""

    code: int
    output: str
    inside: set[str] = field(default_factory=set)
    """Written in the results folders."""
    written: set[str] = field(default_factory=set)
    """Written outside the results folders, the cache and the temporary folder."""
    read: set[str] = field(default_factory=set)
    """Read outside them, and outside the system, the interpreter and this project."""

    @property
    def is_wrong(self) -> bool:
        """Whether the command touched something outside, or ended with a traceback or a signal."""
        return bool(self.written or self.read) or self.code not in (0, 1, 2) or "Traceback" in self.output

    @property
    def last_line(self) -> str:
        """The last printed line."""
        lines = self.output.splitlines()
        return lines[-1][:100] if lines else ""


_CALL = re.compile(r"^(?:\d+ +)?(\w+)\((.*)\) += (-?\w+)")
_PATH = re.compile(r'(?:(?:AT_FDCWD|\d+)<([^>]*)>, )?"((?:[^"\\]|\\.)*)"')
_CHANGES = (
    *("creat", "rename", "renameat", "renameat2", "unlink", "unlinkat", "mkdir", "mkdirat", "rmdir", "link", "linkat"),
    *("symlink", "symlinkat", "chmod", "fchmodat", "chown", "fchownat", "truncate", "mknod", "mknodat", "utimensat"),
)
_WRITE_FLAGS = ("O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC", "O_APPEND")
_SYSTEM = (
    *("/proc", "/sys", "/dev", "/usr", "/lib", "/lib64", "/bin", "/var/cache/fontconfig"),
    *("/etc/ld.so", "/etc/localtime", "/etc/mime", "/etc/fonts", "/etc/locale.alias", "/etc/ssl"),
)


def open_with(arguments: str, folder: Path, seconds: float) -> Touched:
    """Run a command in `folder`, which has the results folders, the cache and a temporary folder."""
    trace = folder / "trace"
    environment = {
        **os.environ,
        "DEC_BENCH_CACHE": str(folder / "cache"),
        "HF_HOME": str(folder / "cache"),
        "MPLCONFIGDIR": str(folder / "cache"),
        "XDG_CACHE_HOME": str(folder / "cache"),
        "TMPDIR": str(folder / "tmp"),
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "PYTHONDONTWRITEBYTECODE": "1",
        "HF_HUB_OFFLINE": "1",
        "LOGNAME": "user",
    }
    traced = ["strace", "-f", "-qq", "-y", "-e", "trace=file", "-o", str(trace), *command(arguments)]
    process = subprocess.Popen(
        traced, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True
    )
    try:
        output = process.communicate(timeout=seconds)[0]
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        output = process.communicate()[0] + b"\nended by the script after its time limit"
    touched = Touched(process.returncode, output.decode(errors="replace"))
    for line in trace.read_text(errors="replace").splitlines():
        _add(line, folder, touched)
    return touched


def _add(line: str, folder: Path, touched: Touched) -> None:
    """Add the paths of one system call to the sets of `touched`. A call that failed touched nothing."""
    match = _CALL.match(line)
    if match is None or match[3].startswith("-") or match[3] == "?":
        return
    call, arguments = match[1], match[2]
    is_open = call in ("open", "openat", "openat2")
    changes = call in _CHANGES or (is_open and any(flag in arguments for flag in _WRITE_FLAGS))
    if not changes and not is_open:
        return
    for base, path in _PATH.findall(arguments)[: 1 if is_open else 2]:
        place = os.path.realpath(Path(base or folder, path))
        if changes and _is_below(place, folder / "results"):
            touched.inside.add(str(Path(place).relative_to(folder / "results")))
        elif changes and not _is_below(place, folder / "cache", folder / "tmp", "/dev") and not _is_cache(place):
            touched.written.add(place)
        elif not changes and not _is_below(place, folder, *_own_places()) and not place.startswith(_SYSTEM):
            touched.read.add(place)


def _is_below(place: str, *folders: Path | str) -> bool:
    return any(Path(place).is_relative_to(os.path.realpath(folder)) for folder in folders)


def _is_cache(place: str) -> bool:
    """Whether it is a file that the interpreter or numba keeps beside a library."""
    return _is_below(place, sys.prefix) and "__pycache__" in place


@cache
def _own_places() -> list[str]:
    """The interpreter, its libraries, and this project with its repository and the settings of git."""
    project = Path(__file__).parents[2]
    git = subprocess.run(
        ["git", "rev-parse", "--git-common-dir"], cwd=project, capture_output=True, text=True, check=False
    )
    places = [sys.prefix, sys.base_prefix, sysconfig.get_paths()["stdlib"], project, project / git.stdout.strip()]
    places += ["/etc/gitconfig", Path.home() / ".gitconfig", Path.home() / ".config" / "git"]
    # An editable installation of this project names another checkout.
    return [*map(str, places), *(path for path in sys.path if path)]


def main() -> int:
    """Print the table; return 1 if a command touched something outside."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--variants", default=",".join(variant.__name__ for variant in VARIANTS))
    parser.add_argument("--commands", default=",".join(COMMANDS))
    parser.add_argument("--seconds", type=float, default=300)
    options = parser.parse_args()
    if shutil.which("strace") is None:
        sys.stdout.write("strace is not installed: nothing was checked.\n")
        return 0
    rows, is_wrong = [], False
    with tempfile.TemporaryDirectory() as name:
        base, outside = Path(name, "base"), Path(name, "outside")
        with (
            mock.patch.dict(os.environ, {"DEC_BENCH_CACHE": str(base / "cache")}),
            contextlib.redirect_stdout(io.StringIO()),
        ):
            make_experiments(base / "results", [ONE])
        for place in ("project/package.json", "pictures/cat/cat.png", "pictures/dog/dog.png"):
            (outside / place).parent.mkdir(parents=True, exist_ok=True)
            (outside / place).write_text("{}")
        for number, variant in enumerate(each for each in VARIANTS if each.__name__ in options.variants.split(",")):
            for title in options.commands.split(","):
                if number and title in ONCE:
                    continue
                touched = _try(variant, COMMANDS[title], base, outside, options.seconds)
                is_wrong |= touched.is_wrong
                row = [variant.__name__.replace("_", " "), title, str(touched.code), touched.last_line]
                row += [str(len(touched.inside)), *(", ".join(sorted(s)) for s in (touched.written, touched.read))]
                rows.append(list(map(escape, row)))
                sys.stderr.write(f"{shlex.join(row)}\n")
                if touched.is_wrong:
                    sys.stderr.write(touched.output[-2000:])
    header = ["Folder", "Command", "Exit", "Last line", "Files written inside", "Written outside", "Read outside"]
    sys.stdout.write(table(header, rows, left=4) + "\n")
    return 1 if is_wrong else 0


def _try(variant: Callable[[Path, Path], None], arguments: str, base: Path, outside: Path, seconds: float) -> Touched:
    """Open a new hostile folder with one command."""
    folder = base.with_name("work")
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(base, folder)
    (folder / "tmp").mkdir()
    (folder / "README.md").write_text(f"<!-- begin {ONE} -->\n<!-- end {ONE} -->\n")
    variant(folder / "results", outside)
    touched = open_with(arguments, folder, seconds)
    if "--into" in arguments:  # the user named this document
        document = f"{folder}/README.md", f"{folder}/.README.md"
        touched.written = {path for path in touched.written if not path.startswith(document)}
    return touched


if __name__ == "__main__":
    sys.exit(main())
