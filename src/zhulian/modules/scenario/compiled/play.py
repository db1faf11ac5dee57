"""One action at work, as its compiled function sees it: what it asks, changes and makes.

Everything here comes to the same as `acting/` where nothing is refused; where something may be, the action is given back.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Never

from msgspec.structs import replace

from zhulian.language.compile import INSTANCE, CompiledAction, CompiledField, CompiledRecord
from zhulian.language.errors import NOWHERE
from zhulian.language.expressions.closures import Program
from zhulian.language.expressions.dates import Calendar, date_of
from zhulian.language.expressions.tree import Ref, Value
from zhulian.language.lending import Argument, Arguments, AssetName, Caller, ReadRun, RecordName, bind
from zhulian.language.registry import Parameter
from zhulian.ledger.module import Acting, Context
from zhulian.modules.scenario.acting.inputs import named_records, read_given
from zhulian.modules.scenario.acting.records import (
    NO_TRAIL,
    Open,
    advance,
    change_of,
    first_gap,
    may_need_settling,
    nothing_changed,
    store_fields,
)
from zhulian.modules.scenario.acting.room import is_leaf_short, require_room
from zhulian.modules.scenario.acting.scene import Scene
from zhulian.modules.scenario.acting.settling import Settling
from zhulian.modules.scenario.acting.work import knows_assets, may_have_changed
from zhulian.modules.scenario.books import Shelf
from zhulian.modules.scenario.compiled.orders import Order
from zhulian.modules.scenario.events import Acted, Alerted, Notified
from zhulian.modules.scenario.opening.members import has_role
from zhulian.modules.scenario.owning.titles import first_owner
from zhulian.modules.scenario.state import INDEXES, RECORDS, TOTALS, Held, Instance
from zhulian.modules.scenario.timing.schedule import OVER, reschedule
from zhulian.modules.scenario.values import (
    KEY_PART_MAX,
    judge_value,
    key_leaf,
    key_of_leaf,
    key_text,
    key_texts,
    read_key,
)
from zhulian.modules.scenario.who.judge import ACTOR, Signed, name_parties, require_officers, signed_by
from zhulian.modules.scenario.who.officers import officers_of, remember_officers

__all__ = ["GivenBack", "Play"]

_BESIDE: Final = ("state", "since", "owner")
_NO_KEY: Final = ("",)


class GivenBack(Exception):
    """The compiled action does not apply, or comes to a refusal, which is not its to word."""


def _field(play: "Play", row: Open, name: str) -> Value:
    """A field of a record, or what it has beside its fields; None only where it may be absent."""
    value = row.values.get(name)
    if value is not None:
        return value
    if name in _BESIDE:
        found: Value = getattr(row.held, name)
        return found
    field = row.rules.fields.get(name)
    return None if field is not None and (field.optional or field.private) else play.no()


class _Worth:
    """What the `at` of a timer sees: the record, the settings, and the clock."""

    def __init__(self, play: "Play", row: Open) -> None:
        self._play = play
        self._row = row

    def of(self, program: Program) -> int:
        """The time that it gives, in Unix seconds."""
        value = program(self, self._play.context.state)
        return value if type(value) is int else self._play.no()

    @property
    def calendar(self) -> Calendar:
        """Zone and workdays of the chain."""
        return self._play.calendar

    def read(self, name: str) -> Any:
        """The record, or the settings."""
        if name == "this":
            return self._row.ref
        return self._play.settings() if name == "settings" else self._play.no()

    def field(self, of: Any, name: str) -> Value:
        """A field of the record or a setting."""
        if type(of) is dict:
            found: Value = of.get(name)
            return found
        return _field(self._play, self._row, name) if of == self._row.ref else self._play.far(of, name)

    def call(self, read: str, arguments: tuple[Value, ...]) -> Value:
        """The clock."""
        if read == "now":
            return self._play.now(0)
        return self._play.today(0) if read == "today" else self._play.no()


class Play:
    """One action at work. `rows` are the record that it is about and those that it makes, in the order in which they are saved."""

    __slots__ = (
        "_assets", "_calendar", "_others", "_quiet", "_settling", "_shelf", "_signed", "_signers", "_stale", "_state", "actor", "by", "caller",
        "charge", "context", "given", "rows", "rules", "scene", "whole",
    )  # fmt: skip

    def __init__(self, context: Context, shelf: Shelf, name: str, instance: Instance, rules: CompiledAction) -> None:
        self._state = state = context.state
        self._quiet = quiet = state.quiet
        self.context = context
        self.charge: Callable[[int], None] = state.charge
        self.rules = rules
        compiled = shelf.compiled(quiet, instance.definition)
        self.scene = Scene(
            context, shelf, name, instance, compiled, instance.version, instance.settings, instance.uses, (name,), quiet
        )
        self._shelf = shelf
        self._assets: dict[str, AssetName] = {}
        self._others: dict[Ref, Open | None] = {}
        self._calendar: Calendar | None = None
        self._stale = False
        self.rows: list[Open] = []
        self.whole: Open | None = None

    def no(self) -> Never:
        """Give the action back."""
        raise GivenBack

    # Who, what it is about, and what is handed in.

    def sign(self, by: Mapping[str, str], signers: Sequence[Acting]) -> None:
        """Note which party is which signatory; whether it may be is asked in the compiled part."""
        shape = self.rules.shape
        if not by and len(shape.by) == 1 == len(signers):
            parties = {shape.by[0].name or ACTOR: signers[0].party}
            self._signed = Signed(by=parties, via={}, officers=(signers[0].signer,))
        else:
            self._signed = signed_by(self, name_parties(shape.by, by, signers, one_party=shape.one_party), signers)
        self._signers = signers
        self.by = dict(self._signed.by)
        self.actor = self.by.get(ACTOR, "")
        self.caller = Caller(self.scene.name, self.rules.name, self._signed.parties, pay_less=shape.short == "pay_less")
        self._settling = Settling(self.context, self.caller, self._shelf.claims, self._shelf.contents)

    def open(self, on: Sequence[tuple[str, ...]], given: Mapping[str, Any]) -> None:
        """Read the record that the action is about, where there is one, and that of the whole."""
        compiled, record, freezes = self.scene.compiled, self.rules.record, self._shelf.freezes
        self.given: Any = given
        if freezes is not None and freezes.standing(self._quiet):
            self.no()
        if on:
            found = self._load(read_key(record.name, tuple(on[0]), compiled.keys))
            if found is None or found.is_due(self.context.block.time):
                self.no()
            if self.rules.froms and found.held.state not in self.rules.froms:
                self.no()
            found.marked = found.touched = True
            self.rows.append(found)
        for name in named_records(self.rules, given, self):
            held = RECORDS.find(self._state, name.instance, name.record, key_leaf(name.key))
            if held is not None and any(OVER < each <= self.context.block.time for each in held.timers.values()):
                self.no()
        require_officers(self, self.rules.shape.by, self._signed, self._signers)
        if INSTANCE in compiled.records:
            self.whole = self._load(Ref(INSTANCE, ()))
            if self.whole is None or self.whole.held.state in self.whole.rules.finals:
                self.no()

    def agent(self, party: str, signers: Sequence[Acting], others: Sequence[str]) -> str:
        """Whoever signs for somebody else is for the engine to judge."""
        self.no()

    def equals(self, signatory: Any, place: int) -> object:
        """Asked in the compiled part."""
        self.no()

    def own_keys(self, role: str) -> bool:
        """Asked of agents only."""
        self.no()

    def officers(self, action: str) -> Sequence[str]:
        """The signers of that action when it was last done on the record."""
        return officers_of(self._quiet, self.rows[0].name, action) if self.rows else ()

    def has_role(self, role: str, party: str) -> bool:
        """Whether the party has the role in the instance."""
        scene = self.scene
        return has_role(self._state, self.context.block.genesis, scene.name, scene.instance, role, party)

    def is_named(self, named: Any, party: str) -> bool:
        """Whether an expression names the party, alone or among others."""
        return party in named if isinstance(named, tuple | list) else named == party

    def read_input(self) -> dict[str, Value]:
        """What was handed in, judged and as expressions see it."""
        inputs, given, keys = self.rules.inputs, self.given, self.scene.compiled.keys
        for name in given:
            if name not in inputs:
                self.no()
        return {name: read_given(field, given, keys, self.has_role) for name, field in inputs.items()}

    def settings(self) -> dict[str, Value]:
        """The settings as expressions see them."""
        return self.scene.setting_values()

    # What expressions ask.

    @property
    def calendar(self) -> Calendar:
        """Zone and workdays of the chain."""
        if self._calendar is None:
            self._calendar = self._shelf.calendars.calendar(self._quiet, self.context.block)
        return self._calendar

    def now(self, cost: int) -> int:
        """Block time."""
        self.charge(cost)
        return self.context.block.time

    def today(self, cost: int) -> int:
        """The day of block time."""
        self.charge(cost)
        return date_of(self.calendar, self.context.block.time, NOWHERE)

    def known(self, cost: int, ref: Any) -> bool:
        """Whether there is such a record of this instance."""
        self.charge(cost)
        return self._find(ref) is not None

    def total(self, cost: int, name: str, of: Value) -> int:
        """A total of the definition."""
        self.charge(cost)
        self.settle()
        return TOTALS.find(self._quiet, self.scene.name, name, "" if of is None else key_text(of)) or 0

    def index(self, cost: int, name: str, values: Sequence[Value]) -> Ref:
        """The record with these values; one without a key where there is none."""
        self.charge(cost)
        self.settle()
        compiled = self.scene.compiled
        rules, _ = compiled.indexes[name]
        leaf = INDEXES.find(self._quiet, self.scene.name, name, key_leaf([key_text(each) for each in values]))
        return Ref(rules.name, _NO_KEY) if leaf is None else read_key(rules.name, key_of_leaf(leaf), compiled.keys)

    def read(self, cost: int, run: ReadRun, arguments: Arguments) -> Value:
        """The answer of a module."""
        self.charge(cost)
        self.settle()
        return run(self.context.block, self._quiet, self.caller, arguments)

    def read_some(self, cost: int, run: ReadRun, parameters: Sequence[Parameter], values: Sequence[Argument]) -> Value:
        """The answer of a module that is given fewer arguments than it takes."""
        self.charge(cost)
        self.settle()
        return run(self.context.block, self._quiet, self.caller, bind(parameters, values))

    def of_calendar(
        self, function: Callable[..., Value], charge: Callable[..., int] | None, place: Any, values: tuple[Any, ...]
    ) -> Value:
        """What a function of the calendar is worth."""
        if charge is not None:
            self.charge(charge(*values))
        return function(self.calendar, *values, place)

    def sized(self, function: Callable[..., Value], charge: Callable[..., int], place: Any, values: tuple[Any, ...]) -> Value:
        """What an operator is worth that is charged by the size of its operands."""
        self.charge(charge(*values))
        return function(*values, place)

    def asset(self, local: str) -> AssetName:
        """The asset class that a local name means."""
        found = self._assets.get(local)
        if found is None:
            found = self._assets[local] = self.scene.asset_name(local)
        return found

    def name_of(self, ref: Any) -> RecordName | None:
        """A record as modules take it; None where there is no value."""
        if ref is None:
            return None
        return self.scene.record_name(ref)

    def far(self, ref: Any, name: str) -> Value:
        """A field of any record of this instance."""
        row = self._find(ref)
        return self.no() if row is None else _field(self, row, name)

    def _find(self, ref: Any) -> Open | None:
        """A record of this instance as it is by now; None where there is none."""
        if type(ref) is not Ref or ref.record not in self.scene.compiled.records:
            self.no()
        for each in self.rows:
            if each.ref == ref:
                return each
        if ref.record == INSTANCE:
            return self.whole
        if ref not in self._others:
            self._others[ref] = self._load(ref)
        return self._others[ref]

    def _load(self, ref: Ref) -> Open | None:
        """A record of this instance as state has it; one that lives under another version is the engine's to move."""
        scene, compiled = self.scene, self.scene.compiled
        name = RecordName(scene.name, ref.record, key_texts(ref))
        held = RECORDS.find(self._quiet, name.instance, name.record, key_leaf(name.key))
        if held is None:
            return None
        if held.version != scene.version:
            self.no()
        return Open(compiled, compiled.records[ref.record], ref, name, held, new=False)

    # Effects.

    def begin_change(self) -> dict[str, Value]:
        """The fields of the record, to be changed; whoever knew them before keeps what they were."""
        row = self.rows[0]
        row.values = row.values.copy()
        row.changed = row.unsettled = self._stale = True
        return row.values

    def judge(self, field: CompiledField, value: Value) -> None:
        """Give the action back where a field's type does not allow the value."""
        judge_value(field, value)

    def enter(self, state: str) -> Held:
        """The record as it is once it has entered a state."""
        row = self.rows[0]
        row.enter(state, self.context.block.time)
        self._stale = True
        return row.held

    def begin_record(self, rules: CompiledRecord, given: dict[str, Value], to: str) -> Open:
        """Begin the record that the action makes, whose key is in the input."""
        row = self._draft(rules, given, to)
        self._register(row)
        return row

    def create(self, rules: CompiledRecord, given: dict[str, Value], ensure: bool) -> Ref:
        """Make a record with these fields, and what its other fields have where nothing is said."""
        row = self._draft(rules, given, "")
        if first_gap(row) is not None:
            self.no()
        ref = Ref(rules.name, tuple([row.values[part] for part in rules.key]))
        if not ensure or self._find(ref) is None:
            self._register(row)
        return ref

    def _draft(self, rules: CompiledRecord, given: dict[str, Value], to: str) -> Open:
        """A record that is in no place yet."""
        scene, time = self.scene, self.context.block.time
        owner = first_owner(self.caller.parties, scene.instance.operator) if rules.owned else None
        start = to or rules.start or None
        if to and (rules.start or None) in rules.finals and to != rules.start:
            self.no()
        held = Held(fields={}, since=time, state=start, trail=NO_TRAIL, version=scene.version, owner=owner)
        row = Open(scene.compiled, rules, Ref(rules.name, ()), RecordName(scene.name, rules.name), held, new=True)
        row.entered = bool(to)
        values = row.values
        values.update(rules.defaults)
        for name, value in given.items():
            if value is None:
                values.pop(name, None)
            else:
                values[name] = value
        return row

    def _register(self, row: Open) -> None:
        """Give a new record the key that its fields make."""
        row.ref = ref = Ref(row.rules.name, tuple([row.values[part] for part in row.rules.key]))
        row.name = name = RecordName(self.scene.name, row.rules.name, key_texts(ref))
        row.leaf = key_leaf(name.key)
        for part in name.key:
            if not 0 < len(part) <= KEY_PART_MAX:
                self.no()
        if not is_leaf_short(row.leaf) or self._find(ref) is not None:
            self.no()
        self._others.pop(ref, None)
        self.rows.append(row)
        self._stale = True

    def order(self, order: Order, arguments: dict[str, Argument]) -> None:
        """Let a module do what the verb says, if those who lose something by it sign."""
        scene = self.scene
        for name, is_record in order.debits:
            owner = arguments.get(name)
            if owner is None or owner in self.caller.parties:
                continue
            if is_record or not isinstance(owner, RecordName) or owner.instance != scene.name:
                self.no()
        for owner in arguments.values():  # the promises of such a record would be asked too
            if isinstance(owner, RecordName) and owner.instance == scene.name and all(owner != row.name for row in self.rows):
                self.no()
        self.settle()
        order.run(self.context, self.caller, arguments)

    def alert(self, cause: str, level: Any, name: str) -> None:
        """Tell whoever watches."""
        row = self.rows[0]
        self.context.emit(
            Alerted(cause=cause, instance=self.scene.name, key=row.leaf, level=level, name=name, record=row.rules.name)
        )

    def notify(self, cause: str, told: Any) -> None:
        """Tell a party, or several."""
        row = self.rows[0]
        for party in dict.fromkeys(told if type(told) is tuple else (told,)):
            self.context.emit(Notified(cause=cause, instance=self.scene.name, key=row.leaf, party=party, record=row.rules.name))

    def settle(self) -> None:
        """Bring up to date what follows from the records, as `Records.settle` does."""
        if not self._stale:
            return
        self._stale = False
        due: list[Open] = []
        for row in self.rows:
            if not row.unsettled:
                continue
            if row.stored is None and first_gap(row) is not None:
                self._stale = True
                continue
            row.unsettled = False
            if may_need_settling(row):
                due.append(row)
        for row in due:
            self._settling.release(row)
        for row in due:
            self._settling.settle(row)
            row.settled, row.settled_values = row.held, row.values
        if due:
            self._settling.finish()

    # After the compiled part.

    def may_differ(self, promise: Any) -> bool:
        """Whether a promise of the record that held before may not hold now."""
        return may_have_changed(self.rows[0], promise)

    def made(self, rules: CompiledRecord) -> list[Open]:
        """The records of a type that the action has made beside its own."""
        return [each for each in self.rows[1:] if each.rules is rules]

    def require_empty(self) -> None:
        """Give the action back where a record that has ended may have something left, or a new one lacks a field."""
        for row in self.rows:
            if row.stored is None and first_gap(row) is not None:
                self.no()
            ended = row.held.state in row.rules.finals and knows_assets(row.compiled)
            if ended and self._shelf.holding is not None and self._shelf.holding.holds(self._quiet, row.name):
                self.no()

    def save(self) -> None:
        """Write the record and those that were made, with one event each, and say what was done."""
        cause = self.rules.name
        for row in self.rows:
            if row.changed:
                self._save_changed(row, cause)
            else:
                self._save(row.held, nothing_changed(row.name, row.leaf, row.held, cause))
        row = self.rows[0]
        if self.rules.kept:
            remember_officers(self._state, row.name, cause, self._signed.officers)
        acted = Acted(action=cause, by=self.by, instance=self.scene.name, on=(row.leaf,), record=self.rules.record.name)
        self.context.emit(acted)

    def _save_changed(self, row: Open, cause: str) -> None:
        held = replace(row.held, fields=store_fields(row.rules, row.values))
        if row.rules.timers or row.rules.shape.tasks is not None or (row.stored is not None and row.stored.timers):
            worth = _Worth(self, row)
            held = reschedule(self._state, row.name, row.rules, row.stored, held, worth.of, entered=row.entered)
        require_room(row.rules, row.leaf, row.stored, held)
        self._save(held, change_of(row.name, row.stored, held, cause))

    def _save(self, held: Held, event: Any) -> None:
        event = advance(self.context, event)
        RECORDS.set(self._state, event.instance, event.record, event.key, value=replace(held, trail=event.trail))
        self.context.emit(event)
