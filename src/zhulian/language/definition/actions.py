"""Actions, timers, promises and totals: every expression typed, every state and role there, who may be debited, how many steps."""

from dataclasses import dataclass, field, replace

from zhulian.language.definition.authority import Exceptional, check_authority
from zhulian.language.definition.commitments import shown, steps_beside
from zhulian.language.definition.effects import Seen, check_effects, require_filled
from zhulian.language.definition.faults import (
    AnyoneSwallows,
    FinalLeft,
    KeysClash,
    NoStates,
    RecordDue,
    SameParty,
)
from zhulian.language.definition.fields import check_field
from zhulian.language.definition.guard_faults import GlassUnbroken
from zhulian.language.definition.guarding import check_destroying, check_opening
from zhulian.language.definition.judge import Judge
from zhulian.language.definition.keeping import keeping_steps
from zhulian.language.definition.limits import STEPS_MAX
from zhulian.language.definition.names import ACTION, FIELD, RECORD, ROLE, STATE, check_by, roles_of
from zhulian.language.definition.patterns import Dfa
from zhulian.language.definition.scopes import Scopes
from zhulian.language.definition.shapes import Action, Record, Signatory
from zhulian.language.definition.sweeps import REACH_STEPS, TURN_STEPS, check_sweep, check_when
from zhulian.language.definition.verdicts import PersonUnfit, PrivateShown, TimerIdle, TooManySteps, TotalWanders
from zhulian.language.definition.words import ALL_ROLES
from zhulian.language.expressions.bounds import most_steps
from zhulian.language.expressions.meaning import CALENDAR
from zhulian.language.expressions.scope import Member, Scope
from zhulian.language.expressions.syntax import Expression
from zhulian.language.expressions.tree import Apply, Ask, walk
from zhulian.language.expressions.types import BOOL, DATE, NUMERIC, PARTY, PERSON, TIME, AnyOf, ListOf, Optional, Said

__all__ = ["Found", "check_actions", "check_promises", "check_steps", "check_timers", "check_totals"]

_BASE_STEPS = 40
_WHO = Optional(AnyOf((PARTY, PERSON, ListOf(PARTY))))


@dataclass(slots=True)
class Found:
    """What the check learns on its way: effects of every action and timer, debits that nobody signs, steps, tables of patterns."""

    actions: dict[str, Seen] = field(default_factory=dict)
    timers: dict[str, Seen] = field(default_factory=dict)
    exceptions: list[Exceptional] = field(default_factory=list)
    steps: dict[str, int] = field(default_factory=dict)
    patterns: dict[str, Dfa] = field(default_factory=dict)


def check_promises(judge: Judge, scopes: Scopes) -> None:
    """`always` and `steps` of every record and of the instance; `until` and `by` of corrections; `by` of tasks."""
    for record in (*judge.tree.records, *((judge.tree.instance,) if judge.tree.instance is not None else ())):
        path = "instance" if record is judge.tree.instance else f"records.{record.name}"
        for part, promises in (("always", record.always), ("steps", record.steps)):
            scope = scopes.of_record(record.name, was=part == "steps")
            for index, promise in enumerate(promises):
                judge.type(promise.that, f"{path}.{part}[{index}].that", scope, BOOL)
        scope = scopes.of_record(record.name)
        for index, correction in enumerate(record.correct):
            below = f"{path}.correct[{index}]"
            _who(judge, correction.by, f"{below}.by", scope)
            if correction.until is not None:
                judge.type(correction.until, f"{below}.until", scope, AnyOf((TIME, DATE)))
        for task in record.tasks.items if record.tasks is not None else ():
            _who(judge, task.by, f"{path}.tasks.{task.name}.by", scope)


