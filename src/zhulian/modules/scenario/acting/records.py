"""The records that one action opens: read once, changed in memory, written once at the end with one event each.

A record is one value in state. What follows from its fields (indexes, unique values, totals) is brought up to date by `settle`,
before anybody reads it and before the record is saved; each costs the same however many records there are.
"""

from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeAlias

import msgspec
from msgspec.structs import replace

from zhulian.language.compile import INSTANCE, Compiled, CompiledRecord
from zhulian.language.expressions.tree import Ref, Value
from zhulian.language.lending import RecordName
from zhulian.ledger.module import Context
from zhulian.modules.scenario.acting.room import is_leaf_short, require_room
from zhulian.modules.scenario.acting.scene import Scene
from zhulian.modules.scenario.errors import AlreadyThere, FieldUnfit, FinalLeft, KeyUnfit, NoSuchRecord, NotYetFilled
from zhulian.modules.scenario.events import Migrated, RecordChanged
from zhulian.modules.scenario.roots.errors import CodesFixed
from zhulian.modules.scenario.state import RECORDS, Held, Trail
from zhulian.modules.scenario.timing.schedule import OVER
from zhulian.modules.scenario.values import KEY_PART_MAX, Keys, Unfit, judge_value, key_leaf, key_texts, read_key, wire_value

__all__ = [
    "NO_TRAIL", "Open", "Records", "advance", "change_of", "first_gap", "load_fields", "load_value", "may_need_settling", "nothing_changed",
    "store_fields",
]  # fmt: skip

NO_TRAIL = Trail(count=0, head="00" * 32)
"""The trail of a record before its first event."""
_encode = msgspec.json.Encoder(order="sorted").encode
_TRAIL = b',"trail":{'
_TYPE = b',"type":"%s"}' % str(RecordChanged.__struct_config__.tag).encode()


class Open:
    """One record of an action: `stored` as state has it (None: new), `held` and `values` as it is by now.

    `held` keeps all but the fields, which stand in `values` as expressions see them. `was` and `was_values` are what the record
    was when the action, or this round of one on many, began; `settled` and the like what it was when last settled. It is
    `changed` if it differs from what is stored, `unsettled` if it may from what was settled, `marked` if its trail must tell of
    the action, and `touched` if its promises must be asked in this round, `entered` if it entered a state, be it the one that it was in. `leaf` is its key in one text.
    """

    __slots__ = (
        "changed", "compiled", "entered", "held", "leaf", "marked", "name", "ref", "rules", "settled", "settled_rules", "settled_values", "stored",
        "touched", "unsettled", "values", "was", "was_values",
    )  # fmt: skip

    def __init__(self, compiled: Compiled, rules: CompiledRecord, ref: Ref, name: RecordName, held: Held, *, new: bool) -> None:
        self.compiled = compiled
        self.rules = rules
        self.ref = ref
        self.name = name
        self.leaf = key_leaf(name.key)
        self.held = held
        self.values: dict[str, Value] = {} if new else load_fields(compiled, rules, held)
        self.stored = None if new else held
        self.was = self.stored
        self.was_values = None if new else self.values
        self.settled = self.stored
        self.settled_values = self.was_values
        self.settled_rules = rules
        self.changed = self.unsettled = self.marked = self.touched = new
        self.entered = False

    def is_due(self, time: int) -> bool:
        """Whether a timer of the record as state has it is due at block time `time` (Unix seconds)."""
        timers = {} if self.stored is None else self.stored.timers
        return bool(timers) and any(OVER < each <= time for each in timers.values())

    def mark(self) -> None:
        """Say that the action is about this record, so that its trail tells of it whatever changes."""
        self.marked = self.touched = True
        if (
            self.stored is None or self.settled_rules is not self.rules
        ):  # nothing is written of it, or it has moved to another version
            self._change()

    def touch(self) -> None:
        """Say that the action is about this record too, so that its promises are asked."""
        self.touched = True

    def assign(self, name: str, value: Value) -> None:
        """Give a field a value; None takes it away.

        Raises:
            FieldUnfit: if the field's type does not allow it. CodesFixed: if they are codes, and there already.
        """
        field = self.rules.fields[name]
        if field.bounded:
            if field.kind.type == "codes" and name in self.values and self.rules.shape.codes is not None:
                raise CodesFixed(record=self.rules.name, key=self.leaf[:200])
            try:
                judge_value(field, value)
            except Unfit as unfit:
                raise FieldUnfit(field=f"{self.rules.name}.{name}", why=unfit.why) from None
        if self.values is self.was_values or self.values is self.settled_values:
            self.values = self.values.copy()  # others know the record by the values that it had
        if value is None:
            self.values.pop(name, None)
        else:
            self.values[name] = value
        self.changed = self.unsettled = self.marked = self.touched = True

    def enter(self, state: str, time: int) -> None:
        """Enter a state at block time `time` (Unix seconds).

        Raises:
            FinalLeft.
        """
        now = self.held.state
        if now in self.rules.finals and state != now:
            raise FinalLeft(record=self.rules.name, key=self.leaf, state=now or "")
        self.entered = True
        self.amend(replace(self.held, since=time, state=state))

    def amend(self, held: Held) -> None:
        """Change what a record has beside its fields: state, owner, shares, burdens, tasks."""
        self.held = held
        self._change()

    def _change(self) -> None:
        self.changed = self.unsettled = self.marked = self.touched = True

    def begin_round(self) -> None:
        """From here on `was` is the record as it is now."""
        self.was = self.held
        self.was_values = self.values
        self.touched = False


