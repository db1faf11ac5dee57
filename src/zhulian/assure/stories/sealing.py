"""What players seal away from the chain, and how they open it: truly, falsely, or somebody else's."""

import hashlib
from collections.abc import Mapping
from typing import Any, NamedTuple

from zhulian.assure.stories.entering import Entry
from zhulian.language.definition.shapes import Field, Sealed
from zhulian.language.definition.views import Made, With
from zhulian.language.sealing import reveal_of, sealed_commitment
from zhulian.modules.scenario.values import key_leaf

__all__ = ["Hidden", "enter_group"]


class Hidden(NamedTuple):
    """A sealed group as its maker keeps it."""

    commitment: str
    salt: bytes
    values: dict[str, Any]


def enter_group(entry: Entry, group: Sealed, fields: Mapping[str, Field], given: With, party: str, *, opens: bool) -> Any:
    """What an action is handed that seals a group, or opens it: made now, or shown again as it was made before."""
    made = given.made
    if made is not None and made.kind == "seal":
        hidden = _seal(entry, group, fields, made, party)
    else:
        found = entry.stage.made.get(made.of if made is not None else given.value)
        if not isinstance(found, Hidden):
            return given.value
        hidden = found
        if made is not None:
            hidden = hidden._replace(values={**hidden.values, **_values(entry, fields, made)})
    return reveal_of(hidden.salt, hidden.values) if opens else hidden.commitment


def _seal(entry: Entry, group: Sealed, fields: Mapping[str, Field], made: Made, party: str) -> Hidden:
    stage = entry.stage
    values = _values(entry, fields, made)
    name = made.called or f"seal {len(stage.made)}"
    salt = hashlib.sha256(f"{stage.story.name} {name}".encode()).digest()
    record = f"{entry.record}/{key_leaf(entry.key or ())}"
    commitment = sealed_commitment(stage.chain.world.hasher, entry.opened.name, record, group.name, party, salt, values)
    hidden = Hidden(commitment.hex(), salt, values)
    stage.made[name] = hidden
    return hidden


def _values(entry: Entry, fields: Mapping[str, Field], made: Made) -> dict[str, Any]:
    return {each.name: entry.value(fields[each.name], each) for each in made.values if each.name in fields}
