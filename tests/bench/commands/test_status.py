"""The states of the cells of an experiment, as `status` prints them."""

import subprocess
import sys

import pytest
from documents import ROOT

from bench.commands.status import status_lines
from bench.errors import UsageError
from bench.store.store import Store


def test_published_tables_without_records_are_named_so():
    store = Store(ROOT / "results", "mnist-flagship")
    if not store.is_published_copy():
        pytest.skip("the records of the published tables are here")
    manifest = store.manifest()
    assert manifest is not None
    assert status_lines(store) == [
        f"mnist-flagship: published tables without their records; {len(manifest.cells)} cells"
    ]


def test_an_unknown_name_lists_the_experiments():
    with pytest.raises(UsageError, match=r"no experiment 'mnist-flagships'.*there: .*mnist-flagship"):
        status_lines(Store(ROOT / "results", "mnist-flagships"))


def test_it_starts_without_the_library_of_tables():
    """It is called again and again while a run goes on, and pandas loads longer than the rest of the command."""
    code = (
        "import sys; from bench.cli.app import main; code = main(['status', 'mnist-3-methods']); "
        "print(code, 'pandas' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "0 False"
