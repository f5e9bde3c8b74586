"""Arrays to the bytes of an uncompressed .npz file and back, without pickle."""

import io
import struct
import tokenize
import zipfile
from collections.abc import Mapping
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

_HEADERS = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}

_UNREADABLE = (
    *(zipfile.BadZipFile, EOFError, KeyError, RuntimeError, NotImplementedError, OverflowError, struct.error),
    *(TypeError, SyntaxError, MemoryError, RecursionError, tokenize.TokenError),  # numpy parses a header as Python
)
"""Errors of a file whose bytes are not a file of arrays, in addition to ValueError."""


def pack(arrays: Mapping[str, NDArray[Any]]) -> memoryview:
    """The arrays as an .npz file. They are not compressed: nearly all of them are float32 codes.

    Compression takes fifty times as long and makes them only a tenth smaller.
    """
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:  # np.savez can refuse pickle only since numpy 2.1
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                np.lib.format.write_array(member, np.asarray(array, order="C"), allow_pickle=False)
    return packed.getbuffer()


def unpack(content: bytes) -> dict[str, NDArray[Any]]:
    """The inverse of `pack`.

    Raises ValueError if `content` is not such a file, for example if an array is compressed or is larger than its bytes
    in the file. Nothing larger than `content` is allocated before this check.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            if any(member.compress_type != zipfile.ZIP_STORED for member in members):
                raise ValueError("it contains a compressed array")
            if sum(member.file_size for member in members) > len(content):
                raise ValueError("its arrays are larger than the file")
            return {member.filename.removesuffix(".npy"): _array(archive.read(member)) for member in members}
    except _UNREADABLE as error:
        raise ValueError(f"not a file of arrays ({error})") from error


def _array(content: bytes) -> NDArray[Any]:
    stream = io.BytesIO(content)
    read_header = _HEADERS.get(np.lib.format.read_magic(stream))
    if read_header is None:
        raise ValueError("an array has an unknown version of the format")
    shape, fortran_order, dtype = read_header(stream)
    if dtype.hasobject or fortran_order or prod(shape) * dtype.itemsize != len(content) - stream.tell():
        raise ValueError(f"an array of shape {shape} and type {dtype} does not fit its bytes")
    return np.frombuffer(content, dtype, offset=stream.tell()).reshape(shape).copy()
