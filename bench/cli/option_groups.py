"""Groups of options: a command takes one value, and the command line shows the options that make it."""

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any

from bench.cli.options import execution_options
from bench.cli.reading_options import reading_options

_GROUPS: dict[str, Callable[..., Any]] = {"reading": reading_options, "execution": execution_options}
"""A function that makes the value from its options, by the name of the argument."""


def with_option_groups(command: Callable[..., int]) -> Callable[..., int]:
    """Replace each argument of a command that is a group by the options of the group, for Typer to read."""
    signature = inspect.signature(command, eval_str=True)
    groups = {
        name: inspect.signature(make, eval_str=True).parameters
        for name, make in _GROUPS.items()
        if name in signature.parameters
    }

    @wraps(command)
    def command_with_options(**values: Any) -> int:
        made = {
            name: _GROUPS[name](**{option: values.pop(option) for option in options})
            for name, options in groups.items()
        }
        return command(**values, **made)

    parameters: list[inspect.Parameter] = []
    for parameter in signature.parameters.values():
        replaced = groups[parameter.name].values() if parameter.name in groups else [parameter]
        parameters += (each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in replaced)
    vars(command_with_options)["__signature__"] = signature.replace(parameters=parameters)
    return command_with_options
