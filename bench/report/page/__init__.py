"""The page: one HTML file that shows an experiment, without network and without other files."""

PAGE = "report.html"
"""The file name of the page."""
