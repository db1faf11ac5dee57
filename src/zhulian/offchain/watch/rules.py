"""Watch rules ready to be followed: those of definitions, and an operator's own over applications or over events of any kind."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import msgspec

from zhulian.errors import Refusal, Words
from zhulian.language.compile import Compiled
from zhulian.language.definition.views import Watch
from zhulian.language.expressions.dates import Calendar
from zhulian.language.expressions.evaluate import Meter, evaluate
from zhulian.language.expressions.tree import Ref, Typed, Value
from zhulian.language.spans import seconds_of
from zhulian.node.vocabulary import Unfit, input_values, record_at
from zhulian.offchain.index.blocks import Happened, ReadBlock
from zhulian.offchain.index.telling import plain
from zhulian.offchain.watch.sights import Records, Sight, Unseen, beyond, label_of
from zhulian.offchain.watch.windows import Group, Sighting

__all__ = ["Acts", "AppRule", "EventRule", "Moment", "Rule", "app_rules", "key_of"]

_STEPS = 100_000
_ACTOR = "actor"
Acts = Mapping[int, Mapping[str, Any]]
"""What was handed in for each action of a block, by the number of its event."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What the rules look at: a block with what was handed in, the records behind it, and the chain's calendar then."""

    block: ReadBlock
    acts: Acts
    records: Records
    calendar: Calendar

    @property
    def time(self) -> int:
        """Block time in Unix seconds."""
        return self.block.time_ms // 1000


class Rule(Protocol):
    """A rule that is followed. `key` names it on this node, `rests` says why it is not followed after all."""

    key: str
    own: bool
    instance: str
    name: str
    title: Words
    level: str
    window_s: int
    digest: str
    rests: Words | None

    def sightings(self, moment: Moment) -> Iterator[Sighting]:
        """What a block has for it."""

    def holds(self, group: Group, moment: Moment) -> bool:
        """Whether it holds for a group now."""


def key_of(own: bool, instance: str, name: str) -> str:
    """The key of a rule."""
    return f"{'own' if own else 'app'}:{instance}:{name}"


@dataclass
class AppRule:
    """A rule over an application, written in its definition or beside the node."""

    instance: str
    watch: Watch
    compiled: Compiled
    settings: Mapping[str, Value]
    own: bool = False
    rests: Words | None = None
    key: str = field(init=False)
    name: str = field(init=False)
    title: Words = field(init=False)
    level: str = field(init=False)
    window_s: int = field(init=False)
    digest: str = field(init=False)

    def __post_init__(self) -> None:
        watch = self.watch
        self.name, self.level = watch.name, watch.level
        self.key = key_of(self.own, self.instance, watch.name)
        self.title = Words(watch.title.zh, watch.title.en)
        self.window_s = seconds_of(watch.window)
        said = {name: value for name, value in msgspec.to_builtins(watch).items() if name not in ("title", "level")}
        self.digest = hashlib.sha256(msgspec.json.encode(said, order="deterministic")).hexdigest()
        typed = self.compiled.checked.typed
        self._typed: dict[str, Typed] = {
            part: typed[path] for part in ("by", "distinct", "sum", "raise") if (path := f"watch.{self.name}.{part}") in typed
        }
        asked = next((found for each in self._typed.values() if (found := beyond(each))), None)
        if asked is not None:
            self.rests = Words(
                f"“{asked}”只有链上能回答，链外无法运行", f"only the chain can answer “{asked}”, so it is not followed beside it"
            )

    def sightings(self, moment: Moment) -> Iterator[Sighting]:
        """See `Rule`."""
        if self.watch.kind == "totals":
            return
        for happened in moment.block.events:
            if happened.event.get("instance") == self.instance:
                for names in self._concerned(happened, moment):
                    found = self._sighting(names, moment)
                    if found is not None:
                        yield found

    def holds(self, group: Group, moment: Moment) -> bool:
        """See `Rule`."""
        names: dict[str, Any] = {"count": group.different if self.watch.distinct is not None else group.count, "sum": group.sum}
        if self.watch.kind == "totals":
            names |= {"count": 0, "value": group.sum}
        return bool(self._worth("raise", names, moment))

    def contribution(self, record: str, leaf: str, content: Mapping[str, Any] | None, moment: Moment) -> Sighting | None:
        """What a record with this content adds to the total that the rule is over; None where it adds nothing."""
        total = self.compiled.totals[self.watch.of]
        if content is None or record != total.record:
            return None
        try:
            this = record_at(self.compiled, record, leaf)
        except Unfit:
            return None
        names: dict[str, Any] = dict.fromkeys(total.looks.fields)
        alone = Sight(self.compiled, lambda *_: content, self.settings, moment.calendar, moment.time, names)
        for name in {*total.looks.fields, *(each for each in (total.field, total.of) if each)}:
            try:
                names[name] = alone.field(this, name)
            except (Unseen, Unfit):
                names[name] = None
        try:
            where = self.compiled.checked.typed.get(f"totals.{total.name}.where")
            if where is not None and not evaluate(where, alone, Meter(_STEPS)):
                return None
        except (Refusal, Unseen, Unfit):
            return None
        amount = names[total.field] if total.field else 1
        return Sighting(label_of(names[total.of]) if total.of else "", None, int(amount or 0))

    def _sighting(self, names: dict[str, Any], moment: Moment) -> Sighting | None:
        """What one event counts; None where something that it is counted by is absent."""
        try:
            group = self._worth("by", names, moment)
            value = self._worth("distinct", names, moment)
            amount = self._worth("sum", names, moment)
        except (Refusal, Unseen, Unfit):
            return None
        return Sighting(label_of(group), None if "distinct" not in self._typed else label_of(value), int(amount or 0))  # type: ignore[arg-type]  # a sum is of numbers, as the check of the rule holds

    def _worth(self, part: str, names: dict[str, Any], moment: Moment) -> Value:
        typed = self._typed.get(part)
        if typed is None:
            return None
        sight = Sight(self.compiled, moment.records, self.settings, moment.calendar, moment.time, names)
        return evaluate(typed, sight, Meter(_STEPS))

    def _concerned(self, happened: Happened, moment: Moment) -> Iterator[dict[str, Any]]:
        """For each record of an event that the rule is over, the variables of its expressions."""
        event, rule = happened.event, self.watch
        match event["type"]:
            case "scenario.acted" if rule.kind == "actions" and event["action"] == rule.of:
                given = input_values(self.compiled, rule.of, moment.acts.get(happened.number, {}))
                by = event.get("by", {})
                names = {"by": by, _ACTOR: by.get(_ACTOR, next(iter(by.values()), "")), "input": given}
                for leaf in event.get("on") or [""]:
                    yield self._this(str(event.get("record", "")), leaf) | names
            case "scenario.record_changed" if rule.kind == "records" and event["record"] == rule.of:
                yield self._this(event["record"], event["key"])
            case "scenario.timer_ran" if rule.kind == "timers" and event["timer"] == rule.of:
                yield self._this(event["record"], event["key"])

    def _this(self, record: str, leaf: str) -> dict[str, Any]:
        if record not in self.compiled.records:
            return {}
        try:
            return {"this": record_at(self.compiled, record, leaf)}
        except Unfit:
            return {"this": Ref(record, ())}


