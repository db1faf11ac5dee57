"""`zhulian uninstall`: show what would go from this machine, and with `--yes` remove it."""

from typing import Annotated

import typer

from zhulian.cli.output import answer
from zhulian.cli.parser import subcommand
from zhulian.cli.state import home
from zhulian.cli.words import say

app, register = subcommand("uninstall", "uninstall.help")


@register
def uninstall(
    yes: Annotated[bool, typer.Option("--yes", help="uninstall.yes")] = False,
    keys: Annotated[bool, typer.Option("--keys", help="uninstall.keys")] = False,
) -> None:
    """Show, and with `--yes` remove, what the node has made here; keys and the seal log stay unless `--keys`."""
    from zhulian.node.uninstalling import pieces
    from zhulian.node.uninstalling import uninstall as take_away

    found = pieces(home(), keys=keys)
    if yes:
        take_away(home(), keys=keys)
    lines = [
        say("uninstall.stays" if each.stays else "uninstall.goes", path=each.path, megabytes=f"{each.size / 1e6:.1f}")
        for each in found
    ]
    told = [{"path": str(each.path), "size": each.size, "stays": each.stays} for each in found]
    answer({"removed": yes, "pieces": told}, *lines, say("uninstall.done" if yes else "uninstall.not_yet"))
