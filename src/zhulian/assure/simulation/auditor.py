"""Sees all that members do, knows what must come of it, and says at once where something else came."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import msgspec

from zhulian.assure.drawn.comparing import Compare, Differs, require_same_events, require_same_outcome
from zhulian.assure.drawn.model import Model
from zhulian.assure.drawn.moves import Move
from zhulian.assure.drawn.worth import No
from zhulian.assure.simulation.replica import Replica
from zhulian.consensus.comet.engine import Committed
from zhulian.consensus.comet.extension import Offer, decode_extension
from zhulian.crypto import BadSignature
from zhulian.errors import Refusal
from zhulian.ledger.blocks import header_digest, seal_preimage
from zhulian.ledger.genesis import CODEC, Genesis
from zhulian.ledger.receipts import trust, verify_receipt, verify_state_fact
from zhulian.ledger.store import MemoryStore
from zhulian.ledger.transition import AppliedBlock
from zhulian.ledger.types import Header, Sealer
from zhulian.merkle import StateTree

__all__ = ["Acknowledged", "Auditor", "Violated"]

_COMPARED_EVERY = 8
_KERNEL = ("tx/", "block/", "identity/", "quota/")
"""Refusals that come before an action is looked at; the model knows nothing of them."""


class Violated(AssertionError):
    """Something came that must not: `what` names the checker."""

    def __init__(self, what: str, said: str) -> None:
        super().__init__(f"{what}: {said}")
        self.what = what


@dataclass(frozen=True)
class Acknowledged:
    """What a member told a client of a transaction: where it stands, and its refusal's number or None."""

    height: int
    index: int
    code: str | None


