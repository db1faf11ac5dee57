"""Runs compiled actions. Whatever is not plainly right is given back, with nothing done, to the engine that walks the tree."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from zhulian.errors import Refusal
from zhulian.ledger.module import Acting, Context
from zhulian.modules.scenario.books import Shelf
from zhulian.modules.scenario.compiled.actions import Quick, compile_action
from zhulian.modules.scenario.compiled.play import GivenBack, Play
from zhulian.modules.scenario.values import Unfit

__all__ = ["USES_BEFORE", "act_quickly"]

USES_BEFORE: Final = 4
"""How often an action is walked before it is compiled, so that nobody makes a node compile what is done once."""


def act_quickly(
    context: Context, shelf: Shelf, instance: str, action: str, on: Sequence[tuple[str, ...]], by: Mapping[str, str],
    given: Mapping[str, Any], signers: Sequence[Acting],
) -> bool:  # fmt: skip
    """Do the action if it is compiled and nothing stands in its way; else False, and nothing was done.

    What it does, emits and charges is what `act` does, emits and charges.
    """
    if len(on) > 1:
        return False
    state = context.state.inner(context.block.rules.limits.transaction_steps_max)
    part = Context(context.block, context.transaction, context.acting, state)
    try:
        there = shelf.instance(state, instance)
        quick = None if there.module or there.coming is not None else _quick(shelf, state.quiet, there.definition, action)
        if quick is None or bool(on) == quick.rules.creates:
            return False
        play = Play(part, shelf, instance, there, quick.rules)
        play.sign(by, signers)
        play.open(on, given)
        quick.play(play, quick.constants)
        play.save()
    except (Refusal, Unfit, GivenBack):
        return False
    if part.ran or part.taken_down or state.beside:
        return False
    context.state.absorb(state)
    context.events += part.events
    return True


def _quick(shelf: Shelf, state: Any, definition: str, action: str) -> Quick | None:
    """The action as it was compiled; None where it is not, or not yet."""
    compiled = shelf.compiled(state, definition)
    kept = shelf.beside(definition)
    found = kept.get(action, 0)
    if type(found) is int:
        if action not in compiled.actions:
            return None
        if found < USES_BEFORE:
            kept[action] = found + 1
            return None
        found = kept[action] = compile_action(compiled, action, shelf)
    quick: Quick | None = found
    return quick
