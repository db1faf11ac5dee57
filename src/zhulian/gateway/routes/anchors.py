"""Anchors: what binds headers to somebody else's clock; handed out, and co-seals taken in."""

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from zhulian import canonical
from zhulian.anchors.errors import NoAnchorYet
from zhulian.anchors.receiving import take_co_seal, take_up
from zhulian.anchors.shapes import ATTACHED_MAX, Anchor
from zhulian.anchors.statement import attach
from zhulian.gateway.answers import JSON, encoded, plain, tagged
from zhulian.gateway.bodies import media_type
from zhulian.gateway.catalogue import Both, Content, PathPart, Route
from zhulian.gateway.context import Context, body_of, context_of
from zhulian.gateway.errors import WrongMedia
from zhulian.gateway.parameters import HEIGHT_MAX, Number, known_only, parse_number

__all__ = ["ROUTES"]

_BEFORE = Number("before", "只列此高度以下的锚定", "Only anchors below this height", 1)
_LIMIT = Number("limit", "每页项数", "Items a page", 1, 100, 50)
_PAGE = 100


async def anchors(request: Request) -> Response:
    """What is on the shelf, the newest first."""
    known_only(request, (_BEFORE, _LIMIT))
    before, limit = _BEFORE.read(request) or HEIGHT_MAX, _LIMIT.read(request) or 50
    entries = await asyncio.to_thread(context_of(request).shelf.entries)
    found = [each for each in entries if each.height < before]
    answer: dict[str, Any] = {
        "items": [{"first": each.first, "height": each.height, "kind": each.kind, "maker": each.label} for each in found[:limit]]
    }
    if len(found) > limit:
        answer["next"] = found[limit - 1].height
    return plain(answer)


async def anchors_of(request: Request) -> Response:
    """The anchors that cover one height, each with the path of its header, as they go beside a receipt."""
    known_only(request, ())
    height = parse_number(request.path_params["height"], "height", 1, HEIGHT_MAX)
    context = context_of(request)
    chain = await context.read(context.chain.get())

    def gather() -> bytes | None:
        entries = context.shelf.covering(height)[:ATTACHED_MAX]
        found = [context.shelf.read(each) for each in entries]
        return encoded(attach(chain.hasher, chain.chain, height, found)) if found else None

    data = await asyncio.to_thread(gather)
    if data is None:
        raise NoAnchorYet(height=height)
    return tagged(request, data)


async def take(request: Request) -> Response:
    """Take in a co-seal of another organisation."""
    known_only(request, ())
    if media_type(request.scope) not in ("", JSON):
        raise WrongMedia(wanted=JSON)
    context = context_of(request)
    body = await body_of(request, context.settings.envelope_bytes_max)
    genesis = (await context.read(context.chain.get())).data
    anchor = await asyncio.to_thread(lambda: take_co_seal(canonical.read(body, context.settings.envelope_bytes_max), genesis))
    digests = await _digests(context, anchor)
    await asyncio.to_thread(take_up, anchor, genesis, digests)
    stated, key = anchor.statement, anchor.proof.key  # type: ignore[union-attr]  # a co-seal, as take_co_seal holds
    if context.shelf.anchored(key) < stated.height:
        await asyncio.to_thread(context.shelf.add, anchor, digests, key)
    return plain({"first": stated.first, "height": stated.height, "kind": "co_seal"})


async def _digests(context: Context, anchor: Anchor) -> list[bytes]:
    """The digests that this node has for the headers of an anchor; empty where it has not all of them."""
    stated = anchor.statement
    found: list[bytes] = []
    before = stated.height + 1
    while before > stated.first:
        limit = min(_PAGE, before - stated.first)
        page = await context.read(context.ledger.blocks(before, limit))
        if len(page) != limit or page[0]["header"]["height"] != before - 1:
            return []
        found += [bytes.fromhex(each["digest"]) for each in page]
        before -= limit
    return found[::-1]


_TAG = "anchors"

ROUTES = (
    Route(
        "GET",
        "/v1/anchors",
        anchors,
        "list_anchors",
        _TAG,
        Both("锚定列表", "Anchors"),
        Both(
            "本节点保存的锚定：时间戳（timestamp）、另一条链（chain）、见证签章（co_seal）。由新到旧；next 用作下一页的 before。",
            "The anchors that this node keeps: time stamps, deposits on other chains, co-seals. The newest first; `next` is the "
            "`before` of the following page.",
        ),
        {200: (Both("一页锚定", "A page of anchors"), Content(JSON, {"type": "object"}))},
        (400,),
        parameters=(_BEFORE, _LIMIT),
    ),
    Route(
        "GET",
        "/v1/anchors/{height}",
        anchors_of,
        "get_anchors",
        _TAG,
        Both("某高度的锚定", "The anchors of a height"),
        Both(
            "涵盖该高度的锚定及区块头的证明路径，与回执一并保存即可离线验证（docs/formats.md §26）。",
            "The anchors that cover the height, with the header's path in each: kept beside a receipt, they are verified offline "
            "(docs/formats.md, section 26).",
        ),
        {200: (Both("锚定与路径", "Anchors and paths"), Content(JSON, {"type": "object"}))},
        (400, 404),
        parts=(PathPart("height", Both("高度，从 1 起", "The height, from 1"), {"type": "integer", "minimum": 1}, 1288),),
    ),
    Route(
        "POST",
        "/v1/anchors",
        take,
        "add_co_seal",
        _TAG,
        Both("提交见证签章", "Hand in a co-seal"),
        Both(
            "其他机构核对区块头后所作的见证签章。与本节点的区块头一致且签名有效才予接收。",
            "Another organisation's seal over headers that it has checked. Taken where it holds and is of this node's own headers.",
        ),
        {200: (Both("已接收", "Taken"), Content(JSON, {"type": "object"}))},
        (400, 413, 415, 422),
        body=(Content(JSON, {"type": "object"}),),
    ),
)
