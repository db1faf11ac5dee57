"""What it costs to keep a record that changed: its value, its event, and all that follows from its fields."""

from typing import Final

from zhulian.language.definition.judge import Judge
from zhulian.language.definition.limits import LIST_MAX, TEXT_BYTES_MAX
from zhulian.language.definition.shapes import Kind, Record
from zhulian.language.definition.sweeps import swept_fields
from zhulian.language.expressions.bounds import most_steps
from zhulian.ledger.limits import HARD

__all__ = ["counting_steps", "keeping_steps"]

_ITSELF: Final = 16
"""Reading it, writing it, its event, and the event of its move to another version."""
_TABLE: Final = 11
"""Taking one value out of a table, and entering another."""
_SPACE: Final = 25
"""Freeing a number in a space, and claiming another."""
_TOTAL: Final = 12
"""Taking out of one sum, and adding to another."""
_TIMER: Final = 24
"""Taking a time out of the queue, and entering another: a few steps a level, seldom more where one fills up."""
_CONTENT: Final = 20
"""Noting whose the content of a field is."""
_CHARACTER: Final = 6
"""The most bytes of a character in JSON."""
_PLAIN: Final = 110
"""The most bytes of a number, a party or a commitment, with its name."""
_ROOT: Final = 260
"""The same of a root, a sealed group, or all that a record has beside its fields."""
_REFERENCE: Final = 400
"""The same of the key of another record."""
_OWNED: Final = 4 * 1024
"""The same of shares and burdens."""


def keeping_steps(judge: Judge, record: Record | None) -> int:
    """The most steps that saving a record of the type takes, however many records there are."""
    if record is None:
        return 0
    found = judge.keeping.get(record.name)
    if found is None:
        found = judge.keeping[record.name] = _keeping_steps(judge, record)
    return found


def counting_steps(judge: Judge, record: Record | None) -> int:
    """The most steps that asking the conditions of totals takes, for the record as it was and as it is."""
    if record is None:
        return 0
    asked = [judge.typed.get(f"totals.{each.name}.where") for each in judge.tree.totals if each.record == record.name]
    return sum(2 * most_steps(each) for each in asked if each is not None)


def _keeping_steps(judge: Judge, record: Record) -> int:
    tree = judge.tree
    spaces = sum(each.unique == "everywhere" for each in record.fields)
    tables = len(record.indexes) + sum(each.unique == "instance" for each in record.fields)
    tables += 2 * len(swept_fields(tree.timers, record.name))
    totals = sum(each.record == record.name for each in tree.totals)
    timers = sum(each.on == record.name for each in tree.timers) + (record.tasks is not None)
    declared = _CONTENT * sum(bool(each.owner) for each in record.fields)
    follows = declared + _TABLE * tables + _SPACE * spaces + _TOTAL * totals + _TIMER * timers
    return _ITSELF + _size_steps(judge, record, timers) + follows + counting_steps(judge, record)


def _size_steps(judge: Judge, record: Record, timers: int) -> int:
    """What writing it costs beyond the bytes that every write pays for."""
    long = [each for each in record.fields if each.visibility == "public" and each.type in ("text", "list", "record")]
    most = min(sum(_bytes(judge, each) for each in long), TEXT_BYTES_MAX) + _ROOT * (2 + len(record.sealed))
    most += sum(_bytes(judge, each) for each in record.fields if each not in long) + _PLAIN * timers
    most += _PLAIN * (len(record.tasks.items) if record.tasks is not None else 0) + (_OWNED if record.owned else 0)
    return max(0, min(most, HARD.value_bytes_max) - HARD.write_free_bytes) // HARD.write_bytes_per_step


def _bytes(judge: Judge, kind: Kind) -> int:
    if kind.type == "text" and getattr(kind, "visibility", "public") == "public":
        most = min(kind.most or 4096, 4096)
        if kind.pattern is not None:  # its table has no circle, so that no text is longer than it has states
            most = min(most, judge.pattern_states.get(kind.pattern, most))
        return _CHARACTER * most + _PLAIN
    if kind.type == "list":
        return min(kind.most or LIST_MAX, LIST_MAX) * (_PLAIN if kind.of is None else _bytes(judge, kind.of))
    if kind.type == "record":
        return _REFERENCE
    return _ROOT if kind.type in ("codes", "bulk") else _PLAIN
