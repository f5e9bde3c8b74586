"""The error of wrong use: one line for the user, exit code 2, no traceback."""


class UsageError(Exception):
    """What was asked for cannot be done; the message says what was wrong, what was expected and what came."""
