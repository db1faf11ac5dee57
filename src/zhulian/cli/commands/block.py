"""`zhulian block`: one block, or the newest ones."""

from typing import Annotated

import typer

from zhulian.cli.output import answer, table, when
from zhulian.cli.parser import subcommand
from zhulian.cli.session import Node, open_chain
from zhulian.cli.state import settings
from zhulian.cli.words import say

app, register = subcommand("block", "block.help")


@register
def block(
    height: Annotated[int | None, typer.Argument(help="block.height", metavar="[HEIGHT]", min=1)] = None,
    limit: Annotated[int, typer.Option("--limit", help="block.limit", metavar="N", min=1, max=100)] = 10,
    node: Node = None,
) -> None:
    """Show one block, or list the newest."""
    with open_chain(node) as chain:
        zone = chain.core.genesis.zone
        if height is None:
            found = chain.blocks(limit=limit)
            if settings.json:
                answer(found)
                return
            heads = [say("column.height"), say("column.time"), say("column.digest")]
            table(
                heads,
                [
                    [str(each["header"]["height"]), when(each["header"]["time_ms"], zone), each["digest"]]
                    for each in found["items"]
                ],
            )
            return
        shown = chain.block(height)
    header = shown["header"]
    lines = [
        say("block.line", height=header["height"], time=when(header["time_ms"], zone)),
        say("block.digest", digest=shown["digest"]),
        say("block.state_root", digest=header["state_root"]),
        say("block.seals", sealers=", ".join(each["sealer"] for each in shown["seals"])),
    ]
    for each in shown["transactions"]:
        result = each.get("result", {})
        lines.append(
            say("block.transaction", transaction=result.get("transaction"), status=say(f"result.{result.get('status')}"))
        )
    answer(shown, *lines)
