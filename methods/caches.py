"""torch keeps its files in the project's cache folder, not in a folder of the temporary folder that all users share."""

import os
from contextlib import suppress
from pathlib import Path

import platformdirs

_VARIABLE = "TORCHINDUCTOR_CACHE_DIR"


def give_torch_its_own_folder() -> None:
    """Set the folder in which torch keeps compiled code. Call it before the first import of `torch._dynamo`.

    This import makes the folder `torchinductor_USER` in the temporary folder by default, although this project compiles
    nothing. It fails if another user of the machine has made a file or a folder with this name. If the environment
    variable TORCHINDUCTOR_CACHE_DIR is set, or if the folder cannot be made, nothing changes.
    """
    if _VARIABLE in os.environ:
        return
    cache = Path(os.environ.get("DEC_BENCH_CACHE") or platformdirs.user_cache_dir("dec-bench"))
    with suppress(OSError):
        for folder in (cache, cache / "torch"):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.environ[_VARIABLE] = str(cache / "torch")
