"""The command line: what is typed becomes a request, and errors become one line and an exit code."""
