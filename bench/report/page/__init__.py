"""The page: one HTML file that shows an experiment, without network and without other files."""

PAGE = "report.html"
"""The file name of the page."""
SHOWS_SAMPLES = '<meta name="dec-bench-shows" content="samples">'
"""Stands in the head of a page that shows samples."""
