"""`zhulian trace`: the way of a gift to what it was spent on, or of a spending back to its gifts."""

from typing import Annotated

import typer

from zhulian.cli.output import answer, when
from zhulian.cli.papers import record_name
from zhulian.cli.parser import subcommand
from zhulian.cli.session import Node, open_chain
from zhulian.cli.words import say

app, register = subcommand("trace", "trace.help")


@register
def trace(
    instance: Annotated[str, typer.Argument(help="ballot.instance", metavar="INSTANCE")],
    record: Annotated[list[str], typer.Argument(help="ballot.record", metavar="RECORD KEY…")],
    node: Node = None,
) -> None:
    """Show every part of a gift or a spending."""
    with open_chain(node) as chain:
        way = chain.trace(record_name(instance, record))
        zone = chain.core.genesis.zone
    parts = [{"amount": each.amount, "record": each.record, "time_ms": each.time_ms} for each in way.parts]
    document = {"amount": way.amount, "fund": way.fund, "gift": way.is_gift, "parts": parts, "record": way.record}
    head = "trace.gift" if way.is_gift else "trace.spending"
    lines = [say(head, record=way.record, amount=_yuan(way.amount), fund=way.fund)]
    for each in way.parts:
        name = "trace.to" if way.is_gift else "trace.from"
        lines.append(say(name, amount=_yuan(each.amount), record=each.record, time=when(each.time_ms, zone)))
    if way.is_gift:
        document["unspent"] = way.unspent
        lines += [say("trace.unspent", amount=_yuan(way.unspent))] if way.unspent else []
    answer(document, *lines)


def _yuan(fen: int) -> str:
    return f"¥{fen // 100:,}.{fen % 100:02d}"
