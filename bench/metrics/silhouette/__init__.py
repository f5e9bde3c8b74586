"""The silhouette from all distances, which are computed tile by tile on all cores; for large data, from a sample."""
