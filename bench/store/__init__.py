"""The results folder: records, arrays and locks on disk."""
