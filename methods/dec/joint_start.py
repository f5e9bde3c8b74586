"""One clustering from the first clusterings of a fit, and a warning if it is uncertain."""

import warnings
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from methods.base import IntArray
from methods.dec.consensus import Consensus, consensus
from methods.fit_warnings import UncertainStartWarning

LEAST_AGREEMENT = 0.9
"""A fit warns if its clusterings have a smaller mean adjusted Rand index to each other."""


def joined(labelings: Sequence[IntArray], *, by_vote: bool) -> Consensus:
    """One clustering from several: their consensus if `by_vote`, else the most typical, with all samples agreed.

    Each labeling is (n_samples,), without gaps. Warns with an UncertainStartWarning if clusterings disagree with the
    others, or if all agree less than `LEAST_AGREEMENT`.
    """
    joint = consensus(labelings)
    if doubt := doubts(joint):
        warnings.warn(UncertainStartWarning(doubt), stacklevel=2)
    if by_vote:
        return joint
    return replace(joint, labels=joint.typical, agreed=np.ones(len(joint.typical), dtype=np.bool_))


def doubts(joint: Consensus) -> str:
    """What makes the start uncertain, in one line; an empty text if nothing does."""
    mean = float(joint.agreements[joint.used].mean())
    if n_others := int((~joint.used).sum()):
        least = float(joint.agreements[~joint.used].mean())
        subject = "clustering disagrees" if n_others == 1 else "clusterings disagree"
        return (
            f"{n_others} of {len(joint.used)} first {subject} with the others: mean ARI {least:.2f}; the others have "
            f"{mean:.2f}."
        )
    if mean < LEAST_AGREEMENT:
        return f"the {len(joint.used)} first clusterings have a mean ARI of only {mean:.2f} to each other."
    return ""
