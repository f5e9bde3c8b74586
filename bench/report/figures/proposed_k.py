"""The depth of the shallowest valley between two clusters against the number of clusters."""

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from bench.report.figures.canvas import caption, legend_below, look, panels, wrapped
from bench.report.figures.views import ProposalView
from bench.report.proposed_k import proposed_k_frame


def proposed_k(view: ProposalView) -> Figure | None:
    """One line over all numbers of clusters, the level and the proposal; None without a proposal."""
    if view.proposal is None:
        return None
    frame = proposed_k_frame(view.proposal)
    proposed = frame[frame["is_proposal"]]
    with look(0.8):
        figure, (ax,) = panels(1, 1, 5.6, 4.4)
        (line,) = ax.plot(frame["k"], frame["valley"], color="C0", marker="o", markersize=4)
        level = ax.axhline(view.proposal.level, color="0.4", linestyle="--")
        (dot,) = ax.plot(proposed["k"], proposed["valley"], color="C3", marker="D", markersize=8, linestyle="")
        ax.set(xlabel="number of clusters, k", ylabel="shallowest valley, √n · dip", yscale="log")
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
        chosen = f"proposal: k = {view.proposal.n_clusters}"
        names = ["two of k clusters", "level: below it, two clusters are merged", chosen]
        basis = f"{view.proposal.n_compared:,} samples, {view.proposal.space}"
        legend_below(figure, [line, level, dot], names, 1, wrapped(basis, 60))
        caption(figure, ["A proposal from the data alone: no true labels are used."])
    return figure
