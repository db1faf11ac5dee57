"""What an expression may name at its place in a definition; whoever checks the definition fills it in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeVar

from zhulian.language.expressions.types import Asset, Said, Type
from zhulian.language.registry import Read

__all__ = ["Member", "Members", "Scope"]

T = TypeVar("T")


def _none() -> Mapping[str, T]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Member:
    """A variable or field: its type (optional where it may be absent) and its privacy label."""

    type: Type
    private: bool = False


Members = Mapping[str, Member]


@dataclass(frozen=True, slots=True)
class Scope:
    """The names of one place.

    Attributes:
        variables: `this`, `was`, `actor`, `by`, `input`, `settings`, values of `let`, the item of an `each`.
        records: by record type its fields, with `state`, `since` and the like among them.
        groups: by the name of a `Space` or `Thing` its members; under "party" what pages may show of a party.
        keys: by record type the types of its key's parts.
        assets: asset classes by local name.
        reads: totals and indexes that the definition declares.
        elsewhere: names that exist but not here, with the reason why.
    """

    variables: Members = field(default_factory=_none)
    records: Mapping[str, Members] = field(default_factory=_none)
    groups: Mapping[str, Members] = field(default_factory=_none)
    keys: Mapping[str, tuple[Type, ...]] = field(default_factory=_none)
    assets: Mapping[str, Asset] = field(default_factory=_none)
    reads: Mapping[str, Read] = field(default_factory=_none)
    elsewhere: Mapping[str, Said] = field(default_factory=_none)
