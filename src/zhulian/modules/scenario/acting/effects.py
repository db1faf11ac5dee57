"""What each effect does, in the order in which the definition writes them; each sees what those before it did."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from msgspec.structs import replace

from zhulian.language.compile import INSTANCE, CompiledAction, CompiledRecord
from zhulian.language.expressions.tree import Ref, Value
from zhulian.language.lending import Argument, ArgumentWrong
from zhulian.language.steps import (
    Alerting,
    Assigning,
    Branching,
    Calling,
    Creating,
    Moving,
    Notifying,
    Ordering,
    Refusing,
    Repeating,
    Steps,
    Sweeping,
)
from zhulian.modules.scenario.acting.debits import require_authority
from zhulian.modules.scenario.acting.records import Open
from zhulian.modules.scenario.acting.work import Work
from zhulian.modules.scenario.errors import LentByNobody, RuleRefused
from zhulian.modules.scenario.events import Alerted, Notified
from zhulian.modules.scenario.owning.titles import first_owner
from zhulian.modules.scenario.owning.words import VERBS as TITLE_VERBS
from zhulian.modules.scenario.owning.words import deal, title_of
from zhulian.modules.scenario.timing.sweeps import begin_sweep
from zhulian.modules.scenario.values import key_text, wire_value

__all__ = ["CallOut", "Doing", "refuse_by_rule"]

CallOut: TypeAlias = Callable[[str, str, tuple[tuple[str, ...], ...], dict[str, Any]], None]
"""Runs an action of another instance: its name, the action, the keys, the input."""


def refuse_by_rule(work: Work, name: str) -> RuleRefused:
    """The refusal that the definition declares under `name`."""
    text = work.scene.compiled.refusals[name]
    return RuleRefused.of(work.scene.scenario, name, text.zh, text.en)


class Doing:
    """Runs effects on the records of one instance. `doer` is the action or timer; `call_out` reaches other instances."""

    def __init__(self, work: Work, doer: str, call_out: CallOut) -> None:
        self._work = work
        self._doer = doer
        self._call_out = call_out
        self._environment = work.environment
        self._records = work.records
        self._context = work.scene.context
        self._meter = work.scene.context.state
        self.draft: Open | None = None

    def run(self, steps: Steps) -> None:
        """Run effects in their order.

        Raises:
            Refusal: the first that an effect or an expression is refused with.
        """
        for step in steps:
            _RUNNERS[type(step)](self, step)

    def value(self, program: Any) -> Any:
        """What an expression is worth now; it pays for itself."""
        return program(self._environment, self._meter)

    # The record that the action creates.

    def begin_record(self, rules: CompiledAction) -> Open:
        """Begin the record that an action creates with what its input says of it."""
        draft = self.draft = self.new_record(rules.record)
        given = self._environment.names.get("input", {})
        for name, field in rules.inputs.items():
            if field.fills and given[name] is not None:
                draft.assign(name, given[name])
        if rules.to:
            draft.enter(rules.to, self._context.block.time)
        self._records.hold(draft)
        self._environment.names["this"] = draft.ref
        self._register_draft()
        return draft

    def finish_record(self) -> None:
        """Ask the record that the action created for every field that it must have.

        Raises:
            NotYetFilled.
        """
        if self.draft is not None:
            self._records.require_filled(self.draft)

    def _register_draft(self) -> None:
        """Once all parts of its key are there, the new record is one like any other."""
        draft = self.draft
        if draft is not None and not draft.ref.key and all(part in draft.values for part in draft.rules.key):
            self._records.register(draft)
            self._environment.names["this"] = draft.ref

    def new_record(self, rules: CompiledRecord) -> Open:
        """A record without a key, with its defaults and, if it is a title, its first owner."""
        draft = self._records.draft(rules, self._context.block.time)
        if rules.owned:
            owner = first_owner(self._work.caller.parties, self._work.scene.instance.operator)
            draft.amend(replace(draft.held, owner=owner))
        return draft

    # Records.

    def _this(self) -> Open:
        return self.draft if self.draft is not None else self._records.get(self._environment.names["this"])

    def _assign(self, step: Assigning) -> None:
        world, meter = self._environment, self._meter
        read = [(None if of is None else of(world, meter), field, value(world, meter)) for of, field, value in step.values]
        for of, field, value in read:
            (self._this() if of is None else self._records.get(_own(of))).assign(field, value)
        self._register_draft()

    def _create(self, step: Creating) -> None:
        rules = self._work.scene.compiled.records[step.record]
        world, meter = self._environment, self._meter
        values = [(name, program(world, meter)) for name, program in step.values]
        draft = self.new_record(rules)
        for name, value in values:
            draft.assign(name, value)
        self._records.require_filled(draft)
        ref = Ref(rules.name, tuple([draft.values[part] for part in rules.key]))
        if not step.ensure or self._records.find(ref) is None:
            self._records.register(draft)
        if step.called:
            self._environment.names[step.called] = ref

    def _move(self, step: Moving) -> None:
        record = self._this() if step.of is None else self._records.get(_own(self.value(step.of)))
        record.enter(step.to, self._context.block.time)

    # Ways.

    def _branch(self, step: Branching) -> None:
        self.run(step.then if self.value(step.that) else step.otherwise)

    def _repeat(self, step: Repeating) -> None:
        for item in self.value(step.among):
            self._environment.names[step.item] = item
            self.run(step.do)
        self._environment.names.pop(step.item, None)

    def _refuse(self, step: Refusing) -> None:
        raise refuse_by_rule(self._work, step.refusal)

    # News.

    def _alert(self, step: Alerting) -> None:
        record = self._this_or_none()
        self._context.emit(
            Alerted(
                cause=step.path,
                instance=self._work.scene.name,
                key=record.leaf if record is not None else "",
                level=step.level,
                name=step.name or self._doer,
                record=record.rules.name if record is not None else "",
            )
        )

    def _notify(self, step: Notifying) -> None:
        told = self.value(step.to)
        record = self._this_or_none()
        for party in dict.fromkeys(told if type(told) is tuple else (told,)):
            self._context.emit(
                Notified(
                    cause=step.path,
                    instance=self._work.scene.name,
                    key=record.leaf if record is not None else "",
                    party=party,
                    record=record.rules.name if record is not None else "",
                )
            )

    def _this_or_none(self) -> Open | None:
        return self.draft if self.draft is not None else self._records.find(self._environment.names["this"])

    def _sweep(self, step: Sweeping) -> None:
        record = self._this() if step.of is None else self._records.get(_own(self.value(step.of)))
        begin_sweep(self._context, self._records.name_of(record.ref), self._work.scene.compiled.timers[step.name].shape)

    # Others.

    def _call(self, step: Calling) -> None:
        scene = self._work.scene
        keys = tuple([self._key_part(each) for each in step.on])
        given = {name: wire_value(value) for name, value in ((name, self.value(each)) for name, each in step.values)}
        given = {name: value for name, value in given.items() if value is not None}
        self._call_out(scene.uses.get(step.use, ""), step.action, (keys,) if keys else (), given)

    def _key_part(self, program: Any) -> str:
        return key_text(self.value(program))

    def _order(self, step: Ordering) -> None:
        """A verb: its arguments are read from left to right, and whoever is debited must have signed."""
        scene, work = self._work.scene, self._work
        verb = scene.shelf.registry.verbs[step.verb]
        environment, meter = self._environment, self._meter
        arguments: dict[str, Argument] = {name: scene.asset_name(local) for name, local in step.assets.items()}
        for name, program in step.values:
            value: Value = program(environment, meter)
            arguments[name] = environment.argument(value)
            if type(value) is not str and isinstance(value, Ref) and value.record in scene.compiled.records:
                self._records.get(value).touch()
        require_authority(work, verb, self._doer, arguments, step.assets)
        if step.verb in TITLE_VERBS:
            self._deal(step.verb, arguments)
            return
        run = scene.shelf.verbs.get(step.verb)
        if run is None:
            raise LentByNobody(word=step.verb)
        self._records.settle()
        run(self._context, work.caller, arguments)

    def _deal(self, verb: str, arguments: Mapping[str, Argument]) -> None:
        name = title_of(self._work.caller, arguments)
        record = self._records.at_name(name)
        if record is None:
            raise ArgumentWrong(name="what", wanted="record of this instance")
        record.amend(deal(verb, record.held, self._work.caller, arguments))


def _own(value: Any) -> Ref:
    return Ref(value.record, value.key) if isinstance(value, Ref) else Ref(INSTANCE, ())


_RUNNERS: Mapping[type[Any], Callable[[Doing, Any], None]] = {
    Assigning: Doing._assign,
    Creating: Doing._create,
    Moving: Doing._move,
    Branching: Doing._branch,
    Repeating: Doing._repeat,
    Refusing: Doing._refuse,
    Alerting: Doing._alert,
    Notifying: Doing._notify,
    Sweeping: Doing._sweep,
    Calling: Doing._call,
    Ordering: Doing._order,
}
