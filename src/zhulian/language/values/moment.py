"""What reading a value needs to know of the chain: its time, its zone and workdays, and the keys of the records of a definition."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from zhulian.language.definition.shapes import Field, Kind, Record, Use
from zhulian.language.definition.views import Tree
from zhulian.language.expressions.dates import DAY_SECONDS, Calendar

__all__ = ["Commit", "Keys", "Moment", "keys_of"]

Commit = Callable[[Kind, Any], str]
"""Makes the commitment (64 hex digits) of a private value and keeps what is needed to open it. A file comes as it was given
(a path, bytes), every other value as it would stand on chain if it were public."""
Keys = Mapping[str, tuple[Field, ...]]
"""The fields that make up the key of each record type, those of `uses` included."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When and where a value is read: `time` is block time in Unix seconds, `calendar` the chain's zone and workdays."""

    time: int
    calendar: Calendar = field(default_factory=Calendar)

    @property
    def today(self) -> int:
        """Today in the chain's zone, in days since 1970-01-01."""
        return (self.time + self.calendar.offset) // DAY_SECONDS


def keys_of(tree: Tree) -> Keys:
    """The key fields of every record type that a definition has or uses; the record `instance` has none."""
    found: dict[str, tuple[Field, ...]] = {"instance": ()}
    holders: list[Record | Use] = [*tree.records, *(each for each in tree.uses if each.kind == "record")]
    for record in holders:
        fields = {each.name: each for each in record.fields}
        found[record.name] = tuple(fields[part] for part in record.key if part in fields)
    return found
