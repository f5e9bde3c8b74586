"""A part of a data set is taken from the loaded rows if they contain it."""

from dataclasses import replace

import pytest

from bench.analysis import parts
from bench.analysis.parts import part_of
from bench.analysis.views import data_view
from bench.datasets.analysis import class_counts
from bench.datasets.images import ImageData
from bench.datasets.load import load
from bench.errors import UsageError


@pytest.fixture
def data() -> ImageData:
    """Digits, as if they had been loaded as two parts."""
    return replace(load("digits"), split="train+test", parts={"train": 1000, "test": 797})


def counts_of(data: ImageData, name: str) -> tuple[int, dict[str, int] | None]:
    """Number of samples of a part, and of each of its classes."""
    part = part_of(data, name)
    assert part is not None
    return len(part.features), class_counts(part)


def test_known_parts_are_counted_without_loading(data: ImageData, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(parts, "load", lambda *arguments: pytest.fail("loaded again"))
    assert data.labels is not None
    for name, labels in (("train", data.labels[:1000]), ("test", data.labels[1000:])):
        counts = {str(digit): int((labels == digit).sum()) for digit in range(10)}
        assert counts_of(data, name) == (len(labels), counts)
    assert list(data_view(data).class_counts) == ["train", "test"]
    assert data_view(replace(data, labels=None)).class_counts == {}


def test_a_part_that_is_not_loaded_is_loaded_once(data: ImageData, monkeypatch: pytest.MonkeyPatch):
    loaded = []
    monkeypatch.setattr(parts, "load", lambda *arguments: loaded.append(arguments) or data)
    counts = counts_of(replace(data, split="train", parts={"train": 1797}), "test")
    assert loaded == [("digits", "test")]
    assert counts == (1797, class_counts(data))


def test_a_missing_part_is_none_and_then_all_data_are_counted_together(
    data: ImageData, monkeypatch: pytest.MonkeyPatch
):
    def refuse(*arguments: str) -> ImageData:
        raise UsageError("no such split")

    monkeypatch.setattr(parts, "load", refuse)
    only_train = replace(data, parts={"train": 1797})
    assert part_of(only_train, "test") is None
    assert data_view(only_train).class_counts == {"train+test": class_counts(data)}


def test_a_bundled_data_set_has_no_train_and_test():
    digits = load("digits")
    assert part_of(digits, "train") is None
    assert data_view(digits).class_counts == {"all": class_counts(digits)}
