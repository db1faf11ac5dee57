"""The calls of the gateway that an instance of a definition has: enough to make routes, forms or a typed client."""

from typing import Any

from zhulian.language.definition.shapes import Action
from zhulian.language.view.shapes import ApiCall, Both, FieldView
from zhulian.language.view.speaker import Speaker
from zhulian.language.view.words import both, low

__all__ = ["api_calls", "input_schema"]

_BASE = "/v1/apps/{instance}"
_KEY = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
_DIGEST = {"type": "string", "pattern": "^[0-9a-f]{64}$"}


def api_calls(speaker: Speaker, forms: dict[str, list[FieldView]]) -> list[ApiCall]:
    """For each action the call that does it and the one that only tries it, then the records and whole."""
    found: list[ApiCall] = [ApiCall(name="app", method="GET", path=_BASE, title=Both("本应用", "This application"), body=None)]
    for action in speaker.tree.actions:
        title, body, path = both(action.title), _body(speaker, action, forms[action.name]), f"{_BASE}/actions/{action.name}"
        check = Both(f"试办：{title.zh}", f"Check: {title.en}")
        found.append(ApiCall(name=action.name, method="POST", path=path, title=title, body=body))
        found.append(ApiCall(name=f"{action.name}.check", method="POST", path=f"{path}/check", title=check, body=body))
    for record in speaker.tree.records:
        title, path = speaker.record(record.name), f"{_BASE}/records/{record.name}"
        several = (
            ("list", path, Both(f"{title.zh}列表", f"{title.en}: list")),
            ("get", f"{path}/{{key}}", Both(title.zh, title.en)),
            ("history", f"{path}/{{key}}/history", Both(f"{title.zh}的业务轨迹", f"{title.en}: history")),
            ("proof", f"{path}/{{key}}/proof", Both(f"{title.zh}的证明", f"{title.en}: proof")),
        )
        found += [
            ApiCall(name=f"{record.name}.{name}", method="GET", path=where, title=say, body=None) for name, where, say in several
        ]
    return found


def _body(speaker: Speaker, action: Action, form: list[FieldView]) -> dict[str, Any]:
    properties: dict[str, Any] = {}
    due: list[str] = []
    if form:
        properties["input"] = input_schema(form)
        due.append("input")
    if action.on and speaker.records[action.on].key:
        properties["on"] = {"type": "array", "items": _KEY, "minItems": 1, "maxItems": action.many}
        due.append("on")
    names = [each.name or "actor" for each in action.by]
    properties["by"] = {
        "type": "object",
        "properties": {each: {"type": "string"} for each in names},
        "additionalProperties": False,
    }
    if len(names) > 1:
        properties["by"]["required"] = names
        due.append("by")
    return {"type": "object", "properties": properties, "required": due, "additionalProperties": False}


def input_schema(form: list[FieldView]) -> dict[str, Any]:
    """The JSON schema of a form's values as people write them."""
    return {
        "type": "object",
        "properties": {each.name: _value(each) for each in form},
        "required": [each.name for each in form if each.required],
        "additionalProperties": False,
    }


def _value(field: FieldView) -> dict[str, Any]:
    title = field.title.zh if field.title.zh == field.title.en else f"{field.title.zh} · {field.title.en}"
    return {"title": title, **_shape(field)}


def _shape(field: FieldView) -> dict[str, Any]:
    if field.visibility != "public" or field.type == "file":
        return {**_DIGEST, "description": f"{field.visible.zh} · {low(field.visible.en)}"}
    match field.type:
        case "bool":
            return {"type": "boolean"}
        case "choice":
            return {"type": "string", "enum": [each.name for each in field.options]}
        case "list":
            items = {} if field.of is None else _shape(field.of)
            return {"type": "array", "items": items, "maxItems": field.items}
        case "text" if field.format is not None:
            return {"type": "string", "pattern": f"^(?:{field.format.pattern})$", "examples": [field.format.example]}
        case "text":
            return {"type": "string", "maxLength": field.length}
    return {"type": "string", "examples": [field.example]}
