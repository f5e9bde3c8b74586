"""The figure of a proposed number of clusters shows its evidence."""

import pytest

from bench.report.figures.proposed_k import proposed_k
from bench.report.figures.views import ProposalView
from bench.report.proposed_k import COLUMNS, proposed_k_frame
from bench.store.proposal import Evidence, Proposal

PROPOSAL = Proposal(
    data_digest="d",
    n_clusters=3,
    criterion="c",
    space="a map",
    n_mapped=5678,
    n_compared=1234,
    level=0.7,
    n_start=4,
    evidence=[Evidence(n_clusters=k, valley=valley) for k, valley in ((4, 0.2), (3, 2.5), (2, 1.5))],
    created_at="2025-01-01T00:00:00Z",
    seconds=1,
)


def test_the_line_the_level_and_the_proposal_are_those_of_the_record() -> None:
    figure = proposed_k(ProposalView(PROPOSAL))
    assert figure is not None
    (ax,) = figure.axes
    line, level, chosen = ax.lines
    assert list(zip(*line.get_data(), strict=True)) == [(2, 1.5), (3, 2.5), (4, 0.2)]
    assert set(level.get_ydata()) == {0.7}
    assert (chosen.get_xdata()[0], chosen.get_ydata()[0]) == (3, 2.5)
    texts = [text.get_text() for text in figure.legends[0].get_texts()]
    assert texts[-1] == "proposal: k = 3"
    assert "1,234 samples, a map" in figure.legends[0].get_title().get_text()


def test_without_a_proposal_there_is_no_figure_and_no_row() -> None:
    assert proposed_k(ProposalView(None)) is None
    frame = proposed_k_frame(None)
    assert frame.empty
    assert tuple(frame.columns) == COLUMNS


def test_a_row_for_each_number_of_clusters_in_rising_order() -> None:
    frame = proposed_k_frame(PROPOSAL)
    assert frame["k"].tolist() == [2, 3, 4]
    assert frame.loc[frame["is_proposal"], "k"].tolist() == [3]
    assert frame["level"].unique() == pytest.approx([0.7])
