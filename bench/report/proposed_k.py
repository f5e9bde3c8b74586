"""The evidence for a proposed number of clusters, as a table."""

import pandas as pd

from bench.store.proposal import Proposal

COLUMNS = ("k", "valley", "level", "is_proposal")


def proposed_k_frame(proposal: Proposal | None) -> pd.DataFrame:
    """One row for each number of clusters, in rising order; no row without a proposal.

    `valley` is the depth of the shallowest valley between two of k clusters: two clusters are merged if it is below
    `level`.
    """
    rows = () if proposal is None else reversed(proposal.evidence)
    lines = [
        (each.n_clusters, each.valley, proposal.level, each.n_clusters == proposal.n_clusters)
        for each in rows
        if proposal is not None
    ]
    return pd.DataFrame(lines, columns=list(COLUMNS))
