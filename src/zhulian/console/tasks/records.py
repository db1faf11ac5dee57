"""What waits in applications: actions whose signatures are being gathered, and records whose next step the asker may take.

Bounded: of each state of each application the first records alone are looked at, so what is listed is what to begin with, not all there is.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, Final
from urllib.parse import quote

from zhulian.client.searching import Hit
from zhulian.console.tasks.shapes import Asker, Task, held, listed
from zhulian.errors import Words
from zhulian.language.view.shapes import ActionView, Both, PersonView, SignatoryView, View

__all__ = ["in_hand", "signatures"]

_PAGES = 5
_INSTANCES_MAX, _STATES_MAX, _EACH = 12, 36, 4
"""How many applications are looked at, how many of their states together, and how many records of each."""
_CONCERNED_MAX = 100
_AT_ONCE = 6
_ACTIONS_MAX = 2
_ANYONE: Final = "anyone"


@dataclass(frozen=True)
class _Place:
    """An application with the roles in it of one party."""

    view: View
    instance: str
    party: str
    roles: frozenset[str]


async def signatures(asker: Asker) -> list[Task]:
    """Actions that others have proposed and that lack signatures of the asker's organisation."""
    waiting = [
        each
        for each in await listed(asker.chain, "scenario/proposals", pages=_PAGES)
        if each["value"]["expires"] > asker.now_s and set(asker.parties) & set(each["value"]["by"].values())
    ]
    views = await _views(asker, dict.fromkeys(each["key"][1] for each in waiting))
    found = []
    for each in waiting:
        instance, value = each["key"][1], each["value"]
        action = next((one for one in views[instance].actions if one.name == value["action"]), None)
        if action is None or not _lacks(asker, action, value):
            continue
        on = "/".join(value["on"][0]) if value["on"] else ""
        href = f"/apps/{instance}/records/{action.record}/{quote(on)}" if on else f"/apps/{instance}"
        named = {"what": action.title, "on": on or "—", "by": value["proposer"], "app": views[instance].title}
        found.append(Task("task.sign", href, named, value["expires"]))
    return found


def _lacks(asker: Asker, action: ActionView, proposal: Mapping[str, Any]) -> bool:
    """Whether a proposed action lacks a signature that the asker could give."""
    if asker.person in {each["signer"] for each in proposal["approvals"]}:
        return False
    needed = {each.name: max(1, each.officers, sum(seat.count for seat in each.seats)) for each in action.by}
    signed = [each["party"] for each in proposal["approvals"]]
    return any(party in asker.parties and signed.count(party) < needed.get(name, 1) for name, party in proposal["by"].items())


async def in_hand(asker: Asker) -> list[Task]:
    """Records whose state lets one of the asker's parties act next, by a role that it has or since the record names it.

    One of each state first, then a second of each, and so on.
    """
    if not asker.parties:
        return []
    places = await _places(asker)
    looked = [(place, record, state) for place in places for record, state in _states(place)][:_STATES_MAX]
    gate = asyncio.Semaphore(_AT_ONCE)
    found = await asyncio.gather(*(_look(asker, gate, *each) for each in looked))
    return [task for turn in zip_longest(*found) for task in turn if task is not None]


async def _places(asker: Asker) -> list[_Place]:
    """The applications to look at: those that name the party in a record, those where it has a role, those that it operates."""
    searched = [asker.chain.search(kind="record", party=each, limit=_CONCERNED_MAX, check=False) for each in asker.parties]
    opened, members, *pages = await asyncio.gather(
        listed(asker.chain, "scenario/instances", pages=_PAGES), listed(asker.chain, "scenario/members", pages=_PAGES), *searched
    )
    wanted = dict.fromkeys((hit.instance, party) for party, page in zip(asker.parties, pages, strict=True) for hit in page.hits)
    roles: dict[tuple[str, str], set[str]] = {each: set() for each in wanted}
    for _, instance, role, party in (each["key"] for each in members):
        if party in asker.parties:
            roles.setdefault((instance, party), set()).add(role)
    for each in opened:
        if each["value"]["operator"] in asker.parties:
            roles.setdefault((each["key"][1], each["value"]["operator"]), set()).add("operator")
    presented = {each["key"][1] for each in opened if each["value"].get("module")}
    chosen = [each for each in roles if each[0] not in presented][:_INSTANCES_MAX]
    views = await _views(asker, dict.fromkeys(instance for instance, _ in chosen))
    return [_Place(views[instance], instance, party, frozenset(roles[instance, party])) for instance, party in chosen]


