"""What can be done with a title, as functions of the record as it is held: pure, so that the engine alone reads and writes records.

The rules that the trade expects, and what they rest on:

- A title has one owner or several in shares (按份共有), in parts per million that sum to 1,000,000. Each disposes of its own part;
  the whole passes or is pledged only with the signature of every owner (stricter than two thirds, Civil Code art. 301).
- Pledged rights and papers do not pass without the pledgee's signature (art. 443–445), and the pledge stays on them. A pledge that
  `follows` is a mortgage, which goes along with the thing and asks nobody (art. 406).
- Pledges rank in the order in which they were made (art. 414); who is released makes room for those behind. A better rank takes the
  signatures of all whom it sets back.
- Who has seized by order first disposes of the title in place of its owner; later ones wait in their order.
"""

from collections.abc import Container, Mapping, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from zhulian.errors import check
from zhulian.modules.scenario.owning.errors import (
    AlreadyBurdened,
    HolderMustSign,
    NobodyOwns,
    NoSuchBurden,
    NotTheOrder,
    OwnerMustSign,
    PartTooLarge,
    RankUnfit,
    Seized,
    TooManyHolders,
)
from zhulian.modules.scenario.state import Burden, Held

__all__ = ["HOLDERS_MAX", "WHOLE", "Title", "first_owner", "pass_on", "pledge", "release", "seize", "shares_of"]

WHOLE = 1_000_000
"""All parts of a title."""
HOLDERS_MAX = 16
"""The most owners of a title, and the most pledges and seizures on it."""


class Title(NamedTuple):
    """A title before something is done with it: its name for people, how it is held, and who signs."""

    name: str
    held: Held
    parties: Container[str]


def first_owner(parties: Sequence[str], operator: str) -> str:
    """Who owns a title that is being made: the first who signs; the operator where nobody does, as in a timer."""
    return parties[0] if parties else operator


def shares_of(held: Held) -> dict[str, int]:
    """The owners' parts in parts per million, sorted by owner; empty where the record is no title."""
    if held.owner is None:
        return {}
    return dict(sorted(held.shares.items())) if held.shares else {held.owner: WHOLE}


def pass_on(title: Title, to: str, part: int | None = None, giver: str | None = None, order: str | None = None) -> Held:
    """The title after `part` (parts per million) of it went from `giver` to `to`.

    Without `part` all that the giver owns goes; without `giver` the title's `owner` gives the part; without both, all owners give all.

    Raises:
        NobodyOwns, NotTheOrder, Seized, PartTooLarge, OwnerMustSign, HolderMustSign, TooManyHolders: in this order.
    """
    shares = _owned(title)
    _require_free(title, order)
    given = _given(title, shares, part, giver)
    if order is None:
        for owner in given:
            if owner not in title.parties:
                raise OwnerMustSign(record=title.name, owner=owner)
        for burden in title.held.burdens:
            if not burden.follows and burden.holder not in title.parties:
                raise HolderMustSign(record=title.name, party=burden.holder)
    for owner, each in given.items():
        shares[owner] -= each
        shares[to] = shares.get(to, 0) + each
    return _with_shares(title, shares)


def pledge(title: Title, to: str, rank: int | None = None, *, follows: bool = False) -> Held:
    """The title pledged to `to`, behind the others, or at `rank` where all whom that sets back sign.

    Raises:
        NobodyOwns, Seized, OwnerMustSign, AlreadyBurdened, RankUnfit, HolderMustSign, TooManyHolders: in this order.
    """
    shares = _owned(title)
    _require_free(title, None)
    for owner in shares:
        if owner not in title.parties:
            raise OwnerMustSign(record=title.name, owner=owner)
    if to in shares:
        raise AlreadyBurdened(record=title.name, party=to)
    _require_new(title, to)
    pledges = title.held.burdens
    place = len(pledges) if rank is None else rank - 1
    if not 0 <= place <= len(pledges):
        raise RankUnfit(record=title.name, rank=rank or 0, there=len(pledges), most=len(pledges) + 1)
    for behind in pledges[place:]:
        if behind.holder not in title.parties:
            raise HolderMustSign(record=title.name, party=behind.holder)
    return _with_burdens(title, (*pledges[:place], Burden(holder=to, kind="pledge", follows=follows), *pledges[place:]))


def release(title: Title, holder: str, order: str | None = None) -> Held:
    """The title without what `holder` has on it; those behind move up.

    Raises:
        NobodyOwns, NotTheOrder, NoSuchBurden, HolderMustSign: in this order.
    """
    _owned(title)
    if order is not None:
        _require_order(title, order)
    if all(each.holder != holder for each in title.held.burdens):
        raise NoSuchBurden(record=title.name, party=holder)
    if order is None and holder not in title.parties:
        raise HolderMustSign(record=title.name, party=holder)
    return replace(title.held, burdens=tuple(each for each in title.held.burdens if each.holder != holder))


def seize(title: Title, order: str) -> Held:
    """The title seized by whoever orders it, behind earlier seizures and before all pledges.

    Raises:
        NobodyOwns, HolderMustSign, AlreadyBurdened, TooManyHolders: in this order.
    """
    _owned(title)
    if order not in title.parties:
        raise HolderMustSign(record=title.name, party=order)
    _require_new(title, order)
    place = len(_seizures(title.held))
    burdens = title.held.burdens
    return _with_burdens(title, (*burdens[:place], Burden(holder=order, kind="seizure"), *burdens[place:]))


def _owned(title: Title) -> dict[str, int]:
    shares = shares_of(title.held)
    if not shares:
        raise NobodyOwns(record=title.name)
    return shares


def _seizures(held: Held) -> tuple[Burden, ...]:
    return tuple(each for each in held.burdens if each.kind == "seizure")


def _require_order(title: Title, order: str) -> None:
    seizures = _seizures(title.held)
    if order not in title.parties or not seizures or seizures[0].holder != order:
        raise NotTheOrder(record=title.name, party=order)


def _require_free(title: Title, order: str | None) -> None:
    """That the title is not seized, or who seized it first orders this."""
    if order is not None:
        _require_order(title, order)
        return
    for each in _seizures(title.held):
        raise Seized(record=title.name, party=each.holder)


def _given(title: Title, shares: Mapping[str, int], part: int | None, giver: str | None) -> dict[str, int]:
    """How much each owner gives."""
    if part is None and giver is None:
        return dict(shares)
    owner = giver or title.held.owner or ""
    there = shares.get(owner, 0)
    wanted = there if part is None else part
    if not 0 < wanted <= there:
        raise PartTooLarge(record=title.name, owner=owner, there=there, wanted=wanted)
    return {owner: wanted}


def _require_new(title: Title, party: str) -> None:
    if any(each.holder == party for each in title.held.burdens):
        raise AlreadyBurdened(record=title.name, party=party)


def _with_burdens(title: Title, burdens: tuple[Burden, ...]) -> Held:
    if len(burdens) > HOLDERS_MAX:
        raise TooManyHolders(record=title.name, most=HOLDERS_MAX)
    return replace(title.held, burdens=burdens)


def _with_shares(title: Title, shares: Mapping[str, int]) -> Held:
    """The title with these parts; its `owner` is who has the greatest, by name where several have."""
    left = {owner: part for owner, part in sorted(shares.items()) if part}
    check(sum(left.values()) == WHOLE and min(left.values()) > 0, "the parts of a title sum to the whole")
    if len(left) > HOLDERS_MAX:
        raise TooManyHolders(record=title.name, most=HOLDERS_MAX)
    owner = max(left, key=lambda each: left[each])
    return replace(title.held, owner=owner, shares=left if len(left) > 1 else {})