class Follows(Protocol):
    """What follows from a record's fields."""

    def release(self, record: Open) -> None:
        """Take out what holds no longer; asked of all records that changed, before `settle` is of any."""

    def settle(self, record: Open) -> None:
        """Bring it up to date with the record as it is now.

        Raises:
            Refusal: where something must be unique and is not.
        """

    def finish(self) -> None:
        """Bring up to date what several settled records change together.

        Raises:
            Refusal: where a total leaves its range.
        """


AtPresent: TypeAlias = Callable[[Scene, RecordName, Held], tuple[Held, Compiled]]
"""Gives a record of another version as it is now, and the definition that it lives under."""


class Records:
    """The records of one instance that an action opens, by reference and in the order of opening; None where there is none."""

    def __init__(self, scene: Scene, at_present: AtPresent, follows: Follows) -> None:
        """`at_present` is a plain function: one bound to whoever holds these records would keep all of them for the collector."""
        self._scene = scene
        self._at_present = at_present
        self._follows = follows
        self._quiet = scene.quiet
        self.opened: dict[Ref, Open | None] = {}

    def all(self) -> list[Open]:
        """Every record that is open, in the order of opening; not one that has no key yet."""
        return [each for each in self.opened.values() if each is not None and (each.ref.key or each.ref.record == INSTANCE)]

    def find(self, ref: Ref) -> Open | None:
        """The record, opened; None where there is none."""
        try:
            return self.opened[ref]
        except KeyError:
            found = self.opened[ref] = self._load(ref, self._scene.record_name(ref))
            return found

    def get(self, ref: Ref) -> Open:
        """The record, opened.

        Raises:
            NoSuchRecord.
        """
        found = self.find(ref)
        if found is None:
            raise NoSuchRecord(record=ref.record, key=key_leaf(key_texts(ref))[:200])
        return found

    def name_of(self, ref: Ref) -> RecordName:
        """The name on chain of a record of this instance, or of one that it uses.

        Raises:
            NotYetFilled: if it is still being made and has no key.
        """
        found = self.opened.get(ref)
        return found.name if found is not None and found.ref.key else self._scene.record_name(ref)

    def at_name(self, name: RecordName) -> Open | None:
        """A record that is open already, by its name on chain."""
        return next((each for each in self.all() if each.name == name), None)

    def at_key(self, record: str, parts: tuple[str, ...]) -> Open:
        """The record whose key a message gives as text.

        Raises:
            NoSuchRecord.
        """
        try:
            ref = read_key(record, parts, self._scene.compiled.keys)
        except Unfit:
            raise NoSuchRecord(record=record, key=key_leaf(parts)[:200]) from None
        return self.get(ref)

    def draft(self, rules: CompiledRecord, time: int, state: str = "") -> Open:
        """A new record without a key: its fields are those with defaults. `register` opens it once the key is there."""
        held = Held(fields={}, since=time, state=state or rules.start or None, trail=NO_TRAIL, version=self._scene.version)
        draft = Open(self._scene.compiled, rules, Ref(rules.name, ()), RecordName(self._scene.name, rules.name), held, new=True)
        draft.values.update(rules.defaults)
        return draft

    def hold(self, draft: Open) -> None:
        """Let expressions see a new record that has no key yet."""
        self.opened[draft.ref] = draft

    def register(self, draft: Open) -> None:
        """Give a new record the key that its fields make.

        Raises:
            KeyUnfit, AlreadyThere.
        """
        rules = draft.rules
        ref = Ref(rules.name, tuple([draft.values[part] for part in rules.key]))
        name = self._scene.record_name(ref)
        leaf = key_leaf(name.key)
        if not all(0 < len(part) <= KEY_PART_MAX for part in name.key) or not is_leaf_short(leaf):
            raise KeyUnfit(record=rules.name, key=leaf[:200], most=KEY_PART_MAX)
        there = self.opened[ref] if ref in self.opened else self._load(ref, name)
        if there is not None:
            raise AlreadyThere(record=rules.name, key=leaf[:200])
        self.opened.pop(draft.ref, None)
        draft.ref, draft.name, draft.leaf = ref, name, leaf
        self.opened[ref] = draft

    def require_filled(self, draft: Open) -> None:
        """Ask for every field of a new record.

        Raises:
            NotYetFilled.
        """
        field = first_gap(draft)
        if field is not None:
            raise NotYetFilled(record=draft.rules.name, field=field)

    def settle(self) -> None:
        """Bring indexes, unique values and totals up to date with every record as it is now."""
        due: list[Open] = []
        for each in self.opened.values():
            if each is not None and each.unsettled and not _is_unfinished(each):
                each.unsettled = False
                if may_need_settling(each):
                    due.append(each)
        for each in due:
            self._follows.release(each)
        for each in due:
            self._follows.settle(each)
            each.settled, each.settled_values, each.settled_rules = each.held, each.values, each.rules
        if due:
            self._follows.finish()

    def save(self, cause: str, with_timers: Callable[[Open, Held], Held]) -> None:
        """Write every record that the action is about, with its trail and one event; `with_timers` sets its timers anew."""
        for each in self.all():
            if each.changed:
                each.held = with_timers(each, replace(each.held, fields=store_fields(each.rules, each.values)))
                require_room(each.rules, each.leaf, each.stored, each.held)
                self._save(each, change_of(each.name, each.stored, each.held, cause))
            elif each.marked:
                self._save(each, nothing_changed(each.name, each.leaf, each.held, cause))

    def _load(self, ref: Ref, name: RecordName) -> Open | None:
        compiled = self._scene.compiled
        rules = compiled.records[ref.record]
        held = RECORDS.find(self._quiet, name.instance, name.record, key_leaf(name.key))
        if held is None:
            return self._first_instance_record(rules, ref, name) if ref.record == INSTANCE else None
        if held.version == self._scene.version:
            return Open(compiled, rules, ref, name, held, new=False)
        now, compiled = self._at_present(self._scene, name, held)
        found = Open(compiled, compiled.records[ref.record], ref, name, now, new=False)
        if now is not held:  # it has moved: what was counted and stored is the record of the version before
            found.stored = found.settled = held
            before = self._scene.under(held.version).compiled
            found.settled_rules = before.records[ref.record]
            found.settled_values = load_fields(before, found.settled_rules, held)
        return found

    def _first_instance_record(self, rules: CompiledRecord, ref: Ref, name: RecordName) -> Open:
        """The record of the whole before anything was written to it: it has its defaults, and no trail yet."""
        held = Held(fields={}, since=0, state=rules.start or None, trail=NO_TRAIL, version=self._scene.version)
        found = Open(self._scene.compiled, rules, ref, name, held, new=True)
        found.values.update(rules.defaults)
        found.was, found.was_values = held, found.values
        found.changed = found.unsettled = found.marked = found.touched = False
        return found

    def _save(self, record: Open, event: RecordChanged) -> None:
        context, name = self._scene.context, record.name
        event = advance(context, event)
        if record.stored is not None and record.stored.version != record.held.version:
            moved = Migrated(instance=event.instance, key=event.key, record=event.record, version=record.held.version)
            context.emit(moved)
        record.held = replace(record.held, trail=event.trail)
        RECORDS.set(context.state, name.instance, name.record, event.key, value=record.held)
        context.emit(event)
        record.stored = record.held
        record.changed = record.marked = record.entered = False


