"""The root of all commands: their names in the order of `zhulian --help`, and where each one is."""

from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from zhulian.cli.parser import _JSON, _LANG, Group, take_plainly
from zhulian.cli.state import settings
from zhulian.cli.words import say

__all__ = ["COMMANDS", "build"]

_PLACE = "zhulian.cli.commands."
COMMANDS = {
    "init": _PLACE + "init",
    "run": _PLACE + "run",
    "console": _PLACE + "console",
    "status": _PLACE + "status",
    "evidence": _PLACE + "evidence",
    "capture": _PLACE + "capture",
    "share": _PLACE + "share",
    "verify": _PLACE + "verify",
    "certificate": _PLACE + "certificate",
    "link": _PLACE + "link",
    "genesis": _PLACE + "genesis",
    "identity": _PLACE + "identity",
    "govern": _PLACE + "govern",
    "scenario": _PLACE + "scenario",
    "app": _PLACE + "app",
    "ballot": _PLACE + "ballot",
    "draw": _PLACE + "draw",
    "trace": _PLACE + "trace",
    "credential": _PLACE + "credential",
    "search": _PLACE + "search",
    "index": _PLACE + "index",
    "lists": _PLACE + "lists",
    "mandate": _PLACE + "mandate",
    "alerts": _PLACE + "alerts",
    "supervise": _PLACE + "supervise",
    "sandbox": _PLACE + "sandbox",
    "webhook": _PLACE + "webhook",
    "notices": _PLACE + "notices",
    "custody": _PLACE + "custody",
    "import": _PLACE + "imports",
    "network": _PLACE + "network",
    "agree": _PLACE + "agree",
    "anchor": _PLACE + "anchor",
    "checkpoint": _PLACE + "checkpoint",
    "tls": _PLACE + "tls",
    "bundle": _PLACE + "bundle",
    "block": _PLACE + "block",
    "tx": _PLACE + "tx",
    "state": _PLACE + "state",
    "events": _PLACE + "events",
    "vault": _PLACE + "vault",
    "device": _PLACE + "device",
    "duties": _PLACE + "duties",
    "oracle": _PLACE + "oracle",
    "doctor": _PLACE + "doctor",
    "simulate": _PLACE + "simulate",
    "backup": _PLACE + "backup",
    "restore": _PLACE + "restore",
    "migrate": _PLACE + "migrate",
    "uninstall": _PLACE + "uninstall",
    "bench": _PLACE + "bench",
}


class _Root(Group):
    lazy = COMMANDS


def build() -> TyperGroup:
    """The root command in the language spoken now."""
    app = typer.Typer(
        name="zhulian",
        cls=_Root,
        help="zhulian.help",
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    app.callback()(_root)
    found: Any = typer.main.get_command(app)
    take_plainly(found.params)
    return found  # type: ignore[no-any-return]


def _version(asked: bool) -> None:
    if asked:
        from zhulian import __version__

        typer.echo(say("version", version=__version__))
        raise typer.Exit


def _root(
    json: _JSON = False,
    lang: _LANG = None,
    version: Annotated[bool, typer.Option("--version", help="option.version", callback=_version, is_eager=True)] = False,
) -> None:
    _ = lang, version
    settings.json = settings.json or json
