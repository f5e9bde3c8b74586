"""Benchmark of deep embedded clustering, self-organizing maps and K-Means; every metric states its space."""