def load_fields(compiled: Compiled, rules: CompiledRecord, held: Held) -> dict[str, Value]:
    """The fields of a stored record as expressions see them."""
    values: dict[str, Value] = held.fields
    if rules.composite:
        values = values.copy()
    for name in rules.composite:
        if name in values:
            values[name] = load_value(rules.fields[name].kind, values[name], compiled.keys)
    return values


def load_value(kind: Any, wire: Any, keys: Keys) -> Value:
    """A value that a record holds, as expressions see it."""
    if kind.type == "list":
        return tuple([load_value(kind.item, each, keys) for each in wire])
    return read_key(kind.record, wire, keys) if kind.type == "record" else wire


def first_gap(record: Open) -> str | None:
    """The first field that must have a value and has none yet; None where a new record is complete."""
    values = record.values
    for name in record.rules.due:
        if name not in values:
            return name
    return None


def store_fields(rules: CompiledRecord, values: Mapping[str, Value]) -> dict[str, Any]:
    """The fields of a record as state holds them; the inverse of `load_fields`."""
    composite = rules.composite
    if not composite:
        return dict(values)
    return {name: wire_value(value) if name in composite else value for name, value in values.items()}


def _is_unfinished(record: Open) -> bool:
    """Whether a new record still lacks its key or another field."""
    return record.stored is None and record.ref.record != INSTANCE and (not record.ref.key or first_gap(record) is not None)


