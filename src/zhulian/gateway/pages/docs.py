"""The API page: the same description as /v1/openapi.json, for people, rendered here and not by somebody else's script."""

import json
from functools import cache
from html import escape
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from zhulian.errors import Refusal
from zhulian.gateway.answers import encoded, tagged
from zhulian.gateway.apps.openapi import describe_app
from zhulian.gateway.catalogue import Content, Route
from zhulian.gateway.context import Context, context_of, language_of
from zhulian.gateway.openapi import ALWAYS, TAGS, describe
from zhulian.gateway.pages.frame import html_answer
from zhulian.gateway.problems import TITLES
from zhulian.gateway.routes import ROUTES
from zhulian.gateway.shapes import components

__all__ = ["openapi", "page"]

_APPS_MAX = 50
"""How many instances the whole description takes in; each one also has its own."""
Words = dict[str, str]
_WORDS: dict[str, Words] = {
    "zh": {
        "title": "接口文档",
        "routes": "接口",
        "shapes": "数据结构",
        "parameters": "参数",
        "name": "名称",
        "where": "位置",
        "type": "类型",
        "meaning": "说明",
        "body": "请求正文",
        "answers": "返回",
        "status": "状态码",
        "content": "内容",
        "command": "命令行",
        "send": "发送",
        "failed": "发送失败，请确认节点正在运行。",
        "example": "示例",
        "path": "地址",
        "query": "查询",
        "header": "请求头",
        "form": "格式见 docs/formats.md。出错时一律返回 application/problem+json：code 为稳定编号，zh、en 为两种语言的办法，detail 按 Accept-Language 选取，path 指出出错位置。",
        "retry": "429 与 503 带 Retry-After；相同内容可放心重发，只入账一次。",
        "problem": "问题文档",
    },
    "en": {
        "title": "API",
        "routes": "Operations",
        "shapes": "Shapes",
        "parameters": "Parameters",
        "name": "Name",
        "where": "In",
        "type": "Type",
        "meaning": "Meaning",
        "body": "Body",
        "answers": "Answers",
        "status": "Status",
        "content": "Content",
        "command": "Command line",
        "send": "Send",
        "failed": "It could not be sent. See that the node runs.",
        "example": "Example",
        "path": "path",
        "query": "query",
        "header": "header",
        "form": "Byte formats are in docs/formats.md. Every no is application/problem+json: code is a stable number, zh and en say what to do, detail follows Accept-Language, path names the fault's place.",
        "retry": "429 and 503 carry Retry-After; the same bytes may be sent again safely, they count once.",
        "problem": "problem document",
    },
}


async def openapi(request: Request) -> Response:
    """The OpenAPI description; `?lang=zh` or `?lang=en` for one language, else both."""
    wanted = request.query_params.get("lang")
    language = wanted if wanted in ("zh", "en") else None
    own = await _apps(context_of(request), language)
    public = context_of(request).settings.public_url
    if not own:
        return tagged(request, _openapi(language, public))
    document = _described(language, public)
    for found in own:
        document["tags"] += found["tags"]
        document["paths"] |= found["paths"]
    return tagged(request, encoded(document))


async def _apps(context: Context, language: str | None) -> list[dict[str, Any]]:
    """The descriptions of the first instances that are open.

    There are none to show where the ledger does not answer, or where only members may ask: this page is open to everybody.
    """
    if context.settings.authentication == "required":
        return []
    try:
        found = await context.read(context.ledger.page("scenario/instances", [], None, _APPS_MAX))
        opened = [await context.read(context.definitions.opened(each["key"][1], each["value"])) for each in found["items"]]
    except Refusal:
        return []
    return [describe_app(each, language) for each in opened]


async def page(request: Request) -> Response:
    """The page."""
    language = language_of(request)
    public = context_of(request).settings.public_url.rstrip("/")
    title = f"{_WORDS[language]['title']} · {'珠联' if language == 'zh' else 'Zhulian'}"
    return html_answer(language, "/docs", title, _content(language, public or "http://127.0.0.1:8420"))


