"""Names of the arrays of a finished fit in its .npz file.

An array is absent where the method does not have it. In a cross-validation, the samples are the fold left out.
"""

import numpy as np
from numpy.typing import NDArray

LABELS = "labels"
"""(n_samples,) int64: cluster of each sample, 0 … n_found − 1; −1 is noise, from third-party methods only."""
CLUSTER_CENTERS = "cluster_centers"
"""(n_found, d): centre of each cluster in the method's own space; absent if all samples are noise."""
EMBEDDING = "embedding"
"""(n_samples, d) float32: code of each sample in the latent space; absent for methods that learn no space."""
PROTOTYPES = "prototypes"
"""(n_prototypes, n_features): vectors that stand for samples in the input space; for a map, row by row."""
SOFT_ASSIGNMENTS = "soft_assignments"
"""(n_samples, n_found): share of each sample in each cluster, 0 … 1; rows sum to 1."""
POSTERIOR = "posterior"
"""(n_samples,): posterior probability of the cluster of each sample, 0 … 1; absent for methods without a mixture."""
MARGIN = "margin"
"""(n_samples,) float32: how much nearer the own cluster is than the next one (`bench.metrics.margin`), −1 … 1; not a
number for noise and for a single cluster. Absent in fits of version 0.2 and before."""
TRACE_LABELS = "trace_labels"
"""(n_kept, n_samples) int32: labels at several moments of the fit; absent if `keep_labels` is off."""
TRACE_SECONDS = "trace_seconds"
"""(n_kept,) float64: wall seconds from the start of the fit to each row of `TRACE_LABELS`."""
RECONSTRUCTIONS = "reconstructions"
"""(at most 32, n_features): the samples of `reconstructed_rows` after encoding and decoding."""


def reconstructed_rows(n_samples: int) -> NDArray[np.intp]:
    """Rows of the samples whose reconstructions are stored: at most 32, evenly spaced."""
    return np.unique(np.linspace(0, n_samples - 1, 32).astype(np.intp))
