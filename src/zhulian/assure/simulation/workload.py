"""The clients: what they send to which member, again and again until they see it in a block, and what they send that is wrong."""

import random
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field

from zhulian.assure.drawn.comparing import APP
from zhulian.assure.drawn.moves import MoveDraw
from zhulian.assure.simulation.auditor import Auditor
from zhulian.assure.simulation.founding import key_of, the_suite
from zhulian.assure.simulation.network import Timeline
from zhulian.assure.simulation.replica import Replica
from zhulian.crypto import fingerprint
from zhulian.ledger.errors import Replayed
from zhulian.ledger.genesis import Genesis
from zhulian.ledger.transactions import encode_body, encode_envelope
from zhulian.ledger.types import Message, SignatureEntry
from zhulian.modules.evidence.messages import Deposit, DepositBatch, Withdraw, Witness
from zhulian.modules.scenario.messages import Act

__all__ = ["Campaign", "Clients", "Known", "Sent"]

Known = str | None
"""What became of a transaction: the number of its refusal, or None where it had its effect."""
Campaign = Generator[tuple[Message, str], Known, None]
"""A client that sends one transaction (message, signer) after the other and is told what became of each."""

_AGAIN_MS = 1_500
_LATE_MAX = 12
_LASTS_S = (30, 500)
_KEPT = 40


@dataclass
class Sent:
    """A transaction that a client has signed; it is never signed again before it has expired."""

    transaction: str
    raw: bytes
    expires: int
    done: Callable[[Known], None] | None = None
    lapsed: Callable[[], None] | None = None
    late: int = 0
    """How often it was looked for after it had expired."""
    refused_by: dict[str, str] = field(default_factory=dict)
    """Which members have turned it away, by the number of the refusal."""


