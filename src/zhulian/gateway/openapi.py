"""The OpenAPI 3.1 description, made from the routes' own descriptions, in either language or in both."""

from collections.abc import Mapping, Sequence
from typing import Any

from zhulian import __version__
from zhulian.gateway.catalogue import Both, Content, Route
from zhulian.gateway.parameters import Parameter
from zhulian.gateway.problems import PROBLEM, TITLES, as_problem
from zhulian.gateway.routes import ROUTES
from zhulian.gateway.shapes import components, reference

__all__ = ["ALWAYS", "TAGS", "describe", "schema_of"]

TAGS: Mapping[str, Both] = {
    "about": Both("节点与链", "Node and chain"),
    "transactions": Both("交易", "Transactions"),
    "receipts": Both("回执", "Receipts"),
    "state": Both("状态", "State"),
    "blocks": Both("区块与事件", "Blocks and events"),
    "anchors": Both("锚定", "Anchors"),
    "credentials": Both("凭证", "Credentials"),
    "members": Both("成员之间", "Between members"),
    "vault": Both("密存库", "The vault"),
    "apps": Both("场景与应用", "Scenarios and applications"),
    "search": Both("检索", "Search"),
    "tracing": Both("追溯", "The way of things"),
    "links": Both("公示链接", "Links to public pages"),
    "webhooks": Both("事件推送", "Webhooks"),
    "custody": Both("托管", "Custody"),
}
ALWAYS = (429, 500, 503)
"""Statuses under which any route may answer with a problem."""

_ABOUT = Both(
    "珠联网关接口。写入一律为客户端签名的规范 JSON（RFC 8785，只用整数）；出错时返回 application/problem+json，附编号与中英文办法。",
    "The gateway of a Zhulian node. Whatever is written is canonical JSON (RFC 8785, integers only) that the client signed; every no is an "
    "application/problem+json with a stable number and what to do, in both languages.",
)
_SIGNED = Both(
    "签名请求：覆盖方法、地址（含查询）、主机、正文摘要、时间与随机数。仅在网关要求身份时需要。",
    "A signed request: covers method, path with query, host, body digest, time and nonce. Needed only where the gateway asks who you are.",
)
_BEARER = Both("访问令牌，绑定一个参与方。", "A token bound to a party.")


def describe(language: str | None) -> dict[str, Any]:
    """The whole description; `language` None: both, Chinese first."""
    paths: dict[str, dict[str, Any]] = {}
    for route in ROUTES:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, language)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "珠联 · Zhulian",
            "version": __version__,
            "description": _say(_ABOUT, language),
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": name, "description": _say(text, language)} for name, text in TAGS.items()],
        "security": [{}, {"zhulianSignature": []}, {"token": []}],
        "paths": paths,
        "components": {
            "schemas": components(),
            "securitySchemes": {
                "zhulianSignature": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "Authorization",
                    "description": _say(_SIGNED, language),
                },
                "token": {"type": "http", "scheme": "bearer", "description": _say(_BEARER, language)},
            },
        },
    }


def _operation(route: Route, language: str | None) -> dict[str, Any]:
    found: dict[str, Any] = {
        "operationId": route.operation_id,
        "tags": [route.tag],
        "summary": _say(route.summary, language, " · "),
        "description": _say(route.text, language),
        "x-summary-zh": route.summary.zh,
        "x-summary-en": route.summary.en,
        "parameters": _parameters(route, language),
        "responses": _responses(route, language),
    }
    if route.body:
        found["requestBody"] = {"required": True, "content": _contents(route.body)}
    if route.open:
        found["security"] = [{}]
    return found


def _parameters(route: Route, language: str | None) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for part in route.parts:
        one = {
            "name": part.name,
            "in": "path",
            "required": True,
            "description": _say(part.text, language),
            "schema": dict(part.schema),
        }
        found.append(one if part.example is None else one | {"example": part.example})
    found += [_parameter(each, "query", language) for each in route.parameters]
    found += [_parameter(each, "header", language) for each in route.headers]
    return found


def _parameter(each: Parameter, place: str, language: str | None) -> dict[str, Any]:
    return {
        "name": each.name,
        "in": place,
        "required": False,
        "description": _say(Both(each.zh, each.en), language),
        "schema": each.schema(),
    }


def _responses(route: Route, language: str | None) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for status, (text, content) in route.answers.items():
        answer: dict[str, Any] = {"description": _say(text, language)}
        if content is not None:
            answer["content"] = _contents((content,))
        found[str(status)] = answer
    for status in sorted({*route.refusals, *ALWAYS}):
        found[str(status)] = _problem(status, language)
    return found


def _problem(status: int, language: str | None) -> dict[str, Any]:
    zh, en = TITLES[status]
    example = as_problem(
        {
            "code": "gateway/5",
            "zh": "网关排队已满。请在 1 秒后重发同一内容。",
            "en": "The gateway's queue is full. Send the same bytes again in 1 s.",
            "fields": {"retry_after_s": 1},
        },
        language or "zh",
    )
    answer: dict[str, Any] = {
        "description": _say(Both(zh, en), language, " · "),
        "content": {PROBLEM: {"schema": reference("Problem")}},
    }
    if status == 429:
        answer["content"][PROBLEM]["example"] = example
    if status in (429, 503, 504):
        answer["headers"] = {"Retry-After": {"schema": {"type": "integer"}, "description": "s"}}
    return answer


def _contents(contents: Sequence[Content]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for content in contents:
        found[content.media_type] = {"schema": schema_of(content)}
        if content.example is not None:
            found[content.media_type]["example"] = content.example
    return found


def schema_of(content: Content) -> dict[str, Any]:
    """The JSON schema of a body."""
    return reference(content.shape) if isinstance(content.shape, str) else dict(content.shape)


def _say(text: Both, language: str | None, between: str = "\n\n") -> str:
    return text.say(language) if language else f"{text.zh}{between}{text.en}"
