"""Benchmark of deep embedded clustering, self-organizing maps and K-Means; every number names its space."""