@dataclass
class Clients:
    """All clients. `replicas` are the members that there are, up or not."""

    genesis: Genesis
    replicas: dict[str, Replica]
    auditor: Auditor
    timeline: Timeline
    chance: random.Random
    draw: MoveDraw | None = None
    pending: dict[str, Sent] = field(default_factory=dict)
    old: list[bytes] = field(default_factory=list)
    digests: list[str] = field(default_factory=list)
    turned_away: dict[str, int] = field(default_factory=dict)
    sent: int = 0
    finished: str = ""
    """The transaction whose end a campaign heard of last."""
    _nonce: int = 0

    # Signing and sending.

    def sign(self, messages: Sequence[Message], signers: Sequence[str], *, expires: int | None = None) -> tuple[str, bytes, int]:
        """The id, the envelope and the expiry of a new transaction."""
        self._nonce += 1
        until = self.timeline.now_ms // 1000 + self.chance.randint(*_LASTS_S) if expires is None else expires
        body = encode_body(self.genesis.chain(), until, messages, f"{self._nonce:032x}", signers)
        preimage = self.genesis.hasher().preimage("body", body)
        suite = the_suite()
        entries = [
            SignatureEntry(
                key=fingerprint(suite, key_of(each).public_key), signature=suite.sign(key_of(each), preimage).hex(), signer=each
            )
            for each in signers
        ]
        return suite.digest(preimage).hex(), encode_envelope(body, entries), until

    def send(
        self,
        messages: Sequence[Message],
        signers: Sequence[str],
        done: Callable[[Known], None] | None = None,
        lapsed: Callable[[], None] | None = None,
    ) -> str:
        """Sign a transaction and bring it to some member; `done` hears what became of it, or `lapsed` that it expired."""
        transaction, raw, until = self.sign(messages, signers)
        self.sent += 1
        sent = Sent(transaction, raw, until, done, lapsed)
        self.pending[transaction] = sent
        self._knock(sent)
        return transaction

    def _knock(self, sent: Sent) -> None:
        self._submit(sent.raw, sent)
        self.timeline.after(_AGAIN_MS + self.chance.randrange(500), lambda: self._look(sent))

    def _submit(self, raw: bytes, sent: Sent | None = None) -> None:
        up = [each for each in self.replicas.values() if each.accepting]
        fresh = [each for each in up if sent is None or each.name not in sent.refused_by]
        if not up:
            return
        replica = self.chance.choice(fresh or up)

        def knock() -> None:
            (no,) = replica.submit([raw])
            if no is not None:
                self.turned_away[no.code] = self.turned_away.get(no.code, 0) + 1
                if sent is not None and no.code != Replayed.code:
                    sent.refused_by[replica.name] = no.code

        replica.guard(knock)

    def ask_again(self) -> None:
        """Forget who turned what away: from now on all members know everything."""
        for each in self.pending.values():
            each.refused_by.clear()

    def open(self) -> list[Sent]:
        """What may still come to something: not what every member has turned away."""
        return [each for each in self.pending.values() if len(each.refused_by) < len(self.replicas)]

    def _look(self, sent: Sent) -> None:
        """See what became of it; if nothing did, bring the same bytes to another member."""
        known = self.auditor.acknowledged.get(sent.transaction)
        if known is not None:
            self.pending.pop(sent.transaction, None)
            self.old = [*self.old[-_KEPT:], sent.raw]
            if sent.done is not None:
                self.finished = sent.transaction
                sent.done(known.code)
        elif self._has_lapsed(sent):
            self.pending.pop(sent.transaction, None)
            if sent.lapsed is not None:
                sent.lapsed()
        else:
            self._knock(sent)

    def _has_lapsed(self, sent: Sent) -> bool:
        """Whether no block can hold it any more: every later block's time is past its expiry, and no member has it waiting."""
        if self.timeline.now_ms // 1000 <= sent.expires:
            return False
        sent.late += 1
        newest = self.auditor.headers.get(len(self.auditor.headers))
        return sent.late > _LATE_MAX or (newest is not None and newest[1].time_ms // 1000 >= sent.expires)

    # What they send.

    def something(self) -> None:
        """One client does one thing."""
        roll = self.chance.random()
        if self.draw is not None and roll < 0.45:
            self._act(self.draw)
        elif roll < 0.85:
            self._evidence()
        elif roll < 0.93 and self.old:
            self._submit(self.chance.choice(self.old))  # again, long after it was in a block
        else:
            self._wrong()

    def _act(self, draw: MoveDraw) -> None:
        move = draw.move()
        if self.chance.random() < 0.1:
            self.timeline.offset_ms += move["wait"] * 1000
        if move["action"] is None or not move["signers"]:
            return
        message = Act(
            instance=APP, action=move["action"], on=tuple(tuple(each) for each in move["on"]), by=move["by"], input=move["input"]
        )
        self.auditor.moves[self.send([message], sorted(f"{each}.clerk" for each in move["signers"]))] = move

    def _evidence(self) -> None:
        organisation = f"org{self.chance.randint(1, 4)}"
        clerk = f"{organisation}.clerk"
        digest = f"{self.chance.getrandbits(256):064x}"
        roll = self.chance.random()
        if roll < 0.6 or not self.digests:
            self.digests.append(digest)
            self.send([Deposit(digest=digest)], [clerk])
        elif roll < 0.7:
            self.send([DepositBatch(count=self.chance.randint(1, 99), root=digest)], [clerk])
        elif roll < 0.8:
            self.send([Deposit(digest=self.chance.choice(self.digests))], [clerk])
        elif roll < 0.9:
            party = f"org{self.chance.randint(1, 4)}"
            self.send([Witness(deposit=self.chance.choice(self.digests), kind="examined", party=party)], [clerk])
        else:
            self.send([Withdraw(deposit=self.chance.choice(self.digests), party=organisation, reason="order")], [clerk])

    def _wrong(self) -> None:
        """What every member must turn away."""
        now = self.timeline.now_ms // 1000
        _, raw, _ = self.sign([Deposit(digest="ab" * 32)], ["org1.clerk"])
        kind = self.chance.randrange(4)
        if kind == 0:
            at = self.chance.randrange(len(raw))
            raw = raw[:at] + bytes([raw[at] ^ 1 << self.chance.randrange(7)]) + raw[at + 1 :]
        elif kind == 1:
            _, raw, _ = self.sign([Deposit(digest="cd" * 32)], ["org1.clerk"], expires=now - 10)
        elif kind == 2:
            _, raw, _ = self.sign([Deposit(digest="cd" * 32)], ["org1.clerk"], expires=now + 10**6)
        else:
            raw = self.chance.randbytes(self.chance.randrange(200))
        self._submit(raw)

    # Campaigns.

    def run(self, campaign: Campaign, finished: Callable[[], None]) -> None:
        """Let a campaign run; what expires is signed anew."""
        try:
            step = next(campaign)
        except StopIteration:
            finished()
            return
        self._step(campaign, step, finished)

    def _step(self, campaign: Campaign, step: tuple[Message, str], finished: Callable[[], None]) -> None:
        message, signer = step

        def done(known: Known) -> None:
            try:
                following = campaign.send(known)
            except StopIteration:
                finished()
                return
            self._step(campaign, following, finished)

        self.send([message], [signer], done, lambda: self._step(campaign, step, finished))
