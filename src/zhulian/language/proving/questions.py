"""The questions that are asked of a definition: one for each promise and each thing that can happen."""

from collections.abc import Callable
from dataclasses import dataclass

import z3

from zhulian.language.definition.check import Checked
from zhulian.language.proving.doing import Doer, Done, do
from zhulian.language.proving.promises import Promised
from zhulian.language.proving.report import Check, Used
from zhulian.language.proving.solving import LIMIT, Answer, Named, solve
from zhulian.language.proving.stage import Stage
from zhulian.language.proving.symbols import Term, Z

__all__ = ["Question", "ask", "framed", "pose", "settle"]

ANY = "any record"
"""The symbol of the record that a promise is asked of, which may be the one that the doer is about."""


@dataclass(frozen=True, slots=True)
class Question:
    """Whether a promise can fail after something has happened, all promises having held before."""

    stage: Stage
    promise: Promised
    done: Done
    ref: Z
    said: Term
    named: tuple[Named, ...]
    facts: tuple[Z, ...]


def pose(
    checked: Checked, promise: Promised, doer: Doer, names: frozenset[tuple[str, str]] = frozenset(), *, exact: bool = False
) -> Question:
    """The question in symbols of its own; `exact`: with products and quotients computed.

    Raises:
        Outside: where the model does not cover the promise or the doer.
    """
    stage = Stage(checked, names=names, exact=exact)
    done = do(stage, doer, stage.start)
    ref = any_record(stage, promise)
    said = stage.said(promise, done.after, ref, stage.start)
    assumed = stage.assume([stage.start, done.after])
    named = [Named((each.kind, each.name, each.path), each.formula) for each in done.rules]
    named += [
        Named(("promise", name.removeprefix("promise "), ""), formula) for name, formula in assumed if name.startswith("promise")
    ]
    named += [Named(("modules", "", ""), formula) for name, formula in assumed if name == "modules"]
    broken = breaks(stage, promise, done, ref, said)
    facts = [formula for name, formula in assumed if not name]
    return Question(stage, promise, done, ref, said, tuple(named), (*facts, broken))


def any_record(stage: Stage, promise: Promised) -> Z:
    """Any record of the promise's type."""
    ref = stage.symbols.named(ANY, stage.symbols.refs[promise.record])
    stage.records.note(promise.record, ref)
    return ref


def breaks(stage: Stage, promise: Promised, done: Done, ref: Z, said: Term) -> Z:
    """That the promise fails of the record.

    Where the doer is about the record, a promise that cannot be worked out refuses the doer; of other records nobody asks.
    """
    symbols = stage.symbols
    touched = stage.records.touched(done.after, promise.record, ref)
    there = stage.records.exists(done.before if promise.two_state else done.after, promise.record, ref)
    fails = symbols.either(
        symbols.both(said.ok, symbols.no(said.value)),
        symbols.both(symbols.no(touched), symbols.no(symbols.both(said.ok, said.value))),
    )
    if promise.two_state:  # between two states is asked only of what the doer is about
        fails = symbols.both(touched, said.ok, symbols.no(said.value))
    return symbols.both(there, fails)


def framed(stage: Stage, promise: Promised, done: Done) -> bool:
    """Whether the doer touches nothing that the promise reads, so that no solver is needed."""
    record = promise.record
    ref = any_record(stage, promise)
    if promise.two_state and not done.after.is_changed(f"{record}.touched"):
        return True
    now = stage.said(promise, done.after, ref, stage.start)
    if z3.is_true(z3.simplify(now.value)):
        return True
    if promise.two_state or done.after.is_changed(f"{record}.there"):
        return False
    then = stage.said(promise, stage.start, ref, stage.start)
    return bool(now.value.eq(then.value) and now.ok.eq(then.ok))


def ask(question: Question, limit: int = LIMIT) -> Answer:
    """The solver's answer: impossible means that the promise is proved."""
    return solve(question.stage.symbols, question.named, question.facts, limit)


def settle(answer: Answer, found: Callable[..., Check]) -> Check | None:
    """The check that an answer alone settles: proved by what was used, or given up at the limit; None where it shows a way to break the promise."""
    if answer.result == "impossible":
        return found("proved", used=tuple(Used(kind=kind, name=name, path=path) for kind, name, path in answer.core))
    return found("runtime", reason="limit") if answer.result == "unknown" else None
