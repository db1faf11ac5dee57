"""What may be asked of the courier process about notices, shared by both ends."""

from typing import Annotated, Literal

import msgspec

from zhulian.node.methods import Nothing, Params

__all__ = ["METHODS", "Linked", "Named", "Put"]

_Text = Annotated[str, msgspec.Meta(max_length=256)]
_Name = Annotated[str, msgspec.Meta(max_length=128)]


class Named(Params, frozen=True):
    """One person, by name or by the code with which people opt out."""

    name: _Name


class Put(Params, frozen=True):
    """A person's addresses and wishes; None leaves what was there. `again`: who had opted out asks for notices again."""

    name: _Name
    mail: _Text | None = None
    phone: _Text | None = None
    language: Literal["zh", "en"] | None = None
    kinds: tuple[Literal["tasks", "alerts", "expiries"], ...] | None = None
    apps: Annotated[tuple[_Name, ...], msgspec.Meta(max_length=100)] | None = None
    again: bool = False


class Linked(Params, frozen=True):
    """Whoever has the link in a notice. `stop`: opts out; else it is looked up, and nothing changes."""

    token: Annotated[str, msgspec.Meta(max_length=64)]
    stop: bool = False


METHODS: dict[str, type[Params]] = {
    "notices.put": Put,
    "notices.list": Nothing,
    "notices.remove": Named,
    "notices.stop": Named,
    "notices.linked": Linked,
    "notices.test": Named,
    "notices.status": Nothing,
    "notices.secret": Nothing,
}
"""The parameters' shape of each method."""
