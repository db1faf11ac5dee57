"""Windows that slide over events: counts, different values and sums of each group of a rule, in constant work for each event.

An event counts from its block on, for as long as the rule's window; times are seconds of block time. Where the numbers of the
groups are kept is the store's business: in memory for stories, in the index's tables beside a node.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple, Protocol

__all__ = ["Group", "MemoryStore", "Seen", "Sighting", "Store", "move"]


class Sighting(NamedTuple):
    """What a rule counts of one event: the group that it belongs to, what it is told apart by, and what it adds."""

    group: str
    value: str | None = None
    amount: int = 0


class Seen(NamedTuple):
    """A sighting at a time. With `weight` 0 it only marks since when a group is watched, so that silence is noticed."""

    time: int
    group: str
    value: str | None
    amount: int
    weight: int = 1


@dataclass(slots=True)
class Group:
    """The numbers of a group by now, and the alert that stands for it (empty: none)."""

    count: int = 0
    different: int = 0
    sum: int = 0
    alert: str = ""

    @property
    def idle(self) -> bool:
        """Whether the group is as if nothing had ever been seen."""
        return not (self.count or self.sum or self.alert)


class Store(Protocol):
    """Where windows are kept, each rule by its key."""

    def add(self, rule: str, seen: Seen) -> None:
        """Keep a sighting; times never fall."""

    def expired(self, rule: str, until: int) -> Iterable[Seen]:
        """The sightings of `until` and before, in their order; they are forgotten."""

    def group(self, rule: str, name: str) -> Group:
        """A group's numbers, which may be changed in place."""

    def tally(self, rule: str, group: str, value: str, by: int) -> int:
        """How often a value stands in a group's window, after a change by `by`."""


def move(store: Store, rule: str, window_s: int, now: int, sightings: Iterable[Sighting]) -> Iterator[tuple[str, Group]]:
    """Let a rule's windows end at `now` with these sightings in them; every group whose numbers may have changed, once."""
    touched: dict[str, Group] = {}
    for seen in store.expired(rule, now - window_s):
        _count(store, rule, _touch(store, rule, seen.group, touched), seen, -1)
    for each in sightings:
        seen = Seen(now, each.group, each.value, each.amount)
        store.add(rule, seen)
        _count(store, rule, _touch(store, rule, each.group, touched), seen, 1)
    yield from touched.items()


def _touch(store: Store, rule: str, name: str, touched: dict[str, Group]) -> Group:
    found = touched.get(name)
    if found is None:
        found = touched[name] = store.group(rule, name)
    return found


def _count(store: Store, rule: str, group: Group, seen: Seen, by: int) -> None:
    if not seen.weight:
        return
    group.count += by
    group.sum += by * seen.amount
    if seen.value is not None:
        left = store.tally(rule, seen.group, seen.value, by)
        if left == (1 if by > 0 else 0):
            group.different += by


class MemoryStore:
    """Windows of a story, for as long as it is played."""

    def __init__(self) -> None:
        self._seen: dict[str, deque[Seen]] = {}
        self._groups: dict[tuple[str, str], Group] = {}
        self._values: dict[tuple[str, str, str], int] = {}

    def add(self, rule: str, seen: Seen) -> None:
        """See `Store`."""
        self._seen.setdefault(rule, deque()).append(seen)

    def expired(self, rule: str, until: int) -> Iterator[Seen]:
        """See `Store`."""
        kept = self._seen.get(rule, deque())
        while kept and kept[0].time <= until:
            yield kept.popleft()

    def group(self, rule: str, name: str) -> Group:
        """See `Store`."""
        return self._groups.setdefault((rule, name), Group())

    def tally(self, rule: str, group: str, value: str, by: int) -> int:
        """See `Store`."""
        place = (rule, group, value)
        left = self._values.get(place, 0) + by
        if left:
            self._values[place] = left
        else:
            self._values.pop(place, None)
        return left
