"""CometBFT at the wheel: each ABCI call in the words of the shared `Application`.

Two counts run side by side: the engine's heights, of which many are empty, and the ledger's, one for each block that has
transactions or due timers. Only `commit` writes; what `finalize_block` computed lives in memory until then, since the engine
saves its own response between the two.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import msgspec

from zhulian.consensus.application import Application, VerifyJob
from zhulian.consensus.comet.extension import (
    EXTENSION_BYTES_MAX,
    decode_extension,
    decode_offer,
    decode_seals,
    encode_extension,
    encode_offer,
    is_seals,
)
from zhulian.consensus.comet.seal_book import SealBook
from zhulian.consensus.comet.state_sync import SNAPSHOT_METHODS, StateSync
from zhulian.consensus.comet.wire import reply
from zhulian.crypto import CryptoFault, Suite, native
from zhulian.errors import Refusal, check
from zhulian.ledger.blocks import header_digest
from zhulian.ledger.errors import BadSignatureOnBody, UnsupportedVersion
from zhulian.ledger.transactions import Transaction
from zhulian.ledger.transition import AppliedBlock, Proposal

__all__ = ["CometEngine", "Committed", "Members", "Verify", "engine_chain_id"]

Verify = Callable[[Sequence[VerifyJob]], Awaitable[bytes]]
"""One byte for each job in order: 1 where the signature is good."""

ACCEPT, REJECT = 1, 2
_STALE_S = 1.0
"""Where nothing waited for so long after the last commit, the engine's time is old; an empty block first brings it up to date."""
_STALE_MOST_S = 10.0
"""So old a time is not used even where something waited all along, as under load or after rounds that failed."""
_KNOWN_MAX = 50_000
_SEAL_ENTRIES_MAX = 32
_COMMIT_FLAG = 2
"""BLOCK_ID_FLAG_COMMIT: the validator voted for the block."""


def engine_chain_id(chain: str, agreement: str | None = None) -> str:
    """The engine's name of a chain: at most 50 characters, its digest abridged.

    Where members went on without others, the digest is that of their `agreement`: votes of before count for nothing after.
    """
    name, _, digest = chain.rpartition(".")
    return f"{name[:24]}-{(agreement or digest)[:24]}"


class Committed(msgspec.Struct, frozen=True):
    """What one engine block came to: the ledger block that it made, if it made one, and heights that are now sealed."""

    engine_height: int
    applied: AppliedBlock | None
    sealed: tuple[int, ...]
    dropped: tuple[tuple[str, Refusal], ...] = ()
    offer: bytes = b""
    """This node's seal of the block as an entry for the mempool, for others to have before the next vote."""


class Members:
    """How the engine's validators follow from the ledger; the fake knows no change."""

    def updates(self, applied: AppliedBlock) -> list[tuple[bytes, int]]:
        """Validators (Ed25519 public key, power) that this block adds, changes or, with power 0, removes."""
        return []


