"""The results folder on disk: records, arrays, scores, attempts and locks."""
