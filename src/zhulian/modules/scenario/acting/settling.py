"""What follows from a record's fields: indexes, values that are unique, and totals. Each costs the same however many records there are."""

from collections.abc import Mapping
from typing import Any, Final

from zhulian.canonical import INTEGER_MAX
from zhulian.errors import check
from zhulian.language.compile import CompiledField, CompiledTotal
from zhulian.language.expressions.dates import Calendar
from zhulian.language.expressions.tree import Value
from zhulian.language.lending import Caller
from zhulian.ledger.collections import Map
from zhulian.ledger.module import Context
from zhulian.ledger.overlay import State
from zhulian.modules.scenario.acting.records import Open
from zhulian.modules.scenario.errors import LentByNobody, NotUnique, TotalOverflow
from zhulian.modules.scenario.needs import Claims, Contents
from zhulian.modules.scenario.state import INDEXES, SWEPT, SWEPT_COUNTS, TOTALS, UNIQUE, Held
from zhulian.modules.scenario.timing.errors import SweptFixed
from zhulian.modules.scenario.values import key_leaf, key_text

__all__ = ["NOTHING", "Settling", "add_totals", "count_alone"]

NOTHING: Final = ("", 0)
"""What a record counts for that does not count, or is not there."""


class Settling:
    """Keeps what follows from the records of one instance; `caller` says by which action, since the registry wants to know."""

    def __init__(self, context: Context, caller: Caller, claims: Claims | None, contents: Contents | None = None) -> None:
        self._context = context
        self.caller = caller
        self._claims = claims
        self._contents = contents
        self._sums: dict[tuple[str, str], int] = {}

    def release(self, record: Open) -> None:
        """Take what the record was out of indexes and unique values, where it is something else by now.

        Raises:
            LentByNobody. Refusal: of the registry.
        """
        state, instance, before = self._context.state, self.caller.instance, record.settled_values or {}
        for index in record.rules.indexes:
            old = _joined(before, index.fields)
            if old is not None and old != _joined(record.values, index.fields):
                INDEXES.delete(state, instance, index.name, old)
        for field in _changed(record):
            value = before.get(field.name)
            if value is None:
                continue
            if field.unique == "instance":
                UNIQUE.delete(state, instance, _full(record, field), key_text(value))
            else:
                issuer = _issuer(record, field)
                self._registry(field).free(self._context, self.caller, field.space, issuer, key_text(value), record.name)

    def settle(self, record: Open) -> None:
        """Enter the record as it is now. All that change were released before, so that two may swap what is unique.

        Raises:
            NotUnique, LentByNobody, SweptFixed. Refusal: of the registry, or of who keeps contents.
        """
        before = record.settled_values or {}
        for index in record.rules.indexes:
            new = _joined(record.values, index.fields)
            if new is not None and new != _joined(before, index.fields):
                self._enter(INDEXES, f"{record.rules.name}.{index.name}", index.name, new, record)
        for field in _changed(record):
            value = record.values.get(field.name)
            if value is None:
                continue
            if field.unique == "instance":
                self._enter(UNIQUE, _full(record, field), _full(record, field), key_text(value), record)
            else:
                self._claim(record, field, key_text(value))
        if self._contents is not None:
            self._declare(self._contents, record, before)
        for swept in record.rules.swept:
            self._list(record, swept, before.get(swept), record.values.get(swept))
        for total in record.rules.totals:
            self._total(record, total)
        if record.settled_rules is not record.rules:
            self._drop_totals(record)

    def _declare(self, contents: Contents, record: Open, before: Mapping[str, Value]) -> None:
        """Say whose content it is that private and guarded fields hold by now, and what may be done with it."""
        for name, owner, rules in record.rules.owned_contents:
            value = record.values.get(name)
            if value is not None and value != before.get(name):
                contents.declare(self._context, self.caller, key_text(value), key_text(record.values[owner]), record.name, rules)

    def _list(self, record: Open, field: str, old: Value, new: Value) -> None:
        """Put a record that has the field now at the end of the list of its value, where sweeps will find it."""
        if new == old:
            return
        if old is not None:
            raise SweptFixed(field=field, key=record.leaf[:200], record=record.rules.name)
        state, instance, by, of = self._context.state, self.caller.instance, f"{record.rules.name}.{field}", key_text(new)
        place = SWEPT_COUNTS.find(state, instance, by, of) or 0
        SWEPT.set(state, instance, by, of, str(place), value=record.leaf)
        SWEPT_COUNTS.set(state, instance, by, of, value=place + 1)

    def _enter(self, collection: Map[str], field: str, table: str, value: str, record: Open) -> None:
        state, instance = self._context.state, self.caller.instance
        if collection.has(state, instance, table, value):
            raise NotUnique(field=field)
        collection.set(state, instance, table, value, value=record.leaf)

    def _claim(self, record: Open, field: CompiledField, value: str) -> None:
        """Claim the value in its space, for the party that the record's key names, or for the space itself where it names none."""
        registry, issuer = self._registry(field), _issuer(record, field)
        if registry.taken(self._context.block, self._context.state, field.space, issuer, value):
            raise NotUnique(field=_full(record, field))
        registry.claim(self._context, self.caller, field.space, issuer, value, record.name)

    def _registry(self, field: CompiledField) -> Claims:
        if self._claims is None:
            raise LentByNobody(word=f"unique: everywhere ({field.space})")
        return self._claims

    def _total(self, record: Open, total: CompiledTotal) -> None:
        """Take out what the record counted for before, and count it for what it is now."""
        then = next((each for each in record.settled_rules.totals if each.name == total.name), None)  # None: new by an upgrade
        old = NOTHING if then is None else self._counts(record, then, record.settled, record.settled_values)
        new = self._counts(record, total, record.held, record.values)
        if old == new:
            return
        if old[0] == new[0]:
            self._add(total.name, new[0], new[1] - old[1])
            return
        self._add(total.name, old[0], -old[1])
        self._add(total.name, new[0], new[1])

    def _drop_totals(self, record: Open) -> None:
        """Take a record that has moved out of totals that the later version lacks: one that comes back must count from nothing."""
        names = [each.name for each in record.rules.totals]
        for total in record.settled_rules.totals:
            if total.name not in names:
                of, amount = self._counts(record, total, record.settled, record.settled_values)
                self._add(total.name, of, -amount)

    def _counts(
        self, record: Open, total: CompiledTotal, held: Held | None, values: Mapping[str, Value] | None
    ) -> tuple[str, int]:
        """For which record the record counts in a total, and how much; nothing where it does not, or is not there."""
        if held is None or values is None:
            return NOTHING
        found = count_alone(total, values)
        if found is None:
            return NOTHING
        if total.where is not None and total.where(_Alone(record, held, values), self._context.state) is not True:
            return NOTHING
        return found

    def _add(self, total: str, of: str, amount: int) -> None:
        if amount:
            self._sums[total, of] = self._sums.get((total, of), 0) + amount

    def finish(self) -> None:
        """Bring totals up to date by what all settled records changed together, in whatever order they came.

        Raises:
            TotalOverflow.
        """
        sums, self._sums = self._sums, {}
        add_totals(self._context.state, self.caller.instance, sums)


