"""How a record of an earlier version becomes one of the present, at its first touch and without anybody acting on it.

A record goes from version to version, by the passage of each upgrade that the instance has made, until it is of the present
version or of one under which it was kept. Nothing is written here: whoever changes the record writes it as it then is.
"""

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from zhulian.errors import check
from zhulian.language.compile import Compiled, CompiledRecord
from zhulian.language.expressions.dates import Calendar
from zhulian.language.expressions.evaluate import Charging
from zhulian.language.expressions.tree import Value
from zhulian.language.lending import RecordName
from zhulian.language.upgrades.passage import Way
from zhulian.ledger.overlay import StateView
from zhulian.modules.scenario.acting.records import load_fields
from zhulian.modules.scenario.books import Shelf, as_of
from zhulian.modules.scenario.state import Held, Instance
from zhulian.modules.scenario.values import read_value, wire_value

__all__ = ["at_present", "moved", "versions_of"]


def versions_of(instance: Instance) -> tuple[int, ...]:
    """All versions that an instance has followed, the present one last."""
    return (*sorted(int(each) for each in instance.before), instance.version)


def at_present(
    shelf: Shelf, state: StateView, meter: Charging, instance: Instance, name: RecordName, held: Held, time: int
) -> tuple[Held, Compiled]:
    """A record as it is now, and the definition that it lives under; the same record where nothing moves it.

    `instance` is as it is at block time `time` (Unix seconds). `state` does not charge; what expressions cost, `meter` counts.
    """
    versions = versions_of(instance)
    place = versions.index(held.version)
    compiled = shelf.compiled(state, as_of(instance, held.version).definition)
    for version in versions[place + 1 :]:
        later = as_of(instance, version)
        passage = shelf.passage(state, as_of(instance, held.version).definition, later.definition)
        way = passage.ways.get(name.record)
        if way is None:
            break
        after = shelf.compiled(state, later.definition)
        held = moved(way, compiled, after, name, held, later.settings, meter, time, version)
        compiled = after
    return held, compiled


def moved(
    way: Way,
    old: Compiled,
    new: Compiled,
    name: RecordName,
    held: Held,
    settings: Mapping[str, Any],
    meter: Charging,
    time: int,
    version: int,
) -> Held:
    """The record one version later, by the `way` of its type; `settings` are those of the later version."""
    if way.same:
        return replace(held, version=version)
    before, rules = old.records[name.record], new.records[name.record]
    environment = _AsItWas(before, load_fields(old, before, held), held, _settings(new, settings))
    fields: dict[str, Any] = {each: held.fields[each] for each in way.carried if each in held.fields}
    fields |= way.defaults
    for field, program in way.values.items():
        value = program(environment, meter)
        if value is not None:
            fields[field] = wire_value(value)
    state = way.start if held.state is None else way.states.get(held.state)
    tasks = () if rules.shape.tasks is None else tuple(each.name for each in rules.shape.tasks.items)
    return replace(
        held,
        done={task: party for task, party in held.done.items() if task in tasks},
        fields=fields,
        since=time if held.state is None and state is not None else held.since,
        state=state,
        version=version,
    )


def _settings(compiled: Compiled, wire: Mapping[str, Any]) -> dict[str, Value]:
    fields = compiled.settings
    return {name: read_value(fields[name], value, compiled.keys) for name, value in wire.items() if name in fields}


class _AsItWas:
    """What expressions of `move` see: the record before, and the settings of the later version."""

    def __init__(self, rules: CompiledRecord, values: Mapping[str, Value], held: Held, settings: Mapping[str, Value]) -> None:
        self._groups: dict[str, Mapping[str, Value]] = {
            "this": {**dict.fromkeys(rules.fields), **values, "state": held.state, "since": held.since, "owner": held.owner},
            "settings": settings,
        }

    @property
    def calendar(self) -> Calendar:
        check(False, "the check of an upgrade lets nothing ask the calendar")
        return Calendar()

    def read(self, name: str) -> Value:
        """The name of a group, for `field` to look into."""
        return name

    def field(self, of: Value, name: str) -> Value:
        """A field of the record, or a setting; None where it is absent."""
        return self._groups[str(of)].get(name)

    def call(self, read: str, arguments: tuple[Value, ...]) -> Value:
        check(False, f"the check of an upgrade lets nothing ask {read}")
        return None
