"""What the ledger knows of a module, and what a module's handlers are given."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import msgspec

from zhulian.crypto import Hasher
from zhulian.errors import Refusal, check
from zhulian.ledger.agreements import Agreement
from zhulian.ledger.genesis import Genesis
from zhulian.ledger.limits import Limits
from zhulian.ledger.overlay import WRITE_STEPS, State, StateView, TransactionOverlay
from zhulian.ledger.types import Cost, Message, Ran, Sealer, Wire

__all__ = [
    "NOTHING_DUE", "OPEN_DOOR", "Acting", "Authority", "Block", "Clockwork", "Context", "Doorkeeper", "Event", "Governing", "Handler",
    "KeyHolder", "Module", "Names", "Rules",
]  # fmt: skip


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
    """One transaction as its handlers see it: the block, who acts, the state, and a place for events.

    `transaction` is empty and nobody acts where a block runs what is due by itself. `ran` is what `apart` has made to stay.
    """

    def __init__(self, block: Block, transaction: str, acting: tuple[Acting, ...], state: TransactionOverlay) -> None:
        self.block = block
        self.transaction = transaction
        self.acting = acting
        self.state = state
        self.events: list[Event] = []
        self.taken_down: list[str] = []
        self.ran: list[Ran] = []
        self._falls = False
        """Whether what this does is undone with a transaction that has written before."""

    def apart(self, module: str, run: Callable[["Context"], None]) -> None:
        """Run a part, in which nobody acts, whole or not at all; it stays even if this transaction is refused later.

        Its steps are this transaction's. What it says goes into a result of its own. Where this transaction has written
        something already, the part may have seen that, so it is undone together with it, and so are parts of that part.

        Raises:
            Refusal: what `run` refuses with; nothing of it stays. StepsExceeded: this transaction has too few steps left.
        """
        most = self.block.rules.limits.transaction_steps_max
        stays = not (self._falls or self.state.touched)
        part = Context(self.block, self.transaction, (), self.state.inner(most, inside=not stays))
        part.ran = self.ran
        part._falls = not stays
        try:
            run(part)
        except Refusal:
            self.state.charge(min(part.state.steps, most))  # more than are left, if it was for want of steps here
            raise
        check(not part.taken_down, "no part takes a body down")
        self.state.charge(part.state.steps)
        part.state.merge()
        if not stays:
            self.events += part.events
        elif part.events:
            cost = Cost(bytes=0, steps=part.state.steps)
            self.ran.append(Ran(cost=cost, events=list(part.events), module=module, transaction=self.transaction or None))

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

    def switches(self, state: StateView, height: int) -> list[tuple[int, str, int]]:
        """What is decided for heights above `height`: (from which height, module, version), the next first."""

    def recover(self, context: Context, agreement: Agreement, digest: str) -> None:
        """Let those members alone go on that an agreement names, whose digest is given; the block that records it is made."""


class Names(Protocol):
    """Which certificates stand behind a key; filled by the identity module where the application is put together."""

    def certificates(self, state: StateView, fingerprint: str) -> list[bytes]:
        """The chain of the key's certificate as DER, leaf first; empty where none was put on chain."""


class Clockwork(Protocol):
    """What happens by itself at its time; filled by the module that keeps such times."""

    def due(self, state: StateView) -> int | None:
        """When the next thing falls due, in Unix seconds; None where nothing ever does."""

    def run(self, context: Context) -> None:
        """Run the one thing that falls due first, through `context.apart`; afterwards it is no longer due."""


class Doorkeeper(Protocol):
    """Who is a stranger to what a message is about; filled by the module that knows, and asked at admission only."""

    def require_known(self, state: StateView, message: Message, parties: Sequence[str]) -> None:
        """Let a message of these parties in.

        Raises:
            Refusal: none of them has any part in it; the transaction is turned away and leaves no trace.
        """


class _NothingDue:
    def due(self, state: StateView) -> int | None:
        return None

    def run(self, context: Context) -> None:
        check(False, "nothing is due")


class _OpenDoor:
    def require_known(self, state: StateView, message: Message, parties: Sequence[str]) -> None:
        return


NOTHING_DUE: Clockwork = _NothingDue()
"""The clockwork of a chain without one."""
OPEN_DOOR: Doorkeeper = _OpenDoor()
"""The doorkeeper of a chain without one."""
