"""`zhulian network rehearse`: try a module version on what this node's chain has really recorded."""

from typing import Annotated

import msgspec
import typer

from zhulian.cli.errors import BadValue
from zhulian.cli.output import answer
from zhulian.cli.parser import command
from zhulian.cli.session import Node, acting_home
from zhulian.cli.words import say

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command to the network group."""
    command(app, "rehearse", "network.rehearse.help")(rehearse)


def rehearse(
    module: Annotated[str, typer.Option("--module", help="network.option.module", metavar="MODULE")],
    version: Annotated[int, typer.Option("--version", help="network.option.version", metavar="N", min=1)],
    blocks: Annotated[int, typer.Option("--blocks", help="network.option.blocks", metavar="N", min=1)] = 1000,
    node: Node = None,
) -> None:
    """Replay the newest blocks under a module's coming version and show what would have come out otherwise."""
    from zhulian.node.rehearsal import rehearse_home

    home = acting_home(node)
    if not home.database.exists():
        raise BadValue(command="zhulian network rehearse", name="--node", why=str(home.root))
    found = rehearse_home(home, module, version, blocks)
    lines = [
        say(
            "network.rehearsed", **{name: getattr(found, name) for name in ("module", "version", "first", "last", "transactions")}
        )
    ]
    if found.not_kept:
        lines.append(say("network.rehearsed_without", count=found.not_kept))
    changed = found.differing or found.differing_keys or found.differing_by_itself
    lines.append(
        say(
            "network.rehearsed_differs", transactions=found.differing, keys=found.differing_keys, itself=found.differing_by_itself
        )
        if changed
        else say("network.rehearsed_same")
    )
    lines += [
        say(
            "network.rehearsed_one",
            height=each.height,
            transaction=each.transaction,
            was=each.was,
            now=each.now,
            parts=", ".join(each.parts),
        )
        for each in found.differences[:20]
    ]
    answer(msgspec.to_builtins(found), *lines)
