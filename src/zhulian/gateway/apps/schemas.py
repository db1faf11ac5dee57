"""JSON schemas of what people fill in: types, units, bounds and both languages, made from the fields of a definition."""

from typing import Any

from zhulian.language.definition.shapes import Field, Kind, Sealed, Text
from zhulian.language.values import explain_pattern, pattern_example

__all__ = ["field_schema", "group_schema", "inputs_schema", "say"]

_NUMBERS = {
    "money": (r"^-?[0-9]+(\.[0-9]{1,2})?$", "金额，单位为元", "an amount in yuan (units of the currency)"),
    "price": (r"^-?[0-9]+(\.[0-9]+)?$", "单价", "a price"),
    "quantity": (r"^-?[0-9]+(\.[0-9]+)?$", "数量", "a quantity"),
    "rate": (r"^-?[0-9]+(\.[0-9]{1,4})?%?$", "百分比", "a percentage"),
}
_OTHERS: dict[str, tuple[dict[str, Any], str, str]] = {
    "bool": ({"type": "boolean"}, "是或否", "yes or no"),
    "int": ({"type": "integer"}, "整数", "a whole number"),
    "text": ({"type": "string"}, "文字", "text"),
    "date": ({"type": "string", "examples": ["2026-01-05", "+90d"]}, "日期，或距今天数", "a date, or days from today"),
    "time": ({"type": "string", "examples": ["2026-01-05T17:30:00+08:00"]}, "时间", "a time"),
    "days": ({"type": "string", "examples": ["10d"]}, "天数", "a number of days"),
    "duration": ({"type": "string", "examples": ["24h"]}, "时长", "an amount of time"),
    "party": ({"type": "string", "pattern": r"^([a-z][a-z0-9-]{0,30}|~[0-9a-f]{32})$"}, "参与方的名称", "the name of a party"),
    "person": ({"type": "string", "pattern": "^~[0-9a-f]{32}$"}, "自然人的代号", "the handle of a person"),
    "record": ({"type": "string"}, "业务记录的编号", "the key of a record"),
    "tag": ({"type": "string"}, "实名标签", "a tag"),
}
_COMMITMENT = (
    {"type": "string", "pattern": "^[0-9a-f]{64}$"},
    "承诺值：内容保密，由客户端在本地生成，不经过网关",
    "a commitment: the content is private; the client makes it, and it never passes the gateway",
)


def say(zh: str, en: str, language: str | None, between: str = " · ") -> str:
    """Both sentences, or the one in `language`."""
    return zh if language == "zh" else en if language == "en" else f"{zh}{between}{en}"


def field_schema(field: Kind, language: str | None) -> dict[str, Any]:
    """The schema of what a person writes for one field, with its title, unit and bounds."""
    schema, zh, en = _kind(field, language)
    if isinstance(field, Field):
        title = field.title or Text(zh=field.name, en=field.name)
        schema = {"title": say(title.zh, title.en, language), **schema}
        if field.help is not None:
            zh, en = f"{zh}。{field.help.zh}", f"{en}. {field.help.en}"
        if field.default is not None:
            schema["default"] = field.default
    for bound, name_zh, name_en in ((field.min, "不小于", "at least"), (field.max, "不大于", "at most")):
        if bound is not None:
            zh, en = f"{zh}，{name_zh} {bound}", f"{en}, {name_en} {bound}"
    if field.type == "int":
        schema |= {name: int(bound) for name, bound in (("minimum", field.min), ("maximum", field.max)) if bound is not None}
    return {**schema, "description": say(zh, en, language)}


def inputs_schema(fields: tuple[Field, ...] | tuple[Any, ...], language: str | None) -> dict[str, Any]:
    """The schema of all inputs of an action."""
    found: dict[str, Any] = {
        "type": "object",
        "properties": {each.name: field_schema(each, language) for each in fields},
        "additionalProperties": False,
    }
    due = [each.name for each in fields if not each.optional and each.default is None]
    return found | ({"required": due} if due else {})


def group_schema(group: Sealed, *, sealing: bool, language: str | None) -> dict[str, Any]:
    """The schema of a sealed group: its commitment where an action seals it, salt and values where one opens it."""
    title = group.title or Text(zh=group.name, en=group.name)
    named = {"title": say(title.zh, title.en, language)}
    if sealing:
        zh, en = (
            "密封内容的承诺值：由客户端生成，盐与内容由其自行保管",
            "the commitment: the client makes it, and keeps salt and values",
        )
        return {**named, "type": "string", "pattern": "^[0-9a-f]{64}$", "description": say(zh, en, language)}
    zh, en = "密封时所用的盐与内容，以链上形式书写", "salt and values as they were sealed, in the form of the chain"
    values = {"type": "object", "required": list(group.fields), "properties": {each: {} for each in group.fields}}
    return {
        **named,
        "type": "object",
        "required": ["salt", "values"],
        "properties": {"salt": {"type": "string", "pattern": "^[0-9a-f]{64}$"}, "values": values},
        "additionalProperties": False,
        "description": say(zh, en, language),
    }


def _kind(field: Kind, language: str | None) -> tuple[dict[str, Any], str, str]:
    if field.type == "file" or (isinstance(field, Field) and field.visibility != "public"):
        schema, zh, en = _COMMITMENT
        return dict(schema), zh, en
    if field.type in _NUMBERS:
        pattern, zh, en = _NUMBERS[field.type]
        unit = field.currency or field.unit or ("CNY" if field.type == "money" else "")
        zh, en = (f"{zh}（{unit}）", f"{en} ({unit})") if unit else (zh, en)
        return {"type": "string", "pattern": pattern}, zh, en
    if field.type == "choice":
        titles = [each.title or Text(zh=each.name, en=each.name) for each in field.values]
        zh = "，".join(f"{each.name}＝{title.zh}" for each, title in zip(field.values, titles, strict=True))
        en = ", ".join(f"{each.name} = {title.en}" for each, title in zip(field.values, titles, strict=True))
        return {"type": "string", "enum": [each.name for each in field.values]}, zh, en
    if field.type == "list" and field.of is not None:
        item = field_schema(field.of, language)
        return {"type": "array", "items": item, "maxItems": field.most or 256}, "列表", "a list"
    if field.type == "text" and field.pattern is not None:
        form = explain_pattern(field.pattern)
        return (
            {"type": "string", "pattern": f"^(?:{field.pattern})$", "examples": [pattern_example(field.pattern)]},
            form.zh,
            form.en,
        )
    schema, zh, en = _OTHERS.get(field.type, ({}, field.type, field.type))
    return dict(schema), zh, en
