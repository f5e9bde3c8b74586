"""The figures that two student reports print, with our figure and a verdict for each."""
