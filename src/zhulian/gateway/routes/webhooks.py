"""Webhooks: adding, listing, trying and removing them. Always for whoever signs the request, and only one's own."""

import asyncio
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from zhulian.canonical import WrongShape
from zhulian.errors import Words
from zhulian.gateway.answers import JSON, plain
from zhulian.gateway.beside import party_of
from zhulian.gateway.catalogue import Both, Content, PathPart, Route
from zhulian.gateway.context import Context, body_of, context_of
from zhulian.gateway.parameters import known_only
from zhulian.node.methods import Params
from zhulian.offchain.courier.errors import CourierSilent
from zhulian.offchain.courier.methods import Add, Named, Own

__all__ = ["ROUTES"]

_BODY_MAX = 16 * 1024
_TEST_S = 40.0


class _New(msgspec.Struct, forbid_unknown_fields=True):
    url: str
    topics: list[str]
    instance: str = ""
    after_height: int | None = None


_NEW = msgspec.json.Decoder(_New)


async def add(request: Request) -> Response:
    """Make a webhook; its secret is in the answer, this once."""
    known_only(request, ())
    context = context_of(request)
    party, request = await party_of(request, context.guard)
    data = await body_of(request, _BODY_MAX)
    try:
        given = _NEW.decode(data)
        asked = Add(party, given.url, tuple(given.topics), given.instance, given.after_height)
        msgspec.convert(msgspec.to_builtins(asked), Add)  # the bounds of its fields
    except msgspec.DecodeError as wrong:
        raise WrongShape(why=Words.quote(wrong)) from None
    return plain(await _ask(context, "add", asked), 201)


async def webhooks(request: Request) -> Response:
    """The asker's webhooks."""
    known_only(request, ())
    context = context_of(request)
    party, _ = await party_of(request, context.guard)
    return plain({"items": await _ask(context, "list", Own(party))})


async def remove(request: Request) -> Response:
    """Forget a webhook; the answer shows it once more."""
    return plain(await _named(request, "remove"))


async def test(request: Request) -> Response:
    """Send a test to a webhook's target."""
    return plain(await _named(request, "test"))


async def deliveries(request: Request) -> Response:
    """The newest tries of a webhook."""
    return plain({"items": await _named(request, "deliveries")})


async def _named(request: Request, method: str) -> Any:
    known_only(request, ())
    context = context_of(request)
    party, _ = await party_of(request, context.guard)
    return await _ask(context, method, Named(party, str(request.path_params["name"])[:64]))


async def _ask(context: Context, method: str, params: Params) -> Any:
    """The courier's answer.

    Raises:
        CourierSilent: it does not run. Refusal: its own no.
    """
    try:
        async with asyncio.timeout(_TEST_S if method == "test" else context.settings.answer_s):
            return await context.courier.ask(method, params)
    except (TimeoutError, ConnectionError):
        raise CourierSilent() from None


_TAG = "webhooks"
_NAME = (PathPart("name", Both("订阅名称", "The webhook's name"), example="wh-5b215b215b21"),)
_SHOWN = {"height": 1288, "name": "wh-5b215b215b21", "topics": ["evidence.*"], "url": "https://office.example.org/zhulian"}
_REFUSED = (400, 401, 403, 404, 503)


def _route(
    method: str, path: str, endpoint: Any, operation: str, summary: Both, text: Both, shape: str, status: int = 200, **more: Any
) -> Route:
    answers = {status: (summary, Content(JSON, shape, more.pop("example", None)))}
    return Route(method, path, endpoint, operation, _TAG, summary, text, answers, more.pop("refusals", _REFUSED), **more)


ROUTES = (
    _route(
        "POST",
        "/v1/webhooks",
        add,
        "add_webhook",
        Both("订阅事件推送", "Add a webhook"),
        Both(
            "须签名请求。此后所选主题的每个事件按区块顺序推送，至少送达一次；签名方式见操作指南“事件推送”。密钥只在本次答复中给出。",
            "Asks for a signed request. From then on every event of its topics is delivered, block by block, in order, at least once; how it is signed "
            "stands in the how-to on webhooks. The secret is shown in this answer only.",
        ),
        "Webhook",
        201,
        body=(Content(JSON, "NewWebhook", {"topics": ["evidence.*"], "url": "https://office.example.org/zhulian"}),),
        example={**_SHOWN, "secret": "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="},
        refusals=(*_REFUSED, 408, 413),
    ),
    _route(
        "GET",
        "/v1/webhooks",
        webhooks,
        "list_webhooks",
        Both("本参与方的推送订阅", "One's webhooks"),
        Both("须签名请求；各附已送达的高度。", "Asks for a signed request; each with the height that its target has."),
        "Webhooks",
        example={"items": [_SHOWN]},
    ),
    _route(
        "DELETE",
        "/v1/webhooks/{name}",
        remove,
        "remove_webhook",
        Both("取消推送订阅", "Remove a webhook"),
        Both("须签名请求。", "Asks for a signed request."),
        "Webhook",
        parts=_NAME,
    ),
    _route(
        "POST",
        "/v1/webhooks/{name}/test",
        test,
        "test_webhook",
        Both("试推送", "Try a webhook"),
        Both(
            "向接收方发送一个标明为测试的事件，返回其 HTTP 状态。",
            "Sends one delivery marked as a test; the target's HTTP status comes back.",
        ),
        "Tested",
        parts=_NAME,
        refusals=(*_REFUSED, 502),
    ),
    _route(
        "GET",
        "/v1/webhooks/{name}/deliveries",
        deliveries,
        "list_deliveries",
        Both("推送记录", "What became of deliveries"),
        Both("最近 200 次推送，较新的在前。", "The newest 200 tries, the newest first."),
        "Deliveries",
        parts=_NAME,
    ),
)
