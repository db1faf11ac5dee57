"""`zhulian run`: this home's node and gateway, in the foreground."""

import time
from typing import TYPE_CHECKING, Annotated

import typer

from zhulian.cli.output import answer, remark
from zhulian.cli.parser import subcommand
from zhulian.cli.state import home
from zhulian.cli.words import say

if TYPE_CHECKING:
    from zhulian.node.supervisor import Running

app, register = subcommand("run", "run.help")


@register
def run(
    port: Annotated[int | None, typer.Option("--port", help="run.port", metavar="PORT", min=0, max=65535)] = None,
    workers: Annotated[int | None, typer.Option("--workers", help="run.workers", metavar="N", min=1, max=64)] = None,
    confirm_clock: Annotated[bool, typer.Option("--confirm-clock", help="run.confirm_clock")] = False,
    new_seal_log: Annotated[bool, typer.Option("--new-seal-log", help="run.new_seal_log")] = False,
) -> None:
    """Run the node until Ctrl-C; a home without a chain gets the sample consortium first."""
    from zhulian.node.supervisor import supervise

    if not home().exists:
        from zhulian.network import found_sample

        found_sample(home(), int(time.time()))
        remark(say("init.done", home=home().root))
    supervise(home(), on_ready=_ready, port=port, workers=workers, confirm_clock=confirm_clock, new_seal_log=new_seal_log)


def _ready(running: "Running") -> None:
    import sys

    answer(
        {"url": running.url, "pid": running.pid, "home": str(home().root), **running.status},
        say("run.ready", url=running.url),
        say("run.status", height=running.status.get("height"), home=home().root),
        say("run.stop"),
    )
    sys.stdout.flush()
