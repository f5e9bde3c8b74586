"""What several clusterings of one fit have in common, and warnings if they disagree."""

from collections.abc import Sequence

from sklearn.metrics import adjusted_rand_score

from methods.base import IntArray
from methods.dec.consensus import TOLERANCE, Consensus, consensus
from methods.fit_warnings import UncertainStartWarning, warn

LEAST_AGREEMENT = 0.9
"""A fit warns if its clusterings have a smaller mean adjusted Rand index to each other."""


def joint_start(of_networks: Sequence[IntArray], of_inputs: Sequence[IntArray] = ()) -> Consensus:
    """The consensus of the first clusterings of a fit, each (n_samples,), without gaps; those of networks come first.

    Warns with an UncertainStartWarning if the clusters of a network disagree with the others, or if all that are used
    agree less than `LEAST_AGREEMENT`.
    """
    joint = consensus([*of_networks, *of_inputs])
    if doubt := doubts(joint, len(of_networks)):
        warn(UncertainStartWarning(doubt))
    return joint


def vote_agreement(labels: IntArray, vote: IntArray) -> float:
    """The adjusted Rand index of the result of a fit and of the vote that it was learnt from, both (n_samples,).

    Warns with an UncertainStartWarning if it is below `LEAST_AGREEMENT`: then the network has not learnt the vote.
    """
    return agreement(
        vote,
        labels,
        "the result has an ARI of only {:.2f} with the vote of the networks that it was learnt from; more vote_epochs "
        "may help.",
    )


def agreement(first: IntArray, second: IntArray, doubt: str) -> float:
    """The adjusted Rand index of two clusterings of the same samples, each (n_samples,).

    Warns with an UncertainStartWarning if it is below `LEAST_AGREEMENT`. `doubt` is its text, with a field for the
    index.
    """
    index = float(adjusted_rand_score(first, second))
    if index < LEAST_AGREEMENT:
        warn(UncertainStartWarning(doubt.format(index)))
    return index


def doubts(joint: Consensus, n_networks: int) -> str:
    """What makes the start uncertain, in one line; an empty text if nothing does."""
    others = ~joint.used[:n_networks]
    if others.any():
        least = float(joint.agreements[:n_networks][others].mean())
        return (
            f"the first clusters of {int(others.sum())} of {n_networks} networks disagree with the others (mean ARI "
            f"{least:.2f}; the others have {joint.agreement:.2f}) and are replaced by the vote of the others."
        )
    if joint.agreement < LEAST_AGREEMENT:
        return f"the first clusterings of the fit have a mean ARI of only {joint.agreement:.2f} to each other."
    return ""


def joint_result(last: Sequence[IntArray], first: Sequence[IntArray]) -> Consensus:
    """The consensus of the last clusters of the networks, or of their first ones if they clearly agree more on these.

    Each clustering is (n_samples,), without gaps; there is one of each network in `last` and in `first`. Both are found
    in the same way: `last` in what the networks have learnt, `first` in what they were before clustering. Networks
    that learn the structure of the data agree about as much at the end as at the start, or more. If their agreement is
    smaller by more than `TOLERANCE`, they have learnt what differs from network to network, so the first clusters are
    the result, and an UncertainStartWarning says so.
    """
    end, start = consensus(last), consensus(first)
    if end.agreement >= start.agreement - TOLERANCE:
        return end
    warn(
        UncertainStartWarning(
            f"the {len(last)} networks agree less on their last clusters, after learning (mean ARI "
            f"{end.agreement:.3f}) than on their first clusters ({start.agreement:.3f}); so the result is learnt from "
            "the vote of the first clusters."
        )
    )
    return start
