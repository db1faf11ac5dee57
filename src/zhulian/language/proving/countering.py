"""From a state in which a promise would break to steps that really do it: trails are looked for, told as stories, and played."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, TypeAlias

from zhulian.language.compile import INSTANCE
from zhulian.language.definition.check import Checked
from zhulian.language.expressions.syntax import (
    Binary,
    Call,
    Choice,
    Expression,
    Listing,
    Name,
    Number,
    Select,
    Text,
    Unary,
    write,
)
from zhulian.language.proving.doing import Doer
from zhulian.language.proving.examples import record_in
from zhulian.language.proving.promises import Promised
from zhulian.language.proving.questions import Question
from zhulian.language.proving.report import Counter
from zhulian.language.proving.symbols import Outside, Z
from zhulian.language.proving.telling import Telling, as_yaml
from zhulian.language.proving.trails import STEPS, Purse, Trail, trails

__all__ = ["Finding", "Playing", "marked"]

Playing: TypeAlias = Callable[[Mapping[str, Any], Promised], Literal["stopped", "broken", ""]]
"""Plays a story: its last step is refused for the promise (`stopped`), is done and breaks it (`broken`), or neither."""
_PLAYS = 4
"""How many stories are played for one promise and one doer."""


class Finding:
    """Finds steps that break promises of one definition."""

    def __init__(
        self, checked: Checked, doers: Sequence[Doer], play: Playing | None, samples: Mapping[tuple[str, str], Any]
    ) -> None:
        self._checked = checked
        self._doers = doers
        self._play = play
        self._samples = samples
        self._purse = Purse(0) if play is None else Purse()
        self.tried = 0
        """The most steps of a way that was tried for the question before; 0 where none was."""

    def counter(self, question: Question, doer: Doer, model: Any) -> Counter:
        """Steps that break the promise of a question; without any, the values from which it would break."""
        plays = 0
        self.tried = STEPS if self._purse.share() else 0
        for trail in trails(self._checked, question.promise, doer, self._doers, self._purse):
            try:
                told = Telling(trail, self._samples)
                story = told.story()
                see = self._see(trail, told, question.promise)
            except Outside:
                continue
            outcome = self._play({**story, **({"see": see} if see else {})}, question.promise) if self._play is not None else ""
            plays += 1
            if outcome:
                steps = {**story, "steps": marked(story["steps"], question.promise, outcome, see)}
                last = trail.dones[-1]
                return Counter(
                    before=record_in(trail.stage, trail.model, last.before, question.promise.record, trail.ref),
                    after=record_in(trail.stage, trail.model, last.after, question.promise.record, trail.ref),
                    story=as_yaml(steps),
                    played=True,
                    stopped=outcome == "stopped",
                )
            if plays >= _PLAYS:
                break
        record, ref, stage = question.promise.record, question.ref, question.stage
        return Counter(
            before=record_in(stage, model, question.done.before, record, ref),
            after=record_in(stage, model, question.done.after, record, ref),
        )

    def _see(self, trail: Trail, told: Telling, promise: Promised) -> str:
        """The promise's opposite, of the very record, as a story can see it; none where it looks at two states."""
        if promise.path is None or promise.two_state:
            return ""
        parsed = self._checked.parsed[promise.path]
        if promise.record == INSTANCE:
            return write(Unary("!", parsed))
        return write(Unary("!", _replaced(parsed, self._named(trail, told, promise.record, trail.ref))))

    def _named(self, trail: Trail, told: Telling, record: str, ref: Z) -> Expression:
        """A record by its key, as an expression names it."""
        stage = trail.stage
        key: list[Expression] = []
        for place, (part, text) in enumerate(zip(stage.records.keys[record], told.key(record, ref), strict=True)):
            field = stage.records.fields[record][part]
            if field.type == "record":
                key.append(self._named(trail, told, field.record, stage.symbols.refs[record].accessor(0, place)(ref)))
            elif field.type == "int":
                key.append(Number(int(text)))
            else:
                key.append(Name(text) if field.type in ("party", "person") else Text(text))
        return Call(record, tuple(key))


def marked(steps: Sequence[Any], promise: Promised, outcome: str, see: str) -> list[Any]:
    """The steps with what becomes of the last: it is refused for the promise, or the broken promise is seen."""
    if outcome == "stopped":
        return [*steps[:-1], {**steps[-1], "refused": promise.name if promise.path is not None else "promise_broken"}]
    return [*steps, {"see": see}]


def _replaced(part: Expression, this: Expression) -> Expression:
    """The expression of a record that is named, in place of `this`."""
    match part:
        case Name(name="this"):
            return this
        case Select(of=of, name=name):
            return Select(_replaced(of, this), name)
        case Call(name=name, arguments=arguments):
            return Call(name, tuple(_replaced(each, this) for each in arguments))
        case Unary(operator=operator, operand=operand):
            return Unary(operator, _replaced(operand, this))
        case Binary(operator=operator, left=left, right=right):
            return Binary(operator, _replaced(left, this), _replaced(right, this))
        case Choice(condition=condition, then=then, otherwise=otherwise):
            return Choice(_replaced(condition, this), _replaced(then, this), _replaced(otherwise, this))
        case Listing(items=items):
            return Listing(tuple(_replaced(each, this) for each in items))
    return part
