"""Titles that are only ever passed on whole: each has one owner at any time."""

from collections.abc import Iterator
from typing import Any

import msgspec

from zhulian.language.definition.check import Checked

__all__ = ["whole_titles"]

_IN_PARTS = {"part", "from"}
"""What `pass` is given where it passes on less than all that all owners have."""


def whole_titles(checked: Checked) -> frozenset[str]:
    """Record types that are titles, of which nothing in the definition passes on a part.

    A new title belongs to one; `pass` without a part and without a giver gives all of it to one; nothing else changes owners, and no other
    instance can. Titles of an earlier version may have been divided, so none counts where there was one.
    """
    tree = checked.definition.tree
    if tree.upgrade is not None:
        return frozenset()
    divided = any(_IN_PARTS & given for given in _passed(msgspec.to_builtins([tree.actions, tree.timers, tree.records])))
    return frozenset() if divided else frozenset(each.name for each in tree.records if each.owned)


def _passed(value: Any) -> Iterator[set[str]]:
    """What each `pass` is given, by name."""
    if isinstance(value, dict):
        if value.get("verb") == "lent" and value.get("name") == "pass":
            yield {each["name"] for each in value["values"]}
        for each in value.values():
            yield from _passed(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _passed(each)
