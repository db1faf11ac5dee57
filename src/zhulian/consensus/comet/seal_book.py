"""Who sealed what: gathers seals of decided headers until more than two thirds of the power stand behind each."""

from collections.abc import Callable, Sequence

from zhulian.consensus.application import Application
from zhulian.consensus.comet.extension import OFFERS_MAX, Offer, Sealed, encode_seals
from zhulian.consensus.comet.heard import Heard
from zhulian.consensus.seal_log import SealLog
from zhulian.crypto import BadSignature, Signer, fingerprint
from zhulian.errors import Refusal
from zhulian.ledger.blocks import seal_preimage
from zhulian.ledger.sealing import has_quorum
from zhulian.ledger.types import Seal, Sealer

__all__ = ["Doubt", "SealBook"]

_PENDING_MAX = 256
"""Headers whose seals are being gathered; older ones without a quorum are asked of other nodes."""
_PUBLISHED_PER_BLOCK = 16
_EARLY_MAX = 64
"""Seals of the next header that came before this node had decided it; more are left to the votes."""

Doubt = Callable[[str, int, str], None]
"""Told of a seal that does not hold: who is said to have given it, for which height, and why."""


class SealBook:
    """One node's book of seals. A seal counts only when its value was checked against the header that this node itself has.

    Args:
        application: Whose headers are sealed.
        signer: This node's seal key; None where it only follows.
        log: The seal log, which refuses a second digest at a height.
        clock: Unix milliseconds.
        doubt: Told of bad seals; they are ignored otherwise.
    """

    def __init__(
        self, application: Application, signer: Signer | None, log: SealLog, clock: Callable[[], int], doubt: Doubt
    ) -> None:
        self._application = application
        self._signer = signer
        self._log = log
        self._clock = clock
        self._doubt = doubt
        self._pending: dict[int, dict[str, Seal]] = {}
        self._published = 0
        self._fresh: list[int] = []
        self._early: list[Offer] = []
        self.heard = Heard()

    @property
    def signer(self) -> Signer | None:
        """The key that this node seals with; None where it only follows."""
        return self._signer

    @property
    def name(self) -> str:
        """Under which this node seals now; empty where it only follows."""
        if self._signer is None:
            return ""
        member = self._by_key(self._application.head.height + 1, self._signer.public_key.hex())
        return member.sealer if member is not None else ""

    @property
    def unsealed(self) -> list[int]:
        """Heights that this node has and that lack a quorum, oldest first."""
        return sorted(self._pending)

    def decided(self, height: int, *, voted: bool = True) -> None:
        """Begin to gather seals of the header at `height`, which this node has just committed; its own comes first.

        Where the node has not `voted` on the block, it fetches what the others have made and sealed long since: its own seal
        can wait until it votes, and need not be made at all where the next blocks bring a quorum.
        """
        self._pending.setdefault(height, {})
        while len(self._pending) > _PENDING_MAX:
            del self._pending[min(self._pending)]
        self.heard.begin(height)
        if voted:
            self._seal(height)
        early, self._early = self._early, []
        for each in early:
            self._take(each.height, each.seal, told=False)

    def recover(self) -> None:
        """After opening: take up the newest headers that have no quorum yet.

        Raises:
            SealedAlready: if the data folder is older than what was sealed, or holds another history.
        """
        head = self._application.head
        if head.height and self._log.newest > self._application.ahead():  # else its blocks come again, and must be the same
            self._log.refuse_older(head.height)
        if head.height:
            self._log.refuse_second(head.height, head.digest)
        first = self._application.first()
        for height in range(max(first, head.height - _PENDING_MAX + 1), head.height + 1):
            if not self._application.seals(height):
                self.decided(height)
        self._published = max(first - 1, head.height - _PENDING_MAX)

    @property
    def newest(self) -> int:
        """The highest height that this node has sealed."""
        return self._log.newest

    def reopened(self) -> None:
        """The chain has stepped back, or grew from a snapshot: forget what was gathered for blocks that are gone, and take up what is unsealed."""
        self._pending.clear()
        self._fresh.clear()
        self._early.clear()
        self.recover()

    def refuse_another(self, height: int, digest: bytes) -> None:
        """Hold that this node has not sealed another block at `height` than the one that is about to be written.

        Raises:
            SealedAlready: if it has; the node must not go on.
        """
        self._log.refuse_second(height, digest)

    def offers(self) -> list[Offer]:
        """This node's seals of the newest headers without a quorum, and of the head: what rides in its next vote."""
        head = self._application.head.height
        heights = dict.fromkeys([*sorted(self._pending, reverse=True)[: OFFERS_MAX - 1], head])
        found = [(height, self._seal(height)) for height in sorted(heights) if height]
        return [Offer(height=height, seal=seal) for height, seal in found if seal is not None]

    def take(self, offers: Sequence[Offer]) -> None:
        """Take seals that other nodes offer, whatever they are."""
        for each in offers:
            self._take(each.height, each.seal)

    def take_early(self, offers: Sequence[Offer]) -> None:
        """Take seals that came by themselves, ahead of a vote: maybe before this node has the header, and then kept until it has.

        Nobody is told of bad ones, which anybody can send in anybody's name.
        """
        for each in offers:
            if each.height == self._application.head.height + 1 and len(self._early) < _EARLY_MAX:
                self._early.append(each)
            self._take(each.height, each.seal, told=False)

    def own(self, height: int) -> Offer | None:
        """The seal of `height` that this node has given; None where it has given none."""
        seal = self._log.find(height)
        return None if seal is None else Offer(height=height, seal=seal)

    def take_published(self, sealed: Sealed) -> None:
        """Take the seals that a block carries for those who come later."""
        for each in sealed.seals:
            self._take(sealed.height, each)
        if not self._lacks(sealed.height):
            self._published = max(self._published, sealed.height)

    def publish(self) -> list[bytes]:
        """Entries for the next block: quorums that no block has carried yet, all checked by this node."""
        head = self._application.head.height
        found: list[bytes] = []
        for height in range(self._published + 1, head + 1):
            seals = self._application.seals(height)
            if not seals or len(found) == _PUBLISHED_PER_BLOCK:
                break
            found.append(encode_seals(height, seals))
        return found

    def fresh(self) -> list[int]:
        """Heights whose quorum is complete since this was asked last; stored durably when the caller has saved them."""
        found, self._fresh = self._fresh, []
        return found

    def _lacks(self, height: int) -> bool:
        return height in self._pending

    def _take(self, height: int, seal: Seal, *, told: bool = True) -> None:
        gathered = self._pending.get(height)
        news = self.heard.is_news(seal.sealer, height) and self._has(height)
        if seal.sealer in gathered if gathered is not None else not news:
            return
        why = self._fault(height, seal)
        if why is not None:
            if told:
                self._doubt(seal.sealer, height, why)
            return
        self.heard.note(height, seal, self._log.find(height))
        if gathered is not None:  # else its header has a quorum without it
            self._add(height, seal)

    def _has(self, height: int) -> bool:
        """Whether this node has the header: a node that began at a snapshot lacks older ones."""
        head = self._application.head.height
        return height == head > 0 or (0 < height < head and self._application.chain_store.header(height) is not None)

    def _fault(self, height: int, seal: Seal) -> str | None:
        """Why a seal does not hold, by the set that seals `height` and the header that this node has; None if it does."""
        application = self._application
        member = self._member(height, seal.sealer)
        if member is None:
            return "no sealer"
        suite = application.world.hasher.suite
        public_key = bytes.fromhex(member.public_key)
        if fingerprint(suite, public_key) != seal.key:
            return "another key"
        preimage = seal_preimage(application.world.hasher, self._digest(height), seal.time_ms)
        try:
            suite.verify(public_key, preimage, bytes.fromhex(seal.signature))
        except BadSignature:
            return "bad signature"
        except Refusal as wrong:
            return wrong.code
        return None

    def _add(self, height: int, seal: Seal) -> None:
        gathered = self._pending[height]
        gathered[seal.sealer] = seal
        sealers = self._application.sealers_at(height)
        power = sum(each.power for each in sealers if each.sealer in gathered)
        if has_quorum(power, sum(each.power for each in sealers)):
            self._application.add_seals(height, [gathered[name] for name in sorted(gathered)])
            del self._pending[height]
            self._fresh.append(height)

    def _seal(self, height: int) -> Seal | None:
        """This node's seal of `height`, which counts from now on."""
        own = self._own(height)
        gathered = self._pending.get(height)
        if own is not None and gathered is not None and own.sealer not in gathered:
            self.heard.note(height, own, None)
            self._add(height, own)
        return own

    def _own(self, height: int) -> Seal | None:
        """This node's seal of `height`: the one in the log, or a new one, written there before it is returned."""
        if self._signer is None:
            return None
        member = self._by_key(height, self._signer.public_key.hex())
        if member is None:
            return None
        digest = self._digest(height)
        self._log.refuse_second(height, digest)
        found = self._log.find(height)
        if found is not None or height < self._log.newest:
            return found
        self._application.make_durable()  # a sealed header that a power cut takes away would be a second history
        now_ms = self._clock()
        hasher = self._application.world.hasher
        signature = self._signer.sign(seal_preimage(hasher, digest, now_ms))
        key = fingerprint(hasher.suite, self._signer.public_key)
        seal = Seal(key=key, sealer=member.sealer, signature=signature.hex(), time_ms=now_ms)
        self._log.append(height, digest, seal)
        return seal

    def _digest(self, height: int) -> bytes:
        return self._application.digest_at(height)

    def _member(self, height: int, name: str) -> Sealer | None:
        return next((each for each in self._application.sealers_at(height) if each.sealer == name), None)

    def _by_key(self, height: int, public_key: str) -> Sealer | None:
        return next((each for each in self._application.sealers_at(height) if each.public_key == public_key), None)
