"""The error for wrong use of a command or a function: one line for the user, exit code 2, no traceback."""


class UsageError(ValueError):
    """A request that cannot be fulfilled. The message states what was wrong, what was expected and what came.

    >>> import bench
    >>> try:
    ...     bench.run("kmean", dataset="digits")
    ... except bench.UsageError as error:
    ...     print(str(error).partition("?")[0])
    unknown method 'kmean'; did you mean 'kmeans'
    """


def usage_error(message: str, cause: BaseException) -> UsageError:
    """A UsageError in place of another error, with the notes of that error, such as lines of code that mend it."""
    error = UsageError(message)
    for note in getattr(cause, "__notes__", ()):
        error.add_note(note)
    return error
