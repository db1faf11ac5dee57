"""Watch rules in a story: events of the main instance are counted as they come, and a rule that comes true is told once.

On a running chain they are followed outside consensus by the same windows; here after each step, and in the middle of no wait.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from zhulian.assure.stories.seeing import look
from zhulian.assure.stories.stage import Stage
from zhulian.assure.stories.steps import ACTOR, Done
from zhulian.errors import Refusal
from zhulian.language.compile import Compiled, compile_definition
from zhulian.language.definition.views import Watch
from zhulian.language.expressions.tree import Ref, Value
from zhulian.language.spans import seconds_of
from zhulian.modules.scenario.events import Acted, RecordChanged, TimerRan
from zhulian.modules.scenario.messages import Act, Approve, Propose
from zhulian.modules.scenario.state import TOTALS
from zhulian.modules.scenario.values import Unfit, key_of_leaf, read_key, read_value
from zhulian.offchain.watch.sights import label_of
from zhulian.offchain.watch.windows import Group, MemoryStore, Seen, Sighting, move

__all__ = ["Watchers"]

_ON = "on"


class Watchers:
    """All watch rules of the main definition."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._rules = stage.main.tree.watch
        self._store = MemoryStore()
        self._proposed: dict[str, Propose] = {}
        self._compiled: Compiled | None = compile_definition(stage.main.checked) if self._rules else None
        for rule in self._rules:
            if rule.by is None and rule.kind != "totals":
                self._store.add(rule.name, Seen(stage.chain.time, "", None, 0, weight=0))

    def take(self, done: Done) -> tuple[str, ...]:
        """Count what happened in a step; the rules that it set off."""
        if isinstance(done.message, Propose) and done.sent is not None:
            self._proposed[done.sent.transaction] = done.message
        return tuple(each.name for each in self._rules if self._sets_off(each, done))

    def _sets_off(self, rule: Watch, done: Done) -> bool:
        off = False
        for group in self._touched(rule, done):
            holds = self._holds(rule, group)
            off = off or (holds and not group.alert)
            group.alert = _ON if holds else ""
        return off

    def _touched(self, rule: Watch, done: Done) -> Iterator[Group]:
        if rule.kind == "totals":
            group = self._store.group(rule.name, "")
            group.sum = TOTALS.find(self._stage.chain.application.chain_store, self._stage.main.name, rule.of, "") or 0
            yield group
            return
        moved = move(self._store, rule.name, seconds_of(rule.window), self._stage.chain.time, self._sightings(rule, done))
        yield from (group for _, group in moved)

    def _sightings(self, rule: Watch, done: Done) -> Iterator[Sighting]:
        for names in self._concerned(rule, done):
            try:
                group, value, amount = (self._value(f"watch.{rule.name}.{part}", names) for part in ("by", "distinct", "sum"))
            except Refusal:  # such as a field that is absent: nothing to count by
                continue
            different = None if rule.distinct is None else label_of(value)
            yield Sighting(label_of(group), different, amount if isinstance(amount, int) else 0)

    def _holds(self, rule: Watch, group: Group) -> bool:
        names: dict[str, Any] = {"count": group.count if rule.distinct is None else group.different, "sum": group.sum}
        if rule.kind == "totals":
            names["value"] = group.sum
        typed = self._stage.script.typed[f"watch.{rule.name}.raise"]
        return bool(look(self._stage, typed, names))

    def _value(self, path: str, names: dict[str, Any]) -> Value:
        typed = self._stage.script.typed.get(path)
        return None if typed is None else look(self._stage, typed, names)

    def _concerned(self, rule: Watch, done: Done) -> Iterable[dict[str, Any]]:
        """For each event that a rule is over, the variables of its expressions."""
        for event in done.events:
            if getattr(event, "instance", "") != self._stage.main.name:
                continue
            match event:
                case Acted(action=action) if rule.kind == "actions" and action == rule.of:
                    for record, key in _records_of(event, done):
                        yield self._names(record, key) | self._acting(event, done)
                case RecordChanged(record=record, key=key) if rule.kind == "records" and record == rule.of:
                    yield self._names(record, key)
                case TimerRan(timer=timer, record=record, key=key) if rule.kind == "timers" and timer == rule.of:
                    yield self._names(record, key)
                case _:
                    pass

    def _names(self, record: str, key: str) -> dict[str, Any]:
        compiled = self._compiled
        if compiled is None or record not in compiled.records:
            return {}
        try:
            return {"this": read_key(record, key_of_leaf(key), compiled.keys)}
        except Unfit:
            return {"this": Ref(record, ())}

    def _acting(self, event: Acted, done: Done) -> dict[str, Any]:
        """Who acted, and what was handed in."""
        names: dict[str, Any] = {"by": dict(event.by), "actor": event.by.get(ACTOR, ""), "input": {}}
        compiled, message = self._compiled, done.message
        if isinstance(message, Approve):
            message = self._proposed.get(message.proposal)
        if compiled is not None and isinstance(message, Act | Propose) and message.action == event.action:
            action = compiled.actions[event.action]
            names["input"] = {
                name: read_value(each, message.input[name], compiled.keys)
                for name, each in action.inputs.items()
                if name in message.input
            }
        return names


def _records_of(event: Acted, done: Done) -> Sequence[tuple[str, str]]:
    keys: Sequence[str] = event.on or done.keys
    return [(event.record, key) for key in keys] or [(event.record, "")]
