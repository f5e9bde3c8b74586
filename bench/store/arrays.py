"""The names of the arrays that a finished fit stores in `<key>.npz`.

The samples are those that the fit is measured on: all samples, or the held-out fold of a cross-validation.
"""

LABELS = "labels"
"""(n_samples,) int64, the cluster of each sample; −1 is noise."""
CLUSTER_CENTERS = "cluster_centers"
"""(n_clusters, d), in the own space of the method."""
EMBEDDING = "embedding"
"""(n_samples, latent_dim) float32, the codes; absent if the method learns no space."""
PROTOTYPES = "prototypes"
"""(n_prototypes, n_features), in the input space; absent if the method has none."""
SOFT_ASSIGNMENTS = "soft_assignments"
"""(n_samples, n_clusters), rows sum to 1; absent if the method has none."""
RECONSTRUCTIONS = "reconstructions"
"""(at most 32, n_features), of evenly spaced samples; absent if the method cannot reconstruct."""
TRACE_LABELS = "trace_labels"
"""(n_kept, n_samples) int32, labels during the fit; absent unless the method keeps a trace."""
TRACE_SECONDS = "trace_seconds"
"""(n_kept,) float64, wall seconds from the start of the fit to each row of the trace."""