class CometEngine:
    """Answers the engine for one application. Consensus calls come one at a time; nothing here is safe for several threads.

    Args:
        application: The ledger.
        seals: Gathers seals and gives this node's own.
        verify: Verifies signatures in other processes; only of transactions that this node has not verified before.
        members: Who votes.
        state_sync: Answers for snapshots.
        settled: Told of every commit.
        retain: How many of its own blocks the engine keeps; ours are archived by the ledger.
        elapsed: Seconds that pass, whatever the clock is set to.
        agreement: By which the members went on last without others, if they did.
    """

    def __init__(
        self,
        application: Application,
        seals: SealBook,
        verify: Verify,
        settled: Callable[[Committed], None],
        *,
        members: Members | None = None,
        state_sync: StateSync | None = None,
        retain: int = 1_000,
        version: str = "1",
        elapsed: Callable[[], float] = time.monotonic,
        agreement: str | None = None,
    ) -> None:
        self._application = application
        self._seals = seals
        self._verify = verify
        self._settled = settled
        self._members = members or Members()
        self._state_sync = state_sync
        self._retain = retain
        self._version = version
        self._chain_id = engine_chain_id(application.world.chain, agreement)
        self._known: OrderedDict[bytes, Transaction] = OrderedDict()
        self._executed: tuple[bytes, Proposal] | None = None
        self._block: tuple[int, AppliedBlock | None] | None = None
        self._voted = False
        self._dropped: list[tuple[str, Refusal]] = []
        self._offer = b""
        self._elapsed = elapsed
        self._committed_at = elapsed()
        self._busy_at: float | None = None

    def remember(self, transactions: Sequence[Transaction]) -> None:
        """Keep what was verified at the door, so that no signature is verified twice by this node."""
        if self._busy_at is None and transactions:
            self._busy_at = self._elapsed()
        for each in transactions:
            self._known[each.raw] = each
        while len(self._known) > _KNOWN_MAX:
            self._known.popitem(last=False)

    def knows(self, raw: bytes) -> bool:
        """Whether the signatures of exactly these bytes were verified."""
        return raw in self._known

    def waits(self, raw: bytes) -> bool:
        """Whether a transaction still waits for a block: what the engine's recheck asks."""
        known = self._known.get(raw)
        return known is not None and known.transaction in self._application.pool

    @property
    def stuck_s(self) -> float:
        """For how many seconds something has been waiting while no block was decided."""
        return 0.0 if self._busy_at is None else self._elapsed() - max(self._busy_at, self._committed_at)

    def answer(self, method: str, request: Any) -> Any:
        """Answer one request of any connection; the method is one of ABCI's, the answer may have to be awaited."""
        if method in SNAPSHOT_METHODS and self._state_sync is not None:
            return self._state_sync.answer(method, request)
        return getattr(self, f"on_{method}")(request)

    def step_back(self, engine_height: int) -> None:
        """Go back to where the engine stands, which came back behind the ledger and can only go forward.

        Raises:
            TooFarBack, SealedAlready.
        """
        self._application.step_back(engine_height)
        self._executed = self._block = None
        self._offer = b""
        self._seals.reopened()

    # Before the first block.

    def on_info(self, request: Any) -> Any:
        """Where the application stands; the engine replays what comes after."""
        info = self._application.info()
        digest = info.app_hash if info.engine_height else b""
        return reply(
            "info",
            data="zhulian",
            version=self._version,
            app_version=1,
            last_block_height=info.engine_height,
            last_block_app_hash=digest,
        )

    def on_init_chain(self, request: Any) -> Any:
        """The engine starts a chain; it must be the one that the ledger's genesis founded."""
        check(request.chain_id == self._chain_id, "the engine runs the chain of this genesis")
        return reply("init_chain", app_hash=self._application.info().app_hash)

    def on_query(self, request: Any) -> Any:
        """State is read through the gateway, with proofs; the engine's own query is not used."""
        return reply("query", code=1, log="ask the gateway")

    # Making and judging proposals.

    def on_prepare_proposal(self, request: Any) -> Any:
        """Fill a block: seals of earlier headers first, then what waits; after idleness nothing, to get a fresh time."""
        for each in request.local_last_commit.votes:
            if each.block_id_flag == _COMMIT_FLAG:
                self._seals.take(decode_extension(each.vote_extension))
        entries = self._seals.publish()
        if self._stale():
            return reply("prepare_proposal", txs=entries)
        proposal, dropped = self._application.propose(_milliseconds(request.time))
        self._dropped += dropped
        left = request.max_tx_bytes - sum(map(_size, entries))
        for each in proposal.transactions if proposal is not None else ():
            left -= _size(each.raw)
            if left < 0:
                break
            entries.append(each.raw)
        return reply("prepare_proposal", txs=entries)

    async def on_process_proposal(self, request: Any) -> Any:
        """Judge another node's proposal and execute it ahead of the vote; never rejected for staleness."""
        try:
            await self._execute(bytes(request.hash), list(request.txs), _milliseconds(request.time))
        except UnsupportedVersion:
            raise  # the proposal may be right: it is this program that is too old, and it must stop rather than vote no
        except Refusal:
            return reply("process_proposal", status=REJECT)
        return reply("process_proposal", status=ACCEPT)

    # Votes.

    def on_extend_vote(self, request: Any) -> Any:
        """Seals of headers that are decided ride in the vote; the block being voted on is not, so it is not sealed."""
        return reply("extend_vote", vote_extension=encode_extension(self._seals.offers()))

    def on_verify_vote_extension(self, request: Any) -> Any:
        """Only the size decides: rejecting drops a whole precommit. What the seals are worth is decided when they are used."""
        if len(request.vote_extension) > EXTENSION_BYTES_MAX:
            return reply("verify_vote_extension", status=REJECT)
        self._seals.take(decode_extension(request.vote_extension))
        self._tell_sealed()
        return reply("verify_vote_extension", status=ACCEPT)

    def hear(self, entry: bytes) -> None:
        """Take the seal of another node that came as an entry of the mempool, whatever it is worth."""
        self._seals.take_early(decode_offer(entry))
        self._tell_sealed()

    def offers(self, entry: bytes) -> bool:
        """Whether an entry is this node's own seal of the block before; one block later it has travelled in a vote."""
        return entry == self._offer != b""

    # Decided blocks.

    async def on_finalize_block(self, request: Any) -> Any:
        """Execute the decided block, unless it was executed ahead of the vote; nothing is written."""
        txs, digest = list(request.txs), bytes(request.hash)
        self._voted = self._executed is not None and self._executed[0] == digest
        applied = await self._execute(digest, txs, _milliseconds(request.time))
        self._block = int(request.height), applied
        if applied is None:
            digest = self._application.info().app_hash
        else:
            digest = header_digest(self._application.world.hasher, applied.header)
            self._seals.refuse_another(applied.header.height, digest)
        codes = iter(() if applied is None else applied.results)
        results = []
        for raw in txs:
            refused = not is_seals(raw) and hasattr(next(codes), "code")
            results.append({"code": int(refused)})
        for raw in filter(is_seals, txs):
            sealed = decode_seals(raw)
            if sealed is not None:
                self._seals.take_published(sealed)
        updates = [
            {"pub_key": {"ed25519": key}, "power": power}
            for key, power in (self._members.updates(applied) if applied is not None else ())
        ]
        return reply("finalize_block", tx_results=results, validator_updates=updates, app_hash=digest)

    def on_commit(self, request: Any) -> Any:
        """Write the finalized block, ledger height and engine height together, as one durable batch."""
        check(self._block is not None, "finalize_block comes before commit")
        height, applied = self._block or (0, None)
        if applied is None:
            self._application.commit_empty(height)
            self._offer = b""
        else:
            header = self._application.commit(height, sync=self._voted)
            self._seals.decided(header.height, voted=self._voted)
            own = self._seals.own(header.height) if self._voted else None
            self._offer = b"" if own is None else encode_offer(own)
        sealed = self._sealed()
        self._block = self._executed = None
        self._committed_at = self._elapsed()
        self._busy_at = self._committed_at if self._application.pool.ready else None
        dropped, self._dropped = tuple(self._dropped), []
        self._settled(Committed(engine_height=height, applied=applied, sealed=sealed, dropped=dropped, offer=self._offer))
        return reply("commit", retain_height=self._needed_from(height))

    def _needed_from(self, height: int) -> int:
        """The first of its blocks that the engine still needs: for nodes that lag, and for those that take a snapshot here.

        0 where none may go; so it is until there is a snapshot, for whoever is new could only replay.
        """
        if self._state_sync is None:
            return max(0, height - self._retain)
        oldest = self._state_sync.oldest()
        return 0 if oldest is None else max(0, min(height - self._retain, oldest))

    def _tell_sealed(self) -> None:
        """Tell of headers that seals from elsewhere have completed just now."""
        sealed = self._sealed()
        if sealed:
            self._settled(Committed(engine_height=self._application.info().engine_height, applied=None, sealed=sealed))

    def _sealed(self) -> tuple[int, ...]:
        """Heights whose quorum is complete since this was asked last, now written."""
        found = tuple(self._seals.fresh())
        if found:
            self._application.save_seals(sync=False)
        return found

    def _stale(self) -> bool:
        """Whether the time of the last commit's votes, which the next block takes, is too old."""
        now = self._elapsed()
        idle_s = (now if self._busy_at is None else self._busy_at) - self._committed_at
        return idle_s > _STALE_S or now - self._committed_at > max(_STALE_MOST_S, _STALE_S)

    async def _execute(self, digest: bytes, txs: Sequence[bytes], time_ms: int) -> AppliedBlock | None:
        """Execute a block's content on the present state; None where it makes no ledger block.

        Raises:
            Refusal: if it is no valid block.
        """
        raws = [raw for raw in txs if not is_seals(raw)]
        fresh = self._application.examine([raw for raw in raws if raw not in self._known])
        read = {transaction.raw: transaction for transaction, _ in fresh}
        entries = [raw for raw in txs if is_seals(raw)]
        if len(entries) > _SEAL_ENTRIES_MAX or any(decode_seals(raw) is None for raw in entries):
            raise BadSignatureOnBody(signer="?")
        proposal = self._application.as_proposal([read.get(raw) or self._known[raw] for raw in raws], time_ms)
        if proposal is None:
            self._executed = None
            return None
        if self._executed is not None and self._executed == (digest, proposal):
            return self._application.finalized()
        checked = asyncio.ensure_future(self._check(fresh))
        await asyncio.sleep(0)  # the workers have it now, and verify while this process executes
        try:
            applied = self._application.finalize(proposal)
        except BaseException:
            checked.cancel()
            raise
        await checked
        self._executed = digest, proposal
        return applied

    async def _check(self, fresh: Sequence[tuple[Transaction, tuple[VerifyJob, ...]]]) -> None:
        """Verify transactions that came from elsewhere, each once in the life of this node's memory of it.

        Raises:
            BadSignatureOnBody: naming the signer of the first that is bad.
        """
        verdicts = await self._verify([job for _, each in fresh for job in each]) if fresh else b""
        suite, at = self._application.world.hasher.suite, 0
        for transaction, each in fresh:
            bad = next((place for place, job in enumerate(each) if verdicts[at + place] != 1 and not _holds(suite, job)), None)
            if bad is not None:
                raise BadSignatureOnBody(signer=transaction.signers[bad])
            at += len(each)
        self.remember([transaction for transaction, _ in fresh])


def _holds(suite: Suite, job: VerifyJob) -> bool:
    """Whether the reference takes a signature that would make its whole block invalid: the first that it refuses too ends the block.

    Where it takes it, the native kernel, here or in a worker, was wrong, and is not used any more.
    """
    try:
        suite.verify(*job)
    except CryptoFault:
        return False
    native.distrust("block", job[0])
    return True


def _milliseconds(stamp: Any) -> int:
    return int(stamp.seconds) * 1000 + int(stamp.nanos) // 1_000_000


def _size(raw: bytes) -> int:
    """What an entry takes in a block: its bytes, its tag and its length."""
    return len(raw) + 1 + (len(raw).bit_length() + 6) // 7