def count_alone(total: CompiledTotal, values: Mapping[str, Value]) -> tuple[str, int] | None:
    """For which record a record with these fields counts in a total, and how much, whatever its `where` says; None: it does not."""
    of = values.get(total.of) if total.of else ""
    amount = values.get(total.field) if total.field else 1
    return None if of is None or type(amount) is not int else (key_text(of), amount)


def add_totals(state: State, instance: str, sums: Mapping[tuple[str, str], int]) -> None:
    """Add to totals, by the total and the key of the record that it is kept for.

    Raises:
        TotalOverflow.
    """
    for (total, of), amount in sums.items():
        if not amount:
            continue
        after = (TOTALS.find(state, instance, total, of) or 0) + amount
        if not -INTEGER_MAX <= after <= INTEGER_MAX:
            raise TotalOverflow(total=total)
        if after:
            TOTALS.set(state, instance, total, of, value=after)
        else:
            TOTALS.delete(state, instance, total, of)


def _changed(record: Open) -> list[CompiledField]:
    """The unique fields whose values differ from what was settled."""
    before, unique = record.settled_values or {}, record.rules.unique
    return [each for each in unique if before.get(each.name) != record.values.get(each.name)]


def _full(record: Open, field: CompiledField) -> str:
    return f"{record.rules.name}.{field.name}"


def _joined(values: Mapping[str, Value], fields: tuple[str, ...]) -> str | None:
    """The values of an index in one text; None where one is absent."""
    parts = [values.get(each) for each in fields]
    return None if None in parts else key_leaf([key_text(each) for each in parts])


def _issuer(record: Open, field: CompiledField) -> str:
    for part in record.rules.key:
        if part != field.name and record.rules.fields[part].kind.type == "party":
            return key_text(record.values[part])
    return field.space


class _Alone:
    """What `where` sees: the fields of the record that is counted, by their bare names, and nothing else."""

    def __init__(self, record: Open, held: Held, values: Mapping[str, Value]) -> None:
        self._record = record
        self._held = held
        self._values = values

    @property
    def calendar(self) -> Calendar:
        check(False, "the check lets no total ask the calendar")
        return Calendar()

    def read(self, name: str) -> Value:
        if name == "state":
            return self._held.state
        if name == "since":
            return self._held.since
        if name == "owner":
            return self._held.owner
        return self._values.get(name)

    def field(self, of: Any, name: str) -> Value:
        check(False, f"the check lets no total look beyond its record for {name}")
        return None

    def call(self, read: str, arguments: tuple[Value, ...]) -> Value:
        check(False, f"the check lets no total ask {read}")
        return None
