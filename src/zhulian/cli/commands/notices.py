"""`zhulian notices`: whom this home tells of tasks, alerts and expiries, and how that goes. Asked of this machine's own node."""

import asyncio
from typing import TYPE_CHECKING, Annotated, Any

import typer

from zhulian.cli.errors import BadValue
from zhulian.cli.output import answer, table
from zhulian.cli.parser import application, command
from zhulian.cli.session import Node, acting_home
from zhulian.cli.state import settings
from zhulian.cli.words import language, say

if TYPE_CHECKING:
    from zhulian.node.methods import Params

app = application("notices")
Person = Annotated[str, typer.Argument(help="notices.person", metavar="PERSON")]
_KINDS = ("tasks", "alerts", "expiries")
_Texts = list[str] | None


@command(app, "set", "notices.set.help")
def put(
    person: Person,
    mail: Annotated[str | None, typer.Option("--mail", help="notices.mail", metavar="ADDRESS")] = None,
    phone: Annotated[str | None, typer.Option("--phone", help="notices.phone", metavar="NUMBER")] = None,
    spoken: Annotated[str | None, typer.Option("--language", help="notices.language", metavar="zh|en")] = None,
    kind: Annotated[_Texts, typer.Option("--kind", help="notices.kind", metavar="KIND")] = None,
    instance: Annotated[_Texts, typer.Option("--app", help="notices.app", metavar="APP")] = None,
    again: Annotated[bool, typer.Option("--again", help="notices.again")] = False,
    node: Node = None,
) -> None:
    """Set a person's addresses and wishes."""
    from zhulian.offchain.notices.methods import Put

    if spoken not in (None, "zh", "en"):
        raise BadValue(command="zhulian notices set", name="--language", why="zh, en")
    for each in kind or ():
        if each not in _KINDS:
            raise BadValue(command="zhulian notices set", name="--kind", why=", ".join(_KINDS))
    kinds: Any = None if kind is None else tuple(kind)
    apps = None if instance is None else tuple(instance)
    done = _ask(node, "notices.put", Put(person, mail, phone, spoken, kinds, apps, again))  # type: ignore[arg-type]  # checked above
    answer(done, say("notices.put", person=person, where=_where(done)), say("notices.wishes", kinds=_kinds(done)))


@command(app, "list", "notices.list.help")
def every(node: Node = None) -> None:
    """Show people with their addresses and wishes."""
    from zhulian.node.methods import Nothing

    found = _ask(node, "notices.list", Nothing())
    if settings.json or not found:
        answer(found, say("notices.none"))
        return
    heads = [say(f"column.{each}") for each in ("name", "address", "wishes", "code")]
    table(heads, [[each["name"], _where(each), _kinds(each), each["code"]] for each in found])


@command(app, "remove", "notices.remove.help")
def remove(person: Person, node: Node = None) -> None:
    """Forget a person."""
    from zhulian.offchain.notices.methods import Named

    answer(_ask(node, "notices.remove", Named(person)), say("notices.removed", person=person))


@command(app, "stop", "notices.stop.help")
def stop(person: Annotated[str, typer.Argument(help="notices.code", metavar="CODE|PERSON")], node: Node = None) -> None:
    """Opt a person out, by the code in a notice or by name."""
    from zhulian.offchain.notices.methods import Named

    done = _ask(node, "notices.stop", Named(person))
    answer(done, say("notices.stopped", person=done["name"]))


@command(app, "test", "notices.test.help")
def try_out(person: Person, node: Node = None) -> None:
    """Send a test."""
    from zhulian.offchain.notices.methods import Named

    done = _ask(node, "notices.test", Named(person))
    answer(done, say("notices.tested", person=person, channels=_channels(done["channels"])))


@command(app, "status", "notices.status.help")
def status(node: Node = None) -> None:
    """Show what waits and what was sent."""
    from zhulian.node.methods import Nothing

    found = _ask(node, "notices.status", Nothing())
    lines = [say("notices.people", people=found["people"], stopped=found["stopped"], height=found["height"])]
    if "gap" in found:
        lines.append(f"{found['gap']['code']}  {found['gap'][language()]}")
    for channel in ("mail", "hook"):
        if channel not in found["channels"]:
            lines.append(say("notices.unset", channel=_channels([channel])))
            continue
        lines.append(
            say(
                "notices.channel",
                channel=_channels([channel]),
                **{each: found[channel][each] for each in ("waiting", "sent", "refused")},
            )
        )
        fault = found[channel].get("fault")
        if fault is not None:
            lines.append(f"{fault['code']}  {fault[language()]}")
    answer(found, *lines)


@command(app, "secret", "notices.secret.help")
def secret(node: Node = None) -> None:
    """Show the secret with which a gateway checks what it is sent."""
    from zhulian.node.methods import Nothing

    found = _ask(node, "notices.secret", Nothing())
    answer(found, found["secret"])


def _ask(node: str | None, method: str, params: "Params") -> Any:
    """The answer of this machine's courier.

    Raises:
        CourierSilent: it does not run. Refusal: its own no.
    """
    from zhulian.offchain.courier.errors import CourierSilent
    from zhulian.offchain.courier.methods import CourierClient

    async def ask() -> Any:
        client = CourierClient(acting_home(node).courier_socket)
        try:
            return await client.ask(method, params)
        except ConnectionError:
            raise CourierSilent() from None
        finally:
            await client.close()

    return asyncio.run(ask())


def _where(told: dict[str, Any]) -> str:
    if told.get("stopped_ms"):
        return say("notices.opted_out")
    return " ".join(each for each in (told["mail"], told["phone"]) if each)


def _kinds(told: dict[str, Any]) -> str:
    kinds = ", ".join(say(f"notices.kinds.{each}") for each in told["kinds"]) or "—"
    return f"{kinds} [{' '.join(told['apps'])}]" if told["apps"] else kinds


def _channels(names: list[str]) -> str:
    return ", ".join(say(f"notices.channels.{each}") for each in names)
