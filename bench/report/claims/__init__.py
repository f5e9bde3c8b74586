"""The figures that two student reports print, and the verdict on each."""
