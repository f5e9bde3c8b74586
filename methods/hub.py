"""Fitted estimators on the Hugging Face Hub: `from_pretrained` and `push_to_hub`, with the arguments of its library."""

from os import PathLike
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

from methods.errors import MethodError
from methods.kept import Kept
from methods.model_folder import CONFIG, WEIGHTS

__all__ = ["OnHub"]

FILES = (CONFIG, WEIGHTS)
"""The only files that are read from a repository. Nothing in them is executed."""
CARD = "README.md"
_CARD_TEXT = """---
library_name: dec-bench
tags:
- clustering
---

# {name}, {n_clusters} clusters

A model of the method {name}, fitted with dec-bench to {n_samples:,} samples of {n_features:,} features. `X` has new \
samples, prepared as those of the fit were. `pip install .` in the folder of its source code installs dec-bench.

```python
from {module} import {name}

model = {name}.from_pretrained("{repo_id}")
labels = model.predict(X)
```
"""


class OnHub(Kept):
    """A kept estimator that can be read from a repository of the Hub and written to one.

    The methods have the names and arguments of `huggingface_hub.ModelHubMixin`, which itself is not a base class: it
    changes constructors, and scikit-learn reads those.
    """

    @classmethod
    def from_pretrained(
        cls,
        pretrained_model_name_or_path: str | PathLike[str],
        *,
        force_download: bool = False,
        token: str | bool | None = None,
        cache_dir: str | PathLike[str] | None = None,
        local_files_only: bool = False,
        revision: str | None = None,
        device: str | None = None,
    ) -> Self:
        """Load a fitted estimator from a folder or from a repository of the Hub.

        A folder needs no network. Of a repository, only config.json and model.safetensors are downloaded.

        Parameters
        ----------
        pretrained_model_name_or_path : str or Path
            A folder that `save` or `export` has written, or the id of a repository, such as "owner/name". A folder of
            this name goes first.
        force_download : bool
            Download the files again, also if they are in the cache.
        token : str, bool or None
            The token of a private repository; None or True: that of `hf auth login`; False: none is sent.
        cache_dir : str, Path or None
            Where downloads are kept; None: the cache of the Hub.
        local_files_only : bool
            Use only the cache, and no network.
        revision : str or None
            Branch, tag or commit; None: the branch main.
        device : str or None
            As in `load`.

        Returns
        -------
        Clusterer
            The estimator, of the class that was saved.

        Raises
        ------
        ValueError
            In one line: if there is no such repository, if it cannot be downloaded, or under the conditions of `load`.
        """
        name = pretrained_model_name_or_path
        if isinstance(name, PathLike) or Path(name).is_dir():
            return cls.load(name, device=device)
        import huggingface_hub  # here: it takes a while to load

        try:
            folder = huggingface_hub.snapshot_download(
                name,
                revision=revision,
                token=token,
                cache_dir=None if cache_dir is None else Path(cache_dir),
                force_download=force_download,
                local_files_only=local_files_only,
                allow_patterns=list(FILES),
            )
        except (OSError, ValueError) as error:  # its own errors, and those of the network, are among these
            raise _failed(f"'{name}' is no folder, and its download from the Hub failed", error) from error
        return cls.load(folder, device=device)

    def push_to_hub(
        self,
        repo_id: str,
        *,
        commit_message: str = "Push model using huggingface_hub.",
        private: bool | None = None,
        token: str | None = None,
        branch: str | None = None,
        create_pr: bool | None = None,
    ) -> str:
        """Upload the fitted estimator to a repository of the Hub, which is made if there is none.

        A model card, README.md, is added only if the repository has none. `python -m bench export` writes one with
        figures and caveats; `hf upload` uploads its folder.

        Parameters
        ----------
        repo_id : str
            Id of the repository, such as "owner/name".
        commit_message : str
            The message of the commit.
        private : bool or None
            Whether a new repository is private; None: as the owner has set.
        token : str or None
            None: the token of `hf auth login`.
        branch : str or None
            None: the branch main.
        create_pr : bool or None
            Whether the commit becomes a pull request.

        Returns
        -------
        str
            The address of the commit.

        Raises
        ------
        ValueError
            In one line: if the estimator cannot be saved (see `save`), or if the Hub or the network refuses.
        """
        files = self.packed()
        import huggingface_hub

        api = huggingface_hub.HfApi(token=token)
        try:
            repo_id = api.create_repo(repo_id, private=private, exist_ok=True).repo_id
            if not api.file_exists(repo_id, CARD, revision=branch):
                files[CARD] = self._card(repo_id).encode()
            with TemporaryDirectory() as folder:
                for name, content in files.items():
                    (Path(folder) / name).write_bytes(content)
                return str(
                    api.upload_folder(
                        repo_id=repo_id,
                        repo_type="model",
                        folder_path=folder,
                        commit_message=commit_message,
                        revision=branch,
                        create_pr=create_pr,
                    )
                )
        except (OSError, ValueError) as error:
            raise _failed(f"the upload to '{repo_id}' failed", error) from error

    def _card(self, repo_id: str) -> str:
        fitted: Any = self
        module = type(self).__module__
        return _CARD_TEXT.format(
            name=type(self).__name__,
            module="methods" if module.startswith("methods.") else module,
            n_clusters=len(fitted.cluster_centers_),
            n_samples=len(fitted.labels_),
            n_features=fitted.n_features_in_,
            repo_id=repo_id,
        )


def _failed(what: str, error: Exception) -> MethodError:
    return MethodError(f"{what}: {type(error).__name__}: {' '.join(str(error).split())[:300]}")
