"""Every promise of a definition: those that it writes down, and those that are added without asking."""

from collections.abc import Mapping
from dataclasses import dataclass

from zhulian.language.compile import INSTANCE
from zhulian.language.definition.check import Checked
from zhulian.language.definition.shapes import Promise, Record

__all__ = ["EMPTY", "WAY_OUT", "Promised", "promises_of"]

EMPTY = "final_holds_nothing"
"""A record in a final state holds no asset."""
WAY_OUT = "holdings_have_a_way_out"
"""Where a record may hold an asset, time or its owner gets it out."""


@dataclass(frozen=True, slots=True)
class Promised:
    """A promise of a record type. `path` is the place of its expression, None where it is added without asking."""

    record: str
    name: str
    path: str | None
    two_state: bool = False
    shape: Promise | None = None

    @property
    def place(self) -> str:
        """Where it stands in the definition; that of its record where it is added without asking."""
        return self.path.removesuffix(".that") if self.path is not None else home_of(self.record)


def home_of(record: str) -> str:
    """The place of a record type in the tree."""
    return INSTANCE if record == INSTANCE else f"records.{record}"


def promises_of(checked: Checked) -> Mapping[str, tuple[Promised, ...]]:
    """By record type the promises, in the order of the definition, the one about final records last."""
    tree = checked.definition.tree
    shapes = [*tree.records, *([tree.instance] if tree.instance is not None else [])]
    holds = bool(checked.scopes.base.assets)
    return {each.name: _of(each, holds) for each in shapes}


def _of(record: Record, holds: bool) -> tuple[Promised, ...]:
    home = home_of(record.name)
    found = [Promised(record.name, each.name, f"{home}.always[{i}].that", False, each) for i, each in enumerate(record.always)]
    found += [Promised(record.name, each.name, f"{home}.steps[{i}].that", True, each) for i, each in enumerate(record.steps)]
    if holds and record.states is not None and record.states.final:
        found.append(Promised(record.name, EMPTY, None))
    return tuple(found)
