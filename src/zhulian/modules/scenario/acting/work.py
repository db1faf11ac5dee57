"""One instance at work: its records are opened, effects change them, promises are asked, and all is saved at once.

Actions and timers are both done so; they differ in who asks for them and in what is asked before.
"""

from typing import Any

from zhulian.errors import Words, check
from zhulian.language.compile import INSTANCE, Compiled, CompiledPromise
from zhulian.language.expressions.tree import Ref
from zhulian.language.lending import Caller, RecordName
from zhulian.modules.scenario.acting.environment import Environment
from zhulian.modules.scenario.acting.records import Open, Records
from zhulian.modules.scenario.acting.scene import Scene
from zhulian.modules.scenario.acting.settling import Settling
from zhulian.modules.scenario.errors import FinalHolds, PromiseBroken
from zhulian.modules.scenario.opening.migrate import at_present
from zhulian.modules.scenario.state import Held
from zhulian.modules.scenario.timing.schedule import reschedule
from zhulian.modules.scenario.who.judge import Signed

__all__ = ["NOBODY", "Work", "knows_assets", "may_have_changed"]

NOBODY = Signed(by={}, via={}, officers=())
"""Who acts where a timer does."""


class Work:
    """The records of an instance while an action or timer changes them, and what its expressions see."""

    def __init__(self, scene: Scene, action: str = "", signed: Signed = NOBODY) -> None:
        """Nobody acts in a timer; where somebody does and it is known later who, `sign` says so."""
        self.scene = scene
        self.signed = signed
        self.caller = Caller(scene.name, action, signed.parties)
        self._settling = Settling(scene.context, self.caller, scene.shelf.claims, scene.shelf.contents)
        self.records = Records(scene, _at_present, self._settling)
        self.environment = Environment(scene, self.records, self.caller)

    def sign(self, action: str, signed: Signed, *, pay_less: bool = False) -> None:
        """Say which action is done from here on, and who signs it."""
        self.signed = signed
        self.caller = Caller(self.scene.name, action, signed.parties, pay_less)
        self._settling.caller = self.environment.caller = self.caller

    def begin(self) -> None:
        """From here on `was` is every record as it is now."""
        for record in self.records.all():
            record.begin_round()

    def require_promises(self) -> None:
        """Ask every record that this round is about, and the instance, for what it promises.

        Raises:
            PromiseBroken, FinalHolds. Refusal: what an expression is refused with.
        """
        self.records.settle()
        if INSTANCE in self.scene.compiled.records:
            self.records.get(Ref(INSTANCE, ()))
        for record in self.records.all():
            if record.touched or record.ref.record == INSTANCE:
                self._require_promises_of(record)

    def _require_promises_of(self, record: Open) -> None:
        environment: Environment | None = None
        promises = [each for each in record.rules.always if may_have_changed(record, each)]
        if record.was is not None and record.touched:
            promises += [each for each in record.rules.steps if may_have_changed(record, each)]
        for promise in promises:
            if environment is None:
                environment = self.environment.under(record.held.version, {"this": record.ref})
            if promise.that(environment, self.scene.context.state) is not True:
                said = promise.shape.say
                words = Words("", "") if said is None else Words(f"（{said.zh}）", f" ({said.en})")
                raise PromiseBroken(record=record.rules.name, key=record.leaf, promise=promise.name, said=words)
        self._require_empty_if_final(record)

    def _require_empty_if_final(self, record: Open) -> None:
        holding = self.scene.shelf.holding
        if holding is None or record.held.state not in record.rules.finals or not knows_assets(record.compiled):
            return
        if holding.holds(self.scene.context.state.quiet, record.name):
            raise FinalHolds(record=record.rules.name, key=record.leaf, state=record.held.state or "")

    def save(self, cause: str) -> None:
        """Write every record that changed, with one event each, and its timers anew.

        Raises:
            Refusal: where a timer's time cannot be worked out.
        """
        self.records.settle()
        self.records.save(cause, self._with_timers)

    def _with_timers(self, record: Open, held: Held) -> Held:
        def worth(program: Any) -> int:
            environment = self.environment.under(held.version, {"this": record.ref})
            value = program(environment, self.scene.context.state)
            check(type(value) is int, "a timer's at is a time")
            return int(value)

        state, stored = self.scene.context.state, record.stored
        return reschedule(state, record.name, record.rules, stored, held, worth, entered=record.entered)


def _at_present(scene: Scene, name: RecordName, held: Held) -> tuple[Held, Compiled]:
    """A record of another version as it is now: moved to this one, or still under its own where that was kept."""
    state = scene.context.state
    return at_present(scene.shelf, state.quiet, state, scene.instance, name, held, scene.context.block.time)


def may_have_changed(record: Open, promise: CompiledPromise) -> bool:
    """Whether a promise that held before may not hold now."""
    was, values = record.was, record.was_values
    if not promise.idle or was is None or values is None or record.stored is None:
        return True
    if record.stored.version != record.held.version:  # it has moved, and the promise may be of the later version
        return True
    held, now = record.held, record.values
    if values is not now:
        for name in promise.looks.fields:
            if values.get(name) != now.get(name):
                return True
    if was is held:
        return False
    return (was.state, was.since, was.owner, was.done) != (held.state, held.since, held.owner, held.done)


def knows_assets(compiled: Compiled) -> bool:
    """Whether any record under the definition can own something."""
    return bool(compiled.assets) or any(each.kind == "asset" for each in compiled.tree.uses)
