"""`zhulian webhook`: subscribe programmes to events, try them, and see what was delivered."""

from typing import Annotated

import typer

from zhulian.cli.output import answer, table, when
from zhulian.cli.parser import application, command
from zhulian.cli.session import As, Node, open_chain
from zhulian.cli.state import settings
from zhulian.cli.words import language, say

app = application("webhook")
Name = Annotated[str, typer.Argument(help="webhook.name", metavar="NAME")]


@command(app, "add", "webhook.add.help")
def add(
    url: Annotated[str, typer.Argument(help="webhook.url", metavar="URL")],
    topic: Annotated[list[str] | None, typer.Option("--topic", help="webhook.topic", metavar="TOPIC")] = None,
    instance: Annotated[str | None, typer.Option("--app", help="webhook.app", metavar="APP")] = None,
    after: Annotated[int | None, typer.Option("--after", help="webhook.after", metavar="HEIGHT", min=0)] = None,
    node: Node = None,
    signer: As = None,
) -> None:
    """Subscribe a target to topics."""
    with open_chain(node, signer) as chain:
        made = chain.webhooks.add(url, topic or ["*"], instance=instance, after_height=after)
    lines = (
        say("webhook.added", **{each: made[each] for each in ("name", "url", "height")}),
        say("webhook.secret", secret=made["secret"]),
    )
    answer(made, *lines)


@command(app, "list", "webhook.list.help")
def every(node: Node = None, signer: As = None) -> None:
    """List one's webhooks with the height that each target has."""
    with open_chain(node, signer) as chain:
        found = chain.webhooks.list()
    if settings.json or not found:
        answer(found, say("webhook.none"))
        return
    heads = [say(f"column.{each}") for each in ("name", "url", "topics", "height")]
    table(heads, [[each["name"], each["url"], " ".join(each["topics"]), str(each["height"])] for each in found])


@command(app, "remove", "webhook.remove.help")
def remove(name: Name, node: Node = None, signer: As = None) -> None:
    """Remove a webhook."""
    with open_chain(node, signer) as chain:
        gone = chain.webhooks.remove(name)
    answer(gone, say("webhook.removed", name=name))


@command(app, "test", "webhook.test.help")
def try_out(name: Name, node: Node = None, signer: As = None) -> None:
    """Send a test and show what the target answered."""
    with open_chain(node, signer) as chain:
        status = chain.webhooks.test(name)
    answer({"status": status}, say("webhook.tested", status=status))


@command(app, "deliveries", "webhook.deliveries.help")
def deliveries(name: Name, node: Node = None, signer: As = None) -> None:
    """Show the newest tries."""
    with open_chain(node, signer) as chain:
        found = chain.webhooks.deliveries(name)
        zone = chain.core.genesis.zone
    if settings.json:
        answer(found)
        return
    rows = [
        [
            str(each["height"]),
            when(each["at_ms"], zone),
            str(each["attempt"]),
            each["why"][language()] if "why" in each else f"HTTP {each['status']}",
        ]
        for each in found
    ]
    table([say(f"column.{each}") for each in ("height", "time", "attempt", "answer")], rows)
