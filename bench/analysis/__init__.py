"""Numbers that are computed from the finished fits of an experiment."""
