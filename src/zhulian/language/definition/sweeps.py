"""Sweeps: timers that each record has in its turn, by pages, once an action begins them for the record that all of them name."""

from collections.abc import Sequence

from zhulian.language.definition.faults import KeyMissing, KeysClash
from zhulian.language.definition.judge import Judge
from zhulian.language.definition.names import FIELD
from zhulian.language.definition.shapes import Record, Timer
from zhulian.language.definition.sweep_faults import SweepUnfit
from zhulian.language.expressions.types import Said

__all__ = ["REACH_STEPS", "START_STEPS", "TURN_STEPS", "check_start", "check_sweep", "check_when", "swept_fields"]

START_STEPS = 80
"""What beginning a sweep costs at most: its cursor, and its place in the queue."""
REACH_STEPS = 10
"""What it costs to come to a record, whatever state it is in."""
TURN_STEPS = 50
"""What it costs to open a record and to ask its promises: some 60 µs, which no write pays for, and a block has room for many pages."""
_SWEEP = Said("逐页办理（sweep）", "sweep")
_WAYS = ("at", "sweep", "after")


def swept_fields(timers: Sequence[Timer], record: str) -> tuple[str, ...]:
    """The fields by which records of a type are swept, each once."""
    return tuple(dict.fromkeys(each.sweep for each in timers if each.on == record and each.sweep))


def _swept_type(judge: Judge, name: str) -> str:
    """The type of the record that a sweep is begun for; empty where that has a fault of its own."""
    timer = next((each for each in judge.tree.timers if each.name == name and each.sweep), None)
    record = next((each for each in judge.tree.records if timer is not None and each.name == timer.on), None)
    field = next((each for each in record.fields if timer is not None and each.name == timer.sweep), None) if record else None
    return field.record if field is not None and field.type == "record" else ""


def check_when(judge: Judge, timer: Timer, path: str) -> None:
    """That a timer says in exactly one way when it runs."""
    ways = [each for each in _WAYS if getattr(timer, each)]
    if not ways:
        judge.fault(KeyMissing, path, key=" / ".join(_WAYS))
    elif len(ways) > 1:
        judge.fault(KeysClash, f"{path}.{ways[1]}", one=ways[0], other=ways[1])
    if timer.page and not timer.sweep:
        judge.fault(SweepUnfit, f"{path}.page", why_zh="page 只用于 sweep", why_en="page belongs to a sweep")


def check_sweep(judge: Judge, timer: Timer, record: Record, starts: Sequence[str], path: str) -> None:
    """The field of a sweep, or the sweep that comes before; and that no timer begins one."""
    if timer.sweep:
        fields = {each.name: each for each in record.fields}
        if judge.must_be(timer.sweep, fields, f"{path}.sweep", FIELD):
            field, own = fields[timer.sweep], [each.name for each in judge.tree.records]
            if field.type != "record" or field.record not in own or field.visibility != "public":
                _unfit(
                    judge,
                    f"{path}.sweep",
                    "字段须公开，类型须为本定义的记录",
                    "its field must be public and name a record of this definition",
                )
            elif any(timer.sweep in each.fields for each in record.correct):
                _unfit(
                    judge,
                    f"{path}.sweep",
                    "字段可以更正，而清单按其初值排列",
                    "its field may be corrected, but the list goes by its first value",
                )
        if not timer.page:
            _unfit(judge, f"{path}.page", "每页至少一条", "a page has a record at least")
    if timer.after:
        names = [each.name for each in judge.tree.timers if each.sweep]
        if judge.must_be(timer.after, names, f"{path}.after", _SWEEP) and _swept_type(judge, timer.after) not in ("", timer.on):
            _unfit(judge, f"{path}.after", "它不为该类记录而办", "it is not begun for records of this type")
    if starts:
        _unfit(
            judge,
            f"{path}.do",
            "只能由操作开始，否则会无人办理而不停往复",
            "only actions begin one, or it could go round without anybody",
        )


def check_start(judge: Judge, name: str, record: Record | None, path: str) -> None:
    """That a sweep of this name can be begun for a record of the type."""
    names = [each.name for each in judge.tree.timers if each.sweep]
    if not judge.must_be(name, names, path, _SWEEP) or record is None:
        return
    if _swept_type(judge, name) not in ("", record.name):
        _unfit(judge, path, f"它不为记录 {record.name} 而办", f"it is not begun for a {record.name}")


def _unfit(judge: Judge, path: str, zh: str, en: str) -> None:
    judge.fault(SweepUnfit, path, why_zh=zh, why_en=en)
