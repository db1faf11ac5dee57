"""Records of an application: lists, one as people read it, its history, and its proof."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from zhulian.errors import Refusal
from zhulian.gateway.answers import JSON, encoded, plain, tagged
from zhulian.gateway.apps.narrowed import CONDITIONS, find_records, is_narrowed
from zhulian.gateway.apps.places import RecordPlace, place_of
from zhulian.gateway.apps.presented import as_held, collection_of, happened, state_key
from zhulian.gateway.apps.showing import calendar_of, parties_of, record_type, show_record, sweeps_for, words
from zhulian.gateway.catalogue import Both, Content, PathPart, Route
from zhulian.gateway.context import Context, context_of
from zhulian.gateway.cursors import open_cursor, seal_cursor
from zhulian.gateway.errors import NoSuchBlock, NoSuchRecord
from zhulian.gateway.parameters import Number, Parameter, Text, known_only
from zhulian.gateway.routes.apps import INSTANCE
from zhulian.gateway.routes.definitions import AFTER, LIMIT, page_of
from zhulian.language.definition.shapes import Text as BothWays
from zhulian.language.values import split_key

__all__ = ["ROUTES"]

_STARTS = Text("starts", "编号的开头", "How the key begins")
_AFTER_HEIGHT = Number("after_height", "只列此高度之后的事件", "Only what happened above this height", 0)
_HEIGHT = Number("height", "在哪个高度读取，缺省为最新", "The height to read at; the newest where left out", 1)
_RECORDS = "scenario/records"


async def read(request: Request) -> Response:
    """Whatever a path below `records` asks for; keys hold encoded slashes, so the router cannot tell."""
    place = await place_of(request)
    if place.key is None:
        return await _records(request, place)
    if place.wanted == "history":
        return await _history(request, place, place.key)
    if place.wanted == "proof":
        return await _proof(request, place, place.key)
    return await _record(request, place, place.key)


async def _records(request: Request, place: RecordPlace) -> Response:
    known_only(request, (_STARTS, *CONDITIONS, AFTER, LIMIT))
    context = context_of(request)
    starts = request.query_params.get("starts", "")[:256]
    prefix = [place.app.name, place.record, starts]
    if collection_of(place) is not None:
        known_only(request, (_STARTS, AFTER, LIMIT))
        return await _presented(request, place, starts)
    if is_narrowed(request):
        return await _narrowed(request, place, starts)
    cursor = request.query_params.get("after")
    after = None if cursor is None else open_cursor(cursor, _RECORDS, prefix)
    limit = LIMIT.read(request) or 50
    found = await context.read(context.ledger.records(place.app.name, place.record, starts, after, limit))
    items = [await _shown(context, place, each["key"], each["value"]) for each in found["items"]]
    more = {} if found["next"] is None else {"next": seal_cursor(_RECORDS, prefix, found["next"])}
    return plain({"items": items, **more})


async def _narrowed(request: Request, place: RecordPlace, starts: str) -> Response:
    """What the index finds under conditions, each as the ledger holds it."""
    context = context_of(request)
    rows, following, height = await find_records(request, context, place, starts, LIMIT.read(request) or 50)
    items = [await _shown(context, place, key, value) for key, value in rows]
    return plain({"items": items, "height": height, **({"next": following} if following else {})})


async def _presented(request: Request, place: RecordPlace, starts: str) -> Response:
    """What a module keeps in its own collection, in its own order; `starts` is the whole first part of the key."""
    context = context_of(request)
    rows, more = await page_of(request, context, collection_of(place) or "", [starts] if starts else [])
    held = [as_held([starts, *key] if starts else key, value) for key, value in rows]
    return plain({"items": [await _shown(context, place, key, value) for key, value in held], **more})


async def _record(request: Request, place: RecordPlace, key: str) -> Response:
    known_only(request, ())
    context = context_of(request)
    value = await _value(context, place, key)
    if collection_of(place) is not None:
        key, value = as_held(list(split_key(key)), value)
    return tagged(request, encoded(await _shown(context, place, key, value) | await _sweeps(context, place, key, value)))


async def _sweeps(context: Context, place: RecordPlace, key: str, held: dict[str, Any]) -> dict[str, Any]:
    """How far the sweeps have come that were begun for the record, by their names; nothing where there are none."""
    loaded = await context.read(context.definitions.of_version(place.app, held["version"]))
    found: dict[str, Any] = {}
    for name in sweeps_for(loaded.tree, place.record):
        parts = [place.app.name, name, key]
        page = await context.read(context.ledger.page("scenario/sweeps", parts, None, 1))
        for each in page["items"]:
            if each["key"][1:] == parts:
                sweep = {"done": 0, "next": 0, "rested": 0} | each["value"]
                found[name] = {part: sweep[part] for part in ("began", "done", "next", "rested")} | {"ended": sweep["queued"] < 0}
    return {"sweeps": found} if found else {}


async def _value(context: Context, place: RecordPlace, key: str) -> dict[str, Any]:
    """What the chain holds of a record.

    Raises:
        NoSuchRecord. LedgerSilent.
    """
    collection, *parts = state_key(place, key)
    found = await context.read(context.ledger.page(collection, parts, None, 1))
    if not found["items"] or found["items"][0]["key"][1:] != parts:
        raise NoSuchRecord(instance=place.app.name, record=place.record, key=key[:200])
    value: dict[str, Any] = found["items"][0]["value"]
    return value


async def _history(request: Request, place: RecordPlace, key: str) -> Response:
    known_only(request, (_AFTER_HEIGHT, LIMIT))
    context = context_of(request)
    after, limit = _AFTER_HEIGHT.read(request) or 0, LIMIT.read(request) or 50
    if collection_of(place) is None:
        found = await context.read(context.ledger.history(place.app.name, place.record, key, after, limit))
    else:
        whole = happened(await _value(context, place, key))
        found = {"items": [each for each in whole if each["height"] > after], "next": None}
    titles: dict[str, BothWays | None] = {each.name: each.title for each in place.app.tree.actions}
    titles |= {each.name: each.title for each in place.app.tree.timers}
    items = []
    for each in found["items"]:
        cause = each.get("cause") or next(
            (event.get("action") or event.get("cause") or event.get("timer") for event in each["events"]), None
        )
        items.append({**each, "cause": cause, "title": words(titles.get(cause or ""), cause or "-")})
    more = {} if found["next"] is None else {"next": found["next"]}
    return plain({"items": items, **more})


async def _proof(request: Request, place: RecordPlace, key: str) -> Response:
    known_only(request, (_HEIGHT,))
    context = context_of(request)
    height = _HEIGHT.read(request)
    try:
        fact = await context.read(context.ledger.state(state_key(place, key), height))
    except Refusal as refused:
        if height is not None and refused.code == "ledger/5" and height > refused.fields["oldest"]:
            raise NoSuchBlock(height=height) from None  # not gone but still to come
        raise
    return tagged(request, encoded(fact))


async def _shown(context: Context, place: RecordPlace, key: str, held: dict[str, Any]) -> dict[str, Any]:
    """The record by the version that it lives under."""
    loaded = await context.read(context.definitions.of_version(place.app, held["version"]))
    kind = record_type(loaded.tree, place.record) or place.kind
    chain = await context.chain.get()
    shown = show_record(kind, key, held, calendar_of(chain, held["since"]), parties_of(chain))
    return {"instance": place.app.name, "record": place.record, **shown}


_TAG = "apps"
_RECORD = PathPart("record", Both("记录类型", "The record's type"), example="receivable")
_KEY = PathPart(
    "key",
    Both(
        "记录的编号；多段编号以 %2F 分隔，instance 记录写作 -",
        "The record's key; parts joined by %2F; `-` for the record `instance`",
    ),
    example="AR-2026-001",
)
_BASE = "/v1/apps/{instance}/records/{record}"


def _route(path: str, name: str, summary: Both, text: Both, shape: str, *own: Parameter, pattern: str | None = None) -> Route:
    return Route(
        "GET",
        path,
        read,
        name,
        _TAG,
        summary,
        text,
        {200: (summary, Content(JSON, shape))},
        (400, 404, 409, 410),
        parts=(INSTANCE, _RECORD, *((_KEY,) if "{key}" in path else ())),
        parameters=own,
        pattern=pattern,
    )


ROUTES = (
    _route(
        _BASE,
        "list_records",
        Both("记录列表", "Records of a type"),
        Both(
            "按编号的顺序分页，可限定编号的开头。按字词、状态、字段（where=字段=值）筛选或 order=newest 时由检索库查找，最新登记在前，"
            "并附其所到高度 height；所列内容仍为账本现值。",
            "In the order of their keys, page by page; `starts` narrows it to keys that begin so. With words, a state, values of fields (`where=field=value`) or "
            "`order=newest` the search index finds them, the newest first, and `height` is how far it has come; what is shown is what the ledger holds.",
        ),
        "Rows",
        _STARTS,
        *CONDITIONS,
        AFTER,
        LIMIT,
    ),
    _route(
        _BASE + "/{key}/history",
        "get_record_history",
        Both("记录的经过", "History of a record"),
        Both(
            "按先后列出改变该记录的每个事件，附高度与交易编号；末项的 trail 与 proof 中的一致，即为完整。",
            "Every event that changed the record, the oldest first, with height and transaction. It is complete if the last trail equals that of the proof.",
        ),
        "Rows",
        _AFTER_HEIGHT,
        LIMIT,
        pattern=_BASE + "/{key:path}/history",
    ),
    _route(
        _BASE + "/{key}/proof",
        "prove_record",
        Both("记录存在或不存在的证明", "Proof of a record, or of its absence"),
        Both(
            "可离线验证的状态证明；没有该记录时证明其不存在。",
            "A state fact that verifies offline; where there is no such record, it proves that.",
        ),
        "StateFact",
        _HEIGHT,
        pattern=_BASE + "/{key:path}/proof",
    ),
    _route(
        _BASE + "/{key}",
        "get_record",
        Both("一条记录", "One record"),
        Both(
            "链上所存的值，与其中英文写法；附轨迹（trail）、为其开始的逐页办理进度（sweeps）与 ETag。",
            "The values that the chain holds, as people read them in both languages, with the record's trail, how far sweeps for it have come, and an ETag.",
        ),
        "Record",
        pattern=_BASE + "/{key:path}",
    ),
)