def may_need_settling(record: Open) -> bool:
    """Whether anything that follows from the record can differ from what was settled last."""
    before, rules = record.settled_values, record.rules
    if record.settled_rules is not rules:
        return True
    if not rules.settled and not rules.totals:
        return False
    if before is None or (record.settled is not record.held and rules.totals):  # its state or owner may count
        return True
    values = record.values
    return any(before.get(name) != values.get(name) for name in rules.settled)


def nothing_changed(name: RecordName, leaf: str, held: Held, cause: str) -> RecordChanged:
    """That something was done with a record which changed nothing of it, as an event whose trail is that of before."""
    return RecordChanged(cause=cause, instance=name.instance, key=leaf, record=name.record, trail=held.trail)


def change_of(name: RecordName, before: Held | None, after: Held, cause: str) -> RecordChanged:
    """What a record has now where it differs, as an event whose trail is that of before."""
    old = before.fields if before is not None else {}
    fields = {field: value for field, value in after.fields.items() if field not in old or old[field] != value}
    for field in old:
        if field not in after.fields:
            fields[field] = None
    return RecordChanged(
        burdens=after.burdens if after.burdens != (before.burdens if before is not None else ()) else None,
        cause=cause,
        fields=fields,
        instance=name.instance,
        key=key_leaf(name.key),
        new=before is None,
        owner=after.owner if before is None or before.owner != after.owner else None,
        record=name.record,
        sealed=after.sealed if after.sealed != (before.sealed if before is not None else {}) else None,
        shares=after.shares if after.shares != (before.shares if before is not None else {}) else None,
        state=after.state if before is None or before.state != after.state else None,
        trail=before.trail if before is not None else NO_TRAIL,
    )


def advance(context: Context, event: RecordChanged) -> RecordChanged:
    """The event with the trail after it: the digest of the head before and of the event without its trail (`trail`)."""
    head = context.block.hasher.digest("trail", bytes.fromhex(event.trail.head) + _without_trail(event))
    return replace(event, trail=Trail(count=event.trail.count + 1, head=head.hex()))


def _without_trail(event: RecordChanged) -> bytes:
    """The canonical bytes of an event but for its trail, which is the last member before the type."""
    whole = _encode(event)
    end = len(whole) - len(_TYPE)
    start = whole.rfind(_TRAIL, 0, end)  # nothing in a trail is written like its name
    return whole[:start] + whole[end:]
