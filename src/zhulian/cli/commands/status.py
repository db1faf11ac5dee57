"""`zhulian status`: how a node is."""

from zhulian.cli.output import answer
from zhulian.cli.parser import subcommand
from zhulian.cli.session import Node, node_url, open_chain
from zhulian.cli.words import say

app, register = subcommand("status", "status.help")


@register
def status(node: Node = None) -> None:
    """Ask the node for its state."""
    with open_chain(node) as chain:
        found = chain.status()
    answer(
        {"url": node_url(node), **found},
        say("status.accepting", url=node_url(node)),
        say("line.chain", chain=str(found.get("chain", "")).partition(".")[0]),
        say("status.height", height=found.get("height")),
        *(say("status.pending", pending=found["pending"]) for _ in ("pending",) if "pending" in found),
        *(say("duties.filing", filing=found["filing"]) for _ in ("filing",) if "filing" in found),
        *(say("status.coming" if each["supported"] else "status.coming_lacking", **each) for each in found.get("coming", ())),
    )
