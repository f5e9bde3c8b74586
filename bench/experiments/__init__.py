"""An experiment: what was asked for, and the cells that follow from it."""
