"""The files of a pretrained model: a local folder, or downloaded; weights only as safetensors, and no programs."""

import hashlib
import json
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import huggingface_hub
from huggingface_hub import errors

from bench.datasets.features.models import PretrainedModel
from bench.datasets.hub import NETWORK_ERRORS, one_line
from bench.errors import UsageError

_DOWNLOADED = ["*.json", "*.txt", "*.model", "*.safetensors"]
"""Configurations, vocabularies and weights: neither programs nor pickles."""
_PICKLES = (".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle")
_OWN_MODULES = "sentence_transformers."
_BLOCK = 2**22


@dataclass(frozen=True)
class Weights:
    """A pretrained model on the disk."""

    folder: Path
    revision: str
    """Commit on the Hub; empty for a local folder."""
    digest: str
    """SHA-256 of the names and the content of all files that are read."""


def find_weights(model: PretrainedModel) -> Weights:
    """The files of a model; those of the Hub are downloaded unless the revision is in the cache of the Hub's library.

    A model in the cache needs no network. Raises UsageError, one line, if the model cannot be had, if its weights are
    not in safetensors files, because other files can run programs when they are read, or if it names classes outside
    of its library.
    """
    folder = model.folder or _snapshot(model)
    read = {folder, *(folder / path for path in _module_folders(model, folder))}
    files = [path for path in _files(folder) if path.parent in read]
    with_weights = {path.parent for path in files if path.suffix == ".safetensors"}
    bare = [path for path in files if path.suffix in _PICKLES and path.parent not in with_weights]
    if bare or not with_weights:
        found = f"; {bare[0].name!r} is a pickle, which can run programs" if bare else ""
        raise UsageError(
            f"--features {model.text}: expected weights in safetensors files in '{folder}'{found}; save the model with "
            "save_pretrained, or choose a model with such files"
        )
    digest = hashlib.sha256()
    for path in files:
        if path.match("*.json") or path.suffix in (".txt", ".model", ".safetensors"):
            digest.update(f"{path.relative_to(folder)} {path.stat().st_size}\n".encode())
            with path.open("rb") as file:
                while block := file.read(_BLOCK):
                    digest.update(block)
    return Weights(folder, "" if model.folder else folder.name, digest.hexdigest())


def _snapshot(model: PretrainedModel) -> Path:
    download = partial(
        huggingface_hub.snapshot_download, model.hub_id, revision=model.revision, allow_patterns=_DOWNLOADED
    )
    with suppress(errors.LocalEntryNotFoundError, errors.HFValidationError, OSError):  # it is not in the cache
        cached = Path(download(local_files_only=True))
        if any(path.suffix == ".safetensors" for path in _files(cached)):  # other programs may have loaded a part only
            return cached
    try:
        return Path(download())
    except errors.RevisionNotFoundError as error:
        raise UsageError(f"--features {model.text}: '{model.hub_id}' has no revision '{model.revision}'") from error
    except errors.GatedRepoError as error:
        raise UsageError(
            f"--features {model.text}: the model is gated: ask for access at https://huggingface.co/{model.hub_id}, "
            "then log in with `hf auth login`"
        ) from error
    except errors.RepositoryNotFoundError as error:
        raise UsageError(f"--features {model.text}: the Hub has no public model '{model.hub_id}'") from error
    except errors.HFValidationError as error:
        raise UsageError(
            f"--features {model.text}: '{model.hub_id}' is not a valid Hub id ({one_line(error)})"
        ) from error
    except NETWORK_ERRORS as error:
        raise UsageError(
            f"no network: cannot download the model '{model.hub_id}' ({one_line(error.__cause__ or error)}), and it is "
            "not in the cache of the Hub; give the path of a local model, or download it before"
        ) from error


def _module_folders(model: PretrainedModel, folder: Path) -> list[str]:
    """The folders of the parts of a sentence-transformers model, relative to `folder`.

    Raises UsageError for a class outside of this library, which would import any installed one.
    """
    modules = folder / "modules.json"
    if not modules.is_file():
        return []
    try:
        parts = [(str(module["type"]), str(module["path"])) for module in json.loads(modules.read_text("utf-8"))]
    except (ValueError, TypeError, KeyError) as error:
        raise UsageError(f"--features {model.text}: '{modules}' is not valid ({one_line(error)})") from error
    for kind, _ in parts:
        if not kind.startswith(_OWN_MODULES):
            raise UsageError(
                f"--features {model.text} has a part of the class '{kind}', a program of its own, which is not run; "
                f"expected classes of {_OWN_MODULES.rstrip('.')}"
            )
    return [path for _, path in parts]


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())
