"""How a process without a result ended, in words."""

import signal


def exit_message(exit_code: int) -> str:
    """A message about how a process without a result ended.

    >>> exit_message(-9), exit_message(-40)
    ('the process was ended by signal 9 (SIGKILL)', 'the process was ended by signal 40')
    """
    if exit_code < 0:
        known = {int(each): f" ({each.name})" for each in signal.Signals}
        return f"the process was ended by signal {-exit_code}{known.get(-exit_code, '')}"
    return f"the process ended without a result, exit code {exit_code}"
