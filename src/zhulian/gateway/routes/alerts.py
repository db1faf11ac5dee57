"""Alerts of this node's desk: what watch rules and definitions have raised, and what its organisation does about each."""

import asyncio
from typing import Any, cast

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from zhulian.canonical import WrongShape
from zhulian.errors import Words
from zhulian.gateway.answers import JSON, plain
from zhulian.gateway.beside import party_of
from zhulian.gateway.catalogue import Both, Content, PathPart, Route
from zhulian.gateway.context import Context, body_of, context_of
from zhulian.gateway.parameters import Choice, Text, known_only
from zhulian.gateway.routes.definitions import LIMIT
from zhulian.node.methods import Params
from zhulian.offchain.index.errors import IndexSilent
from zhulian.offchain.index.methods import AlertNamed, Alerts, Asker, Handle

__all__ = ["ROUTES"]

_BODY_MAX = 8 * 1024
_STATE = Choice("state", "只查此状态", "Only in this state", ("", "open", "acknowledged", "closed"), "")
_LEVEL = Choice("level", "只查此级别", "Only of this level", ("", "low", "medium", "high"), "")
_INSTANCE = Text("instance", "只查此应用", "Only of this application")
_AFTER = Text("after", "上一页给出的翻页标记", "The cursor that the page before gave")


class _Done(msgspec.Struct, forbid_unknown_fields=True):
    what: str
    why: str = ""
    assigned: str = ""


_DONE = msgspec.json.Decoder(_Done)


async def alerts(request: Request) -> Response:
    """A page of alerts, the newest first."""
    known_only(request, (_STATE, _LEVEL, _INSTANCE, _AFTER, LIMIT))
    context = context_of(request)
    party, request = await party_of(request, context.guard)
    asked = Alerts(
        party=party,
        state=cast(Any, _STATE.read(request)),
        level=cast(Any, _LEVEL.read(request)),
        instance=request.query_params.get("instance", "")[:256],
        after=request.query_params.get("after", "")[:256],
        limit=LIMIT.read(request) or 50,
    )
    found = await _ask(context, "alerts", asked)
    return plain(found if found["next"] else {name: value for name, value in found.items() if name != "next"})


async def alert(request: Request) -> Response:
    """One alert with its history."""
    known_only(request, ())
    context = context_of(request)
    party, _ = await party_of(request, context.guard)
    return plain(await _ask(context, "alert", AlertNamed(party, str(request.path_params["alert"])[:64])))


async def handle(request: Request) -> Response:
    """Assign, acknowledge or close an alert; who signs the request is written down."""
    known_only(request, ())
    context = context_of(request)
    party, request = await party_of(request, context.guard)
    who = str(request.scope.get("zhulian.signer", party))
    data = await body_of(request, _BODY_MAX)
    try:
        given = _DONE.decode(data)
        asked = {"alert": str(request.path_params["alert"])[:64], "who": who, **msgspec.to_builtins(given)}
        wanted = msgspec.convert(asked, Handle)
    except msgspec.DecodeError as wrong:
        raise WrongShape(why=Words.quote(wrong)) from None
    return plain(await _ask(context, "handle", wanted))


async def rules(request: Request) -> Response:
    """The watch rules that this node follows, and why it does not follow others."""
    known_only(request, ())
    context = context_of(request)
    party, _ = await party_of(request, context.guard)
    return plain(await _ask(context, "rules", Asker(party)))


async def _ask(context: Context, method: str, params: Params) -> Any:
    """The index process's answer.

    Raises:
        IndexSilent: it does not run. Refusal: its own no.
    """
    try:
        async with asyncio.timeout(context.settings.answer_s):
            return await context.index.ask(method, params)
    except (TimeoutError, ConnectionError):
        raise IndexSilent() from None


_TAG = "alerts"
_NAME = (PathPart("alert", Both("预警编号", "The alert's id"), example="al-9f3c9f3c9f3c9f3c"),)
_SIGNED = Both("须由本节点所属机构签名请求。", "Asks for a signed request of the organisation whose node this is.")
_REFUSED = (400, 401, 403, 404, 503)


def _route(method: str, path: str, endpoint: Any, operation: str, summary: Both, more: Both, shape: str, **rest: Any) -> Route:
    text = Both(f"{more.zh}{_SIGNED.zh}", f"{more.en} {_SIGNED.en}")
    return Route(
        method, path, endpoint, operation, _TAG, summary, text, {200: (summary, Content(JSON, shape))},
        rest.pop("refusals", _REFUSED), **rest,
    )  # fmt: skip


ROUTES = (
    _route(
        "GET",
        "/v1/alerts",
        alerts,
        "list_alerts",
        Both("预警列表", "Alerts"),
        Both(
            "监测规则与场景定义发出的预警，较新的在前；附处理状态与承办人。一页至多查看 2000 条，可能不满。",
            "What watch rules and definitions have raised, the newest first, each with how it stands and whom it is assigned to. A page looks at 2,000 at "
            "most and may be short for that.",
        ),
        "AlertPage",
        parameters=(_STATE, _LEVEL, _INSTANCE, _AFTER, LIMIT),
    ),
    _route(
        "GET",
        "/v1/alerts/{alert}",
        alert,
        "get_alert",
        Both("一项预警", "One alert"),
        Both("附其处理经过：何人、何时、何故。", "With what was done about it: who, when, why."),
        "Alert",
        parts=_NAME,
    ),
    _route(
        "POST",
        "/v1/alerts/{alert}",
        handle,
        "handle_alert",
        Both("处理预警", "Handle an alert"),
        Both(
            "what 为 assigned（分派，assigned 写承办人）、acknowledged（确认）或 closed（办结，须写 why）。签名者即处理人，时间为本机时钟。",
            "`what` is `assigned` (to whom: `assigned`), `acknowledged`, or `closed` (with `why`). Who signs the request is who did it, at this machine's time.",
        ),
        "Alert",
        parts=_NAME,
        body=(Content(JSON, "AlertHandling", {"what": "closed", "why": "已核实，系同一合同分批交付"}),),
        refusals=(*_REFUSED, 408, 409, 413),
    ),
    _route(
        "GET",
        "/v1/watch",
        rules,
        "list_watch_rules",
        Both("监测规则", "Watch rules"),
        Both(
            "本节点运行的监测规则及其起始高度，以及未能运行的规则与原因。",
            "The rules that this node follows, each with the height above which it does; and the rules that it does not follow, with the reason.",
        ),
        "WatchRules",
    ),
)
