"""What an event names as its cause, found again in the definition: the words of alerts and notices."""

import re
from typing import Any

from zhulian.errors import Words
from zhulian.language.definition.shapes import Text
from zhulian.language.definition.views import Tree

__all__ = ["words_at"]

_PART = re.compile(r"([a-z_0-9]+)((?:\[\d+\])*)")
_INDEX = re.compile(r"\[(\d+)\]")
_SPELT = {"else": "otherwise"}


def words_at(tree: Tree, cause: str) -> Words | None:
    """The words of an alert or notice at a path of the definition, such as `timers.overdue.do[0]`; None where there are none."""
    whole: Any = tree
    for name, place in _PART.findall(cause):
        if isinstance(whole, tuple):
            whole = next((each for each in whole if getattr(each, "name", "") == name), None)
        else:
            whole = getattr(whole, _SPELT.get(name, name), None)
        for index in _INDEX.findall(place):
            whole = whole[int(index)] if isinstance(whole, tuple) and int(index) < len(whole) else None
    said = getattr(whole, "say", None)
    return Words(said.zh, said.en) if isinstance(said, Text) else None
