"""The routes of one instance in OpenAPI, made from its definition: one pair for each action, one for each record type."""

from collections.abc import Sequence
from typing import Any

from zhulian import __version__
from zhulian.gateway.apps.definitions import App
from zhulian.gateway.apps.schemas import group_schema, inputs_schema, say
from zhulian.gateway.apps.showing import words
from zhulian.gateway.problems import PROBLEM
from zhulian.language.asking.sealing import group_of
from zhulian.language.definition.shapes import Action, Record, Sealed

__all__ = ["app_paths", "describe_app"]

_SCHEMA = "#/components/schemas/"


def describe_app(app: App, language: str | None) -> dict[str, Any]:
    """A whole description of one instance; `language` None: both, Chinese first."""
    from zhulian.gateway.shapes import components

    title = words(app.tree.title, app.tree.scenario)
    about = app.tree.about
    return {
        "openapi": "3.1.0",
        "info": {
            "title": say(title["zh"], title["en"], language),
            "version": f"{app.value['version']}",
            "description": say(about.zh, about.en, language, "\n\n") if about is not None else "",
            "x-definition": app.loaded.digest,
            "x-gateway": __version__,
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": app.name, "description": say(title["zh"], title["en"], language)}],
        "security": [{}, {"zhulianSignature": []}, {"token": []}],
        "paths": app_paths(app, language),
        "components": {"schemas": components()},
    }


def app_paths(app: App, language: str | None) -> dict[str, Any]:
    """The paths of one instance, its name written in."""
    base = f"/v1/apps/{app.name}"
    paths: dict[str, Any] = {}
    for action in app.tree.actions:
        path = f"{base}/actions/{action.name}"
        paths[path] = {"post": _operation(app, action, language, check=False)}
        paths[path + "/check"] = {"post": _operation(app, action, language, check=True)}
    for record in app.tree.records:
        paths[f"{base}/records/{record.name}"] = {"get": _list(app, record, language)}
    return paths


def _operation(app: App, action: Action, language: str | None, *, check: bool) -> dict[str, Any]:
    title = words(action.title, action.name)
    zh, en = title["zh"], title["en"]
    help_zh, help_en = (action.help.zh, action.help.en) if action.help is not None else ("", "")
    if check:
        zh, en = f"试办：{zh}", f"Check: {en}"
        help_zh = "不写入任何内容，只答复此刻能否办理；不能办理时说明原因与办法。"
        help_en = "Writes nothing; says whether it would be allowed now and, if not, which rule says no and what to do."
    else:
        help_zh += "返回待签名的交易内容；签名由客户端完成，再以 POST /v1/transactions 提交。"
        help_en += " Answers the body to sign. The client signs it and submits it with POST /v1/transactions."
    answer = "Verdict" if check else "Asked"
    return {
        "operationId": f"{app.name}.{action.name}" + (".check" if check else ""),
        "tags": [app.name],
        "summary": say(zh, en, language),
        "description": say(help_zh.strip(), help_en.strip(), language, "\n\n"),
        "x-summary-zh": zh,
        "x-summary-en": en,
        "requestBody": {"required": True, "content": {"application/json": {"schema": _body(app, action, language)}}},
        "responses": {
            "200": {
                "description": say(
                    "结果" if check else "待签名的内容", "The verdict" if check else "What is to be signed", language
                ),
                "content": {"application/json": {"schema": {"$ref": _SCHEMA + answer}}},
            },
            **_problems((400, 404, 422), language),
        },
        "x-refusals": _refusals(app, action),
    }


def _group(app: App, action: Action) -> Sealed | None:
    """The sealed group that an action seals or opens."""
    record = next((each for each in app.tree.records if each.name == (action.on or action.creates)), None)
    return None if record is None else group_of(action, record)


def _body(app: App, action: Action, language: str | None) -> dict[str, Any]:
    properties: dict[str, Any] = {}
    due = []
    group = _group(app, action)
    if action.input or group is not None:
        properties["input"] = inputs_schema(action.input, language)
        if group is not None:
            properties["input"]["properties"][group.name] = group_schema(group, sealing=bool(action.seals), language=language)
            properties["input"]["required"] = [*properties["input"].get("required", ()), group.name]
        due.append("input")
    if action.on and action.on != "instance":
        key = next(each.key for each in app.tree.records if each.name == action.on)
        text = say(f"记录的编号（{'、'.join(key)}）", f"the record's key ({', '.join(key)})", language)
        one: dict[str, Any] = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}], "description": text}
        properties["on"] = {"type": "array", "items": one, "minItems": 1, "maxItems": action.many}
        due.append("on")
    names = [each.name or "actor" for each in action.by]
    properties["by"] = {
        "type": "object",
        "properties": {each: {"type": "string"} for each in names},
        "additionalProperties": False,
        "description": say("签名各方是谁", "which party is which signatory", language),
    }
    if len(names) > 1:
        properties["by"]["required"] = names
        due.append("by")
    properties["signers"] = {
        "type": "array",
        "items": {"type": "string"},
        "description": say("由谁签名，如 org1.clerk", "who will sign, such as org1.clerk", language),
    }
    properties["propose"] = {
        "type": "string",
        "examples": ["3d"],
        "description": say(
            "改为提议：在此期限内逐个签名", "propose instead: signatures may come one by one until then", language
        ),
    }
    return {"type": "object", "properties": properties, "additionalProperties": False, **({"required": due} if due else {})}


def _list(app: App, record: Record, language: str | None) -> dict[str, Any]:
    return {
        "operationId": f"{app.name}.records.{record.name}",
        "tags": [app.name],
        "summary": say(record.title.zh, record.title.en, language),
        "x-summary-zh": record.title.zh,
        "x-summary-en": record.title.en,
        "responses": {
            "200": {
                "description": say("一页", "A page", language),
                "content": {"application/json": {"schema": {"$ref": _SCHEMA + "Rows"}}},
            },
            **_problems((400, 404), language),
        },
    }


def _refusals(app: App, action: Action) -> list[dict[str, str]]:
    """The refusals that the action's own rules name, with their sentences."""
    named = list(dict.fromkeys(each.refusal for each in action.require))
    known = {each.name: each.text for each in app.tree.refusals}
    return [
        {"code": f"{app.tree.scenario}:{name}", "zh": known[name].zh, "en": known[name].en} for name in named if name in known
    ]


def _problems(statuses: Sequence[int], language: str | None) -> dict[str, Any]:
    from zhulian.gateway.problems import TITLES

    return {
        str(status): {
            "description": say(*TITLES[status], language),
            "content": {PROBLEM: {"schema": {"$ref": _SCHEMA + "Problem"}}},
        }
        for status in (*statuses, 429, 500, 503)
    }
