"""A chain in memory for one story: transactions are really signed and verified, blocks are made at once, the clock is simulated."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from zhulian.assure.stories.founding import key_of
from zhulian.consensus.application import Application
from zhulian.crypto import PrivateKey, fingerprint
from zhulian.errors import Refusal, check
from zhulian.ledger.module import Event
from zhulian.ledger.store import MemoryStore
from zhulian.ledger.transactions import encode_body, encode_envelope
from zhulian.ledger.transition import AppliedBlock, Proposal, World
from zhulian.ledger.types import Applied, Message, SignatureEntry

__all__ = ["Chain", "Sent"]

_LASTS = 300
_IDLE_BLOCKS_MAX = 10_000


@dataclass(frozen=True)
class Sent:
    """What became of a transaction: its events, or why it was refused; `turned_away` ones left no trace on the chain."""

    transaction: str
    refusal: Refusal | None = None
    turned_away: bool = False
    steps: int = 0
    events: tuple[Event, ...] = ()
    before: tuple[Event, ...] = ()
    """Events of timers that ran before it in the same block."""


@dataclass
class Chain:
    """The application with its clock: `time` is the block time of the next block, in Unix seconds."""

    application: Application
    time: int
    _nonce: int = 0
    _prints: dict[str, str] = field(default_factory=dict)

    @classmethod
    def found(cls, world: World, state: dict[bytes, bytes], time: int) -> "Chain":
        """The chain of `world` with its first state."""
        return cls(Application(world, MemoryStore(), state), time)

    @property
    def world(self) -> World:
        """Genesis, modules and handlers of the chain."""
        return self.application.world

    def send(self, messages: Sequence[Message], signers: Sequence[str]) -> Sent:
        """Sign a transaction by each of `signers`, verify the signatures, and make a block of it; the clock moves on one second."""
        raw = self._sign(messages, signers)
        screened = self.application.screen([raw], self.time)[0]
        if isinstance(screened, Refusal):
            return Sent("", screened, turned_away=True)
        verdicts = self.world.hasher.suite.verify_many(screened.jobs)
        refused = self.application.admit([screened], [verdicts])[0]
        if refused is not None:
            return Sent(screened.transaction.transaction, refused, turned_away=True)
        return self._block(screened.transaction.transaction)

    def pass_time(self, seconds: int) -> tuple[Event, ...]:
        """Let time pass; whatever falls due on the way happens in a block at its own time."""
        end = self.time + seconds
        found: list[Event] = []
        for _ in range(_IDLE_BLOCKS_MAX):
            due = self.world.clockwork.due(self.application.chain_store)
            if due is None or due > end:
                break
            self.time = max(self.time, due)
            events = self._idle_block()
            if events is None:
                break
            found += events
        self.time = end
        return tuple(found)

    def _sign(self, messages: Sequence[Message], signers: Sequence[str]) -> bytes:
        self._nonce += 1
        body = encode_body(self.world.chain, self.time + _LASTS, messages, f"{self._nonce:032x}", signers)
        preimage = self.world.hasher.preimage("body", body)
        entries = []
        for each in signers:
            key = key_of(each)
            signature = self.world.hasher.suite.sign(key, preimage).hex()
            entries.append(SignatureEntry(key=self._print(each, key), signature=signature, signer=each))
        return encode_envelope(body, entries)

    def _print(self, name: str, key: PrivateKey) -> str:
        if name not in self._prints:
            self._prints[name] = fingerprint(self.world.hasher.suite, key.public_key)
        return self._prints[name]

    def _block(self, transaction: str) -> Sent:
        proposal, lost = self._propose()
        if proposal is None:
            check(bool(lost), "what was admitted is proposed or dropped")
            return Sent(transaction, lost[0][1], turned_away=True)
        applied = self._carry_out(proposal)
        self.time = proposal.time_ms // 1000 + 1
        result = applied.results[0]
        ran = _events(applied.ran)
        if isinstance(result, Applied):
            return Sent(transaction, steps=result.cost.steps, events=tuple(result.events), before=ran)
        return Sent(transaction, applied.refusals[0], steps=result.cost.steps, before=ran)

    def _propose(self) -> tuple[Proposal | None, list[tuple[str, Refusal]]]:
        """The next block, or what was dropped instead of it."""
        return self.application.propose(self.time * 1000)

    def _carry_out(self, proposal: Proposal) -> AppliedBlock:
        """Decide a block: it is the chain's from now on."""
        applied = self.application.finalize(proposal)
        self.application.commit()
        return applied

    def _idle_block(self) -> tuple[Event, ...] | None:
        """A block that nobody sent anything for; None where nothing was due after all."""
        proposal, _ = self._propose()
        if proposal is None:
            return None
        applied = self._carry_out(proposal)
        self.time = proposal.time_ms // 1000
        return _events(applied.ran)


def _events(ran: Sequence[Any]) -> tuple[Event, ...]:
    return tuple(event for each in ran for event in each.events)
