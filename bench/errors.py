"""The error for wrong use of a command: one line for the user, exit code 2, no traceback."""


class UsageError(Exception):
    """A request that cannot be fulfilled. The message states what was wrong, what was expected and what came."""
