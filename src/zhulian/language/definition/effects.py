"""Types of effects: what fields get, what verbs are given, and what later effects may name."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from zhulian.language.definition.faults import FieldNotFilled, KeyAssigned, KeyMissing, KeyUnknown, NoStates
from zhulian.language.definition.judge import Judge
from zhulian.language.definition.keeping import counting_steps, keeping_steps
from zhulian.language.definition.names import ACTION, FIELD, RECORD, STATE
from zhulian.language.definition.scopes import Scopes
from zhulian.language.definition.shapes import (
    Alert,
    Assign,
    Call,
    Create,
    Each,
    Effect,
    Ensure,
    Field,
    If,
    Lent,
    Move,
    Notify,
    Record,
    Refuse,
    Set,
    Sweep,
    Value,
)
from zhulian.language.definition.sweeps import START_STEPS, check_start
from zhulian.language.definition.types_of import type_of
from zhulian.language.definition.verdicts import EachNested, PrivateCopied, VerbUnknown
from zhulian.language.errors import LanguageFault
from zhulian.language.expressions import tree as typed_tree
from zhulian.language.expressions.bounds import most_steps
from zhulian.language.expressions.check import Checker, known_names
from zhulian.language.expressions.scope import Member, Scope
from zhulian.language.expressions.syntax import Call as CallPart
from zhulian.language.expressions.syntax import Expression, Unary, parts
from zhulian.language.expressions.tree import Typed
from zhulian.language.expressions.types import BOOL, PARTY, PERSON, AmountOf, AnyOf, Asset, ListOf, PerOf, Said, Type, Words
from zhulian.language.expressions.types import Record as RecordType
from zhulian.language.registry import Parameter, Verb

__all__ = ["Seen", "VerbUse", "check_effects"]

_USE = Said("引入的内容（uses）", "thing used (uses)")


@dataclass(frozen=True, slots=True)
class VerbUse:
    """A lent verb at its place with its typed arguments; `assigned` are fields that effects before it may have changed."""

    verb: Verb
    path: str
    arguments: dict[str, Typed]
    parsed: dict[str, Expression]
    assigned: frozenset[str]


@dataclass(slots=True)
class Seen:
    """What is known while the effects of one action or timer are walked in their order."""

    record: Record | None
    verbs: list[VerbUse] = field(default_factory=list)
    moves: list[tuple[str, str]] = field(default_factory=list)
    """Record type and state of each `move`."""
    created: list[str] = field(default_factory=list)
    """Record type of each `create` and `ensure`."""
    assigned: dict[str, None] = field(default_factory=dict)
    filled: dict[str, None] = field(default_factory=dict)
    """Fields of a record that is being created which are surely set."""
    creating: str = ""
    starts: list[str] = field(default_factory=list)
    """Every sweep that begins."""
    refusals: dict[str, None] = field(default_factory=dict)
    alerts: dict[str, None] = field(default_factory=dict)
    steps: int = 0


def check_effects(
    judge: Judge,
    scopes: Scopes,
    effects: Sequence[Effect],
    path: str,
    scope: Scope,
    seen: Seen,
    given: tuple[Expression, ...] = (),
    *,
    nested: bool = False,
    sure: bool = True,
) -> None:
    """Every effect in its order; `nested` inside an `each`, `sure` unless under a condition."""
    for index, effect in enumerate(effects):
        below = f"{path}[{index}]"
        match effect:
            case Set(values=values):
                for each in values:
                    _assign(judge, scopes, each, below, scope, seen, given, sure)
            case Create() | Ensure():
                scope = _create(judge, scopes, effect, below, scope, given)
                seen.created.append(effect.record)
                seen.steps += 4 + keeping_steps(judge, scopes.records.get(effect.record))
            case Move():
                _move(judge, scopes, effect, below, scope, seen)
            case If(that=that, then=then, otherwise=otherwise):
                judge.type(that, f"{below}.if", scope, BOOL, given=given)
                parsed = judge.parse(that, f"{below}.if")
                yes = (*given, parsed) if parsed is not None else given
                no = (*given, Unary("!", parsed, parsed.place)) if parsed is not None else given
                check_effects(judge, scopes, then, f"{below}.then", scope, seen, yes, nested=nested, sure=False)
                check_effects(judge, scopes, otherwise, f"{below}.else", scope, seen, no, nested=nested, sure=False)
            case Each():
                _each(judge, scopes, effect, below, scope, seen, given, nested)
            case Refuse(refusal=refusal):
                refusals = [each.name for each in judge.tree.refusals]
                judge.must_be(refusal, refusals, below, Said("拒绝", "refusal"))
                seen.refusals[refusal] = None
            case Alert(name=name):
                seen.alerts[name] = None
                seen.steps += 5
            case Notify(to=to):
                judge.type(to, f"{below}.to", scope, AnyOf((PARTY, PERSON, ListOf(PARTY))), given=given)
                seen.steps += 5
            case Sweep(name=name, of=of):
                check_start(judge, name, _target(judge, scopes, of, below, scope, seen), below)
                seen.starts.append(name)
                seen.steps += START_STEPS
            case Call():
                _call(judge, effect, below, scope, given)
                seen.steps += 200
            case Lent():
                _lent(judge, effect, below, scope, seen, given)


def _following(judge: Judge, record: Record | None, of: str) -> int:
    """What follows from one change: of another record all that keeping it costs, of the own one the totals that it may be asked for again."""
    return counting_steps(judge, record) if of in ("", "this", "instance") else keeping_steps(judge, record)


def _target(judge: Judge, scopes: Scopes, of: str, path: str, scope: Scope, seen: Seen) -> Record | None:
    """The record type that `of` names: empty for this record."""
    if not of:
        return seen.record
    found = judge.type(of, path, scope)
    if found is None or not isinstance(found.type, RecordType) or found.type.name is None:
        if found is not None:
            judge.must_be(of, ("this", "instance"), path, RECORD)
        return None
    if found.type.name == "instance":
        return judge.tree.instance
    judge.must_be(found.type.name, scopes.records, path, RECORD)  # what another instance keeps, only its own actions change
    return scopes.records.get(found.type.name)


def _assign(
    judge: Judge, scopes: Scopes, each: Assign, path: str, scope: Scope, seen: Seen, given: tuple[Expression, ...], sure: bool
) -> None:
    below = f"{path}.{each.of}.{each.field}" if each.of else f"{path}.{each.field}"
    record = _target(judge, scopes, each.of, f"{below}.of", scope, seen) if each.of else seen.record
    seen.assigned[each.field] = None
    seen.steps += 2 + _following(judge, record, each.of)
    if record is None:
        return
    fields = {one.name: one for one in record.fields}
    if not judge.must_be(each.field, fields, below, FIELD):
        return
    target = fields[each.field]
    fresh = not each.of and bool(seen.creating)
    if each.field in record.key and not fresh:
        judge.fault(KeyAssigned, below, field=each.field, record=record.name)
    if fresh and sure:
        seen.filled[each.field] = None
    _give(judge, each.value, below, scope, target, given)


def _give(judge: Judge, value: str, path: str, scope: Scope, target: Field, given: tuple[Expression, ...]) -> None:
    """A value for a field: private ones are filled from private ones, as they are."""
    public = target.visibility == "public"
    found = judge.type(value, path, scope, type_of(target), public=public, given=given)
    if found is not None and not public and not (found.private and isinstance(found, typed_tree.Field | typed_tree.Present)):
        judge.fault(PrivateCopied, path, field=target.name)


def _create(
    judge: Judge, scopes: Scopes, effect: Create | Ensure, path: str, scope: Scope, given: tuple[Expression, ...]
) -> Scope:
    record = scopes.records.get(effect.record)
    if record is None:
        judge.must_be(effect.record, scopes.records, path, RECORD)
        return scope
    values = {each.name: each.value for each in effect.values}
    fields = {each.name: each for each in record.fields}
    for name, value in values.items():
        if judge.must_be(name, fields, f"{path}.{name}", FIELD):
            _give(judge, value, f"{path}.{name}", scope, fields[name], given)
    require_filled(judge, record, values, path)
    if not effect.called:
        return scope
    return replace(scope, variables={**scope.variables, effect.called: Member(RecordType(record.name))})


def require_filled(judge: Judge, record: Record, filled: object, path: str) -> None:
    """Refuse a new record some of whose fields get no value."""
    given = filled if isinstance(filled, dict) else {}
    for each in record.fields:
        if each.name not in given and not each.optional and each.default is None:
            judge.fault(FieldNotFilled, path, record=record.name, field=each.name)


def _move(judge: Judge, scopes: Scopes, effect: Move, path: str, scope: Scope, seen: Seen) -> None:
    record = _target(judge, scopes, effect.of, path, scope, seen)
    if record is None:
        return
    if record.states is None:
        judge.fault(NoStates, path, record=record.name, key="move")
        return
    if judge.must_be(effect.to, [each.name for each in record.states.every], path, STATE):
        seen.moves.append((record.name, effect.to))
    seen.steps += 2 + _following(judge, record, effect.of)


def _each(
    judge: Judge, scopes: Scopes, effect: Each, path: str, scope: Scope, seen: Seen, given: tuple[Expression, ...], nested: bool
) -> None:
    if nested:
        judge.fault(EachNested, path)
        return
    found = judge.type(effect.among, f"{path}.each", scope, given=given)
    item: Type | None = None
    most = 1
    if found is not None and isinstance(found.type, ListOf):
        item, most = found.type.item, found.type.most
    elif found is not None:
        said = found.type.say()
        judge.must_be(effect.among, (), f"{path}.each", Said(f"列表（此处为{said.zh}）", f"list (this is {said.en})"))
    if item is None:
        return
    inner = replace(scope, variables={**scope.variables, effect.item: Member(item, found.private if found else False)})
    seen.assigned.update(dict.fromkeys(_changed(effect.do)))  # what one round changes, the next one reads
    before, seen.steps = seen.steps, 0
    check_effects(judge, scopes, effect.do, f"{path}.do", inner, seen, given, nested=True, sure=False)
    inside = sum(most_steps(typed) for place, typed in judge.typed.items() if place.startswith(f"{path}.do["))
    seen.steps = before + most * seen.steps + max(0, most - 1) * inside  # every expression of the action counts once by itself


def _changed(effects: Sequence[Effect]) -> list[str]:
    """Every field that effects may change."""
    found: list[str] = []
    for effect in effects:
        match effect:
            case Set(values=values):
                found += [each.field for each in values]
            case If(then=then, otherwise=otherwise):
                found += [*_changed(then), *_changed(otherwise)]
            case Each(do=do):
                found += _changed(do)
            case Lent() | Call():
                found.append("owner")
            case _:
                pass
    return found


def _call(judge: Judge, effect: Call, path: str, scope: Scope, given: tuple[Expression, ...]) -> None:
    uses = {each.name: each for each in judge.tree.uses}
    if not judge.must_be(effect.use, uses, f"{path}.use", _USE):
        return
    use = uses[effect.use]
    if use.actions:
        judge.must_be(effect.action, use.actions, f"{path}.action", ACTION)
    for index, each in enumerate(effect.on):
        judge.type(each, f"{path}.on[{index}]", scope, given=given)
    for value in effect.values:
        judge.type(value.value, f"{path}.with.{value.name}", scope, given=given)


def _lent(judge: Judge, effect: Lent, path: str, scope: Scope, seen: Seen, given: tuple[Expression, ...]) -> None:
    verb = judge.registry.verbs.get(effect.name)
    if verb is None:
        judge.fault(VerbUnknown, path, verb=effect.name, known=known_names([*judge.registry.verbs, *_KERNEL]))
        return
    seen.steps += verb.cost + counting_steps(judge, seen.record)  # what changed before is counted before the verb asks
    values = {each.name: each for each in effect.values}
    names = [each.name for each in verb.parameters]
    for value in effect.values:
        if value.name not in names:
            judge.fault(KeyUnknown, f"{path}.{value.name}", key=value.name, known=", ".join(names))
    typed: dict[str, Typed] = {}
    for parameter in verb.parameters:
        due = due_type(verb, parameter, typed)
        given_value = values.get(parameter.name)
        if given_value is None:
            if due is not None and not parameter.optional:
                judge.fault(KeyMissing, path, key=parameter.name)
            continue
        below = f"{path}.{parameter.name}"
        if due is None:
            judge.fault(KeyUnknown, below, key=parameter.name, known=", ".join(each for each in names if each != parameter.name))
            continue
        found = _argument(judge, given_value, below, scope, parameter, due, given)
        if found is not None:
            typed[parameter.name] = found
    parsed = {name: judge.parsed.get(f"{path}.{name}") for name in typed}
    exact = {name: each for name, each in parsed.items() if each is not None}
    seen.verbs.append(VerbUse(verb, path, typed, exact, frozenset(seen.assigned)))
    if any(isinstance(each.type, RecordType) for each in verb.parameters):
        seen.assigned["owner"] = None  # a verb that takes a title may give it a new owner


_KERNEL = ("set", "create", "ensure", "move", "if", "each", "refuse", "alert", "notify", "sweep", "call")


def _argument(
    judge: Judge, value: Value, path: str, scope: Scope, parameter: Parameter, due: Type, given: tuple[Expression, ...]
) -> Typed | None:
    if not isinstance(due, Words):
        return judge.type(value.value, path, scope, due, public=not parameter.private, given=given)
    parsed = judge.parse(value.value, path)
    if parsed is None:
        return None
    try:
        found = Checker(scope, judge.registry, public=True, pages=False).word(parsed, due.words)
    except LanguageFault as fault:
        judge.keep(fault)
        return None
    judge.typed[path] = found
    return found


def due_type(verb: Verb, parameter: Parameter, typed: dict[str, Typed]) -> Type | None:
    """What a parameter asks for, given the arguments before it; None where there is nothing to give."""
    if not isinstance(parameter.type, PerOf | AmountOf):
        return parameter.type
    pointed = typed.get(verb.parameters[parameter.type.parameter].name)
    asset = pointed.type if pointed is not None else None
    if not isinstance(asset, Asset):
        return None
    if isinstance(parameter.type, AmountOf):
        return asset.amount
    return RecordType(asset.per) if asset.per is not None else None


def names_in(part: Expression) -> frozenset[str]:
    """Every field and name that an expression mentions."""
    found: list[str] = [getattr(part, "name", "")] if not isinstance(part, CallPart) else []
    for each in parts(part):
        found += names_in(each)
    return frozenset(found)
