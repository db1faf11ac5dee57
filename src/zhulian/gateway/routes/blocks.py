"""Blocks, and the stream of what happens in them."""

import asyncio
from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from zhulian.gateway.answers import JSON, encoded, plain, tagged
from zhulian.gateway.catalogue import Both, Content, PathPart, Route
from zhulian.gateway.context import context_of, ticket_of
from zhulian.gateway.errors import NoSuchBlock
from zhulian.gateway.parameters import HEIGHT_MAX, Number, Text, known_only, parse_number
from zhulian.gateway.stream import Hub

__all__ = ["ROUTES"]

_EVENT_STREAM = "text/event-stream; charset=utf-8"
_BEFORE = Number("before", "只列此高度以下的区块", "Only blocks below this height", 1)
_LIMIT = Number("limit", "每页项数", "Items a page", 1, 100, 50)
_AFTER_HEIGHT = Number(
    "after_height", "从此高度之后开始，缺省为最新高度", "Begin above this height; above the newest where left out"
)
_LAST_ID = Text(
    "Last-Event-ID",
    "断线前收到的最后高度，优先于 after_height",
    "The last height that came before the line broke; it outranks after_height",
)


async def blocks(request: Request) -> Response:
    """Headers with digests, the newest first."""
    known_only(request, (_BEFORE, _LIMIT))
    before, limit = _BEFORE.read(request), _LIMIT.read(request) or 50
    context = context_of(request)
    found = await context.read(context.ledger.blocks(before, limit))
    answer: dict[str, object] = {"items": found}
    if len(found) == limit and found[-1]["header"]["height"] > 1:
        answer["next"] = found[-1]["header"]["height"]
    return plain(answer)


async def block(request: Request) -> Response:
    """One block."""
    known_only(request, ())
    height = parse_number(request.path_params["height"], "height", 1, HEIGHT_MAX)
    context = context_of(request)
    found = await context.read(context.ledger.block(height))
    if found is None:
        raise NoSuchBlock(height=height)
    return tagged(request, encoded(found))


async def events(request: Request) -> Response:
    """Server-sent events, one a block, resumable by height."""
    known_only(request, (_AFTER_HEIGHT,))
    context = context_of(request)
    last = request.headers.get("last-event-id")
    after = parse_number(last, "Last-Event-ID", 0, HEIGHT_MAX) if last else _AFTER_HEIGHT.read(request)
    if after is None:
        after = (await context.read(context.ledger.status()))["height"]
    if request.scope.get("zhulian.method") == "HEAD":
        return Response(headers={"Cache-Control": "no-store"}, media_type=_EVENT_STREAM)
    await context.read(context.ledger.events(after, 1, 0))  # a stream from where blocks are gone is refused, not begun
    context.hub.enter()
    ticket_of(request).leave()  # counted among the streams from here on
    return _Stream(context.hub, after)


class _Stream(StreamingResponse):
    """Gives its place back however it ends, also when the client has gone before the first byte."""

    def __init__(self, hub: Hub, after: int) -> None:
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        super().__init__(_patient(hub.follow(after)), 200, headers, _EVENT_STREAM)
        self._hub = hub

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, _bounded(send))
        except TimeoutError:  # a client that keeps the line but does not read
            return
        finally:
            self._hub.leave()


_SEND_S = 30.0


def _bounded(send: Send) -> Send:
    async def within(message: object) -> None:
        async with asyncio.timeout(_SEND_S):
            await send(message)  # type: ignore[arg-type]

    return within


async def _patient(events_: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    async for event in events_:
        yield event


_TAG = "blocks"
_EVENT = (
    'id: 1288\nevent: block\ndata: {"height":1288,"time_ms":1766880000000,"transactions":'
    '[{"events":[{"type":"evidence.deposited"}],"id":"' + "5b21" * 16 + '","status":"applied"}]}\n\n'
)

ROUTES = (
    Route(
        "GET",
        "/v1/blocks",
        blocks,
        "list_blocks",
        _TAG,
        Both("区块列表", "Blocks"),
        Both("由新到旧。next 用作下一页的 before。", "The newest first. `next` is the `before` of the following page."),
        {200: (Both("一页区块头", "A page of headers"), Content(JSON, "Blocks"))},
        (400,),
        parameters=(_BEFORE, _LIMIT),
    ),
    Route(
        "GET",
        "/v1/blocks/{height}",
        block,
        "get_block",
        _TAG,
        Both("读取一个区块", "One block"),
        Both(
            "区块头、摘要、签章、交易及其结果；ran 为到期自动执行的事项。",
            "Header, digest, seals, and the transactions with their results; `ran` is what happened by itself at its time.",
        ),
        {200: (Both("区块", "The block"), Content(JSON, "Block"))},
        (400, 404),
        parts=(PathPart("height", Both("高度，从 1 起", "The height, from 1"), {"type": "integer", "minimum": 1}, 1288),),
    ),
    Route(
        "GET",
        "/v1/events",
        events,
        "stream_events",
        _TAG,
        Both("订阅事件", "Event stream"),
        Both(
            "服务器推送事件（SSE），每个区块一条，id 为高度；到期自动执行的事项列在 ran 中。断线重连时按 Last-Event-ID 续传，不漏不重；空闲时每 15 秒一次心跳。",
            "Server-sent events, one a block, the height as id; what happened by itself at its time stands under `ran`. A broken line resumes by Last-Event-ID without gap or repetition; a heart-beat comes every 15 s.",
        ),
        {200: (Both("事件流", "The stream"), Content("text/event-stream", {"type": "string"}, _EVENT))},
        (400,),
        parameters=(_AFTER_HEIGHT,),
        headers=(_LAST_ID,),
    ),
)
