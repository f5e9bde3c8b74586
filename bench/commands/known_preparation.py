"""How new rows are prepared for a stored or an exported model: the preparation is held against the model."""

import hashlib
from dataclasses import replace
from pathlib import Path

from bench.datasets.preparation import Preparation
from bench.datasets.preparation_file import pack, read_preparation
from bench.errors import UsageError
from bench.report.outcomes import Outcome
from bench.store.store import MODEL_WEIGHTS, PREPARATION, Store

_RUN_AGAIN = "give the command of the run again, which writes it again"
_EXPORT_AGAIN = "export the model again, or copy the folder again"


def stored_preparation(store: Store, fit: Outcome) -> Preparation:
    """The preparation of the data of a finished fit.

    Raises UsageError, one line, if the file is absent or damaged, or belongs to other data than the fit.
    """
    assert fit.record is not None
    path = store.preparation_path()
    learnt = read_preparation(path, _RUN_AGAIN)
    if learnt.data_digest != (expected := fit.record.data_digest):
        raise UsageError(
            f"{path} belongs to other data ({learnt.data_digest[:12]}) than the fit ({expected[:12]}); {_RUN_AGAIN}."
        )
    return learnt


def packed_for(learnt: Preparation, weights: bytes) -> bytes:
    """The file for an exported folder whose model.safetensors has the content `weights`."""
    return pack(replace(learnt, weights_digest=hashlib.sha256(weights).hexdigest()))


def exported_preparation(folder: Path) -> Preparation:
    """The preparation in an exported folder.

    Raises UsageError, one line, if the file is absent or damaged, or belongs to another model than that of the folder.
    """
    path = folder / PREPARATION
    if not path.exists():
        raise UsageError(
            f"{folder} has no {PREPARATION}, which says how new data are prepared: it was not written by "
            "`python -m bench export`; in Python, methods.load gives the model."
        )
    learnt = read_preparation(path, _EXPORT_AGAIN)
    if learnt.weights_digest != hashlib.sha256((folder / MODEL_WEIGHTS).read_bytes()).hexdigest():
        raise UsageError(f"{path} belongs to another model than that of the folder; {_EXPORT_AGAIN}.")
    return learnt
