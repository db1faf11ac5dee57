"""A copy of an instance as a sandbox keeps it: desensitised before anything is written, with a report that says what became of each field."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from zhulian.language.definition.shapes import Field, Record
from zhulian.language.definition.views import Tree

__all__ = [
    "BALANCES_MAX",
    "MEMBERS_MAX",
    "RECORDS_MAX",
    "Copy",
    "FieldReport",
    "HeldBalance",
    "HeldRecord",
    "PersonNames",
    "desensitised",
]

RECORDS_MAX = 2_000
BALANCES_MAX = 5_000
MEMBERS_MAX = 500
FORMAT = "zhulian/sandbox/1"
_HANDLE = re.compile(r"~[0-9a-f]{32}")


class HeldRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A record as it is copied."""

    record: str
    fields: dict[str, Any]
    since: int
    state: str = ""
    owner: str = ""


class HeldBalance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What somebody holds of a class: `use` is the name of the use, empty for a class of the instance itself; `of` the record it is kept per."""

    use: str
    asset: str
    of: str
    owner: str
    units: int


class FieldReport(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What became of a field: `kept`, `replaced` (persons), `coarsened` (amounts) or `dropped` (private), and how many values there were."""

    record: str
    field: str
    how: str
    values: int


class Copy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that a sandbox is made from. `of` is the chain that it was copied from, at `height`; `uses` are trees by scenario."""

    format: str
    of: str
    instance: str
    height: int
    time: int
    operator: str
    tree: Tree
    uses: dict[str, Tree]
    settings: dict[str, Any]
    members: list[tuple[str, str]]
    """Role and party; a role of an instance that is used after the name of the use and a dot."""
    records: list[HeldRecord]
    balances: list[HeldBalance]
    report: list[FieldReport]


class PersonNames:
    """Persons of the production chain by the names that they have in the sandbox; which was who is written down nowhere."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    def name(self, handle: str) -> str:
        """The player's name for a handle."""
        return self._names.setdefault(handle, f"person_{len(self._names) + 1}")

    def text(self, text: str) -> str:
        """A text with every handle in it replaced."""
        return _HANDLE.sub(lambda found: handle_of(self.name(found[0])), text)

    def value(self, value: Any) -> Any:
        """A value with every handle in it replaced."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list | tuple):
            return [self.value(each) for each in value]
        if isinstance(value, dict):
            return {self.text(name): self.value(each) for name, each in value.items()}
        return value


def handle_of(name: str) -> str:
    """The handle that a player of that name has on a story's chain."""
    return "~" + hashlib.sha256(name.encode()).hexdigest()[:32]


def desensitised(
    tree: Tree, records: Iterable[tuple[str, Mapping[str, Any]]], persons: PersonNames, coarsen: int
) -> tuple[list[HeldRecord], list[FieldReport]]:
    """Records as they may be copied, and what became of each field. `coarsen` rounds amounts of money down to multiples, in fen; 0 keeps them."""
    kinds: dict[str, Record] = {each.name: each for each in tree.records}
    if tree.instance is not None:
        kinds["instance"] = tree.instance
    found: list[HeldRecord] = []
    counts: dict[tuple[str, str, str], int] = {}
    for name, value in records:
        kind, fields = kinds[name], {}
        for field in kind.fields:
            held = value.get("fields", {}).get(field.name)
            if held is None:
                continue
            how, kept = _field(field, held, persons, coarsen, key=field.name in kind.key)
            counts[name, field.name, how] = counts.get((name, field.name, how), 0) + 1
            if how != "dropped":
                fields[field.name] = kept
        owner = persons.text(str(value.get("owner") or ""))
        found.append(HeldRecord(name, fields, int(value["since"]), str(value.get("state") or ""), owner))
    report = [FieldReport(record, field, how, count) for (record, field, how), count in sorted(counts.items())]
    return found, report


def _field(field: Field, value: Any, persons: PersonNames, coarsen: int, *, key: bool) -> tuple[str, Any]:
    if field.visibility != "public":
        return "dropped", None
    replaced = persons.value(value)
    if replaced != value:
        return "replaced", replaced
    if coarsen and not key and field.type == "money" and isinstance(value, int):
        return "coarsened", max(value - value % coarsen, 1 if value > 0 else value)
    return "kept", value


def selected(tree: Tree, chosen: Sequence[str]) -> list[str]:
    """The record types that are copied: those chosen, or all; and the record of the whole, where there is one."""
    whole = ["instance"] if tree.instance is not None else []
    return [*(chosen or [each.name for each in tree.records]), *whole]
