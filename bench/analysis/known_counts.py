"""How often the proposed number of clusters was right on the sets of docs/results/number_of_clusters.md."""

N_KNOWN = 6
"""Sets with known classes. A test compares the three numbers with results/benchmarks/number_of_clusters.csv."""
N_RIGHT = 2
"""Sets on which the proposal is the number of classes."""
N_NEAR = 3
"""Sets on which it differs by at most one."""
