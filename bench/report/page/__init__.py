"""The page: one HTML file that shows an experiment, without network and without other files."""
