"""File names of figures."""

from hypothesis import example, given
from hypothesis import strategies as st

from bench.report.figures.file_names import file_names


@given(st.lists(st.text(st.characters(), max_size=8), unique=True))
@example(["a:b", "a/b", "A b", "a_b"])
@example(["", "/", "..", "../..", "\n"])
@example(["x" * 300, "x" * 301])
def test_different_labels_have_different_plain_and_short_names(labels: list[str]):
    parts = file_names(labels)
    assert list(parts) == labels
    assert len({part.lower() for part in parts.values()}) == len(labels)
    for part in parts.values():
        assert part.isascii()
        assert part.replace("_", "").replace("-", "").replace(".", "").isalnum() or set(part) <= set(".-_")
        assert 0 < len(part) <= 110
