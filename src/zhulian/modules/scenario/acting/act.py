"""`act`: what happens when somebody acts on an instance, in the order that the language fixes. Read it from top to bottom.

Instance and records exist; who signs; due timers of the records that it names; state; input; `let`; `require`; `do`; promises;
then everything is saved at once. A refusal undoes all of it but the timers, which ran by themselves.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from zhulian.errors import Refusal
from zhulian.language.compile import INSTANCE, CompiledAction
from zhulian.language.expressions.tree import Ref
from zhulian.ledger.module import Acting, Context
from zhulian.modules.scenario.acting.calls import judge_called
from zhulian.modules.scenario.acting.court import ActionCourt
from zhulian.modules.scenario.acting.effects import CallOut, Doing, refuse_by_rule
from zhulian.modules.scenario.acting.inputs import HasRole, named_records, read_field, read_inputs
from zhulian.modules.scenario.acting.records import Open
from zhulian.modules.scenario.acting.scene import Scene, open_scene
from zhulian.modules.scenario.acting.work import NOBODY, Work
from zhulian.modules.scenario.books import Shelf
from zhulian.modules.scenario.compiled.running import act_quickly
from zhulian.modules.scenario.errors import (
    AboutOneRecord,
    AlreadyThere,
    CalledTooDeep,
    KeyTwice,
    NoSuchAction,
    OfMany,
    OneKeyDue,
    Reentered,
    TooManyKeys,
    VersionsMixed,
    WrongState,
)
from zhulian.modules.scenario.events import Acted
from zhulian.modules.scenario.freezing.free import require_free
from zhulian.modules.scenario.opening.handlers import acting_instance
from zhulian.modules.scenario.roots.lazy import first_touch
from zhulian.modules.scenario.saying import speak
from zhulian.modules.scenario.sealing.seals import (
    Reveal,
    close_group,
    open_group,
    opened_group,
    read_commitment,
    read_reveal,
    without_group,
)
from zhulian.modules.scenario.values import key_texts
from zhulian.modules.scenario.who.custody import has_agent, parties_in, parties_on
from zhulian.modules.scenario.who.judge import ACTOR, Signed, judge_who
from zhulian.modules.scenario.who.officers import remember_officers

__all__ = ["CALLS_DEEP_MAX", "act", "call_out"]

CALLS_DEEP_MAX: Final = 8
"""How many instances stand in one call stack."""
Keys = Sequence[tuple[str, ...]]


def act(
    context: Context,
    shelf: Shelf,
    instance: str,
    action: str,
    on: Keys,
    by: Mapping[str, str],
    given: Mapping[str, Any],
    signers: Sequence[Acting],
    stack: tuple[str, ...] = (),
) -> None:
    """Do an action of an instance on the records whose keys are `on`, or let it create its record.

    `by` says which party is which signatory, `given` is the input, `signers` are those whose signatures count. `stack` are the
    instances whose actions called this one.

    Raises:
        Refusal: the first rule, in the order above, that forbids it; nothing stays of the action then.
    """
    if not stack and act_quickly(context, shelf, instance, action, on, by, given, signers):
        return

    # AUTHORIZE
    stack = _entered(stack, instance)
    work, rules, targets = _open(context, shelf, instance, action, on, stack, given)
    about = [each.name for each in targets if each is not None]
    require_free(shelf.freezes, context.state.quiet, context.block.time, instance, about)
    signed = _who(work, rules, targets, by, given, signers)

    # what is due comes first
    names = [each.name for each in targets if each is not None and each.is_due(context.block.time)]
    names += named_records(rules, given, work.environment)
    if names and shelf.run_due(context, stack, names):
        work, rules, targets = _open(context, shelf, instance, action, on, stack, given)
    work.sign(action, signed, pay_less=rules.shape.short == "pay_less")

    # VALIDATE and APPLY, record by record: all or none
    records: list[Open] = []
    for place, target in enumerate(targets):
        try:
            records.append(_act_on(work, rules, target, given, signers))
        except Refusal as refusal:
            if target is None or len(targets) == 1:
                raise
            raise OfMany.of(refusal, place, target.leaf) from None

    # EMIT
    work.save(action)
    if rules.kept:
        for each in records:
            remember_officers(context.state, each.name, action, signed.officers)
    keys = tuple([each.leaf for each in records])
    context.emit(Acted(action=action, by=dict(signed.by), instance=instance, on=keys, record=rules.record.name))


def _act_on(work: Work, rules: CompiledAction, target: Open | None, given: Mapping[str, Any], signers: Sequence[Acting]) -> Open:
    """Do the action on one record, or create it; the record as it then is."""
    environment, state = work.environment, work.scene.context.state
    work.begin()
    environment.names = _names(work.signed, target)

    # state
    if target is not None:
        _require_state(rules, target)

    # input, let, require
    has_role = ActionCourt(environment, rules.path, None).has_role
    read_inputs(rules, without_group(rules, given), environment, has_role)
    closing = read_commitment(rules.shape.seals, given) if rules.shape.seals else ""
    opening = _read_reveal(work, rules, given, has_role)
    if rules.creates:
        _require_new(work, rules)
    for name, program in rules.let:
        environment.names[name] = program(environment, state)
    for refusal, that in rules.require:
        if that(environment, state) is not True:
            raise refuse_by_rule(work, refusal)

    # do
    doing = Doing(work, rules.name, call_out(work, signers))
    made = target if target is not None else doing.begin_record(rules)
    if closing:
        close_group(made, rules.shape.seals, closing, work.signed.by[rules.shape.by[0].name or ACTOR])
    true = opening is None or _open_group(work, rules, made, opening)
    if target is not None:
        target.mark()
        if rules.to and true:
            target.enter(rules.to, work.scene.context.block.time)
    doing.run(rules.do if true else rules.otherwise)
    doing.finish_record()

    # promises
    work.require_promises()
    return made


def _read_reveal(work: Work, rules: CompiledAction, given: Mapping[str, Any], has_role: HasRole) -> Reveal | None:
    """What opens the sealed group that the action opens; None where it opens none."""
    group = opened_group(rules)
    if not group:
        return None
    keys = work.scene.compiled.keys
    return read_reveal(rules.record, group, given, lambda field, wire: read_field(field, wire, keys, has_role))


def _open_group(work: Work, rules: CompiledAction, record: Open, reveal: Reveal) -> bool:
    """Whether what is shown is what was sealed; then the fields are filled."""
    context = work.scene.context
    hasher, parties = context.block.hasher, work.signed.parties
    return open_group(hasher, context.state, record, opened_group(rules), reveal, parties, judged=bool(rules.otherwise))


def _entered(stack: tuple[str, ...], instance: str) -> tuple[str, ...]:
    """The call stack with one instance more, which is not in it yet.

    Raises:
        Reentered, CalledTooDeep.
    """
    if instance in stack:
        raise Reentered(instance=instance)
    if len(stack) == CALLS_DEEP_MAX:
        raise CalledTooDeep(most=CALLS_DEEP_MAX)
    return (*stack, instance)


def _open(
    context: Context, shelf: Shelf, name: str, action: str, on: Keys, stack: tuple[str, ...], given: Mapping[str, Any]
) -> tuple[Work, CompiledAction, list[Open | None]]:
    """The instance with the records that the action is about, under the version of the definition that these live under.

    Raises:
        NoSuchInstance, NoSuchAction, AboutOneRecord, OneKeyDue, TooManyKeys, NoSuchRecord, KeyTwice, VersionsMixed.
    """
    instance = acting_instance(shelf, context, name)
    scene = open_scene(context, shelf, name, instance, instance.version, stack)
    rules = scene.compiled.actions.get(action)
    versions = [instance.version] if rules is not None else sorted((int(each) for each in instance.before), reverse=True)
    for version in versions:  # a record that was kept may have actions that the present version has no more
        scene = scene.under(version)
        rules = scene.compiled.actions.get(action)
        if rules is not None:
            break
    if rules is None:
        raise NoSuchAction(instance=name, action=action)
    if rules.creates:
        if on:
            raise AboutOneRecord(action=action)
        if scene.version != instance.version:
            raise NoSuchAction(instance=name, action=action)
        return Work(scene), rules, [None]
    work, targets = _records(scene, rules, on, given)
    version = targets[0].held.version
    if version == scene.version:
        return work, rules, [*targets]
    kept = scene.under(version)
    earlier = kept.compiled.actions.get(action)
    if earlier is None or earlier.creates:
        raise NoSuchAction(instance=name, action=action)
    work, targets = _records(kept, earlier, on, given)
    return work, earlier, [*targets]


def _records(scene: Scene, rules: CompiledAction, on: Keys, given: Mapping[str, Any]) -> tuple[Work, list[Open]]:
    """The records of one version whose keys are given."""
    keys: Keys = ((),) if rules.record.name == INSTANCE and not on else on
    if not keys:
        raise OneKeyDue(action=rules.name, record=rules.record.name)
    if len(keys) > rules.many:
        raise TooManyKeys(action=rules.name, given=len(keys), most=rules.many)
    work = Work(scene)
    found: list[Open] = []
    for key in keys:
        record = first_touch(work, rules, key, given) or work.records.at_key(rules.record.name, tuple(key))
        if record in found:
            raise KeyTwice(key=record.leaf[:200])
        found.append(record)
    if len(found) > 1 and any(each.held.version != found[0].held.version for each in found):
        raise VersionsMixed()
    return work, found


def _who(
    work: Work,
    rules: CompiledAction,
    targets: Sequence[Open | None],
    by: Mapping[str, str],
    given: Mapping[str, Any],
    signers: Sequence[Acting],
) -> Signed:
    """Who acts, judged for every record that the action is about; all agree, since parties and signatures are the same.

    Raises:
        Refusal: of the judge (scenario/50–61).
    """
    stack = work.scene.stack
    signed = NOBODY
    for place, target in enumerate(targets):
        work.environment.names = {} if target is None else {"this": target.ref}
        court = ActionCourt(work.environment, rules.path, None if target is None else target.name)
        try:
            others = _others(rules, target, given) if has_agent(signers) else ()
            if len(stack) > 1:
                signed = judge_called(court, rules, by, signers, stack[-2], others)
            else:
                one_party = rules.shape.one_party
                signed = judge_who(court, rules.name, rules.shape.by, by, signers, one_party=one_party, others=others)
        except Refusal as refusal:
            if target is None or len(targets) == 1:
                raise
            raise OfMany.of(refusal, place, target.leaf) from None
    return signed


def _others(rules: CompiledAction, target: Open | None, given: Mapping[str, Any]) -> list[str]:
    """The parties that the record or the input names, none of whom may sign as somebody's agent."""
    found = parties_in(rules.inputs, given)
    return found if target is None else [*found, *parties_in(target.rules.fields, target.values), *parties_on(target.held)]


