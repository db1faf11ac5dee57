"""One step of the embedded engine: propose, finalize, commit durably, seal, and say what became of each transaction."""

from collections.abc import Callable

import msgspec

from zhulian.consensus.application import Application
from zhulian.consensus.seal_log import SealLog
from zhulian.crypto import Signer, fingerprint
from zhulian.errors import Refusal
from zhulian.ledger.blocks import seal_preimage
from zhulian.ledger.sealing import has_quorum
from zhulian.ledger.transition import AppliedBlock
from zhulian.ledger.types import Header, Seal

__all__ = ["NotTheSealer", "Outcome", "SoloEngine", "Stepped"]


class NotTheSealer(
    Refusal,
    code="seal/3",
    zh="本机签章密钥 {key} 单独不足以对高度 {height} 签章：须占签章权重三分之二以上。请换用登记的密钥，或改为多机构组网运行。",
    en="The seal key {key} alone cannot seal the height {height}: it needs more than two thirds of the power. "
    "Use the registered key, or run the chain as a network.",
):
    key: str
    height: int


class Outcome(msgspec.Struct, frozen=True):
    """What became of a transaction: its place in a block, or why it was dropped before one."""

    transaction: str
    height: int
    index: int
    code: str | None
    refusal: Refusal | None = None


class Stepped(msgspec.Struct, frozen=True):
    """A step that made a block (`header`, `applied`), or none; with the outcomes of all transactions it touched."""

    header: Header | None
    applied: AppliedBlock | None
    outcomes: tuple[Outcome, ...]


class SoloEngine:
    """Drives an `Application` alone. The seal log comes first in trust: what it holds is never sealed again otherwise.

    `clock` answers Unix milliseconds; it is asked once for the block and once more, after the block is durable, for the seal.
    """

    def __init__(self, application: Application, signer: Signer, log: SealLog, clock: Callable[[], int]) -> None:
        self._application = application
        self._signer = signer
        self._log = log
        self._clock = clock
        self._key = fingerprint(application.world.hasher.suite, signer.public_key)

    @property
    def signer(self) -> Signer:
        """The key that this node seals with."""
        return self._signer

    def recover(self) -> None:
        """After opening: take over seals that the store lacks, and seal a head that was decided but not sealed yet.

        Raises:
            SealedAlready: if the data folder holds another history than the one that was sealed.
            NotTheSealer: if this node's key cannot seal alone what is due.
        """
        head = self._application.head
        self._log.refuse_older(head.height)
        if head.height == 0:
            self._require_sealer(1)
            return
        self._log.refuse_second(head.height, head.digest)
        for height in range(max(1, head.height - 1), head.height + 1):
            seal = self._log.find(height)
            if seal is not None and not self._application.seals(height):
                self._application.add_seals(height, [seal])
        if not self._application.seals(head.height):
            self._seal(head.height, head.digest)
        self._require_sealer(head.height + 1)

    def step(self) -> Stepped:
        """Make one block of what waits, if anything does; durable and sealed when this returns."""
        proposal, lost = self._application.propose(self._clock())
        dropped = tuple(
            Outcome(transaction=each, height=0, index=0, code=refusal.code, refusal=refusal) for each, refusal in lost
        )
        if proposal is None:
            return Stepped(header=None, applied=None, outcomes=dropped)
        self._require_sealer(proposal.height)
        applied = self._application.finalize(proposal)
        header = self._application.commit()
        self._seal(header.height, self._application.head.digest)
        made = tuple(
            Outcome(
                transaction=each.transaction,
                height=header.height,
                index=index,
                code=getattr(each, "code", None),
                refusal=applied.refusals.get(index),
            )
            for index, each in enumerate(applied.results)
        )
        return Stepped(header=header, applied=applied, outcomes=dropped + made)

    def _require_sealer(self, height: int) -> str:
        """The name under which this node's key seals `height` alone.

        Raises:
            NotTheSealer: if the key is not in the set, or has no quorum by itself.
        """
        sealers = self._application.sealers_at(height)
        own = next((each for each in sealers if each.public_key == self._signer.public_key.hex()), None)
        if own is None or not has_quorum(own.power, sum(each.power for each in sealers)):
            raise NotTheSealer(key=self._key, height=height)
        return own.sealer

    def _seal(self, height: int, digest: bytes) -> None:
        name = self._require_sealer(height)
        self._log.refuse_second(height, digest)
        now_ms = self._clock()
        signature = self._signer.sign(seal_preimage(self._application.world.hasher, digest, now_ms))
        seal = Seal(key=self._key, sealer=name, signature=signature.hex(), time_ms=now_ms)
        self._log.append(height, digest, seal)
        self._application.add_seals(height, [seal])
