"""The metrics of a finished fit. Each metric is declared once, in `declarations`."""
