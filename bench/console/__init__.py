"""Progress on the terminal: bars, lines and the estimated time left."""
