"""What the ledger knows of a module, and what a module's handlers are given."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import msgspec

from zhulian.crypto import Hasher
from zhulian.ledger.genesis import Genesis
from zhulian.ledger.limits import Limits
from zhulian.ledger.overlay import WRITE_STEPS, State, StateView, TransactionOverlay
from zhulian.ledger.types import Message, Sealer, Wire

__all__ = ["Acting", "Authority", "Block", "Context", "Event", "Governing", "Handler", "KeyHolder", "Module", "Names", "Rules"]


class Event(Wire, frozen=True, tag_field="type"):
    """Base of all events; a subclass sets `tag` to its wire name, `module.past_tense`."""


class Acting(msgspec.Struct, frozen=True):
    """A signer whose authority was judged for this transaction. `party` is the organisation or the person's handle."""

    signer: str
    party: str
    organisation: str | None
    kind: str
    duties: tuple[str, ...]
    key: str


class Rules(msgspec.Struct, frozen=True):
    """What governance has set for a block: limits, module versions, and the set that seals the next block."""

    limits: Limits
    versions: dict[str, int]


class Block(msgspec.Struct, frozen=True):
    """The block that is being made, as handlers may know it. `time_ms` is the chain's only clock."""

    height: int
    time_ms: int
    rules: Rules
    genesis: Genesis
    hasher: Hasher

    @property
    def time(self) -> int:
        """Block time in whole Unix seconds."""
        return self.time_ms // 1000


class Context:
    """One transaction as its handlers see it: the block, who acts, the state, and a place for events."""

    def __init__(self, block: Block, transaction: str, acting: tuple[Acting, ...], state: TransactionOverlay) -> None:
        self.block = block
        self.transaction = transaction
        self.acting = acting
        self.state = state
        self.events: list[Event] = []
        self.taken_down: list[str] = []

    def emit(self, event: Event) -> None:
        """Record what happened; it is hashed into the result.

        Raises:
            StepsExceeded: when the transaction has used up its steps, which also bounds how many events it has.
        """
        self.state.charge(WRITE_STEPS)
        self.events.append(event)


Handler = Callable[[Context, Any], None]


class Module(Protocol):
    """One module: its messages with their handlers, its events, and what genesis gives it."""

    name: str
    versions: Sequence[int]
    handlers: Mapping[type[Message], Handler]
    events: Sequence[type[Event]]

    def found(self, state: State, genesis: Genesis, hasher: Hasher) -> None:
        """Write the module's first state from the genesis document."""


class KeyHolder(msgspec.Struct, frozen=True):
    """Who holds a registered key; enough to verify a signature, not to act."""

    signer: str
    organisation: str | None
    public_key: bytes


class Authority(Protocol):
    """Who may sign; filled by the identity module where the application is put together."""

    def holder(self, state: StateView, fingerprint: str) -> KeyHolder | None:
        """Who holds the key, whether or not it may still act."""

    def judge(self, state: StateView, signer: str, fingerprint: str, time: int) -> Acting:
        """The signer's authority at block time `time` (Unix seconds).

        Raises:
            Refusal: if the key or its holder may not act now.
        """


class Governing(Protocol):
    """What the members have decided; filled by the govern module where the application is put together."""

    def rules(self, state: StateView, height: int) -> Rules:
        """The limits and module versions that rule the block at `height`."""

    def sealers(self, state: StateView) -> list[Sealer]:
        """The set that seals the next block, sorted by name."""


class Names(Protocol):
    """Which certificates stand behind a key; filled by the identity module where the application is put together."""

    def certificates(self, state: StateView, fingerprint: str) -> list[bytes]:
        """The chain of the key's certificate as DER, leaf first; empty where none was put on chain."""
