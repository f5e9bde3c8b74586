"""The exact silhouette: all distances, tile by tile, on all cores."""
