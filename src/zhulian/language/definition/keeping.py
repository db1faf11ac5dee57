"""What it costs to keep a record that changed: its value, its event, and all that follows from its fields."""

from typing import Final

from zhulian.language.definition.shapes import Record
from zhulian.language.definition.views import Tree

__all__ = ["keeping_steps"]

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


def keeping_steps(tree: Tree, record: Record | None) -> int:
    """The most steps that saving a record of the type takes, however many records there are."""
    if record is None:
        return 0
    spaces = sum(each.unique == "everywhere" for each in record.fields)
    tables = len(record.indexes) + sum(each.unique == "instance" for each in record.fields)
    totals = sum(each.record == record.name for each in tree.totals)
    timers = sum(each.on == record.name for each in tree.timers) + (record.tasks is not None)
    return _ITSELF + _TABLE * tables + _SPACE * spaces + _TOTAL * totals + _TIMER * timers
