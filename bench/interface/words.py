"""Messages of commands in the words of Python: `--n-clusters` becomes `n_clusters`."""

import re

_RENAMED = {"preset": "presets", "param": "params"}
"""Arguments whose name differs from that of the option."""


def in_python(message: str) -> str:
    """The message with the names of arguments instead of those of options.

    >>> in_python("--n-clusters 1 is not valid; choose another --preset.")
    'n_clusters 1 is not valid; choose another presets.'
    """
    return re.sub(r"(?<![\w-])--([a-z][a-z-]*)", lambda match: _argument(match[1]), message)


def _argument(option: str) -> str:
    name = option.replace("-", "_")
    return _RENAMED.get(name, name)