def _described(language: str | None, public: str) -> dict[str, Any]:
    """The description, with the address that others find this gateway at, where the settings name one."""
    document = describe(language)
    if public:
        document["servers"] = [{"url": public}]
    return document


@cache
def _openapi(language: str | None, public: str) -> bytes:
    return encoded(_described(language, public))


@cache
def _content(language: str, base: str) -> str:
    words = _WORDS[language]
    sections = "".join(_operation(route, language, words, base) for route in ROUTES)
    shapes = "".join(_shape(name, schema, words) for name, schema in components().items())
    return (
        f'<div class="head"><h1>{words["title"]}</h1><a href="/v1/openapi.json">OpenAPI 3.1</a></div>'
        f'<div class="docs"><aside class="side"><details open><summary>{words["routes"]}</summary>{_index(language)}'
        f'<ul><li><a href="#shapes">{words["shapes"]}</a></li></ul></details></aside><div>'
        f'<section class="card"><p>{words["form"]}</p><p>{words["retry"]}</p></section>{sections}'
        f'<h2 id="shapes">{words["shapes"]}</h2>{shapes}</div></div>'
    )


def _index(language: str) -> str:
    found = []
    for tag, name in TAGS.items():
        links = "".join(
            f'<li><a href="#{route.operation_id}">{escape(route.summary.say(language))}</a></li>'
            for route in ROUTES
            if route.tag == tag
        )
        found.append(f"<b>{escape(name.say(language))}</b><ul>{links}</ul>")
    return "".join(found)


def _operation(route: Route, language: str, words: Words, base: str) -> str:
    verb = route.method
    found = [
        f'<section class="card" id="{route.operation_id}"><h2>{escape(route.summary.say(language))}</h2>',
        f'<p class="op"><span class="verb {verb.lower()}">{verb}</span><span class="where">{escape(route.path)}</span>'
        f'<span class="soft small">{route.operation_id}</span></p><p>{escape(route.text.say(language))}</p>',
        _parameters(route, language, words),
    ]
    for content in route.body:
        found.append(f'<p class="part">{words["body"]} · <code>{escape(content.media_type)}</code> · {_kind(content)}</p>')
        found.append(_example(content, words))
    found.append(_answers(route, language, words))
    found.append(f'<p class="part">{words["command"]}</p><pre>{escape(_command(route, base))}</pre>')
    if verb == "GET" and route.operation_id != "stream_events":
        found.append(_sender(route, words))
    return "".join(found) + "</section>"


def _parameters(route: Route, language: str, words: Words) -> str:
    rows = [(part.name, words["path"], _type(dict(part.schema)), part.text.say(language)) for part in route.parts]
    for place, parameters in (("query", route.parameters), ("header", route.headers)):
        rows += [(each.name, words[place], _type(each.schema()), each.zh if language == "zh" else each.en) for each in parameters]
    if not rows:
        return ""
    cells = "".join(
        f'<tr><td class="keep"><code>{escape(name)}</code></td><td class="keep">{where}</td><td>{kind}</td><td>{escape(text)}</td></tr>'
        for name, where, kind, text in rows
    )
    heads = "".join(f"<th>{words[each]}</th>" for each in ("name", "where", "type", "meaning"))
    return f'<p class="part">{words["parameters"]}</p><div class="scroll"><table class="stack"><thead><tr>{heads}</tr></thead><tbody>{cells}</tbody></table></div>'


def _answers(route: Route, language: str, words: Words) -> str:
    rows = []
    for status, (text, content) in route.answers.items():
        rows.append(
            f'<tr><td class="n">{status}</td><td>{escape(text.say(language))}</td><td>{_kind(content) if content else ""}</td></tr>'
        )
    for status in sorted({*route.refusals, *ALWAYS}):
        title = TITLES[status][0 if language == "zh" else 1]
        rows.append(
            f'<tr><td class="n">{status}</td><td>{escape(title)}</td><td><a href="#shape-Problem">{words["problem"]}</a></td></tr>'
        )
    heads = f'<th class="n">{words["status"]}</th><th>{words["meaning"]}</th><th>{words["content"]}</th>'
    examples = "".join(_example(content, words) for _, content in route.answers.values() if content is not None)
    return f'<p class="part">{words["answers"]}</p><div class="scroll"><table><thead><tr>{heads}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>{examples}'


