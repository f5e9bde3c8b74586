"""The tables of an experiment and of a search, as Markdown and CSV."""
