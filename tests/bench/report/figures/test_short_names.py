"""Short names of rows."""

from hypothesis import given
from hypothesis import strategies as st

from bench.report.figures.short_names import LONGEST, short_names, spelt_out

LABELS = st.lists(
    st.one_of(st.text(min_size=1, max_size=60), st.sampled_from(["dec #1", "dec #2", f"dec ({'x' * 40})", "a:dec"])),
    unique=True,
    max_size=8,
)


@given(LABELS)
def test_no_two_rows_share_a_name_and_short_labels_stay(labels: list[str]) -> None:
    short = short_names(labels)
    assert list(short) == labels
    assert len(set(short.values())) == len(labels)
    assert all(short[label] == label for label in labels if len(label) <= LONGEST)
    assert all(len(name) <= LONGEST + 4 for name in short.values())


def test_every_long_label_is_spelt_out_once() -> None:
    long = "dec (kl_weight=0.1, reconstruction_weight=0)"
    names = short_names(["kmeans", long, long.replace("0.1", "1.0"), "sklearn.cluster:Agglomerative"])
    assert list(names.values()) == ["kmeans", "dec #1", "dec #2", "Agglomerative"]
    assert spelt_out(names, [long, "kmeans"]) == [f"dec #1: {long}"]
