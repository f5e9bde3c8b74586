"""The states of the cells of an experiment, as `status` prints them."""

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
