"""A chain on which every lending module runs, and somebody who orders its verbs as the engine of definitions would."""

from typing import Any

import msgspec

from tests.world import TestWorld, make_genesis, make_world
from zhulian.errors import Refusal
from zhulian.language.lending import Arguments, Caller, Lender, bind
from zhulian.language.registry import Registry
from zhulian.ledger.collections import Map, decode_key
from zhulian.ledger.limits import Limits
from zhulian.ledger.module import Block, Context, Event
from zhulian.ledger.overlay import BlockOverlay, TransactionOverlay
from zhulian.modules import lenders, words

__all__ = ["Stage"]

MODULES = (
    "evidence",
    "asset",
    "registry",
    "ticket",
    "ballot",
    "codes",
    "earmark",
    "fair",
    "trace",
    "settle",
    "share",
    "device",
    "oracle",
    "credential",
)


class Stage:
    """`do` runs a verb as a transaction of its own and holds it to its declared cost; `ask` asks a read."""

    def __init__(self, suite: str = "gm") -> None:
        genesis = make_genesis(2, suite)
        self.world: TestWorld = make_world(
            genesis=msgspec.structs.replace(genesis, modules={**genesis.modules, **dict.fromkeys(MODULES, 1)})
        )
        self.registry: Registry = words(self.world.world.modules)
        self.lender: dict[str, Lender] = {each.name: each for each in lenders(self.world.world.modules)}
        self.steps = 0

    @property
    def block(self) -> Block:
        world = self.world
        rules = world.world.governing.rules(world.state, world.height + 1)
        return Block(
            height=world.height + 1,
            time_ms=world.time * 1000,
            rules=rules,
            genesis=world.world.genesis,
            hasher=world.world.hasher,
        )

    def do(self, verb: str, caller: Caller, arguments: Arguments) -> list[Event]:
        """The events of a verb that is carried out."""
        entry = self.registry.verbs[verb]
        assert set(arguments) <= {each.name for each in entry.parameters}
        overlay = BlockOverlay(self.world.state)
        state = TransactionOverlay(overlay, Limits().transaction_steps_max)
        context = Context(self.block, "ab" * 32, (), state)
        try:
            self.lender[entry.module].verbs[verb](context, caller, arguments)
        except Refusal:
            assert not state._writes, f"{verb} wrote before it had checked everything"
            raise
        finally:
            self.steps = state.steps
            assert state.steps <= entry.cost, f"{verb} took {state.steps} steps, {entry.cost} are declared"
        state.merge()
        self.world.state.apply(dict(overlay.changes()))
        return context.events

    def refusal(self, verb: str, caller: Caller, arguments: Arguments) -> str:
        """The number by which a verb is refused, or `done`."""
        before = dict(self.world.state.values)
        try:
            self.do(verb, caller, arguments)
        except Refusal as refusal:
            assert self.world.state.values == before
            return refusal.code
        return "done"

    def ask(self, read: str, caller: Caller, *values: Any) -> Any:
        """The answer of a read, with its arguments in their order as an expression gives them."""
        entry = self.registry.reads[read]
        state = TransactionOverlay(BlockOverlay(self.world.state), Limits().transaction_steps_max)
        found = self.lender[entry.module].reads[read](self.block, state, caller, bind(entry.parameters, values))
        assert state.steps <= entry.cost
        return found

    def all(self, collection: Map[Any]) -> dict[tuple[str, ...], Any]:
        """All values of a collection by the parts of their keys."""
        prefix = f'["{collection.name}"'.encode()
        values = self.world.state.values
        return {decode_key(key)[1:]: collection.decode(value) for key, value in values.items() if key.startswith(prefix)}