def app_rules(
    instance: str, compiled: Compiled, settings: Mapping[str, Any], own: Sequence[Watch] | None = None
) -> list[AppRule]:
    """The rules of a definition for an instance; or an operator's own ones, which `compiled` has in their place."""
    watches = compiled.tree.watch if own is None else own
    return [AppRule(instance, each, compiled, settings, own=own is not None) for each in watches]


@dataclass
class EventRule:
    """An operator's rule over the events of one type, of whatever module: grouped, told apart and added up by their members."""

    name: str
    title: Words
    type: str
    window_s: int
    level: str
    raises: Typed
    digest: str
    by: str = ""
    distinct: str = ""
    sum: str = ""
    instance: str = ""
    own: bool = True
    rests: Words | None = None

    def __post_init__(self) -> None:
        self.key = key_of(True, "", self.name)

    key: str = field(init=False)

    def sightings(self, moment: Moment) -> Iterator[Sighting]:
        """See `Rule`."""
        for happened in moment.block.events:
            event = happened.event
            if event["type"] != self.type or any(each and each not in event for each in (self.by, self.distinct)):
                continue
            amount = event.get(self.sum, 0) if self.sum else 0
            if isinstance(amount, int):
                yield Sighting(_said(event, self.by), _said(event, self.distinct) if self.distinct else None, int(amount))

    def holds(self, group: Group, moment: Moment) -> bool:
        """See `Rule`."""
        names = {"count": group.different if self.distinct else group.count, "sum": group.sum}
        return bool(evaluate(self.raises, _Counted(names, moment.calendar), Meter(_STEPS)))


def _said(event: Mapping[str, Any], name: str) -> str:
    value = event.get(name, "")
    return plain(value) if isinstance(value, str) else msgspec.json.encode(value, order="deterministic").decode()


class _Counted:
    """What the question of an event rule sees: its numbers."""

    def __init__(self, names: Mapping[str, int], calendar: Calendar) -> None:
        self._names = names
        self.calendar = calendar

    def read(self, name: str) -> Any:
        return self._names[name]

    def field(self, of: Any, name: str) -> Value:
        raise Unseen(name)

    def call(self, read: str, arguments: tuple[Value, ...]) -> Value:
        raise Unseen(read)
