"""Asking and being refused: one line for each rule, in the order in which a handler checks them."""

from collections.abc import Sequence
from typing import Any

from tests.world import TestWorld
from zhulian.errors import Refusal
from zhulian.ledger.module import Block, Context
from zhulian.ledger.overlay import BlockOverlay, TransactionOverlay
from zhulian.ledger.types import Applied, Message, Refused

__all__ = ["applied", "events", "inner_code", "refused", "walk"]

Step = tuple[str, Message | Sequence[Message], str | Sequence[str]]


def refused(world: TestWorld, code: str, messages: Message | Sequence[Message], signers: str | Sequence[str]) -> None:
    """The transaction is refused by this number, and the modules' state is what it was."""
    before = _modules_state(world)
    result = world.run(messages, signers)
    assert isinstance(result, Refused), f"applied instead of {code}: {result}"
    assert result.code == code
    assert _modules_state(world) == before


def walk(world: TestWorld, *steps: Step) -> None:
    """Each step mends the fault that the step before was refused for; so their order is the order of the guards."""
    for code, messages, signers in steps:
        refused(world, code, messages, signers)


def applied(world: TestWorld, messages: Message | Sequence[Message], signers: str | Sequence[str]) -> Applied:
    """The transaction is applied."""
    result = world.run(messages, signers)
    assert isinstance(result, Applied), result
    return result


def events(result: Any) -> list[str]:
    """The wire names of a result's events."""
    return [each.__struct_config__.tag for each in result.events]


def inner_code(world: TestWorld, action: Message) -> str:
    """The number by which the handler of a governed message refuses; it runs as if a proposal had just passed."""
    governed = {kind: handler for module in world.world.modules for kind, handler in getattr(module, "governed", {}).items()}
    rules = world.world.governing.rules(world.state, world.height + 1)
    block = Block(
        height=world.height + 1, time_ms=world.time * 1000, rules=rules, genesis=world.world.genesis, hasher=world.world.hasher
    )
    state = TransactionOverlay(BlockOverlay(world.state), rules.limits.transaction_steps_max)
    try:
        governed[type(action)](Context(block, "00" * 32, (), state), action)
    except Refusal as refusal:
        assert not state._writes, "a handler wrote before it had checked everything"
        return refusal.code
    return "applied"


def _modules_state(world: TestWorld) -> dict[bytes, bytes]:
    return {key: value for key, value in world.state.values.items() if not key.startswith(b'["ledger/')}
