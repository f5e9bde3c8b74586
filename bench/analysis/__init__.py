"""Numbers that are computed from the data and from the finished fits of an experiment."""
