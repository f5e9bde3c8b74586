"""The numbers that two student reports state, called their figures, with our figure and a verdict for each."""
