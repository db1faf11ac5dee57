"""`zhulian events`: what happens on the chain, as it happens."""

import json
import sys
from typing import Annotated

import typer

from zhulian.cli.output import harmless, when
from zhulian.cli.parser import subcommand
from zhulian.cli.session import Node, open_chain
from zhulian.cli.state import settings

app, register = subcommand("events", "events.help")


@register
def events(
    after: Annotated[int | None, typer.Option("--after", help="events.after", metavar="HEIGHT", min=0)] = None,
    count: Annotated[int | None, typer.Option("--count", help="events.count", metavar="N", min=1)] = None,
    node: Node = None,
) -> None:
    """Print events block by block until interrupted, or until so many blocks have come; with `--json` one line a block."""
    with open_chain(node) as chain:
        zone = chain.core.genesis.zone
        left = count
        for block in chain.events(after):
            if settings.json:
                document = {"height": block.height, "time_ms": block.time_ms, "transactions": block.transactions}
                sys.stdout.write(json.dumps(document, ensure_ascii=False) + "\n")
            else:
                for transaction in block.transactions:
                    for event in transaction.get("events") or [{"type": transaction.get("status")}]:
                        rest = json.dumps({name: value for name, value in event.items() if name != "type"}, ensure_ascii=False)
                        sys.stdout.write(harmless(f"{block.height}  {when(block.time_ms, zone)}  {event['type']}  {rest}") + "\n")
            sys.stdout.flush()
            left = None if left is None else left - 1
            if left == 0:
                return
