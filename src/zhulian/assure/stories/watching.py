"""Watch rules in a story: events of the main instance are counted as they come, and a rule that comes true is told once.

On a running chain they are followed outside consensus; here after each step, and in the middle of no wait.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from zhulian.assure.stories.seeing import look
from zhulian.assure.stories.spans import seconds_of
from zhulian.assure.stories.stage import Stage
from zhulian.assure.stories.steps import ACTOR, Done
from zhulian.errors import Refusal
from zhulian.language.compile import Compiled, compile_definition
from zhulian.language.definition.views import Watch
from zhulian.language.expressions.tree import Ref, Value
from zhulian.modules.scenario.events import Acted, RecordChanged, TimerRan
from zhulian.modules.scenario.messages import Act
from zhulian.modules.scenario.state import TOTALS
from zhulian.modules.scenario.values import Unfit, key_of_leaf, read_key, read_value

__all__ = ["Watchers"]


@dataclass(frozen=True, slots=True)
class _Seen:
    """One event that a rule counts."""

    time: int
    distinct: Value


@dataclass
class _Watcher:
    rule: Watch
    seen: dict[Value, list[_Seen]] = field(default_factory=dict)
    on: dict[Value, None] = field(default_factory=dict)
    """Groups for which the rule holds already."""


class Watchers:
    """All watch rules of the main definition."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._watchers = [_Watcher(each) for each in stage.main.tree.watch]
        self._compiled: Compiled | None = compile_definition(stage.main.checked) if self._watchers else None

    def take(self, done: Done) -> tuple[str, ...]:
        """Count what happened in a step; the rules that it set off."""
        return tuple(each.rule.name for each in self._watchers if self._count(each, done))

    def _count(self, watcher: _Watcher, done: Done) -> bool:
        rule, now = watcher.rule, self._stage.chain.time
        for names in self._concerned(rule, done):
            try:
                group = self._value(f"watch.{rule.name}.by", names)
                distinct = self._value(f"watch.{rule.name}.distinct", names)
            except Refusal:  # such as a field that is absent: nothing to count by
                continue
            watcher.seen.setdefault(group, []).append(_Seen(now, distinct))
        off = False
        for group in [*watcher.seen] or ([None] if rule.kind == "totals" else []):
            if self._holds(watcher, group, now):
                off = off or group not in watcher.on
                watcher.on[group] = None
            else:
                watcher.on.pop(group, None)
        return off

    def _holds(self, watcher: _Watcher, group: Value, now: int) -> bool:
        rule = watcher.rule
        since = now - seconds_of(rule.window)
        within = [each for each in watcher.seen.get(group, []) if each.time > since]
        counted = len({repr(each.distinct) for each in within}) if rule.distinct is not None else len(within)
        names: dict[str, Any] = {"count": counted}
        if rule.kind == "totals":
            names["value"] = self._total(rule.of)
        typed = self._stage.script.typed[f"watch.{rule.name}.raise"]
        return bool(look(self._stage, typed, names))

    def _total(self, name: str) -> int:
        return TOTALS.find(self._stage.chain.application.chain_store, self._stage.main.name, name, "") or 0

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
        names: dict[str, Any] = {"by": dict(event.by), "actor": event.by.get(ACTOR, "")}
        compiled, message = self._compiled, done.message
        if compiled is not None and isinstance(message, Act) and message.action == event.action:
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