def check_totals(judge: Judge, scopes: Scopes) -> None:
    """Whether totals add up public numbers by public fields."""
    for total in judge.tree.totals:
        path = f"totals.{total.name}"
        record = scopes.records.get(total.record)
        if record is None:
            judge.must_be(total.record, scopes.records, f"{path}.{total.kind}", RECORD)
            continue
        fields = {each.name: each for each in record.fields}
        for name, part in ((total.field, "sum"), (total.of, "of")):
            if name and judge.must_be(name, fields, f"{path}.{part}", FIELD) and fields[name].visibility != "public":
                judge.fault(PrivateShown, f"{path}.{part}", field=name, where_zh="汇总", where_en="in a total")
        if total.field in fields and total.field and not isinstance(scopes.base.records[record.name][total.field].type, NUMERIC):
            numbers = [name for name, each in scopes.base.records[record.name].items() if isinstance(each.type, NUMERIC)]
            judge.must_be(total.field, numbers, f"{path}.sum", Said("可相加的字段", "field that adds up"))
        if total.where is not None:
            own = {name: Member(each.type, each.private) for name, each in scopes.base.records[record.name].items()}
            typed = judge.type(total.where, f"{path}.where", Scope(variables=own, elsewhere=scopes.base.elsewhere), BOOL)
            for each in walk(typed) if typed is not None else ():
                if isinstance(each, Ask) or (isinstance(each, Apply) and each.operator in CALENDAR):
                    judge.fault(TotalWanders, f"{path}.where", what=each.read if isinstance(each, Ask) else each.operator)


def check_actions(judge: Judge, scopes: Scopes, found: Found) -> None:
    """Every action, after every timer."""
    late = frozenset(name for seen in found.timers.values() for name in seen.assigned)
    for action in judge.tree.actions:
        path = f"actions.{action.name}"
        record = _record(judge, scopes, action, path)
        _who(judge, action.by, f"{path}.by", scopes.of_by(action))
        _officers(judge, action, path)
        for each in action.input:
            below = f"{path}.input.{each.name}"
            if not each.field:
                check_field(judge, each, below, found.patterns)
                _names_of_input(judge, scopes, action, each.name)
        scope = scopes.of_action(action)
        for each in action.input:
            if each.forbid is not None and not each.field:
                judge.type(each.forbid, f"{path}.input.{each.name}.not", scope)
        scope, given = _lets_and_guards(judge, action, path, scope)
        seen = Seen(record, creating=action.creates)
        seen.filled.update(dict.fromkeys(each.name for each in action.input if each.field and action.creates))
        seen.refusals.update(dict.fromkeys(each.refusal for each in action.require))
        after = scopes.of_effects(action, scope)
        check_effects(judge, scopes, action.do, f"{path}.do", after, seen, (*given, *shown(action, record)))
        check_effects(judge, scopes, action.otherwise, f"{path}.else", after, seen, given, sure=False)
        if action.creates and record is not None:
            require_filled(judge, record, seen.filled, path)
        seen.steps += steps_beside(action, record)
        _opens(judge, action, record, path, scope)
        check_destroying(judge, seen, path)
        check_authority(judge, action, seen, late, found.exceptions)
        found.actions[action.name] = seen


def _record(judge: Judge, scopes: Scopes, action: Action, path: str) -> Record | None:
    if bool(action.on) == bool(action.creates):
        if action.on:
            judge.fault(KeysClash, f"{path}.creates", one="on", other="creates")
        else:
            judge.fault(RecordDue, path)
        return None
    name, key = (action.on, "on") if action.on else (action.creates, "creates")
    if name == "instance" and judge.tree.instance is not None and action.on:
        return judge.tree.instance
    if not judge.must_be(name, scopes.records, f"{path}.{key}", RECORD):
        return None
    record = scopes.records[name]
    if action.froms or action.to:
        _states(judge, record, action.froms, action.to, path)
    return record


def _states(judge: Judge, record: Record, froms: tuple[str, ...], to: str, path: str) -> None:
    if record.states is None:
        judge.fault(NoStates, path, record=record.name, key="from / to")
        return
    states = [each.name for each in record.states.every]
    final = [each.name for each in record.states.final]
    for index, each in enumerate(froms):
        if judge.must_be(each, states, f"{path}.from[{index}]", STATE) and each in final and to and to != each:
            judge.fault(FinalLeft, f"{path}.from[{index}]", state=each)
    if to:
        judge.must_be(to, states, f"{path}.to", STATE)


