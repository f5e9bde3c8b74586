"""The costly quantities of metrics on a device of PyTorch, such as a GPU: in float64, or exactly in integers."""
