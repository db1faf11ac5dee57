"""`zhulian network watch` and `zhulian network monitoring`: look at a network in the terminal, or let Prometheus look."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from zhulian.cli.output import answer, harmless, when
from zhulian.cli.parser import command
from zhulian.cli.state import home, settings
from zhulian.cli.words import say

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from zhulian.network.states import NodeState
    from zhulian.network.watching import Alert

__all__ = ["register", "screen", "states_of"]

PlanFile = Annotated[Path | None, typer.Argument(help="network.argument.plan", metavar="PLAN.yaml")]


def register(app: typer.Typer) -> None:
    """Add the commands to the network group."""
    command(app, "watch", "network.watch.help")(watch)
    command(app, "monitoring", "network.monitoring.help")(monitoring)


def watch(
    plan_file: PlanFile = None,
    every: Annotated[int, typer.Option("--every", help="network.option.every", metavar="SECONDS", min=1, max=3600)] = 2,
    once: Annotated[bool, typer.Option("--once", help="network.option.once")] = False,
) -> None:
    """Show how the nodes stand, again and again, with what is to be looked at."""
    from zhulian.network.watching import alerts

    if once or settings.json:
        _, states = states_of(plan_file)
        found = alerts(states)
        if settings.json:
            answer({"nodes": msgspec.to_builtins(states), "alerts": msgspec.to_builtins(found)})
            return
        _console().print(screen(states, found, None))
        return
    from rich.live import Live

    with Live(console=_console(), auto_refresh=False, screen=False) as live:
        while True:
            _, states = states_of(plan_file)
            live.update(screen(states, alerts(states), time.time()), refresh=True)
            time.sleep(every)


def monitoring(
    plan_file: PlanFile = None,
    out: Annotated[Path, typer.Option("--out", help="network.option.monitoring_out", metavar="DIR")] = Path("monitoring"),
) -> None:
    """Write what Prometheus and Grafana need to watch the network of a plan."""
    from zhulian.cli.commands.network import _network
    from zhulian.network.monitoring import write_monitoring

    network = _network(plan_file)
    engines = {}
    for name in network.names:
        local = network.home(name)
        if local.exists and local.config().engine.metrics:
            engines[name] = local.config().engine.metrics
    written = write_monitoring(out, network.plan, engines)
    answer({"written": [str(each) for each in written]}, *(say("line.written", path=each) for each in written))


def screen(states: "Sequence[NodeState]", found: "Sequence[Alert]", now: float | None) -> "RenderableType":
    """The table of the nodes and, below it, what is to be looked at; `now` in Unix seconds, where the moment is shown."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    shown = Table(box=None, pad_edge=False, header_style="bold")
    for head in say("network.watch.heads").split("|"):
        shown.add_column(head, overflow="fold")
    top = max((each.height for each in states if each.height is not None), default=0)
    marked = {each.node for each in found} | {each.member for each in found}
    for each in states:
        shown.add_row(*map(harmless, _row(each, top)), style="yellow" if each.name in marked else "")
    lines: list[RenderableType] = [shown, Text("")]
    if found:
        lines += [Text(harmless(f"! {_sentence(each)}"), style="bold red") for each in found]
    else:
        lines.append(Text(say("network.watch.well"), style="green"))
    if now is not None:
        lines.append(Text(say("network.watch.at", time=when(int(now) * 1000, "Asia/Shanghai")), style="dim"))
    return Group(*lines)


def _row(state: "NodeState", top: int) -> list[str]:
    if state.pid is None or state.height is None:
        return [state.name, say("network.away"), *[""] * 7, _days(state), _versions(state)]
    sealed = [name for name, missing in state.seals.items() if missing <= 1]
    skew = max(state.skew_ms.values(), key=abs, default=None)
    return [
        state.name,
        say("network.watch.accepting" if state.accepting else "network.watch.refusing"),
        str(state.height),
        str(top - state.height),
        "—" if state.peers is None else str(state.peers),
        f"{len(sealed)}/{len(state.seals)}" if state.seals else "—",
        f"{state.pending or 0}/{state.unsealed or 0}",
        "—" if skew is None else f"{skew / 1000:+.2f} s",
        _disk(state),
        _days(state),
        _versions(state),
    ]


def _disk(state: "NodeState") -> str:
    if not state.disk_size_bytes or state.disk_free_bytes is None:
        return "—"
    return f"{100 * state.disk_free_bytes / state.disk_size_bytes:.0f} %"


def _days(state: "NodeState") -> str:
    return "—" if state.certificate_days is None else str(state.certificate_days)


def _versions(state: "NodeState") -> str:
    return " · ".join(each for each in (state.version, state.engine_version) if each) or "—"


def _sentence(alert: "Alert") -> str:
    value = int(alert.value) if alert.value == int(alert.value) else alert.value
    return say(f"network.alert.{alert.kind}", node=alert.node, member=alert.member, value=value)


def states_of(plan_file: Path | None) -> "tuple[str | None, list[NodeState]]":
    """The network's name and its nodes or, in a home that has no plan but a node, that node."""
    from zhulian.cli.commands.network import _network
    from zhulian.network.local import last_plan
    from zhulian.network.states import own_state

    if plan_file is None and last_plan(home().root) is None and home().exists:
        return None, [own_state(home())]
    network = _network(plan_file)
    return network.plan.network, network.status()


def _console() -> "Console":
    import sys

    from rich.console import Console

    wide = None if sys.stdout.isatty() else 1000
    return Console(highlight=False, markup=False, width=wide)
