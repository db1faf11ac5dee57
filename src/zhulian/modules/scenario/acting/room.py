"""How much a record may hold of what can be long, so that there is always room left for what rules have to change.

A state value has a bound. Were a record filled up to it, by a long text that anybody may hand in, then nothing could be done with
it any more, and what it owns would be lost. What has a bounded length by itself (numbers, parties, states, timers, owners, tasks,
seals) fits into what is left here, whatever it comes to.
"""

from typing import Any

import msgspec

from zhulian.language.compile import CompiledRecord
from zhulian.modules.scenario.errors import RecordTooLong
from zhulian.modules.scenario.limits import LEAF_BYTES_MAX, LONG_BYTES_MAX
from zhulian.modules.scenario.state import Held

__all__ = ["is_leaf_short", "require_room"]

_encode = msgspec.json.Encoder().encode
_ESCAPED_MAX = 6
"""The most bytes that a character has in JSON."""


def is_leaf_short(leaf: str) -> bool:
    """Whether the key of a record leaves room for all state keys that name the record."""
    return len(leaf) * _ESCAPED_MAX <= LEAF_BYTES_MAX or len(_encode(leaf)) - 2 <= LEAF_BYTES_MAX


def require_room(rules: CompiledRecord, key: str, before: Held | None, after: Held) -> None:
    """That texts, lists and references of a record are not too long, where any of them changes.

    Raises:
        RecordTooLong.
    """
    old: dict[str, Any] = {} if before is None else before.fields
    new = after.fields
    for name in rules.long:
        if old.get(name) != new.get(name):
            break
    else:
        return
    if before is not None and before.version != after.version:  # it moves, which nothing may keep it from
        return
    size = sum(len(_encode(new[name])) for name in rules.long if name in new)
    if size > LONG_BYTES_MAX:
        raise RecordTooLong(record=rules.name, key=key[:200], size=size, most=LONG_BYTES_MAX)
