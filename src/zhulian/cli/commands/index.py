"""`zhulian index`: how far the search index has come, and building it anew."""

import asyncio

from zhulian.cli.output import answer, progress
from zhulian.cli.parser import application, command
from zhulian.cli.session import Node, acting_home
from zhulian.cli.words import say

app = application("index")


@command(app, "status", "index.status.help")
def status(node: Node = None) -> None:
    """Show the heights that index and ledger have reached."""
    from zhulian.offchain.index.building import look

    found = asyncio.run(look(acting_home(node)))
    fault = found.get("fault")
    lines = [] if fault is None else [f"{fault['code']}  {fault[_spoken()]}"]
    answer(found, say("index.status", **{name: found[name] for name in ("height", "ledger_height", "database")}), *lines)


@command(app, "rebuild", "index.rebuild.help")
def rebuild(node: Node = None) -> None:
    """Empty the index of this machine's node and build it anew from the ledger, with a progress bar."""
    from zhulian.offchain.index.building import rebuild as build

    with progress("progress.index", None) as bar:
        done = 0

        def show(height: int, goal: int) -> None:
            nonlocal done
            bar.total(goal)
            bar.advance(height - done)
            done = height

        height = asyncio.run(build(acting_home(node), show))
    answer({"height": height}, say("index.rebuilt", height=height))


def _spoken() -> str:
    from zhulian.cli.words import language

    return language()
