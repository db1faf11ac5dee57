"""`zhulian alerts`: what watch rules have raised at one's own node, and what is done about each."""

from typing import Annotated, Any

import typer

from zhulian.cli.errors import BadValue
from zhulian.cli.output import answer, table, when
from zhulian.cli.parser import application, command
from zhulian.cli.session import As, Node, open_chain
from zhulian.cli.state import settings
from zhulian.cli.words import language, say

app = application("alerts")
Name = Annotated[str, typer.Argument(help="alerts.alert", metavar="ALERT")]
Why = Annotated[str, typer.Option("--why", help="alerts.why", metavar="TEXT")]
_STATES = ("open", "acknowledged", "closed")
_LEVELS = ("low", "medium", "high")


@command(app, "list", "alerts.list.help")
def every(
    state: Annotated[str | None, typer.Option("--state", help="alerts.state", metavar="open|acknowledged|closed")] = None,
    level: Annotated[str | None, typer.Option("--level", help="alerts.level", metavar="low|medium|high")] = None,
    instance: Annotated[str | None, typer.Option("--app", help="alerts.app", metavar="APP")] = None,
    after: Annotated[str | None, typer.Option("--after", help="alerts.after", metavar="CURSOR")] = None,
    limit: Annotated[int, typer.Option("--limit", help="alerts.limit", min=1, max=100)] = 20,
    node: Node = None,
    signer: As = None,
) -> None:
    """List alerts, the newest first."""
    for name, given, known in (("--state", state, _STATES), ("--level", level, _LEVELS)):
        if given is not None and given not in known:
            raise BadValue(command="zhulian alerts list", name=name, why=", ".join(known))
    with open_chain(node, signer) as chain:
        found = chain.alerts.list(state=state, level=level, instance=instance, after=after, limit=limit)
        zone = chain.core.genesis.zone
    if settings.json or not found["items"]:
        answer(found, say("alerts.none"))
        return
    heads = [say(f"column.{each}") for each in ("alert", "level", "time", "alert_title", "about", "handled", "assigned")]
    table(heads, [_row(each, zone) for each in found["items"]])
    if found.get("next"):
        answer({}, say("alerts.more", next=found["next"]))


@command(app, "show", "alerts.show.help")
def show(name: Name, node: Node = None, signer: As = None) -> None:
    """Show an alert and what was done about it."""
    with open_chain(node, signer) as chain:
        found = chain.alerts.show(name)
        zone = chain.core.genesis.zone
    answer(found, *_lines(found, zone))


@command(app, "assign", "alerts.assign.help")
def assign(
    name: Name,
    to: Annotated[str, typer.Argument(help="alerts.to", metavar="WHO")],
    why: Why = "",
    node: Node = None,
    signer: As = None,
) -> None:
    """Assign an alert to somebody."""
    with open_chain(node, signer) as chain:
        found = chain.alerts.assign(name, to, why=why)
    answer(found, say("alerts.assigned", alert=name, to=to))


@command(app, "acknowledge", "alerts.acknowledge.help")
def acknowledge(name: Name, why: Why = "", node: Node = None, signer: As = None) -> None:
    """Say that an alert was seen and is looked into."""
    with open_chain(node, signer) as chain:
        found = chain.alerts.acknowledge(name, why=why)
    answer(found, say("alerts.acknowledged", alert=name))


@command(app, "close", "alerts.close.help")
def close(name: Name, why: Why, node: Node = None, signer: As = None) -> None:
    """Close an alert for a reason."""
    with open_chain(node, signer) as chain:
        found = chain.alerts.close(name, why)
    answer(found, say("alerts.closed", alert=name))


@command(app, "rules", "alerts.rules.help")
def rules(node: Node = None, signer: As = None) -> None:
    """List the watch rules that are followed, and those that are not with the reason."""
    with open_chain(node, signer) as chain:
        found = chain.alerts.rules()
    lines = [say("alerts.followed", rule=each["rule"], height=each["since"]) for each in found["followed"]]
    lines += [say("alerts.rests", rule=each["rule"], why=each["why"][language()]) for each in found["rest"]]
    lines += [found["fault"][language()]] if "fault" in found else []
    answer(found, *(lines or [say("alerts.no_rules")]))


def _row(alert: dict[str, Any], zone: str) -> list[str]:
    about = alert["about"] or alert["instance"] or "–"
    return [
        alert["id"],
        say(f"alerts.level.{alert['level']}"),
        when(alert["time_ms"], zone)[:19],
        alert["title"][language()],
        about[:60],
        say(f"alerts.state.{alert['state']}"),
        alert.get("assigned", "") or "–",
    ]


def _lines(alert: dict[str, Any], zone: str) -> list[str]:
    level, state = say(f"alerts.level.{alert['level']}"), say(f"alerts.state.{alert['state']}")
    lines = [say("alerts.head", title=alert["title"][language()], level=level, state=state)]
    about, rule = alert["about"] or "–", alert["rule"]
    lines.append(say("alerts.about", instance=alert["instance"] or "–", rule=rule, about=about))
    lines.append(say("alerts.raised", height=alert["height"], time=when(alert["time_ms"], zone)))
    if alert.get("ended_height"):
        lines.append(say("alerts.ended", height=alert["ended_height"], time=when(alert["ended_ms"], zone)))
    for each in alert["history"]:
        done = say(f"alerts.done.{each['what']}", to=each.get("assigned", ""))
        lines.append(say("alerts.did", time=when(each["at_ms"], zone), who=each["who"], done=done, why=each.get("why", "–")))
    return lines
