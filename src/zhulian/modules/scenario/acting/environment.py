"""What expressions see while an instance acts: names, fields, records, and what the kernel and the modules answer.

Answers do not charge: an expression has paid for its nodes and for the declared cost of every read before it asks.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from zhulian.errors import check
from zhulian.language.compile import INSTANCE
from zhulian.language.errors import NOWHERE
from zhulian.language.expressions.dates import Calendar, date_of
from zhulian.language.expressions.tree import Ref, Value
from zhulian.language.expressions.types import AnyAsset
from zhulian.language.lending import Argument, Caller, bind
from zhulian.modules.scenario.acting.records import Open, Records
from zhulian.modules.scenario.acting.scene import Scene
from zhulian.modules.scenario.errors import LentByNobody, NoSuchRecord, NotYetFilled, UsedWrongly
from zhulian.modules.scenario.owning.words import READS as TITLE_READS
from zhulian.modules.scenario.roots.words import READS as ROOT_READS
from zhulian.modules.scenario.state import INDEXES, RECORDS, TOTALS, Held
from zhulian.modules.scenario.values import Unfit, key_leaf, key_of_leaf, key_text, key_texts, read_key, read_value

__all__ = ["KERNEL_READS", "Before", "Environment"]

_PLAIN = (str, int, bool)
_NO_KEY = ("",)
"""The key of no record: parts of keys are never empty."""


class Before(Ref):
    """A record as it was before the action. As a value it is the record itself."""

    __slots__ = ()


Group: TypeAlias = dict[str, Value]
"""`input`, `by` or `settings`."""


class Environment:
    """Fills the evaluator's need. `names` are the variables of the place; the action puts them in as it goes."""

    def __init__(self, scene: Scene, records: Records, caller: Caller) -> None:
        self.scene = scene
        self.records = records
        self.caller = caller
        self.names: dict[str, Any] = {}
        self._quiet = scene.quiet
        self._open = records.opened
        self._calendar: Calendar | None = None

    def under(self, version: int, names: dict[str, Any]) -> "Environment":
        """What expressions elsewhere, maybe of another version of the definition, see of the same records."""
        found = Environment(self.scene.under(version), self.records, self.caller)
        found.names = names
        return found

    @property
    def calendar(self) -> Calendar:
        """Zone and workdays of the chain."""
        if self._calendar is None:
            self._calendar = self.scene.shelf.calendars.calendar(self._quiet, self.scene.context.block)
        return self._calendar

    def read(self, name: str) -> Any:
        """The variable `name`."""
        try:
            return self.names[name]
        except KeyError:
            found = self.names[name] = self._late(name)
            return found

    def _late(self, name: str) -> Any:
        """Variables that most expressions do without."""
        if name == "was":
            this: Ref = self.names["this"]
            return Before(this.record, this.key)
        if name == "settings":
            return self.scene.setting_values()
        check(name == INSTANCE, f"the check lets no expression name {name} here")
        return Ref(INSTANCE, ())

    def field(self, of: Any, name: str) -> Value:
        """The field of a record or group; None only if it is optional and absent.

        Raises:
            NoSuchRecord, NotYetFilled, UsedWrongly.
        """
        if type(of) is Ref:
            record = self._open.get(of)
            if record is None:
                if of.record not in self.scene.compiled.records:
                    return self._lent_field(of, name)
                record = self.records.get(of)
            value = record.values.get(name)
            return value if value is not None else _other(record, record.held, name)
        if type(of) is dict:
            return of.get(name)
        record = self.records.get(of)
        if record.was is None or record.was_values is None:
            raise NoSuchRecord(record=of.record, key=record.leaf[:200])
        value = record.was_values.get(name)
        return value if value is not None else _other(record, record.was, name)

    def call(self, read: str, arguments: tuple[Value, ...]) -> Value:
        """The answer of a read: of the kernel, of the definition, or of a module.

        Raises:
            Refusal: what the module refuses with. LentByNobody.
        """
        kernel = KERNEL_READS.get(read)
        if kernel is not None:
            return kernel(self, arguments)
        title = TITLE_READS.get(read)
        if title is not None:
            return title(self._held(arguments[0]), arguments[1:])
        root = ROOT_READS.get(read)
        if root is not None:
            return root(self.scene.context.block.hasher, arguments)
        self.records.settle()
        if read in self.scene.compiled.totals:
            return TOTALS.find(self._quiet, self.scene.name, read, key_text(arguments[0]) if arguments else "") or 0
        if read in self.scene.compiled.indexes:
            return self._by_index(read, arguments)
        return self._ask(read, arguments)

    def argument(self, value: Any) -> Argument:
        """A value as modules take it."""
        if type(value) in _PLAIN:
            plain: Argument = value
            return plain
        if isinstance(value, Ref):
            return self.records.name_of(value)
        if type(value) is tuple:
            return tuple([self.argument(each) for each in value])
        return None

    def _ask(self, read: str, arguments: tuple[Value, ...]) -> Value:
        shelf = self.scene.shelf
        run = shelf.reads.get(read)
        if run is None:
            raise LentByNobody(word=read)
        parameters = shelf.registry.reads[read].parameters
        given: list[Argument] = []
        for parameter, value in zip(parameters, arguments, strict=False):  # what may be left out stands last
            if type(parameter.type) is AnyAsset:
                given.append(self.scene.asset_name(str(value)))
            elif type(value) is str:
                given.append(value)
            else:
                given.append(self.argument(value))
        return run(self.scene.context.block, self._quiet, self.caller, bind(parameters, given))

    def _by_index(self, index: str, arguments: tuple[Value, ...]) -> Value:
        rules, _ = self.scene.compiled.indexes[index]
        leaf = INDEXES.find(self._quiet, self.scene.name, index, key_leaf([key_text(each) for each in arguments]))
        if leaf is None:
            return Ref(rules.name, _NO_KEY)
        return read_key(rules.name, key_of_leaf(leaf), self.scene.compiled.keys)

    def _lent_field(self, ref: Ref, name: str) -> Value:
        """The field of a record that another instance keeps, as it is there now."""
        place = self.scene.record_name(ref)
        held = RECORDS.find(self._quiet, place.instance, place.record, key_leaf(place.key))
        if held is None:
            raise NoSuchRecord(record=place.record, key=key_leaf(place.key)[:200])
        field = self.scene.compiled.lent[ref.record][name]
        wire = held.fields.get(name)
        try:
            if wire is not None:
                return read_value(field, wire, self.scene.compiled.keys)
            if field.optional:
                return None
            raise Unfit(f"记录没有字段 {name}", f"the record has no field {name}")
        except Unfit as unfit:
            raise UsedWrongly(instance=place.instance, why=unfit.why) from None

    # What the kernel answers.

    def _now(self, arguments: tuple[Value, ...]) -> Value:
        return self.scene.context.block.time

    def _today(self, arguments: tuple[Value, ...]) -> Value:
        return date_of(self.calendar, self.scene.context.block.time, NOWHERE)

    def _known(self, arguments: tuple[Any, ...]) -> Value:
        ref: Ref = arguments[0]
        if ref.record in self.scene.compiled.records:
            return self.records.find(ref) is not None
        place = self.scene.record_name(ref)
        return RECORDS.has(self._quiet, place.instance, place.record, key_leaf(place.key))

    def _trail(self, arguments: tuple[Any, ...]) -> Value:
        return self._held(arguments[0]).trail.head

    def _trail_length(self, arguments: tuple[Any, ...]) -> Value:
        return self._held(arguments[0]).trail.count

    def _done(self, arguments: tuple[Any, ...]) -> Value:
        record = self.records.get(arguments[0])
        tasks = record.rules.shape.tasks
        return tasks is not None and all(each.name in record.held.done for each in tasks.items)

    def _held(self, ref: Any) -> Held:
        """A record of this instance or of one that it uses, as it is held now."""
        if ref.record in self.scene.compiled.records:
            return self.records.get(ref).held
        place = self.scene.record_name(ref)
        held = RECORDS.find(self._quiet, place.instance, place.record, key_leaf(place.key))
        if held is None:
            raise NoSuchRecord(record=place.record, key=key_leaf(key_texts(ref))[:200])
        return held


KERNEL_READS: Mapping[str, Callable[[Environment, tuple[Value, ...]], Value]] = {
    "now": Environment._now,
    "today": Environment._today,
    "known": Environment._known,
    "trail": Environment._trail,
    "trail_length": Environment._trail_length,
    "done": Environment._done,
}
"""What the kernel itself answers, by name."""


def _other(record: Open, held: Held, name: str) -> Value:
    """What a record has beside its fields, and fields that are absent."""
    if name == "state":
        return held.state
    if name == "since":
        return held.since
    if name == "tasks":
        return record.ref
    if name == "owner":
        return held.owner
    field = record.rules.fields[name]
    if field.optional or field.private:
        return None
    raise NotYetFilled(record=record.rules.name, field=name)
