"""Alerts at the desk of one's own organisation's node: listing, assigning, acknowledging and closing them."""

from collections.abc import Sequence
from typing import Any

from zhulian import canonical
from zhulian.client.answers import as_json, path_of
from zhulian.client.core import Core
from zhulian.client.flow import Call, Flow, call

__all__ = ["acknowledge", "assign", "close", "every", "rules", "show"]


def every(
    core: Core,
    *,
    state: str | None = None,
    level: str | None = None,
    instance: str | None = None,
    after: str | None = None,
    limit: int = 50,
) -> Flow[dict[str, Any]]:
    """A page of alerts, the newest first: `{items, height, next}`; `next` goes into `after`.

    Raises:
        FromNode: the index does not run, or this is another organisation's node. Unreachable.
    """
    given = {"state": state, "level": level, "instance": instance, "after": after}
    query = [(name, value) for name, value in given.items() if value]
    answer = yield from call(Call("GET", path_of("alerts"), [*query, ("limit", str(limit))]))
    return dict(as_json(answer, core.url))


def show(core: Core, alert: str) -> Flow[dict[str, Any]]:
    """One alert with what was done about it: who, when, why.

    Raises:
        FromNode: there is none. Unreachable.
    """
    return dict(as_json((yield from call(Call("GET", path_of("alerts", alert)))), core.url))


def assign(core: Core, alert: str, to: str, *, why: str = "") -> Flow[dict[str, Any]]:
    """Assign an alert to somebody; the alert as it then is.

    Raises:
        FromNode: it is closed, or there is none. Unreachable.
    """
    return (yield from _handle(core, alert, {"what": "assigned", "assigned": to, "why": why}))


def acknowledge(core: Core, alert: str, *, why: str = "") -> Flow[dict[str, Any]]:
    """Say that an alert has been seen and is looked into.

    Raises:
        FromNode: it is closed, or there is none. Unreachable.
    """
    return (yield from _handle(core, alert, {"what": "acknowledged", "why": why}))


def close(core: Core, alert: str, why: str) -> Flow[dict[str, Any]]:
    """Close an alert for a reason.

    Raises:
        FromNode: it is closed already, there is none, or no reason is given. Unreachable.
    """
    return (yield from _handle(core, alert, {"what": "closed", "why": why}))


def rules(core: Core) -> Flow[dict[str, Any]]:
    """The watch rules that the node follows, and those that it does not with the reason: `{followed, rest, fault}`.

    Raises:
        FromNode, Unreachable.
    """
    return dict(as_json((yield from call(Call("GET", path_of("watch")))), core.url))


def _handle(core: Core, alert: str, done: dict[str, Any]) -> Flow[dict[str, Any]]:
    body = canonical.encode({name: value for name, value in done.items() if value})
    parts: Sequence[str] = ("alerts", alert)
    return dict(as_json((yield from call(Call("POST", path_of(*parts), body=body))), core.url))
