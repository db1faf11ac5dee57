"""More of `zhulian scenario` that reaches the chain: admit to the roles of an instance, list what is published."""

from typing import Annotated

import typer

from zhulian.cli.output import answer, table
from zhulian.cli.parser import command
from zhulian.cli.session import As, Node, open_chain
from zhulian.cli.state import settings
from zhulian.cli.words import say

__all__ = ["attach"]


def attach(app: typer.Typer) -> None:
    """Add these commands to the group."""
    command(app, "admit", "scenario.admit.help")(admit)
    command(app, "list", "scenario.list.help")(list_)


def admit(
    instance: Annotated[str, typer.Argument(help="app.name", metavar="INSTANCE")],
    role: Annotated[str, typer.Argument(help="scenario.role", metavar="ROLE")],
    party: Annotated[str, typer.Argument(help="scenario.party", metavar="PARTY")],
    signer: As = None,
    node: Node = None,
) -> None:
    """Admit a party to a role of an instance."""
    with open_chain(node, signer) as chain:
        done = chain.scenario.admit(instance, role, party)
    document = {"instance": instance, "role": role, "party": party, "transaction": done.transaction, "height": done.height}
    answer(document, say("scenario.admitted", instance=instance, role=role, party=party, height=done.height))


def list_(node: Node = None) -> None:
    """List the definitions that are published."""
    with open_chain(node) as chain:
        found = chain.scenario.definitions()
    if settings.json:
        answer({"definitions": found})
        return
    heads = [say("column.scenario"), say("column.version"), say("column.publisher"), say("column.digest")]
    table(heads, [[each["scenario"], str(each["version"]), each["publisher"], each["definition"]] for each in found])
