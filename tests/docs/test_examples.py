"""The Python on the README and in the guides runs as it is written, on small data."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from documents import ROOT
from pages import DOCS, MODULE, blocks, name, pages, write_modules

SMALLER = {
    '"mnist-5k", seeds=3': '"digits", seeds=1, params={"dec.pretrain_epochs": 2, "dec.epochs": 2}',
    'preset="small")': 'preset="small", pretrain_epochs=2, epochs=2)',
}
"""What the examples say, and what a test runs instead."""
PAGES = [
    page
    for page in pages()
    if page == ROOT / "README.md" or (page.is_relative_to(DOCS / "guides") and page.name != "plug-in.md")
]
"""Without the page that needs an installed plug-in: test_plug_in.py executes it."""
EXECUTED = [page for page in PAGES if any(block.language == "python" and block.executed for block in blocks(page))]


def code(page: Path) -> str:
    """The executed blocks of a page, one after the other, with less work."""
    executed = [block.text for block in blocks(page) if block.language == "python" and block.executed]
    text = "\n".join(block for block in executed if not MODULE.match(block))
    for words, fewer in SMALLER.items():
        text = text.replace(words, fewer)
    return text


def test_there_are_examples_and_all_that_makes_them_small_is_used():
    assert [name(page) for page in EXECUTED] == [
        "README.md",
        *(f"docs/guides/{guide}.md" for guide in ("own-data", "own-method", "python", "several-sets")),
    ]
    everything = "\n".join(block.text for page in EXECUTED for block in blocks(page))
    assert all(words in everything for words in SMALLER)


@pytest.mark.slow
@pytest.mark.parametrize("page", EXECUTED, ids=name)
def test_the_examples_of_a_page_run_as_one_script(page: Path, tmp_path: Path):
    script = tmp_path / "example.py"
    script.write_text(code(page), encoding="utf-8")
    write_modules(page, tmp_path)
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "OMP_NUM_THREADS": "1",
        "DEC_BENCH_CACHE": str(tmp_path / "c"),
    }
    done = subprocess.run(
        [sys.executable, "-W", "error::FutureWarning", script.name],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_python_that_needs_a_cluster_is_valid(page: Path):
    for block in blocks(page):
        if block.language == "python" and not block.executed:
            compile(block.text, name(page), "exec")
            assert "Cluster(" in block.text, "only a cluster is a reason not to execute an example"
