"""Typer with our help in two languages: help texts are catalogue keys, every command has `--json` and `--lang`."""

import functools
import inspect
from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, ClassVar, TypeVar

import typer
from typer.core import TyperCommand, TyperGroup

from zhulian.cli.state import settings
from zhulian.cli.words import LANGUAGES, say

__all__ = ["Group", "application", "command", "subcommand", "take_plainly"]

F = TypeVar("F", bound=Callable[..., Any])

_JSON = Annotated[bool, typer.Option("--json", help="option.json")]
_LANG = Annotated[str | None, typer.Option("--lang", help="option.lang", metavar="zh|en", autocompletion=lambda: list(LANGUAGES))]


_COMPLETION = ("install_completion", "show_completion")
"""Options that Typer adds after a command is made."""


def take_plainly(params: Iterable[Any]) -> None:
    """Let these parameters take their words as they stand, where they are text, paths or switches."""
    for param in params:
        kind = _PLAIN.get(getattr(getattr(param, "type_descriptor", None), "annotation", None))
        if kind is not None:
            param._runtime_param = _Plain(kind)


class _Helpful:
    """Help without decoration, its headings from the catalogue."""

    params: list[Any]
    help: str | None

    def _prepare(self) -> None:
        """Say every help text in the language spoken now, and take plain words as they stand."""
        if self.help:
            self.help = say(self.help)
        take_plainly(self.params)
        for param in self.params:
            if getattr(param, "help", None):
                param.help = say(param.help)

    def get_help_option(self, ctx: Any) -> Any:
        """The switch `--help`."""
        found = super().get_help_option(ctx)  # type: ignore[misc]
        take_plainly([found])
        return found

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """The usage line."""
        pieces = [say("help.options_mark")]
        pieces += [param.display_name_raw for param in self.params if param.param_type_name == "argument"]
        if isinstance(self, TyperGroup):
            pieces.append(self.subcommand_metavar)
        formatter.write_usage(ctx.command_path, " ".join(pieces), say("help.usage") + " ")

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Arguments, options and, in a group, commands."""
        arguments, options = [], []
        for param in self.params:
            if param.param_type_name == "argument":
                arguments.append((param.display_name_raw, param.help or ""))
            elif not param.hidden:
                names = ", ".join([*param.opts, *param.secondary_opts])
                text = say(f"option.{param.name}") if param.name in _COMPLETION else param.help or ""
                options.append((names if param.is_flag else f"{names} {param.display_name_raw}", text))
        options.append(("--help", say("option.help")))
        for heading, rows in ((say("help.arguments"), arguments), (say("help.options"), options)):
            if rows:
                with formatter.section(heading):
                    formatter.write_dl(rows)
        if isinstance(self, TyperGroup):
            rows = [(name, self.short_help_of(ctx, name)) for name in self.list_commands(ctx)]  # type: ignore[attr-defined]
            with formatter.section(say("help.commands")):
                formatter.write_dl(rows)


_PLAIN: dict[Any, Callable[[Any], Any]] = {bool: bool, str: str, Path: Path, list[str]: str, list[Path]: Path}


class _Plain:
    """Takes a word as it stands. Typer would load pydantic to do so, which costs a tenth of a second."""

    def __init__(self, kind: Callable[[Any], Any]) -> None:
        self._kind = kind

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        """The word as text or as a path; several as a list."""
        _ = ctx
        if param.multiple or param.nargs == -1:
            return [self._kind(each) for each in value or ()]
        return None if value is None else self._kind(value)


class Command(_Helpful, TyperCommand):
    """One command."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._prepare()


class Group(_Helpful, TyperGroup):
    """A group of commands, whose modules are imported when one of them is called."""

    lazy: ClassVar[dict[str, str]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.subcommand_metavar = say("help.command_mark")
        self._prepare()

    def list_commands(self, ctx: Any) -> list[str]:
        """The names, in the order of the list."""
        return [*self.lazy, *super().list_commands(ctx)]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command, imported now."""
        place = self.lazy.get(cmd_name)
        if place is None:
            return super().get_command(ctx, cmd_name)
        found = typer.main.get_command(import_module(place).app)
        found.name = cmd_name
        return found

    def short_help_of(self, ctx: Any, name: str) -> str:
        """One line on a command, without importing it."""
        if name in self.lazy:
            return say(f"{name}.help")
        found = super().get_command(ctx, name)
        return (found.help or "") if found is not None else ""


def application(name: str) -> typer.Typer:
    """A group of commands; its help is the catalogue's `<name>.help`."""
    app = typer.Typer(
        name=name,
        cls=Group,
        help=f"{name}.help",
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    app.callback()(_nothing)  # or a group of one command would be that command
    return app


def _nothing() -> None:
    pass


def command(app: typer.Typer, name: str, text: str) -> Callable[[F], F]:
    """Register a function as the command `name`, whose help is the catalogue's `text`."""

    def register(function: F) -> F:
        app.command(name, help=text, cls=Command)(_common(function))
        return function

    return register


def subcommand(name: str, text: str) -> tuple[typer.Typer, Callable[[F], F]]:
    """A module's `app` that is one command, and the decorator for its function."""
    app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    return app, command(app, name, text)


def _common(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function with `--json` and `--lang` beside its own parameters."""

    @functools.wraps(function)
    def run(*args: Any, json: bool = False, lang: str | None = None, **kwargs: Any) -> Any:
        _ = lang  # read from the command line before anything was said
        settings.json = settings.json or json
        return function(*args, **kwargs)

    signature = inspect.signature(function)
    own = list(signature.parameters.values())
    kind = inspect.Parameter.KEYWORD_ONLY
    extra = [
        inspect.Parameter("json", kind, default=False, annotation=_JSON),
        inspect.Parameter("lang", kind, default=None, annotation=_LANG),
    ]
    run.__signature__ = signature.replace(parameters=[*own, *extra])  # type: ignore[attr-defined]
    run.__annotations__ = {**function.__annotations__, "json": _JSON, "lang": _LANG}
    return run
