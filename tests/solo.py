"""The real application and the real solo engine over a store, with a clock that tests move."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.world import TestWorld, key_of, make_genesis, make_world
from zhulian.consensus.application import Application, Screened
from zhulian.consensus.order import OrderChecked
from zhulian.consensus.seal_log import SealLog
from zhulian.consensus.solo import SoloEngine
from zhulian.consensus.solo.engine import Stepped
from zhulian.crypto import SoftwareSigner
from zhulian.errors import Refusal
from zhulian.ledger.genesis import CODEC, Genesis
from zhulian.ledger.receipts import Trusted, trust
from zhulian.ledger.store import MemoryStore, Store
from zhulian.ledger.types import Message
from zhulian.modules import assemble, found_state

__all__ = ["Solo", "open_solo"]


@dataclass
class _Clock:
    now_ms: int


@dataclass
class Solo:
    """A solo chain. `world` signs; `clock` is every clock."""

    application: Application
    engine: SoloEngine
    log: SealLog
    world: TestWorld
    store: Store
    genesis: Genesis
    clock: "_Clock"

    @property
    def now_ms(self) -> int:
        """What every clock shows, Unix milliseconds."""
        return self.clock.now_ms

    def submit(self, raws: Sequence[bytes]) -> list[Refusal | None]:
        """Screen, verify and admit; one answer for each."""
        screened = self.application.screen(raws, self.now_ms // 1000)
        good = [each for each in screened if isinstance(each, Screened)]
        suite = self.genesis.crypto()
        admitted = iter(self.application.admit(good, [suite.verify_many(each.jobs) for each in good]))
        return [next(admitted) if isinstance(each, Screened) else each for each in screened]

    def step(self, seconds: int = 1) -> Stepped:
        """Move the clock and make a block."""
        self.clock.now_ms += seconds * 1000
        self.world.time = self.now_ms // 1000
        return self.engine.step()

    def sign(self, messages: Sequence[Message] | Message, signers: Sequence[str] | str = "org1.clerk", **more: Any) -> bytes:
        """A signed envelope."""
        self.world.time = self.now_ms // 1000
        chosen = [messages] if isinstance(messages, Message) else messages
        return self.world.sign(chosen, [signers] if isinstance(signers, str) else signers, **more)

    def run(self, messages: Sequence[Message] | Message, signers: Sequence[str] | str = "org1.clerk") -> str:
        """Put one transaction into a block of its own; answers its id."""
        raw = self.sign(messages, signers)
        assert self.submit([raw]) == [None]
        outcome = self.step().outcomes[0]
        assert outcome.code is None, outcome
        return outcome.transaction

    @property
    def trusted(self) -> Trusted:
        """What an outsider holds: the genesis document."""
        return trust(CODEC.encode(self.genesis))


def open_solo(
    folder: Path, *, genesis: Genesis | None = None, store: Store | None = None, now_ms: int | None = None, **settings: Any
) -> Solo:
    """Open (or open again) a solo chain whose seal log lies in `folder`."""
    document = genesis or make_genesis(**settings)
    kept = store if store is not None else MemoryStore()
    assembled = assemble(document)
    application = Application(assembled, kept, found_state(assembled))
    log = SealLog(folder / "seal.log")
    signer = SoftwareSigner(document.crypto(), key_of(document.suite, "org1.seal"))
    clock = _Clock(now_ms if now_ms is not None else (document.created + 1) * 1000)
    engine = SoloEngine(OrderChecked(application), signer, log, lambda: clock.now_ms)  # type: ignore[arg-type]
    engine.recover()
    return Solo(application, engine, log, make_world(genesis=document), kept, document, clock)