def _who(judge: Judge, by: tuple[Signatory, ...], path: str, scope: Scope) -> None:
    check_by(judge, by, path)
    for signatory in by:
        below = f"{path}.{signatory.name}" if signatory.name else path
        for index, who in enumerate(signatory.any):
            if who.equals is not None:
                judge.type(who.equals, f"{below}[{index}].is", scope, _WHO)
        if len(signatory.any) > 1 and any(each.role == ALL_ROLES and each.equals is None for each in signatory.any):
            judge.fault(AnyoneSwallows, below)


def _officers(judge: Judge, action: Action, path: str) -> None:
    """Seats exist in every role that may sign, `apart` names actions, and two names are not always one party."""
    roles = {each.name: each for each in judge.tree.roles}
    touched = action.on or action.creates  # officers are remembered by record, so that others can be told apart on one type only
    actions = [each.name for each in judge.tree.actions if touched in (each.on, each.creates)]
    always: dict[str, str] = {}
    for signatory in action.by:
        below = f"{path}.seats.{signatory.name}" if signatory.name else f"{path}.seats"
        for who in signatory.any:
            for need in signatory.seats:
                sitting = [roles[who.role]] if who.role in roles else judge.tree.roles  # whom an expression names has some role
                seats = [seat.name for role in sitting for seat in role.seats]
                judge.must_be(need.seat, seats, f"{below}.{need.seat}", Said("岗位", "seat"))
            if signatory.keys == "own" and who.role in roles and not roles[who.role].persons:
                judge.fault(PersonUnfit, f"{path}.by", role=who.role)
        for other in signatory.apart:
            judge.must_be(other, actions, f"{path}.apart", ACTION)
        equals = signatory.any[0].equals if len(signatory.any) == 1 else None
        if equals is not None and not action.one_party:
            if equals in always:
                judge.fault(SameParty, f"{path}.by.{signatory.name}", one=always[equals], other=signatory.name)
            always.setdefault(equals, signatory.name)


def _names_of_input(judge: Judge, scopes: Scopes, action: Action, name: str) -> None:
    each = next(one for one in action.input if one.name == name)
    path = f"actions.{action.name}.input.{name}"
    if each.role:
        judge.must_be(each.role, roles_of(judge), f"{path}.role", ROLE)
    for kind in (each, each.of):
        if kind is not None and kind.type == "record":
            judge.must_be(kind.record, scopes.base.keys, f"{path}.record", RECORD)
    if each.type == "ticket" and each.record:
        judge.must_be(each.record, scopes.records, f"{path}.record", RECORD)
    parties = [one.name for one in action.input if one.type in ("party", "person")]
    record = scopes.records.get(action.on or action.creates)
    parties += [one.name for one in record.fields if one.type in ("party", "person")] if record is not None else []
    for reader in (*each.readers, *each.keepers):
        what = Said("可读的字段或角色", "field or role that may read")
        judge.must_be(reader, (*parties, *roles_of(judge)), f"{path}.{each.visibility}", what)


def _lets_and_guards(judge: Judge, action: Action, path: str, scope: Scope) -> tuple[Scope, tuple[Expression, ...]]:
    """The scope with the values of `let`, and the guards, which hold for all that comes behind them."""
    known = dict(scope.variables)
    for value in action.let:
        typed = judge.type(value.value, f"{path}.let.{value.name}", replace(scope, variables=known), public=True)
        if typed is not None:
            known = {**known, value.name: Member(typed.type, typed.private)}
    scope = replace(scope, variables=known)
    refusals = [each.name for each in judge.tree.refusals]
    given: tuple[Expression, ...] = ()
    for index, guard in enumerate(action.require):
        below = f"{path}.require[{index}]"
        judge.must_be(guard.refusal, refusals, f"{below}.refusal", Said("拒绝", "refusal"))
        judge.type(guard.that, f"{below}.that", scope, BOOL, given=given)
        parsed = judge.parse(guard.that, f"{below}.that")
        given = given if parsed is None else (*given, parsed)
    return scope, given