def _names(signed: Signed, target: Open | None) -> dict[str, Any]:
    """What expressions of an action can name from the start."""
    names: dict[str, Any] = {"actor": signed.by[ACTOR]} if ACTOR in signed.by else {"by": dict(signed.by)}
    if target is not None:
        names["this"] = target.ref
    return names


def _require_state(rules: CompiledAction, target: Open) -> None:
    if rules.froms and target.held.state not in rules.froms:
        allowed = ", ".join(rules.shape.froms)
        raise WrongState(
            action=rules.name, record=rules.record.name, key=target.leaf[:200], state=target.held.state or "", allowed=allowed
        )


def _require_new(work: Work, rules: CompiledAction) -> None:
    """That the record is not there yet, where its key is in the input already."""
    given = work.environment.names.get("input", {})
    key = [given.get(part) if part in rules.inputs and rules.inputs[part].fills else None for part in rules.record.key]
    if None not in key:
        ref = Ref(rules.record.name, tuple(key))
        if work.records.find(ref) is not None:
            raise AlreadyThere(record=rules.record.name, key="/".join(key_texts(ref))[:200])


def call_out(work: Work, signers: Sequence[Acting] = ()) -> CallOut:
    """How the effects of an action or timer reach other instances: in the name of those who sign it."""

    def call(instance: str, action: str, on: tuple[tuple[str, ...], ...], given: dict[str, Any]) -> None:
        scene = work.scene
        try:
            act(scene.context, scene.shelf, instance, action, on, work.signed.by, given, signers, scene.stack)
        except Refusal as refusal:
            speak(scene.shelf, scene.context, refusal, instance, action)
            raise

    return call
