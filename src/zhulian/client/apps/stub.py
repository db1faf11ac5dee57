"""A typed description of an application as the text of a Python stub: its actions with their inputs, units and words."""

import keyword
from collections.abc import Sequence

from zhulian.client.apps.reading import AppInfo
from zhulian.language.definition.shapes import Action, Input

__all__ = ["stub_of"]

_TYPES = {
    "bool": "bool",
    "int": "int",
    "money": "str | int | Decimal",
    "price": "str | int | Decimal",
    "rate": "str | int | Decimal",
    "quantity": "str | int | Decimal",
    "date": "str | date",
    "time": "str | datetime",
    "file": "str | Path",
}


def stub_of(info: AppInfo, *, is_async: bool = False) -> str:
    """The text of a module with one class, whose methods are those of `chain.app(…)` for this instance."""
    tree = info.tree
    base = "AsyncApp" if is_async else "App"
    name = "".join(part.capitalize() for part in info.instance.split("-"))
    lines = [
        f'"""{tree.title.en} · {tree.title.zh}: the application {info.instance}.',
        "",
        f"Made from {tree.scenario} version {tree.version}, definition {info.definition}.",
        '"""',
        "",
        "from collections.abc import Mapping, Sequence",
        "from datetime import date, datetime",
        "from decimal import Decimal",
        "from os import PathLike",
        "from pathlib import Path",
        "",
        f"from zhulian.client import {base}, Identity",
        "from zhulian.client.apps.acting import Done",
        "",
        f"class {name}({base}):",
        f'    """{tree.title.en} · {tree.title.zh}"""',
    ]
    for action in tree.actions:
        lines += ["", *_method(action, is_async)]
    return "\n".join(lines) + "\n"


def _method(action: Action, is_async: bool) -> list[str]:
    verb = "async def" if is_async else "def"
    parameters = ["self"]
    if action.on and action.on != "instance":
        parameters.append("*on: object")
    else:
        parameters.append("*")
    parameters += [_parameter(each) for each in action.input if not keyword.iskeyword(each.name)]
    names = [each.name for each in action.by]
    by = "Mapping[str, str]" if len(names) > 1 else "Mapping[str, str] | str | None = None"
    parameters.append(f"by: {by}")
    parameters.append("signers: Sequence[str | Identity] | str | Identity | None = None")
    parameters.append("save: str | PathLike[str] | None = None")
    head = [f"    {verb} {action.name}(", *(f"        {each}," for each in parameters), "    ) -> Done:"]
    return [*head, *_words(action, names)]


def _words(action: Action, names: Sequence[str]) -> list[str]:
    lines = [f'        """{action.title.en} · {action.title.zh}']
    notes = []
    if action.on:
        notes.append(f"On a {action.on}, by its key.")
    if len(names) > 1:
        notes.append(f"Signed by {', '.join(names)}.")
    for each in action.input:
        title = f"{each.title.en} · {each.title.zh}" if each.title is not None else each.name
        bounds = [f"at least {each.min}"] if each.min is not None else []
        bounds += [f"at most {each.max}"] if each.max is not None else []
        unit = each.currency or each.unit or ("CNY" if each.type == "money" else "")
        told = ", ".join([f"{each.type} {unit}".strip(), *bounds, *(["private"] if each.visibility != "public" else [])])
        notes.append(f"{each.name}: {title} ({told})")
    if notes:
        lines += ["", *(f"        {_safe(each)}" for each in notes)]
    return [*lines, '        """', "        ..."]


def _parameter(each: Input) -> str:
    kind = _TYPES.get(each.type, "str")
    if each.type == "choice" and each.values:
        kind = "str"
    if each.type == "list":
        kind = f"str | Sequence[{_TYPES.get(each.of.type, 'str') if each.of is not None else 'str'}]"
    if each.optional or each.default is not None:
        return f"{each.name}: {kind} | None = None"
    return f"{each.name}: {kind}"


def _safe(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"""', "'''")
