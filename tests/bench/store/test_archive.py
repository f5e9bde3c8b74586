"""Bytes that are not a file of arrays are a ValueError, whatever numpy or zipfile raise."""

import io
import zipfile

import numpy as np
import pytest

from bench.store.archive import pack, unpack


@pytest.mark.parametrize(
    "header",
    [
        b"{'descr': '<f4', 'fortran_order': False, 'shape': (\n",
        b'"""\n',
        b"(" * 5000,
        b"{[]: 1}\n",
        b"{'descr': [[]], 'fortran_order': False, 'shape': (2,)}\n",
        b"{'descr': 'V0', 'fortran_order': False, 'shape': (2,)}\n",
        b"{'descr': '|O', 'fortran_order': False, 'shape': (2,)}\n",
        b"{'descr': '<f4', 'fortran_order': False, 'shape': (-1, -2)}\n",
        b"{'descr': '<f4', 'fortran_order': False, 'shape': (1,) * 9}\n",
        b"\xff\x00",
    ],
)
def test_a_forged_header_is_a_value_error(header: bytes) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        content = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + bytes(8)
        archive.writestr("labels.npy", content)
    with pytest.raises(ValueError):  # noqa: PT011 - the message is that of numpy
        unpack(file.getvalue())


def test_a_changed_byte_is_a_value_error_or_gives_arrays() -> None:
    """No digest is checked here: nothing but ValueError may leave this function."""
    content = bytes(pack({"labels": np.arange(3), "embedding": np.zeros((3, 2), np.float32)}))
    for position in range(len(content)):
        for value in (0x00, 0x28, 0x7F, 0xFF):
            damaged = content[:position] + bytes([value]) + content[position + 1 :]
            try:
                arrays = unpack(damaged)
            except ValueError:
                continue
            assert all(array.nbytes <= len(damaged) for array in arrays.values())
