"""`zhulian tx`: one transaction."""

import json
from typing import Annotated

import typer

from zhulian.cli.output import answer
from zhulian.cli.parser import subcommand
from zhulian.cli.session import Node, open_chain
from zhulian.cli.words import say

app, register = subcommand("tx", "tx.help")


@register
def tx(
    transaction: Annotated[str, typer.Argument(help="tx.id", metavar="ID")],
    receipt: Annotated[bool, typer.Option("--receipt", help="tx.receipt")] = False,
    node: Node = None,
) -> None:
    """Show a transaction with its result, or with `--receipt` print its verified receipt."""
    with open_chain(node) as chain:
        if receipt:
            document = chain.receipt(transaction).document
            answer(document, json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True))
            return
        found = chain.transaction(transaction)
    result = found["result"]
    body = found.get("body") or {}
    lines = [
        say("tx.line", transaction=transaction, height=found["height"], index=found["index"]),
        say("tx.result", status=say(f"result.{result['status']}"), code=result.get("code", "")).rstrip(),
        say("show.signers", signers=", ".join(body.get("signers", []))),
    ]
    lines += [say("tx.message", message=json.dumps(each, ensure_ascii=False)) for each in body.get("messages", [])]
    answer(found, *lines)