def _example(content: Content, words: Words) -> str:
    if content.example is None:
        return ""
    text = (
        content.example
        if isinstance(content.example, str)
        else json.dumps(content.example, ensure_ascii=False, indent=2, sort_keys=True)
    )
    return f'<details class="more"><summary>{words["example"]} · {escape(content.media_type)}</summary><pre>{escape(text)}</pre></details>'


def _command(route: Route, base: str) -> str:
    path = route.path
    for part in route.parts:
        path = path.replace("{" + part.name + "}", str(part.example if part.example is not None else part.name))
    address = f"{base}{path}"
    if route.operation_id == "stream_events":
        return f"curl -N '{address}?after_height=0'"
    if route.operation_id == "submit_batch":
        return f"curl -H 'Content-Type: application/x-ndjson' --data-binary @envelopes.ndjson '{address}?wait=sealed'"
    if route.method == "POST":
        return f"curl -H 'Content-Type: application/json' --data-binary @{'envelope' if route.tag == 'transactions' else 'ids'}.json '{address}'"
    return f"curl '{address}'"


def _sender(route: Route, words: Words) -> str:
    inputs = [(part.name, "path", "" if part.example is None else str(part.example)) for part in route.parts]
    inputs += [(each.name, "query", "") for each in route.parameters]
    fields = "".join(
        f'<label>{escape(name)}<input name="{escape(name)}" data-in="{place}" value="{escape(value)}" autocomplete="off" spellcheck="false"></label>'
        for name, place, value in inputs
    )
    return (
        f'<form class="try" hidden data-path="{escape(route.path)}" data-failed="{escape(words["failed"])}">{fields}'
        f'<button class="go" type="submit">{words["send"]}</button></form><pre hidden aria-live="polite"></pre>'
    )


def _shape(name: str, schema: dict[str, Any], words: Words) -> str:
    rows = "".join(
        f'<tr><td class="keep"><code>{escape(each)}</code></td><td>{_type(part)}</td><td>{escape(str(part.get("description", "")))}</td></tr>'
        for each, part in schema.get("properties", {}).items()
    )
    return (
        f'<section class="card" id="shape-{name}"><h3>{name}</h3><p class="soft" lang="en">{escape(str(schema.get("description", "")))}</p>'
        f'<div class="scroll"><table class="stack"><thead><tr><th>{words["name"]}</th><th>{words["type"]}</th><th>{words["meaning"]}</th></tr></thead><tbody>{rows}</tbody></table></div></section>'
    )


def _kind(content: Content) -> str:
    if isinstance(content.shape, str):
        return _link(content.shape)
    return _type(dict(content.shape))


def _type(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return _link(schema["$ref"].rpartition("/")[2])
    if "anyOf" in schema:
        return " | ".join(_type(each) for each in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(f"<code>{escape(json.dumps(each))}</code>" for each in schema["enum"])
    if "const" in schema:
        return f"<code>{escape(json.dumps(schema['const']))}</code>"
    kind = str(schema.get("type", "any"))
    if kind == "array":
        items = schema.get("items")
        return f"[{_type(items)}]" if isinstance(items, dict) else "[…]"
    bounds = [
        f"{sign} {schema[key]}"
        for key, sign in (("minimum", "≥"), ("maximum", "≤"))
        if key in schema and abs(schema[key]) < 2**53 - 1
    ]
    return escape(" ".join([kind, *bounds]))


def _link(name: str) -> str:
    return f'<a href="#shape-{name}">{name}</a>'
