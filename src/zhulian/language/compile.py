"""From a checked definition to what the chain runs: every expression a program, every type with its bounds at hand.

A compiled definition is a pure function of its tree. It says beside each rule what the rule looks at, so that whoever runs it
asks only what a change can have touched.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from zhulian.language.definition.check import Checked
from zhulian.language.definition.fields import literal
from zhulian.language.definition.guarding import emergencies
from zhulian.language.definition.patterns import Dfa, compile_pattern
from zhulian.language.definition.shapes import (
    Action,
    Asset,
    Field,
    Index,
    Input,
    Kind,
    Promise,
    Record,
    Role,
    Text,
    Timer,
    Total,
    Use,
)
from zhulian.language.definition.sweeps import swept_fields
from zhulian.language.definition.views import Tree
from zhulian.language.errors import NOWHERE
from zhulian.language.expressions import tree as typed_tree
from zhulian.language.expressions.closures import Program, compile_tree
from zhulian.language.expressions.literals import read_literal
from zhulian.language.expressions.tree import Typed, Variable, walk
from zhulian.language.expressions.types import Days, Duration
from zhulian.language.lending import ContentRules
from zhulian.language.steps import Steps, compile_steps

__all__ = [
    "INSTANCE",
    "Compiled",
    "CompiledAction",
    "CompiledField",
    "CompiledKind",
    "CompiledPromise",
    "CompiledRecord",
    "CompiledTimer",
    "CompiledTotal",
    "Looks",
    "compile_definition",
]

INSTANCE = "instance"
"""The name of the record that belongs to the whole."""


DAY_S = 86_400
"""Seconds of a day, in which `keep` counts."""


@dataclass(frozen=True, slots=True)
class Looks:
    """What an expression looks at: fields of its record by name; `beyond` where also at something else, which may change by itself."""

    fields: tuple[str, ...] = ()
    beyond: bool = False


@dataclass(frozen=True, slots=True)
class CompiledKind:
    """A type with its bounds as numbers and its pattern as a table. `most` counts characters or items; `item` is that of a list."""

    type: str
    role: str = ""
    record: str = ""
    low: int | None = None
    high: int | None = None
    most: int | None = None
    pattern: Dfa | None = None
    choices: tuple[str, ...] = ()
    item: "CompiledKind | None" = None


@dataclass(frozen=True, slots=True)
class CompiledField:
    """A field, input or setting.

    `default` is the value where none is given, `forbid` what the value may not equal; `fills` an input that is a field of the
    record which the action creates. `bounded`: not every value of the type will do.
    """

    name: str
    kind: CompiledKind
    private: bool
    optional: bool
    default: int | str | bool | None
    unique: str
    space: str
    shape: Field
    bounded: bool
    fills: bool = False
    forbid: Program | None = None


@dataclass(frozen=True, slots=True)
class CompiledPromise:
    """What must hold of a record behind every change of what it looks at.

    `idle` says that it holds by itself where none of the fields that it looks at has changed: always of what holds of a record
    alone, and of two-state promises that let everything stay as it was.
    """

    name: str
    path: str
    that: Program
    looks: Looks
    idle: bool
    shape: Promise


@dataclass(frozen=True, slots=True)
class CompiledTotal:
    """A sum or count over the records of a type. All that it looks at are fields of the record that is counted."""

    name: str
    record: str
    field: str
    of: str
    where: Program | None
    looks: Looks
    shape: Total


@dataclass(frozen=True, slots=True)
class CompiledTimer:
    """A timer; `at` looks at `looks`. Without `at` it is a sweep, which is none of the `timers` of its record, or comes after one."""

    name: str
    record: str
    froms: tuple[str, ...]
    at: Program | None
    looks: Looks
    to: str
    do: Steps
    path: str
    shape: Timer


@dataclass(frozen=True, slots=True)
class CompiledRecord:
    """A record type with all that follows from a change of one."""

    name: str
    fields: Mapping[str, CompiledField]
    key: tuple[str, ...]
    start: str
    states: tuple[str, ...]
    finals: tuple[str, ...]
    owned: bool
    indexes: tuple[Index, ...]
    unique: tuple[CompiledField, ...]
    totals: tuple[CompiledTotal, ...]
    timers: tuple[CompiledTimer, ...]
    always: tuple[CompiledPromise, ...]
    steps: tuple[CompiledPromise, ...]
    defaults: Mapping[str, int | str | bool]
    composite: tuple[str, ...]
    """Fields whose values stand in state in another form than expressions see: lists and records."""
    settled: tuple[str, ...]
    """Fields that an index, a unique field or a total looks at."""
    long: tuple[str, ...]
    """Fields whose values can be long: texts, lists and references."""
    swept: tuple[str, ...]
    """Fields by whose values lists of the records are kept, so that they can be swept."""
    due: tuple[str, ...]
    """Fields that a record must have a value for."""
    owned_contents: tuple[tuple[str, str, ContentRules], ...]
    """Private and guarded fields that name the owner of their content: the field, the owner's field, the rules."""
    shape: Record


