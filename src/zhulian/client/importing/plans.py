"""An import plan: which column of a table is which input of an action. People read and change it."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from zhulian.client.importing.errors import BadPlan
from zhulian.client.importing.sheets import Row, Sheet
from zhulian.errors import Words
from zhulian.language.asking import find_action, record_of
from zhulian.language.definition.shapes import Action
from zhulian.language.definition.views import Tree

__all__ = ["FORMAT", "Plan", "Request", "made_key", "make_plan", "read_plan", "request_of"]

FORMAT = "zhulian/import/1"


class Plan(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """`inputs` gives for each input a heading as `column:…`, or one value for all rows as `value:…`; `on` the headings of the
    record's key, for an action on a record.
    """

    format: str = FORMAT
    app: str
    action: str
    sheet: str = ""
    inputs: dict[str, str]
    on: list[str] = []


@dataclass(frozen=True)
class Request:
    """What one row asks for."""

    row: int
    on: tuple[str, ...]
    inputs: dict[str, str]


def make_plan(tree: Tree, app: str, action: str, sheet: Sheet, name: str = "") -> Plan:
    """A plan that takes each input from the column that is called like it, in either language; the rest is left empty.

    Raises:
        UnknownAction.
    """
    found = find_action(tree, action)
    inputs = {}
    for each in found.input:
        called = [each.name] + ([each.title.zh, each.title.en] if each.title is not None else [])
        heading = next((one for one in sheet.headings if one.casefold() in {name.casefold() for name in called}), None)
        if heading is not None or not each.optional:
            inputs[each.name] = f"column:{heading or ''}"
    on = []
    if found.on:
        kind = record_of(tree, found.on)
        titles = {each.name: each.title for each in kind.fields}
        for part in kind.key:
            title = titles.get(part)
            called = [part] + ([title.zh, title.en] if title is not None else [])
            on.append(next((one for one in sheet.headings if one in called), ""))
    return Plan(app=app, action=action, sheet=name, inputs=inputs, on=on)


def read_plan(path: Path) -> Plan:
    """The plan in a file.

    Raises:
        BadPlan.
    """
    try:
        plan = msgspec.json.decode(path.read_bytes(), type=Plan)
    except OSError as wrong:
        raise BadPlan(path=str(path), why=Words.quote(wrong.strerror or wrong)) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as wrong:
        raise BadPlan(path=str(path), why=Words.quote(wrong)) from None
    if plan.format != FORMAT:
        raise BadPlan(path=str(path), why=Words(f"格式名应为 {FORMAT}", f"it is not {FORMAT}"))
    return plan


def require_fit(plan: Plan, path: Path, action: Action, sheet: Sheet) -> None:
    """Hold that a plan speaks of the action's inputs and of the table's columns.

    Raises:
        BadPlan: naming the first that does not fit.
    """
    known = {each.name for each in action.input}
    for name, source in plan.inputs.items():
        if name not in known:
            raise BadPlan(path=str(path), why=Words(f"操作没有填报项 {name}", f"the action has no input {name}"))
        kind, _, what = source.partition(":")
        if kind not in ("column", "value"):
            raise BadPlan(
                path=str(path),
                why=Words(f"{name} 应写作 column:列名 或 value:值", f"{name} is written column:HEADING or value:VALUE"),
            )
        if kind == "column" and what not in sheet.headings:
            raise BadPlan(
                path=str(path), why=Words(f"表格没有列“{what}”（{name}）", f"the table has no column {what!r} (for {name})")
            )
    for heading in plan.on:
        if heading not in sheet.headings:
            raise BadPlan(path=str(path), why=Words(f"表格没有列“{heading}”（on）", f"the table has no column {heading!r} (on)"))


def request_of(plan: Plan, row: Row) -> Request:
    """What a row asks for by a plan; empty cells are inputs that are left out."""
    inputs = {}
    for name, source in plan.inputs.items():
        kind, _, what = source.partition(":")
        value = row.cells.get(what, "") if kind == "column" else what
        if value:
            inputs[name] = value
    on = tuple(row.cells.get(heading, "") for heading in plan.on)
    return Request(row.number, on, inputs)


def made_key(tree: Tree, action: Action, request: Request) -> tuple[str, ...] | None:
    """The key of the record that a row makes, as the row writes it; None where it makes none or the chain names it."""
    if not action.creates:
        return None
    parts = record_of(tree, action.creates).key
    if not parts or any(part not in request.inputs for part in parts):
        return None
    return tuple(request.inputs[part] for part in parts)


def plan_text(plan: Plan) -> bytes:
    """The plan as a file that people read."""
    document: dict[str, Any] = msgspec.to_builtins(plan)
    return json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"