def _opens(judge: Judge, action: Action, record: Record | None, path: str, scope: Scope) -> None:
    """`opens` names a sealed group or a guarded field, `seals` a sealed group."""
    groups = [each.name for each in record.sealed] if record is not None else []
    if action.seals:
        judge.must_be(action.seals, groups, f"{path}.seals", Said("密封组", "sealed group"))
    if not action.opens or action.opens in groups:
        if action.break_glass:
            judge.fault(GlassUnbroken, f"{path}.break_glass")
        return
    check_opening(judge, action, record, groups, path)


def check_timers(judge: Judge, scopes: Scopes, found: Found) -> None:
    """Every timer."""
    for timer in judge.tree.timers:
        path = f"timers.{timer.name}"
        if not judge.must_be(timer.on, scopes.records, f"{path}.on", RECORD):
            continue
        record = scopes.records[timer.on]
        if timer.froms or timer.to:
            _states(judge, record, timer.froms, timer.to, path)
        scope = scopes.of_timer(timer)
        check_when(judge, timer, path)
        if timer.at is not None:
            judge.type(timer.at, f"{path}.at", scope, TIME)
        if not timer.to and not timer.do:
            judge.fault(TimerIdle, path)
        seen = Seen(record)
        check_effects(judge, scopes, timer.do, f"{path}.do", scope, seen)
        check_sweep(judge, timer, record, seen.starts, path)
        check_authority(judge, timer, seen, frozenset(), found.exceptions)
        found.timers[timer.name] = seen


def check_steps(judge: Judge, found: Found) -> None:
    """The most steps of each action: its own, those of the promises it may touch, and those of the timers that run before it."""
    promises = _promise_steps(judge)
    everything, whole = sum(promises.values()), keeping_steps(judge, judge.tree.instance)
    timers: dict[str, int] = {}
    for timer in judge.tree.timers:  # each is a small action of its own, with all that follows from its record
        ran = found.timers.get(timer.name)
        kept = keeping_steps(judge, ran.record if ran is not None else None)
        timers[timer.name] = _own(judge, f"timers.{timer.name}.", ran) + _BASE_STEPS + kept + whole + everything
        page = timer.page * (timers[timer.name] + REACH_STEPS + TURN_STEPS)
        if page > STEPS_MAX:
            judge.fault(TooManySteps, f"timers.{timer.name}", steps=page, most=STEPS_MAX)
    for action in judge.tree.actions:
        seen = found.actions.get(action.name)
        own = _own(judge, f"actions.{action.name}.", seen) + _BASE_STEPS + whole
        own += keeping_steps(judge, seen.record if seen is not None else None)
        lists = sum((each.most or 0) for each in action.input if each.type == "list")
        steps = action.many * (own + lists + everything) + _due(judge, action, timers)
        found.steps[action.name] = steps
        if steps > STEPS_MAX:
            judge.fault(TooManySteps, f"actions.{action.name}", steps=steps, most=STEPS_MAX)


def _due(judge: Judge, action: Action, timers: dict[str, int]) -> int:
    """The most steps of the timers that may be due of the records that an action names, by its keys or in its input.

    Before each that runs, all of them are looked at, since the one before may have changed them.
    """
    named = {action.on: action.many} if action.on else {}
    for each in action.input:
        kind = each if each.of is None else each.of
        if kind.type == "record":
            named[kind.record] = named.get(kind.record, 0) + (1 if each.of is None else each.most or 0)
    ticking = [(each, named[each.on]) for each in judge.tree.timers if named.get(each.on) and not each.sweep]
    runs = sum(count for _, count in ticking)
    return sum(count * timers[each.name] for each, count in ticking) + (runs + 1) * sum(named.values())


def _promise_steps(judge: Judge) -> dict[str, int]:
    found: dict[str, int] = {}
    for path, typed in judge.typed.items():
        if path.startswith(("records.", "instance.")) and (".always[" in path or ".steps[" in path):
            found[path] = most_steps(typed)
    return found


def _own(judge: Judge, path: str, seen: Seen | None) -> int:
    expressions = sum(most_steps(typed) for each, typed in judge.typed.items() if each.startswith(path))
    return expressions + (seen.steps if seen is not None else 0)