def _states(place: _Place) -> Iterable[tuple[str, str]]:
    """The states in which the party may have something to do, by record type; the last ones of a record's life are none."""
    for record in place.view.records:
        for state in record.states:
            if state.kind != "final" and any(_may(place, each, None) for each in _actions(place.view, record.name, state.name)):
                yield record.name, state.name


def _actions(view: View, record: str, state: str) -> list[ActionView]:
    return [each for each in view.actions if each.record == record and not each.creates and state in each.states]


async def _look(asker: Asker, gate: asyncio.Semaphore, place: _Place, record: str, state: str) -> list[Task]:
    """The tasks of one state, the newest first; a last one says where there are more."""
    actions = _actions(place.view, record, state)
    by_role = any(_by_role(place, who) for each in actions for who in _people(each.by))
    async with gate:
        page = await asker.chain.search(
            kind="record", instance=place.instance, record=record, state=state, check=False, limit=_EACH + 1,
            party=None if by_role else place.party,
        )  # fmt: skip
    found = []
    for hit in page.hits[:_EACH]:
        able = [each.title for each in actions if _may(place, each, hit)]
        if able:
            href = f"/apps/{place.instance}/records/{record}/{quote('/'.join(hit.place[3:]))}"
            found.append(Task("task.act", href, {"on": hit.title, "what": _either(able), "app": place.view.title}))
    if found and len(page.hits) > _EACH:
        named = next(each for each in place.view.records if each.name == record)
        state_title = next(each.title for each in named.states if each.name == state)
        fields = {"record": named.title, "state": state_title, "app": place.view.title}
        found.append(Task("task.more", f"/apps/{place.instance}?record={record}", fields))
    return found


def _either(titles: Sequence[Both]) -> Words:
    """The first of several, and how many there are where those are not all."""
    first, count = titles[:_ACTIONS_MAX], len(titles)
    zh, en = "、".join(each.zh for each in first), ", ".join(each.en for each in first)
    return Words(zh, en) if count <= _ACTIONS_MAX else Words(f"{zh}等 {count} 项", f"{en} and {count - _ACTIONS_MAX} more")


def _people(by: Sequence[SignatoryView]) -> list[PersonView]:
    return [who for each in by for who in each.any]


def _may(place: _Place, action: ActionView, hit: Hit | None) -> bool:
    """Whether the party is one of those who do it, on the record that was found, or without one on some record."""
    return any(_by_role(place, who) or _named(place, who, hit) for who in _people(action.by))


def _by_role(place: _Place, who: PersonView) -> bool:
    return who.equals is None and who.role in place.roles


def _named(place: _Place, who: PersonView, hit: Hit | None) -> bool:
    """Whether the record itself names the party, in a field or as its owner; what only an expression tells is left out."""
    head, _, name = (who.equals or "").partition(".")
    if head != "this" or not name.isidentifier() or (who.role is not None and who.role not in (*place.roles, _ANYONE)):
        return False
    return hit is None or place.party in (
        hit.content.get("fields", {}).get(name),
        hit.content.get("owner") if name == "owner" else None,
    )


async def _views(asker: Asker, instances: Iterable[str]) -> dict[str, View]:
    """The view models of applications; one that was read before is taken as long as the application follows the same definition."""
    names = list(instances)
    return dict(zip(names, await asyncio.gather(*(_view(asker, each) for each in names)), strict=True))


async def _view(asker: Asker, instance: str) -> View:
    value = await held(asker.chain, "scenario/instances", instance)
    key = (instance, str(value["definition"]) if value else "")
    if key not in asker.views:
        asker.views[key] = await asker.chain.view(instance)
    return asker.views[key]
