"""One file per command; each command can be called from Python."""
