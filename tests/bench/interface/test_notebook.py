"""The notebook of the documentation runs, and a run in a kernel can be interrupted."""

import time
from pathlib import Path

import nbformat
import pytest
from documents import ROOT
from jupyter_client.manager import start_new_kernel
from notebook import NOTEBOOK, executed

pytestmark = pytest.mark.slow


def outputs(notebook: nbformat.NotebookNode) -> list[list[str]]:
    """The kinds of output of each cell of code."""
    kinds = []
    for cell in notebook.cells:
        if cell.cell_type == "code":
            kinds.append(sorted(name for output in cell.outputs for name in output.get("data", [output.get("name")])))
    return kinds


def test_the_notebook_runs_and_has_the_outputs_that_are_stored(folder: Path):
    folder.mkdir()
    notebook = executed(NOTEBOOK, folder)
    assert outputs(notebook) == outputs(nbformat.read(NOTEBOOK, as_version=4))
    assert len(notebook.cells) <= 10
    text = "".join(output.get("text", "") for cell in notebook.cells for output in cell.get("outputs", []))
    assert "[6/6]" in text
    assert "\x1b" not in text  # a notebook cannot redraw the lines of a terminal
    assert {path.name for path in (folder / "results").iterdir()} >= {"digits", "wine"}


def test_the_notebook_names_no_path_of_the_machine_that_made_it():
    text = NOTEBOOK.read_text()
    assert str(ROOT) not in text
    assert str(Path.home()) not in text


def test_a_run_in_a_kernel_is_interrupted_and_the_kernel_lives(folder: Path):
    folder.mkdir()
    manager, client = start_new_kernel(kernel_name="python3", cwd=str(folder))
    try:
        sent = client.execute(
            "import bench, numpy as np\nfrom instant import Instant\nfrom wrongdoer import Wrongdoer\n"
            "X = np.random.default_rng(0).normal(size=(40, 5))\n"
            "bench.run([Instant(), Wrongdoer('hang')], dataset=X, n_clusters=2, jobs=1, name='mine', verbose=False)",
            stop_on_error=False,  # else the kernel aborts a question that follows the error at once
        )
        deadline = time.monotonic() + 120
        while not list(folder.glob("results/mine/cells/*.json")):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        time.sleep(0.5)
        manager.interrupt_kernel()
        while (message := client.get_shell_msg(timeout=60))["parent_header"].get("msg_id") != sent:
            pass  # a late reply to an earlier question
        reply = message["content"]
        assert (reply["status"], reply["ename"]) == ("error", "KeyboardInterrupt")
        assert "1 of 6 cells are finished" in reply["evalue"]
        reply = client.execute("assert len(bench.load('mine').cells) == 6", reply=True, timeout=60)["content"]
        assert reply["status"] == "ok"
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    assert not [path for path in folder.rglob("locks/*/*.json") if '"released": false' in path.read_text()]
