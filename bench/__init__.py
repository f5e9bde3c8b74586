"""A benchmark of deep embedded clustering, self-organizing maps and K-Means that names the space of every number."""
