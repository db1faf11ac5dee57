"""`check_upgrade`: whether every record of the version before finds its way into this one, and which way that is.

Both trees are known here, the version before and the one that follows it. Each record type of the version before is

- **kept** (`keep`): its records finish under their version, and only new ones live under this;
- **moved** (`move`): at its first touch a record becomes one of this version by a total function, field by field, state by state;
- neither: its records simply go on. Then every field must still be there with bounds as wide, and new fields may be absent or
  have a default.

Whatever is entered in tables beside a record (unique fields, indexes, totals) must fit records that were entered before.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from zhulian.language.definition.check import Checked
from zhulian.language.definition.errors import LanguageFaults
from zhulian.language.definition.judge import Judge
from zhulian.language.definition.names import FIELD, STATE
from zhulian.language.definition.shapes import Field, Moved, Record, Total, Upgrade
from zhulian.language.definition.sweep_faults import SweepNew
from zhulian.language.definition.sweeps import swept_fields
from zhulian.language.definition.types_of import type_of
from zhulian.language.definition.verdicts import TooMuchWork
from zhulian.language.definition.work import Work
from zhulian.language.expressions.closures import Program, compile_tree
from zhulian.language.expressions.scope import Scope
from zhulian.language.expressions.tree import Typed
from zhulian.language.registry import Registry
from zhulian.language.upgrades.faults import (
    AssetChanged,
    FieldBeyond,
    FieldDropped,
    FieldDue,
    HiddenFieldMoved,
    KeptNeedsMoved,
    KeyChanged,
    MoveMayFail,
    NothingBefore,
    NoticeShort,
    RecordGone,
    SealedChanged,
    StateGone,
    StateTurned,
    TableChanged,
)
from zhulian.language.upgrades.fitting import bounds_of, default_of, fits_form, span_fits, widens
from zhulian.language.upgrades.holding import check_holdings
from zhulian.language.upgrades.spans import Known, MayRefuse, span_of
from zhulian.language.upgrades.touching import touched_records

__all__ = ["Passage", "Way", "check_kept", "check_upgrade", "notice_seconds"]

INSTANCE = "instance"
_SECONDS = {"d": 86_400, "h": 3600, "min": 60, "s": 1}
_NOTICE_MIN_S = 86_400


@dataclass(frozen=True, slots=True)
class Way:
    """How a record of one type becomes one of this version.

    Attributes:
        values: Programs over `this` as it was and `settings`, by the field that each gives.
        trees: What the programs were made of, for those who look into them.
        carried: Fields that stay as they are.
        defaults: Values of new fields that nothing else gives.
        states: The new state by the old one; empty where either version has no states.
        start: The state of a record that had none.
        same: Whether nothing of the record itself changes.
    """

    record: str
    values: Mapping[str, Program]
    trees: Mapping[str, Typed]
    carried: tuple[str, ...]
    defaults: Mapping[str, int | str | bool]
    states: Mapping[str, str]
    start: str | None
    same: bool


@dataclass(frozen=True, slots=True)
class Passage:
    """What an upgrade does with the records of each type of the version before; a type that is not in `ways` is kept."""

    before: int
    after: int
    kept: tuple[str, ...]
    ways: Mapping[str, Way]


def notice_seconds(upgrade: Upgrade) -> int:
    """The notice of an upgrade in seconds; a day has 24 hours here."""
    digits = upgrade.notice.rstrip("dhmins")
    return int(digits) * _SECONDS[upgrade.notice[len(digits) :]]


def check_upgrade(old: Checked, new: Checked, registry: Registry, work: Work | None = None) -> Passage:
    """The passage from one version to the next, which must say that it upgrades it; `work` counts what that costs.

    Raises:
        LanguageFaults: language/150–167, and what expressions of `move` are refused with.
    """
    judge = Judge(new.definition.tree, new.definition.places, registry, work=work or Work())
    try:
        passage = _Checker(old, new, judge).passage()
    except TooMuchWork as fault:
        raise LanguageFaults.of(judge.faults or [fault]) from None
    if judge.faults:
        raise LanguageFaults.of(judge.faults)
    return passage


def check_kept(kept: tuple[str, ...], old: Checked, new: Checked, registry: Registry) -> None:
    """Whether records that were kept in an earlier upgrade can still finish under `old` when an instance follows `new`.

    Raises:
        LanguageFaults.
    """
    judge = Judge(new.definition.tree, new.definition.places, registry)
    upgrade = new.definition.tree.upgrade
    moved = () if upgrade is None else tuple(each.record for each in upgrade.move)
    records = [each.name for each in new.definition.tree.records]
    for name in kept:
        if name not in records:
            judge.fault(RecordGone, "upgrade", record=name)
        _needs(judge, old, name, moved)
    if judge.faults:
        raise LanguageFaults.of(judge.faults)


def _needs(judge: Judge, old: Checked, kept: str, moved: tuple[str, ...]) -> None:
    for other in touched_records(old, kept):
        if other != kept and other in moved:
            judge.fault(KeptNeedsMoved, "upgrade.keep", record=kept, other=other)


class _Checker:
    """One upgrade on its way through the check; faults go to the judge."""

    def __init__(self, old: Checked, new: Checked, judge: Judge) -> None:
        self._old, self._new, self._judge = old, new, judge
        self._before, self._tree = old.definition.tree, new.definition.tree
        settings = {("settings", each.name): bounds_of(each) for each in self._tree.settings}
        self._settings: Known = {key: span for key, span in settings.items() if span is not None}

    def passage(self) -> Passage:
        """The whole passage, sound if the judge has no fault."""
        upgrade = self._tree.upgrade
        if upgrade is None:
            self._judge.fault(NothingBefore, "upgrade", record="–")
            return Passage(self._before.version, self._tree.version, (), {})
        if notice_seconds(upgrade) < _NOTICE_MIN_S:
            self._judge.fault(NoticeShort, "upgrade.notice", notice=upgrade.notice)
        records = {each.name: each for each in self._before.records}
        for name in (*upgrade.keep, *(each.record for each in upgrade.move)):
            if name not in records:
                self._judge.fault(NothingBefore, "upgrade", record=name)
        self._assets()
        moved = {each.record: each for each in upgrade.move}
        after = {each.name: each for each in self._tree.records}
        ways: dict[str, Way] = {}
        for name, record in records.items():
            if name not in after:
                self._judge.fault(RecordGone, "upgrade", record=name)
                continue
            self._tables(record, after[name], counted=name in moved)
            if name in upgrade.keep:
                self._key(record, after[name])
                _needs(self._judge, self._old, name, tuple(moved))
            else:
                ways[name] = self._way(record, after[name], moved.get(name))
        whole, follower = self._before.instance, self._tree.instance
        if follower is not None:
            ways[INSTANCE] = self._way(whole or Record(name=INSTANCE, title=follower.title), follower, None)
        if not self._judge.faults:
            check_holdings(self._judge, self._old, self._new, {name: way.states for name, way in ways.items()})
        return Passage(self._before.version, self._tree.version, upgrade.keep, MappingProxyType(ways))

    def _assets(self) -> None:
        """Units are in hands: a class stays what it is."""
        after = {each.name: each for each in self._tree.assets}
        for asset in self._before.assets:
            found = after.get(asset.name)
            same = (asset.unit, asset.scale, asset.currency, asset.per)
            if found is None or (found.unit, found.scale, found.currency, found.per) != same:
                self._judge.fault(AssetChanged, f"assets.{asset.name}", asset=asset.name)

    def _key(self, old: Record, new: Record) -> None:
        fields = {each.name: each for each in old.fields}
        others = {each.name: each for each in new.fields}
        same = old.key == new.key and (old.owned, old.codes, old.lazy) == (new.owned, new.codes, new.lazy)
        for part in old.key if same else ():
            same = same and widens(fields[part], others[part])
        if not same:
            self._judge.fault(KeyChanged, f"records.{new.name}.key", record=new.name)

    def _tables(self, old: Record, new: Record, *, counted: bool) -> None:
        """Uniques and indexes were entered for all that exist; totals too, unless the records move and are counted anew."""
        uniques = {each.name: (each.unique, each.space) for each in old.fields if each.unique}
        for field in new.fields:
            if field.unique and uniques.get(field.name) != (field.unique, field.space):
                self._judge.fault(
                    TableChanged, f"records.{new.name}.fields.{field.name}.unique", name=field.name, record=new.name
                )
        indexes = {each.name: each.fields for each in old.indexes}
        for index in new.indexes:
            if indexes.get(index.name) != index.fields:
                self._judge.fault(TableChanged, f"records.{new.name}.indexes.{index.name}", name=index.name, record=new.name)
        swept = swept_fields(self._before.timers, old.name)
        for timer in self._tree.timers:
            if timer.on == new.name and timer.sweep and timer.sweep not in swept:
                self._judge.fault(SweepNew, f"timers.{timer.name}.sweep", field=timer.sweep, record=new.name)
        if counted:
            return
        totals = {each.name: _sense(each) for each in self._before.totals}
        for total in self._tree.totals:
            if total.record == new.name and totals.get(total.name) != _sense(total):
                self._judge.fault(TableChanged, f"totals.{total.name}", name=total.name, record=new.name)

    def _way(self, old: Record, new: Record, moved: Moved | None) -> Way:
        self._key(old, new)
        if _sealed(old) != _sealed(new):
            self._judge.fault(SealedChanged, f"records.{new.name}.sealed", record=new.name)
        given = {each.name: each.value for each in moved.values} if moved is not None else {}
        fields = {each.name: each for each in old.fields}
        after = {each.name: each for each in new.fields}
        settled = {
            *old.key,
            *(part for each in old.indexes for part in each.fields),
            *(each.name for each in old.fields if each.unique),
            *swept_fields(self._before.timers, old.name),
        }
        for name in given:
            path = f"upgrade.move.{new.name}.{name}"
            if not self._judge.must_be(name, after, path, FIELD):
                continue
            if name in settled:
                self._judge.fault(KeyChanged, path, record=new.name)
        if moved is None:
            for name in fields:
                if name not in after:
                    self._judge.fault(FieldDropped, f"records.{new.name}.fields", record=new.name, field=name)
        values: dict[str, Program] = {}
        carried: list[str] = []
        defaults: dict[str, int | str | bool] = {}
        for name, field in after.items():
            if name in given:
                program = self._value(old, new, field, given[name])
                values |= {} if program is None else {name: program}
            elif name in fields and widens(fields[name], field):
                carried.append(name)
            elif (default := default_of(field)) is not None and name not in fields:
                defaults[name] = default
            elif not (field.optional and name not in fields):
                self._judge.fault(FieldDue, f"records.{new.name}.fields.{name}", record=new.name, field=name)
        states = self._states(old, new, moved)
        same = not values and not defaults and len(carried) == len(fields) and all(one == other for one, other in states.items())
        start = new.states.start.name if new.states is not None and old.states is None else None
        return Way(
            record=new.name,
            values=MappingProxyType(values),
            trees=MappingProxyType({name: self._judge.typed[f"upgrade.move.{new.name}.{name}"] for name in values}),
            carried=tuple(carried),
            defaults=MappingProxyType(defaults),
            states=MappingProxyType(states),
            start=start,
            same=same and start is None and (old.states is None) == (new.states is None),
        )

    def _value(self, old: Record, new: Record, field: Field, text: str) -> Program | None:
        """The program that gives a field, shown to have a value for every record and to keep to the field's bounds."""
        path = f"upgrade.move.{new.name}.{field.name}"
        if field.visibility != "public":
            self._judge.fault(HiddenFieldMoved, path, record=new.name, field=field.name)
            return None
        typed = self._judge.type(text, path, self._scope(old), type_of(field))
        if typed is None:
            return None
        known = {("this", each.name): bounds_of(each) for each in old.fields}
        spans = {**self._settings, **{key: span for key, span in known.items() if span is not None}}
        try:
            span = span_of(typed, spans)
        except MayRefuse as fault:
            self._judge.fault(MoveMayFail, path, why_zh=fault.why.zh, why_en=fault.why.en)
            return None
        if not (span_fits(span, field) and fits_form(typed, field, old)):
            self._judge.fault(FieldBeyond, path, record=new.name, field=field.name)
        return compile_tree(typed)

    def _scope(self, old: Record) -> Scope:
        """The record as it was, and the settings of this version."""
        before = self._old.scopes.of_record(old.name)
        after = self._new.scopes.base
        groups = {"settings": after.groups["settings"]}
        variables = {name: each for name, each in before.variables.items() if name in ("this", "settings")}
        return Scope(variables=variables, records=before.records, groups=groups, keys=before.keys)

    def _states(self, old: Record, new: Record, moved: Moved | None) -> dict[str, str]:
        if old.states is None or new.states is None:
            if old.states != new.states and moved is None:
                self._judge.fault(KeyChanged, f"records.{new.name}.states", record=new.name)
            return {}
        named = {each.name: each.value.strip() for each in moved.states} if moved is not None else {}
        there = {each.name for each in new.states.every}
        ends, final = {each.name for each in old.states.final}, {each.name for each in new.states.final}
        before = [each.name for each in old.states.every]
        for name in named:
            self._judge.must_be(name, before, f"upgrade.move.{new.name}.states.{name}", STATE)
        found: dict[str, str] = {}
        for state in before:
            to, path = named.get(state, state), f"upgrade.move.{new.name}.states.{state}"
            if to not in there:
                self._judge.fault(StateGone, path, record=new.name, state=state)
            elif (state in ends) != (to in final):
                self._judge.fault(StateTurned, path, record=new.name, state=state, to=to)
            found[state] = to
        return found


def _sealed(record: Record) -> list[tuple[object, ...]]:
    """What a commitment is made over, and whether another may take its place."""
    return sorted((each.name, each.fields, each.replace) for each in record.sealed)


def _sense(total: Total) -> tuple[object, ...]:
    return total.kind, total.record, total.field, total.of, total.where
