"""Members with a fault of their own, of which the auditor must find each."""

from collections.abc import Sequence
from typing import Any

import msgspec

from zhulian.assure.simulation.alone import Alone
from zhulian.assure.simulation.messages import Decision
from zhulian.assure.simulation.replica import Replica
from zhulian.consensus.comet.extension import decode_extension, encode_extension
from zhulian.ledger.genesis import Genesis
from zhulian.ledger.module import Context
from zhulian.ledger.transition import World
from zhulian.ledger.types import Message
from zhulian.modules import assemble
from zhulian.modules.evidence.messages import Deposit


class SkipsAWrite(Replica):
    """Now and then one entry of the state does not get to the store."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        store, write = self.disk.store, self.disk.store.write
        count = 0

        def skipping(puts: Sequence[tuple[bytes, bytes]], deletes: Sequence[bytes] = (), *, sync: bool = True) -> None:
            nonlocal count
            count += 1
            state = [each for each in puts if each[0].startswith(b's["evidence/deposits"')]
            if count > 12 and state:
                puts = [each for each in puts if each != state[-1]]
            write(puts, deletes, sync=sync)

        store.write = skipping  # type: ignore[method-assign]


class LosesABatch(Replica):
    """Its disk says that a batch is on the medium, and has it in a cache."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        store, write = self.disk.store, self.disk.store.write
        store.write = lambda puts, deletes=(), *, sync=True: write(puts, deletes, sync=False)  # type: ignore[method-assign]


class LosesABatchAlone(Alone):
    """The same of a node that makes its blocks alone."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        store, write = self.disk.store, self.disk.store.write
        store.write = lambda puts, deletes=(), *, sync=True: write(puts, deletes, sync=False)  # type: ignore[method-assign]


class ForgetsItsSeals(Replica):
    """Its seal log is gone after each stop."""

    def stop(self, why: str, *, power: bool = True) -> None:
        super().stop(why, power=power)
        self.disk.log.truncate(0)


class SealsAnother(Replica):
    """Gives the seal of one header for the one after it."""

    def extend(self, block: Any) -> bytes:
        found = decode_extension(super().extend(block))
        moved = encode_extension([msgspec.structs.replace(each, height=each.height + 1) for each in found])
        self._watcher.offered(self, moved)
        return moved


class LosesABlock(Replica):
    """Answers for a block without having executed it, once."""

    skipped = False

    def decided(self, decision: Decision) -> bytes:
        if not self.skipped and decision.block.height > 15 and any(raw.startswith(b"{") for raw in decision.block.txs):
            self.skipped = True
            self.engine_disk.voters[decision.block.height + 2] = self.engine_disk.voters[decision.block.height + 1]
            return self.app_hash()
        return super().decided(decision)


def _with_program(change: Any) -> type[Replica]:
    class Changed(Replica):
        def __init__(self, name: str, genesis: Genesis, program: Any, *given: Any) -> None:
            super().__init__(name, genesis, lambda genesis: change(assemble(genesis), self), *given)

    return Changed


def _replaced(world: World, kind: type[Message], around: Any) -> World:
    before = world.handlers[kind]

    def handle(context: Context, message: Any) -> None:
        around(context, message, before)

    return msgspec.structs.replace(world, handlers={**world.handlers, kind: handle})


def _looks_at_the_clock(world: World, replica: Replica) -> World:
    def around(context: Context, message: Message, before: Any) -> None:
        before(context, message)
        if replica.clock_ms() // 1000 % 2:
            context.state.charge(1)

    return _replaced(world, Deposit, around)


LooksAtTheClock = _with_program(_looks_at_the_clock)
"""Charges a step more in odd seconds of its own clock."""


class ForgetsIds(Replica):
    """Applies a transaction again that it has applied before."""

    def _open(self) -> None:
        super()._open()
        self.application.recent.record = lambda *given: None  # type: ignore[method-assign]
