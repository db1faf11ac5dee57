"""What a field asks for and who sees it, as cells of tables."""

import re

from zhulian.language.manual.text import Tongue, code
from zhulian.language.view.shapes import Both, FieldView, View

__all__ = ["asked", "field_rows", "type_words"]

_TYPES = {
    "bool": Both("是或否", "yes or no"),
    "int": Both("整数", "a whole number"),
    "rate": Both("百分比", "a percentage"),
    "date": Both("日期", "a date"),
    "time": Both("时间", "a time"),
    "days": Both("天数", "a number of days"),
    "duration": Both("时长", "an amount of time"),
    "person": Both("自然人", "a person"),
    "file": Both("文件", "a file"),
    "tag": Both("实名标签", "a tag"),
    "codes": Both("编码集", "a set of codes"),
    "bulk": Both("批量汇总根", "a bulk root"),
    "proof": Both("单项证明", "a proof of one item"),
    "ticket": Both("授权票据", "a ticket"),
    "paper": Both("专用文件", "a paper"),
    "state": Both("状态", "a state"),
}
_LITERAL = re.compile("“([!-_a-~]+)”")
"""What a pattern asks for letter by letter, as the view's words quote it; a manual shows it as code."""


def type_words(field: FieldView, view: View, tongue: Tongue) -> str:
    """The type with its unit, role or values."""
    unit = tongue.say(field.unit)
    match field.type:
        case "money":
            return tongue.pick(f"金额（{unit}）", f"an amount of money ({unit})")
        case "price":
            return tongue.pick(f"单价（{unit}，{field.scale} 位小数）", f"a price ({unit}, {field.scale} decimals)")
        case "quantity":
            decimals = tongue.pick(f"，{field.scale} 位小数", f", {field.scale} decimals") if field.scale else ""
            return tongue.pick(f"数量（{unit}{decimals}）", f"a quantity ({unit}{decimals})")
        case "text":
            return _text(field, tongue)
        case "party":
            role = next((each.title for each in view.roles if each.name == field.role), None)
            role = role or {"operator": Both("运营方", "operator"), "regulator": Both("监管方", "regulator")}.get(
                field.role or ""
            )
            name = tongue.say(role)
            return tongue.pick(f"参与方（{name}）", f"a party ({name.lower()})") if name else tongue.pick("参与方", "a party")
        case "choice":
            return tongue.pick("选项：", "one of: ") + tongue.join(tongue.say(each.title) for each in field.options)
        case "list":
            inner = type_words(field.of, view, tongue) if field.of is not None else ""
            return tongue.pick(f"列表，至多 {field.items} 项，每项为{inner}", f"a list of at most {field.items}, each {inner}")
        case "record":
            titles = {each.name: each.title for each in view.records} | {each.name: each.title for each in view.uses}
            title = tongue.say(titles.get(field.record or ""), field.record or "")
            return tongue.pick(f"{title}的编号", f"the key of a {title.lower()}")
    return tongue.say(_TYPES.get(field.type), field.type)


def _text(field: FieldView, tongue: Tongue) -> str:
    if field.format is not None:
        says = _LITERAL.sub(r"`\1`", tongue.say(field.format.says))
        return tongue.pick(f"{says}，例如 {code(field.format.example)}", f"{says}, such as {code(field.format.example)}")
    if field.length is not None and field.length < 4096:
        return tongue.pick(f"文字，不超过 {field.length} 字", f"text of at most {field.length} characters")
    return tongue.pick("文字", "text")


def asked(field: FieldView, view: View, tongue: Tongue) -> str:
    """Type, bounds, and what else a value must keep to."""
    parts = [type_words(field, view, tongue), tongue.say(field.bounds), tongue.say(field.forbids)]
    if field.unique == "everywhere":
        parts.append(tongue.pick(f"全链唯一（登记于 {field.space}）", f"unique on the whole chain (in {field.space})"))
    elif field.unique:
        parts.append(tongue.pick("本应用内唯一", "unique in this application"))
    if field.default_says is not None:
        said = tongue.say(field.default_says)
        parts.append(tongue.pick(f"缺省为{_gap(said)}", f"{said} unless given"))
    return tongue.clauses(parts)


def _gap(text: str) -> str:
    return f" {text}" if text[:1].isascii() else text


def field_rows(fields: list[FieldView], view: View, tongue: Tongue, *, held: bool = False) -> list[list[str]]:
    """A row for each field: title, what is asked, whether it must be given (in a record, `held`: is always there), who sees it."""
    rows = []
    for each in fields:
        title = tongue.say(each.title) if each.titled else code(each.name)
        help_ = tongue.say(each.help)
        needed = tongue.pick("是", "yes") if (not each.optional if held else each.required) else tongue.pick("否", "no")
        said = asked(each, view, tongue)
        rows.append([title, tongue.stop(said) + _help(help_, tongue) if help_ else said, needed, tongue.say(each.visible)])
    return rows


def _help(text: str, tongue: Tongue) -> str:
    return tongue.stop(text) if tongue.zh else f" {tongue.stop(text)}"
