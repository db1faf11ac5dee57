"""`opens: this.summary`: the effects that an action which opens a guarded field stands for."""

from collections.abc import Mapping as Table

from zhulian.language.definition.faults import KeyMissing
from zhulian.language.definition.normalise.reader import Reader
from zhulian.language.definition.shapes import Alert, Effect, Lent, Record, Signatory, Text, Value
from zhulian.language.source import Mapping, Node

__all__ = ["read_opening"]

_THIS = "this."
_ALERT = Text(
    zh="受控内容被紧急调阅，请所有方复核", en="Guarded content was opened in an emergency. Its owner should review that"
)


def read_opening(
    reader: Reader, parts: Table[str, Node], path: str, record: Record | None, by: tuple[Signatory, ...], place: int
) -> tuple[str, tuple[Effect, ...]]:
    """What an action opens, and the effects that open a guarded field whose owner is named, from `do[place]` on.

    Of the field's owner, by the first who signs, for the purpose that is written, that the action is, or that the input `purpose` says; on a grant for
    this record, or for the one that `of` names.
    """
    node = parts["opens"]
    inner = (
        reader.parts(node, f"{path}.opens", ("field", "of", "purpose"), ("field",))
        if isinstance(node, Mapping)
        else {"field": node}
    )
    opens = reader.code(inner["field"], f"{path}.opens") if "field" in inner else "x"
    name = opens.removeprefix(_THIS)
    field = next(
        (each for each in (record.fields if record is not None else ()) if opens == _THIS + each.name == _THIS + name), None
    )
    if field is None or not field.owner:
        return opens, ()
    arguments = {"file": opens, "owner": f"{_THIS}{field.owner}", "reader": f"by.{by[0].name}" if by[0].name else "actor"}
    purpose = _purpose(reader, parts, inner, path)
    if purpose:
        arguments["purpose"] = purpose
    glass = "break_glass" in parts and reader.flag(parts["break_glass"], f"{path}.break_glass")
    if not glass:
        arguments["of"] = reader.code(inner["of"], f"{path}.opens.of") if "of" in inner else "this"
    for key in arguments:
        reader.places.setdefault(f"{path}.do[{place}].{key}", reader.places.get(f"{path}.opens", node.at))
    reader.note(f"{path}.do[{place}]", node)
    values = tuple(Value(name=key, value=value) for key, value in arguments.items())
    if not glass:
        return opens, (Lent(name="open", values=values),)
    reader.note(f"{path}.do[{place + 1}]", node)
    return opens, (Lent(name="break_glass", values=values), Alert(level="high", say=_ALERT))


def _purpose(reader: Reader, parts: Table[str, Node], inner: Table[str, Node], path: str) -> str:
    """The expression of the purpose: as it is written beside the field, the action's name where a sentence words it, or as it is asked for."""
    if "purpose" in inner:
        return reader.code(inner["purpose"], f"{path}.opens.purpose")
    if "purpose" in parts:
        return f'"{path.rpartition(".")[2]}"'
    asked = parts.get("input")
    named = (
        asked.keys
        if isinstance(asked, Mapping)
        else [key for each in getattr(asked, "items", ()) for key in getattr(each, "keys", ())]
    )
    if "purpose" in named:
        return "input.purpose"
    reader.fault(KeyMissing, parts["opens"], path, key="purpose")
    return ""
