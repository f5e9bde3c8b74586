"""The version of the code that runs: digests of its source, and the commit of its checkout.

A digest has 12 hexadecimal digits.
"""

import hashlib
import subprocess
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]


def code_version() -> str:
    """Digest of the source of `methods`. Equal digests mean equal methods."""
    return _digest(_ROOT / "methods", "**/*.py")


def metrics_version() -> str:
    """Digest of the source of the metrics. Equal digests mean equal scores of equal fits."""
    return _digest(_ROOT / "bench" / "metrics", "**/*.py")


def space_search_version() -> str:
    """Digest of the source of the space search and of the metrics. Equal digests mean equal tables of equal fits."""
    return _digest(_ROOT / "bench", "analysis/space_search.py", "analysis/tsne.py", "metrics/**/*.py")


def map_version() -> str:
    """Digest of the source of the map by which a search chooses, and of its silhouettes."""
    return _digest(
        _ROOT,
        "bench/analysis/map_silhouettes.py",
        "bench/analysis/index_spaces.py",
        "bench/metrics/**/*.py",
        "methods/manifold.py",
    )


def commit() -> str | None:
    """Commit of the checkout, 12 digits, with `+changes` if it has uncommitted changes.

    None outside a checkout, or if git cannot be run.
    """
    if not (_ROOT / ".git").exists():
        return None
    try:
        head = _git("rev-parse", "--short=12", "HEAD")
        changed = _git("status", "--porcelain", "--untracked-files=no", "--", "bench", "methods")
    except (OSError, subprocess.SubprocessError):
        return None
    return head + ("+changes" if changed else "")


def _digest(folder: Path, *patterns: str) -> str:
    digest = hashlib.sha256()
    for path in sorted(path for pattern in patterns for path in folder.glob(pattern)):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def _git(*arguments: str) -> str:
    """The output of git. It writes nothing and starts no file system monitor."""
    # With its lock, `git status` would write .git/index again, and a `git commit` at the same moment would fail.
    command = ["git", "--no-optional-locks", "-c", "core.fsmonitor=false", "-C", str(_ROOT), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=10).stdout.strip()
