"""The end of the text that a process prints: bounded, and of one cell."""

import os

import pytest

from bench.running.tail import CELL_MARK, Tail


def tail_of(content: bytes) -> str:
    reading, writing = os.pipe()
    tail = Tail(os.fdopen(reading, "rb"))
    with os.fdopen(writing, "wb") as stream:
        stream.write(content)
    return tail.text(seconds=60)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"", ""),
        (b"a warning of Python\n", "a warning of Python\n"),
        (CELL_MARK + b"one\n" + CELL_MARK + b"two\n", "two\n"),
        (CELL_MARK + b"one\n" + CELL_MARK, ""),
        (CELL_MARK + b"x" * 65536, "x" * 65536),
        (CELL_MARK + b"x" * 10_000_000 + b"end", "x" * 65533 + "end"),
        (b"\xff\n", "\ufffd\n"),
    ],
)
def test_only_the_last_64_kib_of_the_last_cell_are_kept(content: bytes, text: str):
    assert tail_of(content) == text
