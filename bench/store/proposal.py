"""The proposed number of clusters of a results folder, with its evidence."""

import msgspec

from bench.store.encoding import encode
from bench.store.files import atomic_write
from bench.store.records import SCHEMA_VERSION, Count, Number, Positive
from bench.store.store import Store

PROPOSAL_FILE = "proposed-k.json"


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """The shallowest valley between two of `n_clusters` clusters."""

    n_clusters: Positive
    valley: Number
    """√n · dip, ≥ 0: the two clusters are merged if it is below the level."""


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """A number of clusters that was proposed from the data alone."""

    schema_version: int = SCHEMA_VERSION
    data_digest: str
    """As in `DataSummary`."""
    n_clusters: Positive
    criterion: str
    """The name and the version of the criterion."""
    space: str
    """The space in which the clusters were counted."""
    n_mapped: Positive
    """Number of samples that were mapped."""
    n_compared: Positive
    """Number of them between which valleys were measured."""
    level: Number
    """The depth from which a valley separates two clusters."""
    n_start: Positive
    """Number of clusters before the first merge; the proposal is not above it."""
    evidence: list[Evidence]
    """One for each number of clusters from `n_start` to 2."""
    created_at: str
    """UTC, ISO 8601."""
    seconds: Count
    """Wall seconds that it took."""


def read_proposal(store: Store) -> Proposal | None:
    """The proposal of a results folder; None without one, and as `Store.value` if the file is damaged."""
    return store.value(store.path(PROPOSAL_FILE), Proposal, "the next run with --n-clusters auto writes it again")


def write_proposal(store: Store, proposal: Proposal) -> None:
    """Replace the file."""
    atomic_write(store.path(PROPOSAL_FILE), encode(proposal))
