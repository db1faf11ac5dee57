"""Content of guarded fields: whether what opens it can, and whether what is erased may be."""

from collections.abc import Iterable, Sequence

from zhulian.language.definition.effects import Seen
from zhulian.language.definition.guard_faults import EraseUnfit, OpeningUnfit
from zhulian.language.definition.judge import Judge
from zhulian.language.definition.shapes import Action, Lent, Record
from zhulian.language.expressions.tree import Field as Reading
from zhulian.language.expressions.tree import Present
from zhulian.language.expressions.types import Record as RecordType
from zhulian.language.expressions.types import Said

__all__ = ["check_destroying", "check_opening", "emergencies"]

_OPENING = ("open", "break_glass")


def check_opening(judge: Judge, action: Action, record: Record | None, groups: Sequence[str], path: str) -> None:
    """Whether what an action opens, which is no sealed group, is a guarded field with an owner that its effects do open."""
    fields = {f"this.{each.name}": each for each in record.fields if each.visibility == "guarded"} if record is not None else {}
    if not judge.must_be(
        action.opens, (*groups, *fields), f"{path}.opens", Said("密封组或受控字段", "sealed group or guarded field")
    ):
        return
    field, opens = fields[action.opens], f"{path}.opens"
    if action.creates:
        why = ("记录尚未建立", "the record is only being made")
        judge.fault(OpeningUnfit, opens, field=field.name, why_zh=why[0], why_en=why[1])
    elif not field.owner:
        why = ("未写明内容属于谁（owner）", "it does not say whose its content is (owner)")
        judge.fault(OpeningUnfit, opens, field=field.name, why_zh=why[0], why_en=why[1])
    elif not any(_opens(each, action) for each in action.do):
        why = ("do 中没有相应的调阅", "nothing in do opens it")
        judge.fault(OpeningUnfit, opens, field=field.name, why_zh=why[0], why_en=why[1])
    elif action.many > 1:
        why = ("一笔交易只能调阅一次，不能与 many 同用", "one transaction opens once, and many would more")
        judge.fault(OpeningUnfit, opens, field=field.name, why_zh=why[0], why_en=why[1])


def _opens(effect: object, action: Action) -> bool:
    if not isinstance(effect, Lent) or effect.name != _OPENING[action.break_glass]:
        return False
    return any(each.name == "file" and each.value == action.opens for each in effect.values)


def check_destroying(judge: Judge, seen: Seen, path: str) -> None:
    """Whether what verbs destroy are fields that may be erased."""
    records = {each.name: each for each in judge.tree.records}
    for use in seen.verbs:
        file = use.arguments.get(use.verb.destroys) if use.verb.destroys else None
        if not isinstance(file, Reading | Present) or not isinstance(file.of.type, RecordType):
            continue
        fields = {each.name: each for each in records[file.of.type.name].fields} if file.of.type.name in records else {}
        if file.name in fields and not fields[file.name].erasable:
            judge.fault(EraseUnfit, f"{use.path}.{use.verb.destroys}", field=file.name)


def emergencies(actions: Iterable[Action], record: Record) -> frozenset[str]:
    """The fields of a record type that some action opens in an emergency."""
    return frozenset(each.opens.removeprefix("this.") for each in actions if each.break_glass and each.on == record.name)