@dataclass
class Auditor:
    """The checkers of one simulation. `liars` are members whose word counts for nothing."""

    genesis: Genesis
    liars: frozenset[str] = frozenset()
    headers: dict[int, tuple[bytes, Header]] = field(default_factory=dict)
    acknowledged: dict[str, Acknowledged] = field(default_factory=dict)
    sealed: set[int] = field(default_factory=set)
    offers: dict[tuple[str, int], Offer] = field(default_factory=dict)
    moves: dict[str, Move] = field(default_factory=dict)
    """Actions on the drawn application by transaction."""
    model: Model | None = None
    receipts: int = 0
    snapshots: int = 0
    """How often a member began at another's snapshot."""
    refused: int = 0
    stops: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._trusted = trust(CODEC.encode(self.genesis))
        self._sealers_at: Callable[[int], list[Sealer]] = lambda height: []

    # What members do.

    def executed(self, replica: Replica, applied: AppliedBlock) -> None:
        """Hold that members agree on a header, and the first time follow what the block did.

        Raises:
            Violated.
        """
        height = applied.header.height
        digest = header_digest(self._trusted.hasher, applied.header)
        known = self.headers.get(height)
        if known is None:
            self._require_follows(applied.header)
            self.headers[height] = digest, applied.header
            self._follow(applied)
        elif known[0] != digest:
            names = [name for name in Header.__struct_fields__ if getattr(known[1], name) != getattr(applied.header, name)]
            raise Violated("one history", f"{replica.name} has another header at {height}: {', '.join(names)}")

    def committed(self, replica: Replica, committed: Committed) -> None:
        """A block is durable at a member, which answers its clients, or a height has its quorum there.

        Raises:
            Violated.
        """
        if replica.name not in self.liars:
            self.sealed.update(committed.sealed)
        if committed.applied is None:
            return
        height = committed.applied.header.height
        for index, result in enumerate(committed.applied.results):
            told = Acknowledged(height, index, getattr(result, "code", None))
            if self.acknowledged.setdefault(result.transaction, told) != told:
                raise Violated("one history", f"{result.transaction} stands elsewhere at {replica.name}")
        if height == len(self.headers) and height % _COMPARED_EVERY == 0:
            self._compare(replica)

    def offered(self, replica: Replica, extension: bytes) -> None:
        """Hold that an honest member never seals two headers at one height.

        Raises:
            Violated.
        """
        if replica.name in self.liars:
            return
        for each in decode_extension(extension):
            before = self.offers.setdefault((replica.name, each.height), each)
            if before.seal != each.seal:
                raise Violated("seals", f"{replica.name} sealed the height {each.height} twice")

    def synced(self, replica: Replica) -> None:
        """Hold that a member which begins at a snapshot stands at a decided header with its state.

        Raises:
            Violated.
        """
        self.snapshots += 1
        head = replica.application.head
        if head.height not in self.headers or self.headers[head.height][0] != head.digest:
            raise Violated("one history", f"{replica.name} begins at another header at {head.height} than was decided")
        self._require_state(replica)

    def stopped(self, replica: Replica, why: str) -> None:
        """Count."""
        self.stops[why] = self.stops.get(why, 0) + 1

    def _require_follows(self, header: Header) -> None:
        before = self.headers.get(header.height - 1)
        digest = self.genesis.digest() if before is None else before[0]
        time_ms = self.genesis.created * 1000 if before is None else before[1].time_ms
        if header.height != len(self.headers) + 1 or header.previous != digest.hex() or header.time_ms <= time_ms:
            raise Violated("header chain", f"the header at {header.height} does not follow the one before")

    def _follow(self, applied: AppliedBlock) -> None:
        """Let the model do what the block did, and hold the two against each other."""
        self.refused += len(applied.refusals)
        model = self.model
        if model is None:
            return
        try:
            model.begin_block(applied.header.time_ms // 1000)
            for index, result in enumerate(applied.results):
                move = self.moves.get(result.transaction)
                refusal = applied.refusals.get(index)
                if move is not None and (refusal is None or not refusal.code.startswith(_KERNEL)):
                    require_same_outcome(refusal, _act(model, move), move)
            require_same_events(applied, model, applied.header.height)
        except Differs as differs:
            raise Violated("promises", f"height {applied.header.height}: {differs}") from None

    def _compare(self, replica: Replica) -> None:
        """Records, balances, supplies, totals and indexes; value is conserved where they are the model's."""
        if self.model is None:
            return
        chain = replica.application.chain_store
        try:
            Compare(self.model, lambda prefix: chain.keys(prefix, b"", 1_000_000)).compare()
        except Differs as differs:
            raise Violated("promises and value", f"height {len(self.headers)}: {differs}") from None

    def _require_seal(self, name: str, offer: Offer) -> None:
        hasher = self._trusted.hasher
        preimage = seal_preimage(hasher, self.headers[offer.height][0], offer.seal.time_ms)
        sealers = [each for each in self._sealers_at(offer.height) if each.sealer == offer.seal.sealer]
        try:
            for each in sealers:
                hasher.suite.verify(bytes.fromhex(each.public_key), preimage, bytes.fromhex(offer.seal.signature))
        except BadSignature:
            raise Violated("seals", f"{name} sealed another header at {offer.height} than was decided") from None

    # At the end, when everything is calm and everybody is up.

    def final(self, replicas: list[Replica]) -> None:
        """Every checker on every member.

        Raises:
            Violated.
        """
        newest = len(self.headers)
        self._sealers_at = replicas[0].application.sealers_at
        for (name, height), offer in self.offers.items():
            if height not in self.headers:
                raise Violated("seals", f"{name} sealed the height {height}, which was never decided")
            self._require_seal(name, offer)
        for replica in replicas:
            if replica.application.head.height != newest:
                raise Violated("one history", f"{replica.name} stands at {replica.application.head.height} and not {newest}")
            self._require_whole(replica)
            self._require_state(replica)
        self._require_receipts([each for each in replicas if each.name not in self.liars])
        self._compare(replicas[0])

    def _require_whole(self, replica: Replica) -> None:
        """Every header and every acknowledged transaction, where it was said to be; from its snapshot on, where it began at one."""
        chain = replica.application.chain_store
        first = replica.application.first()
        for height, (digest, _) in self.headers.items():
            if height < first - 1:
                continue
            header = chain.header(height)
            if header is None or header_digest(self._trusted.hasher, header) != digest:
                raise Violated("header chain", f"{replica.name} has not the header of {height}")
        for transaction, told in self.acknowledged.items():
            if told.height >= first and chain.place(transaction) != (told.height, told.index):
                raise Violated("nothing acknowledged is lost", f"{replica.name} has not {transaction} at {told.height}")

    def _require_state(self, replica: Replica) -> None:
        """The state's entries alone make the root of the newest header."""
        chain = replica.application.chain_store
        store = MemoryStore()
        tree = StateTree(self._trusted.hasher, store)
        update = tree.update(0, {key[1:]: value[8:] for key, value in chain.store.scan(b"s", b"t")})
        newest = self.headers.get(replica.application.head.height)
        if newest is not None and update.root.hex() != newest[1].state_root:
            raise Violated("state root", f"the state of {replica.name} does not make the root of its newest header")

    def _require_receipts(self, replicas: list[Replica]) -> None:
        """A receipt of every acknowledged transaction, each from another member, and a fact of the state."""
        for number, (transaction, told) in enumerate(self.acknowledged.items()):
            having = [each for each in replicas if each.application.first() <= told.height]
            replica = having[number % len(having)]
            try:
                receipt = replica.application.prover.receipt(transaction)
                proved = verify_receipt(receipt, self._trusted) if told.code is None else None
            except Refusal as wrong:
                if told.code is not None:
                    continue  # of what was refused the chain keeps no body, so there is no receipt
                raise Violated("receipts", f"{replica.name} on {transaction}: {wrong.code} {wrong.say('en')}") from None
            if proved is not None and (proved.height, proved.applied) != (told.height, True):
                raise Violated("receipts", f"{replica.name} proves {transaction} at another height")
            self.receipts += proved is not None
            if number % 16 == 0 and proved is not None:
                self._require_no_forgery(receipt)
        for replica in replicas:
            fact = replica.application.prover.state_fact(["govern/sealers"], None)
            if not verify_state_fact(fact, self._trusted).present:
                raise Violated("receipts", f"{replica.name} proves that nobody seals")

    def _require_no_forgery(self, receipt: dict[str, Any]) -> None:
        """What a liar would make of a receipt does not hold."""
        forged = msgspec.to_builtins(receipt)
        forged["header"] = {**forged["header"], "time_ms": forged["header"]["time_ms"] + 1}
        try:
            verify_receipt(forged, self._trusted)
        except Refusal:
            return
        raise Violated("receipts", "a receipt with another time holds")


def _act(model: Model, move: Move) -> No | None:
    try:
        model.act(move["action"], move["on"], move["by"], set(move["signers"]), move["input"])
    except No as no:
        return no
    return None
