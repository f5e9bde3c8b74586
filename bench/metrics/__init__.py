"""What is measured of a finished fit; every metric is declared once, in `declarations`."""