@dataclass(frozen=True, slots=True)
class CompiledAction:
    """An action with its programs; `path` is its place in the tree."""

    name: str
    record: CompiledRecord
    creates: bool
    many: int
    froms: frozenset[str]
    to: str
    inputs: Mapping[str, CompiledField]
    let: tuple[tuple[str, Program], ...]
    require: tuple[tuple[str, Program], ...]
    do: Steps
    otherwise: Steps
    path: str
    steps: int
    shape: Action
    kept: bool
    """Whether another action keeps its officers apart from those of this one."""
    naming: tuple[CompiledField, ...]
    """Inputs that name records, one or a list of them."""
    forbidding: tuple[CompiledField, ...]
    """Inputs with a value that they may not have."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """A definition that can be run. `programs` has every expression by its path, `keys` the types of the key of each record type."""

    tree: Tree
    checked: Checked
    programs: Mapping[str, Program]
    records: Mapping[str, CompiledRecord]
    keys: Mapping[str, tuple[CompiledKind, ...]]
    actions: Mapping[str, CompiledAction]
    timers: Mapping[str, CompiledTimer]
    totals: Mapping[str, CompiledTotal]
    indexes: Mapping[str, tuple[CompiledRecord, Index]]
    settings: Mapping[str, CompiledField]
    uses: Mapping[str, Use]
    lent: Mapping[str, Mapping[str, CompiledField]]
    """By the name of a record type that is used, its fields that are read here."""
    assets: Mapping[str, Asset]
    roles: Mapping[str, Role]
    refusals: Mapping[str, Text]


def compile_definition(checked: Checked) -> Compiled:
    """The definition, ready to be run; nothing is decided that the check has not decided."""
    tree = checked.definition.tree
    programs = {path: compile_tree(typed) for path, typed in checked.typed.items()}
    totals = {each.name: _total(checked, programs, each) for each in tree.totals}
    timers = {each.name: _timer(checked, programs, each) for each in tree.timers}
    shapes = [*tree.records, *([tree.instance] if tree.instance is not None else [])]
    records = {each.name: _record(checked, programs, each, totals, timers) for each in shapes}
    lent = {use.name: {each.name: _field(each) for each in use.fields} for use in tree.uses if use.kind == "record"}
    keys = {name: tuple(each.fields[part].kind for part in each.key) for name, each in records.items()}
    keys |= {use.name: tuple(lent[use.name][part].kind for part in use.key) for use in tree.uses if use.kind == "record"}
    kept = frozenset(other for each in _signatories(tree) for other in each)
    return Compiled(
        tree=tree,
        checked=checked,
        programs=MappingProxyType(programs),
        records=MappingProxyType(records),
        keys=MappingProxyType(keys),
        actions=MappingProxyType(
            {each.name: _action(checked, programs, each, records, each.name in kept) for each in tree.actions}
        ),
        timers=MappingProxyType(timers),
        totals=MappingProxyType(totals),
        indexes=MappingProxyType({index.name: (records[each.name], index) for each in tree.records for index in each.indexes}),
        settings=MappingProxyType({each.name: _field(each) for each in tree.settings}),
        uses=MappingProxyType({each.name: each for each in tree.uses}),
        lent=MappingProxyType(lent),
        assets=MappingProxyType({each.name: each for each in tree.assets}),
        roles=MappingProxyType({each.name: each for each in tree.roles}),
        refusals=MappingProxyType({each.name: each.text for each in tree.refusals}),
    )


def _signatories(tree: Tree) -> Iterator[tuple[str, ...]]:
    for action in tree.actions:
        yield from (each.apart for each in action.by)
    for record in tree.records:
        yield from (each.apart for correction in record.correct for each in correction.by)
        yield from (each.apart for task in (record.tasks.items if record.tasks is not None else ()) for each in task.by)


def _kind(kind: Kind, name: str) -> CompiledKind:
    return CompiledKind(
        type=kind.type,
        role=kind.role,
        record=kind.record,
        low=None if kind.min is None else literal(kind, name, kind.min, NOWHERE),
        high=None if kind.max is None else literal(kind, name, kind.max, NOWHERE),
        most=kind.most,
        pattern=None if kind.pattern is None else compile_pattern(kind.pattern),
        choices=tuple(each.name for each in kind.values),
        item=None if kind.of is None else _kind(kind.of, name),
    )


def _field(field: Field, forbid: Program | None = None) -> CompiledField:
    private = field.visibility != "public"
    kind = _kind(field, field.name)
    return CompiledField(
        name=field.name,
        kind=kind,
        private=private,
        optional=field.optional,
        default=None if private else _default(field),
        unique=field.unique,
        space=field.space,
        shape=field,
        bounded=not private and _is_bounded(kind),
        fills=isinstance(field, Input) and field.field,
        forbid=forbid,
    )


def _is_bounded(kind: CompiledKind) -> bool:
    return kind.type in ("text", "list", "record") or kind.low is not None or kind.high is not None or kind.pattern is not None


def _default(field: Field) -> int | str | bool | None:
    if field.default is None:
        return None
    if field.type == "bool":
        return field.default == "true"
    number = literal(field, field.name, field.default, NOWHERE)
    return field.default if number is None else number


def _record(
    checked: Checked,
    programs: Mapping[str, Program],
    record: Record,
    totals: Mapping[str, CompiledTotal],
    timers: Mapping[str, CompiledTimer],
) -> CompiledRecord:
    path = INSTANCE if record is checked.definition.tree.instance else f"records.{record.name}"
    fields = {each.name: _bounded(record, _field(each)) for each in record.fields}
    unique = tuple(each for each in fields.values() if each.unique)
    over = tuple(each for each in totals.values() if each.record == record.name)
    settled = {each.name for each in unique} | {part for index in record.indexes for part in index.fields}
    swept = swept_fields(checked.definition.tree.timers, record.name)
    settled |= set(swept)
    contents = _contents(checked.definition.tree, record)
    settled |= {name for name, _, _ in contents}
    for total in over:
        settled |= set(total.looks.fields)
    return CompiledRecord(
        name=record.name,
        fields=MappingProxyType(fields),
        key=record.key,
        start=record.states.start.name if record.states is not None else "",
        states=tuple(each.name for each in record.states.every) if record.states is not None else (),
        finals=tuple(each.name for each in record.states.final) if record.states is not None else (),
        owned=record.owned,
        indexes=record.indexes,
        unique=unique,
        totals=over,
        timers=tuple(each for each in timers.values() if each.record == record.name and not each.shape.sweep),
        always=_promises(checked, programs, record.always, f"{path}.always"),
        steps=_promises(checked, programs, record.steps, f"{path}.steps"),
        defaults=MappingProxyType({each.name: each.default for each in fields.values() if each.default is not None}),
        composite=tuple(each.name for each in fields.values() if each.kind.type in ("list", "record") and not each.private),
        owned_contents=contents,
        settled=tuple(sorted(settled)),
        swept=swept,
        due=tuple(
            each.name for each in fields.values() if not each.optional and not (each.private and each.shape.default is not None)
        ),
        long=tuple(each.name for each in fields.values() if each.kind.type in ("text", "list", "record") and not each.private),
        shape=record,
    )


def _contents(tree: Tree, record: Record) -> tuple[tuple[str, str, ContentRules], ...]:
    hasty = emergencies(tree.actions, record)
    return tuple(
        (
            each.name,
            each.owner,
            ContentRules(
                field=each.name,
                threshold=(each.threshold or 0) if each.visibility == "guarded" else 0,
                keep_s=_seconds(each.keep),
                regulator=each.regulator,
                emergency=each.name in hasty,
            ),
        )
        for each in record.fields
        if each.owner
    )


def _seconds(span: str | None) -> int:
    """A span in seconds; a day of 24 hours."""
    if span is None:
        return 0
    return (
        DAY_S * (read_literal(span, Days(), NOWHERE) or 0) if span.endswith("d") else read_literal(span, Duration(), NOWHERE) or 0
    )


def _bounded(record: Record, field: CompiledField) -> CompiledField:
    """The codes of a record are no more than the record says."""
    if record.codes is None or field.kind.type != "codes":
        return field
    most = min(record.codes.max, field.kind.most or record.codes.max)
    return replace(field, bounded=True, kind=replace(field.kind, most=most))


def _promises(
    checked: Checked, programs: Mapping[str, Program], promises: tuple[Promise, ...], path: str
) -> tuple[CompiledPromise, ...]:
    found: list[CompiledPromise] = []
    for index, promise in enumerate(promises):
        at = f"{path}[{index}].that"
        typed = checked.typed[at]
        looks = _looks(typed)
        idle = not looks.beyond and (path.endswith(".always") or _holds_unchanged(typed))
        found.append(CompiledPromise(promise.name, at, programs[at], looks, idle, promise))
    return tuple(found)


def _total(checked: Checked, programs: Mapping[str, Program], total: Total) -> CompiledTotal:
    path = f"totals.{total.name}.where"
    looks = Looks() if total.where is None else _looks(checked.typed[path])
    fields = {each for each in (total.field, total.of) if each}
    return CompiledTotal(
        name=total.name,
        record=total.record,
        field=total.field,
        of=total.of,
        where=None if total.where is None else programs[path],
        looks=Looks(tuple(sorted({*looks.fields, *fields}))),
        shape=total,
    )


def _timer(checked: Checked, programs: Mapping[str, Program], timer: Timer) -> CompiledTimer:
    path = f"timers.{timer.name}"
    looks = _looks(checked.typed[f"{path}.at"]) if timer.at is not None else Looks()
    do = compile_steps(timer.do, f"{path}.do", programs, checked.typed)
    return CompiledTimer(timer.name, timer.on, timer.froms, programs.get(f"{path}.at"), looks, timer.to, do, path, timer)


def _action(
    checked: Checked, programs: Mapping[str, Program], action: Action, records: Mapping[str, CompiledRecord], kept: bool
) -> CompiledAction:
    path = f"actions.{action.name}"
    inputs = {each.name: _field(each, programs.get(f"{path}.input.{each.name}.not")) for each in action.input}
    return CompiledAction(
        name=action.name,
        record=records[action.on or action.creates],
        creates=bool(action.creates),
        many=action.many,
        froms=frozenset(action.froms),
        to=action.to,
        inputs=MappingProxyType(inputs),
        let=tuple((each.name, programs[f"{path}.let.{each.name}"]) for each in action.let),
        require=tuple((each.refusal, programs[f"{path}.require[{index}].that"]) for index, each in enumerate(action.require)),
        do=compile_steps(action.do, f"{path}.do", programs, checked.typed),
        otherwise=compile_steps(action.otherwise, f"{path}.else", programs, checked.typed),
        path=path,
        steps=checked.steps[action.name],
        shape=action,
        kept=kept,
        naming=tuple(each for each in inputs.values() if (each.kind.item or each.kind).type == "record"),
        forbidding=tuple(each for each in inputs.values() if each.forbid is not None),
    )


def _holds_unchanged(tree: Typed) -> bool:
    """Whether a two-state promise surely holds where the record is as it was, such as `this.left <= was.left`."""
    match tree:
        case typed_tree.Apply(operator="and", operands=(one, other)):
            return _holds_unchanged(one) and _holds_unchanged(other)
        case typed_tree.Apply(operator="or", operands=(one, other)):
            return _holds_unchanged(one) or _holds_unchanged(other)
        case typed_tree.Apply(operator="equal" | "at_most" | "at_least", operands=(one, other)):
            return _at_present(one) == _at_present(other)
    return False


def _at_present(tree: Typed) -> Typed:
    """A field of the record as it was, as the same field now."""
    match tree:
        case typed_tree.Field(of=Variable(name="was") as was):
            return replace(tree, of=replace(was, name="this"))
    return tree


def _looks(tree: Typed) -> Looks:
    """Names by themselves are fields of the record, as in `where`; else fields come through `this`, and `was` is as it was."""
    fields: dict[str, None] = {}
    beyond = False
    inner: dict[int, None] = {}  # the `this` of `this.field`
    for each in walk(tree):
        match each:
            case typed_tree.Field(of=Variable(name="this" | "was" | "instance") as of, name=name):
                inner[id(of)] = None
                fields[name] = None
                beyond = beyond or of.name == INSTANCE
            case typed_tree.Field(of=Variable(name="settings") as of):
                inner[id(of)] = None
            case Variable(name=name) if id(each) not in inner:
                fields[name] = None
                beyond = beyond or name in ("this", "was", INSTANCE)
            case typed_tree.Field() | typed_tree.Ask() | typed_tree.RecordAt():
                beyond = True
            case _:
                pass
    return Looks(tuple(sorted(fields)), beyond)
