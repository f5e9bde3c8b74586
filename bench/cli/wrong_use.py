"""Options, arguments and commands that do not exist: one line with the remedy, and with the valid ones near to them."""

from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import Any

from typer.core import TyperCommand, TyperGroup
from typer.exceptions import Abort, TyperException

from bench.datasets.catalogue import descriptions
from bench.errors import UsageError
from bench.machine.interrupt import raising
from methods import registry
from methods.registry import did_you_mean, nearest


class Command(TyperCommand):
    """A command. Wrong use of its options and arguments raises UsageError."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """The values of the options and arguments. Raises UsageError or TyperException for wrong use."""
        ctx.allow_extra_args = True  # the error about them is raised here
        _check_values(ctx, args)
        try:
            extra = super().parse_args(ctx, list(args))
        except TyperException as error:
            _tell(ctx, error)
            raise
        if extra:
            raise UsageError(_unexpected(ctx, args, extra))
        return extra


class Commands(TyperGroup):
    """The group of commands. An unknown name is an error that names the nearest command."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """The name of the command, and its arguments. Raises UsageError or TyperException for wrong use."""
        try:
            return super().parse_args(ctx, args)
        except TyperException as error:
            _tell(ctx, error)
            raise

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of that name. Raises UsageError for an unknown name."""
        if cmd_name in self.commands:
            return super().get_command(ctx, cmd_name)
        near = nearest(cmd_name, [*self.commands, *_options(ctx)])
        known = ", ".join(sorted(self.commands))
        raise UsageError(f"unknown command '{cmd_name}';{did_you_mean(near)} known: {known}")

    def invoke(self, ctx: Any) -> Any:
        """Run the command. Ctrl-C raises Abort: Typer would return an exit code that a command can return, too."""
        try:
            with raising():
                return super().invoke(ctx)
        except KeyboardInterrupt as interrupt:
            raise Abort(*interrupt.args) from None


def _tell(ctx: Any, error: Any) -> None:
    """Raise UsageError instead of an error of Typer about an unknown option or a missing argument."""
    kind, _, detail = error.format_message().partition(": ")
    if kind == "No such option":
        raise UsageError(_unknown_option(ctx, detail.split()[0])) from None
    if kind.startswith("Missing argument"):
        raise UsageError(f"{ctx.command_path} needs {error.param.metavar}: {error.param.help}") from None


def _check_values(ctx: Any, args: Sequence[str]) -> None:
    """Raise UsageError if an option without its value is the last one, or has another option behind it.

    Typer would take the name of the other option as the value.
    """
    params = {name: param for param in ctx.command.params if param.param_type_name == "option" for name in param.opts}
    for argument, following in pairwise([*args, None]):
        param = params.get(argument or "")
        if param is not None and not param.is_flag and (following is None or following in _options(ctx)):
            value = f", {param.metavar}" if param.metavar else ""
            what = param.help.split(" \\[default")[0]  # the default is what an option has that is not given
            raise UsageError(f"{argument} needs a value{value}: {what}{_see_help(ctx)}")


def _unknown_option(ctx: Any, name: str) -> str:
    near: Sequence[str] = nearest(name, _options(ctx))
    if not near and "--param" in _options(ctx):
        parameters = registry.parameters_like(name.lstrip("-").replace("-", "_"))
        near = [f"--param {parameter}=VALUE" for parameter in parameters]
    return f"{ctx.command_path} has no option '{name}';{did_you_mean(near)}{_see_help(ctx)}"


def _unexpected(ctx: Any, args: Sequence[str], extra: Sequence[str]) -> str:
    """The error about arguments that the command does not take, with the option to which they seem to belong."""
    kinds: dict[str, Collection[str]] = {
        "--methods": registry.described(),
        "--dataset": descriptions(),
        "--preset": registry.PRESETS,
    }
    words = [word for argument in extra for word in argument.split(",") if word]
    near = [
        f"{option} {','.join([*_typed(ctx, args, option), *words])}"
        for option, names in kinds.items()
        if option in _options(ctx) and all(word in names for word in words)
    ]
    near = near or ["--help"] * (words == ["help"])
    commas = " the values of one option are separated by commas;" if not near and "--seeds" in _options(ctx) else ""
    text = " ".join(extra)
    return f"{ctx.command_path} does not take '{text}';{did_you_mean(near)}{commas}{_see_help(ctx)}"


def _typed(ctx: Any, args: Sequence[str], option: str) -> list[str]:
    """The value of an option that was typed; nothing if it was not typed."""
    name = option.lstrip("-")
    return [str(ctx.params[name])] if any(arg.partition("=")[0] == option for arg in args) else []


def _options(ctx: Any) -> list[str]:
    """The names of the options of a command, `--help` first."""
    return [
        "--help",
        *(name for param in ctx.command.params if param.param_type_name == "option" for name in param.opts),
    ]


def _see_help(ctx: Any) -> str:
    return f" see: {ctx.command_path} --help"
