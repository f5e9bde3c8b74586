"""Tables as Markdown and CSV."""
