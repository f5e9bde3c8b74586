"""The terminal during a run: progress bars, lines and the estimated time left."""
