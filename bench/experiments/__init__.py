"""Experiments: a request is checked here and expanded into cells."""
