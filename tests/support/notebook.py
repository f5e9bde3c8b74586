"""Runs a notebook from its first cell to its last; `python tests/support/notebook.py` stores its outputs again."""

import os
import sys
import tempfile
from pathlib import Path

import nbformat
from documents import ROOT
from nbclient import NotebookClient

NOTEBOOK = ROOT / "docs" / "guides" / "first-steps.ipynb"


def executed(path: Path, folder: Path) -> nbformat.NotebookNode:
    """The notebook with the outputs of a new kernel that works in `folder`. Raises CellExecutionError for an error."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(notebook, timeout=300, kernel_name="python3", record_timing=False, coalesce_streams=True)
    client.resources = {"metadata": {"path": str(folder)}}
    client.execute()
    notebook.metadata = {"kernelspec": notebook.metadata["kernelspec"], "language_info": {"name": "python"}}
    return notebook


if __name__ == "__main__":
    os.environ["PYTHONPATH"] = str(ROOT)
    os.environ.setdefault("DEC_BENCH_CACHE", tempfile.mkdtemp())
    with tempfile.TemporaryDirectory() as folder:
        nbformat.write(executed(NOTEBOOK, Path(folder)), NOTEBOOK)
    sys.stdout.write(f"{NOTEBOOK}\n")
