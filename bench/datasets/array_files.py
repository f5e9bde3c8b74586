"""Array files (.npy) of the cache: opened only if they are regular files of exactly the expected size."""

import errno
import io
import os
from collections.abc import Callable
from math import prod
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from bench.store.files import NotRegularError, open_regular

_BLOCK = 2**20  # bytes read at once: a limit on memory


class DamagedError(Exception):
    """An entry of the cache was read, and is not what was written."""


def array_header(dtype: str, shape: tuple[int, ...]) -> bytes:
    """The first bytes of a .npy file, up to the numbers; `dtype` is for example `<f4`."""
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(header, {"descr": dtype, "fortran_order": False, "shape": shape})
    return header.getvalue()


def map_array(path: Path, dtype: str, shape: tuple[int, ...], update: Callable[[bytes], object]) -> npt.NDArray[Any]:
    """Map the array into memory, read-only; `update` gets all bytes of its numbers first, for a digest.

    The header is compared with the expected one, and never interpreted. So a file cannot ask for more memory, or hold
    pickled objects. Raises DamagedError if the file is not exactly of this type and shape, and OSError if it cannot be
    read.
    """
    header = array_header(dtype, shape)
    size = len(header) + np.dtype(dtype).itemsize * prod(shape)
    with open_own(path) as file:
        if size == len(header) or os.fstat(file.fileno()).st_size != size or file.read(len(header)) != header:
            raise DamagedError(f"{path.name} does not contain an array of type {dtype} and shape {shape}")
        while block := file.read(_BLOCK):
            update(block)
        return np.memmap(file, dtype, "r", len(header), shape)


def open_own(path: Path) -> BinaryIO:
    """Open a file of the cache for reading.

    Raises DamagedError if it is missing, a link, not a regular file or the file of another user; OSError if it cannot
    be read.
    """
    try:
        file = open_regular(path)
    except (FileNotFoundError, IsADirectoryError) as error:
        raise DamagedError(f"{path.name} is missing") from error
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise DamagedError(f"{path.name} is a symbolic link") from error
        raise
    except NotRegularError as error:
        raise DamagedError(f"{path.name} is not a regular file of this user") from error
    if os.name == "posix" and os.fstat(file.fileno()).st_uid != os.getuid():
        file.close()
        raise DamagedError(f"{path.name} is not a regular file of this user")
    return file
