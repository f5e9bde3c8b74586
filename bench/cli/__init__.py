"""The command line: options become a request, and an error becomes one line and an exit code."""
