"""The application that every engine drives: screen, admit, propose, judge, finalize, commit (docs/explanation: engines).

Signatures are verified between `screen` and `admit` by whoever drives, in whole batches and in other processes. Only
`commit` writes; `finalize` computes, so that an engine can save its own response in between.
"""

from collections.abc import Mapping, Sequence

import msgspec
from msgspec.structs import replace

from zhulian.consensus.pool import Pool
from zhulian.errors import Refusal, check
from zhulian.ledger.blocks import header_digest
from zhulian.ledger.chain_store import STEP_BACK_HEIGHTS, Batch, BlockRecord, ChainStore, Head
from zhulian.ledger.collections import traced_prefixes
from zhulian.ledger.errors import (
    BadSignatureOnBody,
    Expired,
    KeyNotRegistered,
    KeyOfAnother,
    NotRetained,
    Replayed,
    Skipped,
    TooFarAhead,
)
from zhulian.ledger.module import KeyHolder
from zhulian.ledger.proving import Prover
from zhulian.ledger.recent import RecentIds
from zhulian.ledger.restoring import clear
from zhulian.ledger.stepping import step_back
from zhulian.ledger.store import Store
from zhulian.ledger.transactions import Transaction, TransactionReader
from zhulian.ledger.transition import AppliedBlock, Parent, Proposal, World, apply_block, judge_block
from zhulian.ledger.types import Applied, Header, Seal, Sealer
from zhulian.merkle import StateTree, TreePrune, TreeUpdate

__all__ = ["Application", "Info", "Screened", "VerifyJob"]

VerifyJob = tuple[bytes, bytes, bytes]
"""Public key, message, signature."""

_HOLDERS_MAX = 100_000
_PRUNE_PER_BLOCK = 4_000
_EMPTY_PER_SYNC = 50
"""Blocks of the engine that are nothing to the ledger, after which one is on disk at once; the engine keeps many more."""


class Info(msgspec.Struct, frozen=True):
    """Where the application stands, as an engine asks at its handshake."""

    height: int
    engine_height: int
    app_hash: bytes


class Screened(msgspec.Struct, frozen=True):
    """A transaction of good form whose signatures are still to be verified: `jobs`, in the order of its signers.

    `parties` are those that sign; whether they have any part in it is asked once they have proved that they do.
    """

    transaction: Transaction
    jobs: tuple[VerifyJob, ...]
    parties: tuple[str, ...] = ()


class Application:
    """One ledger over one store. Not safe for use by several threads; one loop owns it."""

    def __init__(self, world: World, store: Store, found: dict[bytes, bytes]) -> None:
        """Open the chain of `world` in `store`; where the store is empty, `found` is the state to start from."""
        self.world = world
        self.chain_store = ChainStore(store)
        self.pool = Pool()
        self._reader = TransactionReader(world.chain, world.hasher, world.handlers)
        self._holders: dict[str, KeyHolder] = {}
        self._traced = traced_prefixes()
        self._unsaved_seals: dict[int, list[Seal]] = {}
        self._founding = found
        if self.chain_store.meta("restoring") is not None:  # of a snapshot that a crash cut off
            clear(store)
        if self.chain_store.head() is None:
            self._found()
        self.reopen()

    def refound(self) -> None:
        """Empty the store and begin again at genesis; for a snapshot to be written, or after one that was not sound."""
        clear(self.chain_store.store)
        self._found()
        self.reopen()

    def reopen(self) -> None:
        """Take up what the store holds, which was opened just now or changed otherwise than by `commit`."""
        self.chain_store.forget()
        head = self.chain_store.head()
        genesis = self.chain_store.meta("genesis")
        check(head is not None and genesis == self.world.genesis.digest(), "the folder holds this chain")
        self.head: Head = head or Head(0, 0, b"", 0)
        self.tree = StateTree(self.world.hasher, self.chain_store.store)
        self.prover = Prover(self.world, self.chain_store, self.tree, self.seals)
        self.recent = RecentIds(self.chain_store.ids())
        self._holders.clear()
        self._unsaved_seals.clear()
        self._loose = self.head.height > 0  # a process that was killed may have left what no power cut has taken yet
        self._applied: tuple[AppliedBlock, Proposal] | None = None
        self._update: TreeUpdate | None = None

    def info(self) -> Info:
        """Ledger height, engine height and the newest header's digest."""
        return Info(height=self.head.height, engine_height=self.head.engine_height, app_hash=self.head.digest)

    def screen(self, raws: Sequence[bytes], now: int) -> list[Screened | Refusal]:
        """Judge transactions by everything that needs no signature arithmetic; `now` is the local clock in Unix seconds.

        Each one that is let through holds a place of its organisation's pending share until `admit` or `release`.
        """
        rules = self.world.governing.rules(self.chain_store, self.head.height + 1)
        found: list[Screened | Refusal] = []
        for transaction in self._reader.read_many(raws, rules.limits):
            try:
                if isinstance(transaction, Refusal):
                    raise transaction
                if transaction.expires <= now:
                    raise Expired(expires=transaction.expires, now=now)
                if transaction.expires > now + rules.limits.expiry_window_s:
                    raise TooFarAhead(expires=transaction.expires, latest=now + rules.limits.expiry_window_s)
                if transaction.transaction in self.recent or transaction.transaction in self.pool:
                    raise Replayed(transaction=transaction.transaction)
                if transaction.transaction in self.world.skips:
                    raise Skipped(transaction=transaction.transaction)
                jobs, parties = self._jobs(transaction, now)
                self.pool.reserve(transaction, rules.limits.organisation_pending_max)
                found.append(Screened(transaction=transaction, jobs=jobs, parties=parties))
            except Refusal as refusal:
                found.append(refusal)
        return found

    def admit(self, screened: Sequence[Screened], verdicts: Sequence[Sequence[bool]]) -> list[Refusal | None]:
        """Put into the pool what was verified and comes from no stranger; `verdicts` has one truth for each job."""
        most = self.world.governing.rules(self.chain_store, self.head.height + 1).limits.organisation_pending_max
        found: list[Refusal | None] = []
        for each, truths in zip(screened, verdicts, strict=True):
            bad = next((place for place, truth in enumerate(truths) if not truth), None)
            try:
                if bad is not None:
                    self.pool.release(each.transaction)
                    raise BadSignatureOnBody(signer=each.transaction.signers[bad])
                if each.transaction.transaction in self.recent:
                    self.pool.release(each.transaction)
                    raise Replayed(transaction=each.transaction.transaction)
                self._require_known(each)
                self.pool.add(each.transaction, most)
                found.append(None)
            except Refusal as refusal:
                found.append(refusal)
        return found

    def _require_known(self, screened: Screened) -> None:
        try:
            for message in screened.transaction.messages:
                self.world.doorkeeper.require_known(self.chain_store, message, screened.parties)
        except Refusal:
            self.pool.release(screened.transaction)
            raise

    def propose(self, now_ms: int) -> tuple[Proposal | None, list[tuple[str, Refusal]]]:
        """The next block's content out of the pool, in the order of arrival; beside it what was dropped while waiting.

        A block has no transactions where something falls due by itself and nothing waits.
        """
        limits = self.world.governing.rules(self.chain_store, self.head.height + 1).limits
        time_ms = max(now_ms, self.head.time_ms + 1)
        due = self.is_due(now_ms)
        if due:  # which uses up to half of the block's steps
            limits = replace(limits, block_transactions_max=(limits.block_transactions_max + 1) // 2)
        chosen, dropped = self.pool.choose(limits, time_ms // 1000)
        lost = [(each.transaction, refusal) for each, refusal in dropped]
        if not chosen and not due:
            return None, lost
        return Proposal(height=self.head.height + 1, time_ms=time_ms, transactions=tuple(chosen)), lost

    def due(self) -> int | None:
        """When the next thing falls due by itself, in Unix seconds; None where nothing does."""
        return self.world.clockwork.due(self.chain_store)

    def is_due(self, now_ms: int) -> bool:
        """Whether something falls due by itself in a block that is made now, at `now_ms` in Unix milliseconds."""
        due = self.due()
        return due is not None and due <= max(now_ms, self.head.time_ms + 1) // 1000

    def as_proposal(self, transactions: Sequence[Transaction], time_ms: int) -> Proposal | None:
        """What an engine's block of these transactions, at its time in Unix milliseconds, is to the ledger; None: nothing."""
        if not transactions and not self.is_due(time_ms):
            return None
        return Proposal(
            height=self.head.height + 1, time_ms=max(time_ms, self.head.time_ms + 1), transactions=tuple(transactions)
        )

    def examine(self, raws: Sequence[bytes]) -> list[tuple[Transaction, tuple[VerifyJob, ...]]]:
        """Decode transactions that another node put into a block, with the signatures that are to be verified.

        Raises:
            Refusal: what makes the block that holds them invalid.
        """
        limits = self.world.governing.rules(self.chain_store, self.head.height + 1).limits
        found = []
        for transaction in self._reader.read_many(raws, limits):
            if isinstance(transaction, Refusal):
                raise transaction
            pairs = zip(self._keyholders(transaction), transaction.signatures, strict=True)
            found.append((transaction, tuple((each.public_key, transaction.preimage, signature) for each, signature in pairs)))
        return found

    def judge(self, proposal: Proposal) -> None:
        """Hold that a proposal is a valid block on the present state; its signatures were verified when it was read.

        Raises:
            Refusal: naming the rule.
        """
        judge_block(self.world, self.chain_store, self.recent, self._parent(), proposal)

    def finalize(self, proposal: Proposal) -> AppliedBlock:
        """Execute a judged proposal; nothing is written until `commit`, and a later `finalize` replaces this one."""
        self.judge(proposal)
        applied = apply_block(self.world, self.chain_store, self.recent, self._parent(), proposal, self._root_of)
        self._applied = (applied, proposal)
        return applied

    def finalized(self) -> AppliedBlock:
        """The block that was finalized and is not committed."""
        check(self._applied is not None, "a block was finalized")
        return self._applied[0]  # type: ignore[index]

    def commit_empty(self, engine_height: int) -> None:
        """Write that the engine has made a block which is nothing to the ledger.

        It need not be on disk at once: what a power cut takes of such blocks, the engine replays.
        """
        batch = Batch()
        head = replace(self.head, engine_height=engine_height)
        self.chain_store.put_head(batch, head)
        self._put_seals(batch)
        self.chain_store.store.write(batch.puts, sync=len(batch.puts) > 1 or engine_height % _EMPTY_PER_SYNC == 0)
        self._unsaved_seals.clear()
        self.head = head

    def step_back(self, engine_height: int) -> None:
        """Go back to where the engine stands, which came back from a power cut at `engine_height`, below this ledger's.

        Raises:
            TooFarBack: if what is needed for it is not kept.
        """
        check(engine_height <= self.head.engine_height, "a step back goes back")
        batch, height = step_back(self.chain_store, self.tree, self.head, engine_height)
        header = self.chain_store.header(height) if height else None
        genesis = self.world.genesis
        digest = genesis.digest() if header is None else header_digest(self.world.hasher, header)
        time_ms = genesis.created * 1000 if header is None else header.time_ms
        self.chain_store.put_head(batch, Head(height, engine_height, digest, time_ms))
        ahead = max(self.head.height, self.ahead())
        self.chain_store.put_meta(batch, "ahead", ahead.to_bytes(8, "big"))
        self.chain_store.store.write(batch.puts, batch.deletes)
        self.reopen()

    def ahead(self) -> int:
        """The height that this chain had when it last stepped back or was restored; its blocks up to there come again."""
        return self.chain_store.ahead()

    def commit(self, engine_height: int | None = None, *, sync: bool = True) -> Header:
        """Write the finalized block as one durable batch and move the head.

        Without `sync`, it need not be on disk at once, as with `commit_empty`: the engine holds the block durably and replays
        it after a power cut. Nothing of it may be sealed before `make_durable`.
        """
        check(self._applied is not None and self._update is not None, "finalize comes before commit")
        applied, proposal = self._applied  # type: ignore[misc]
        update: TreeUpdate = self._update  # type: ignore[assignment]
        height = applied.header.height
        head = Head(
            height,
            height if engine_height is None else engine_height,
            header_digest(self.world.hasher, applied.header),
            proposal.time_ms,
        )
        batch = Batch()
        self._put(batch, applied, proposal, head)
        batch.puts += update.writes
        prune = self._prune(batch, height)
        self._loose = not sync and head.engine_height % _EMPTY_PER_SYNC != 0
        self.chain_store.store.write(batch.puts, batch.deletes, sync=not self._loose)
        self.tree.commit(update)
        self.tree.commit_prune(prune)
        self.chain_store.state_committed(height, applied.changes)
        self.recent.record(applied.fresh_ids, proposal.time_ms)
        self.pool.drop(proposal.transactions)
        self.head = head
        self._applied = self._update = None
        self._unsaved_seals.clear()
        for transaction in applied.taken_down:
            self.prover.forget(transaction)
        return applied.header

    def make_durable(self) -> None:
        """Return when all that was committed is on disk."""
        if self._loose:
            batch = Batch()
            self.chain_store.put_head(batch, self.head)
            self.chain_store.store.write(batch.puts)
            self._loose = False

    def add_seals(self, height: int, seals: Sequence[Seal]) -> None:
        """Keep the seals of a decided header; they become durable with the next block (the seal log has ours already)."""
        self._unsaved_seals[height] = list(seals)

    def save_seals(self, *, sync: bool = True) -> None:
        """Write kept seals now, on disk if `sync`: without, a power cut can take them, and the sealers, who log theirs, offer them again."""
        batch = Batch()
        self._put_seals(batch)
        if batch.puts:
            self.chain_store.store.write(batch.puts, sync=sync)
            self._unsaved_seals.clear()

    def seals(self, height: int) -> list[Seal]:
        """The seals of a header; empty while it has none."""
        return self._unsaved_seals.get(height) or self.chain_store.seals(height)

    def sealers(self) -> list[Sealer]:
        """The set that seals the next block."""
        return self.world.governing.sealers(self.chain_store)

    def sealers_at(self, height: int) -> list[Sealer]:
        """The set that seals `height`: the newest that a header below it commits."""
        found = list(self.world.genesis.sealers)
        for _, sealers in self.chain_store.sealer_changes(height):
            found = sealers
        return found

    def digest_at(self, height: int) -> bytes:
        """The digest of the header at `height`, which this node has."""
        if height == self.head.height:
            return self.head.digest
        header = self.chain_store.header(height)
        check(header is not None, "a header that is asked for is there")
        return header_digest(self.world.hasher, header)  # type: ignore[arg-type]

    def first(self) -> int:
        """The lowest height whose block is kept here; 1 unless this chain grew from a snapshot."""
        return self.chain_store.base()[0] + 1

    def oldest(self) -> int:
        """The oldest height whose state can be read and proved."""
        return max(0, self.head.height - self.world.genesis.retention.heights, self.tree.oldest or 0)

    def require_retained(self, height: int) -> None:
        """Hold that the state at `height` can be read.

        Raises:
            NotRetained: if it lies outside the window.
        """
        if not self.oldest() <= height <= self.head.height:
            raise NotRetained(height=height, oldest=self.oldest())

    def _jobs(self, transaction: Transaction, now: int) -> tuple[tuple[VerifyJob, ...], tuple[str, ...]]:
        """What is to be verified, and the parties that sign."""
        jobs, parties = [], []
        for holder, signer, key, signature in zip(
            self._keyholders(transaction), transaction.signers, transaction.keys, transaction.signatures, strict=True
        ):
            parties.append(self.world.authority.judge(self.chain_store, signer, key, now).party)
            jobs.append((holder.public_key, transaction.preimage, signature))
        return tuple(jobs), tuple(parties)

    def _keyholders(self, transaction: Transaction) -> list[KeyHolder]:
        """Who holds the keys that a transaction is signed with, in the order of its signers.

        Raises:
            KeyNotRegistered, KeyOfAnother.
        """
        found = []
        for signer, key in zip(transaction.signers, transaction.keys, strict=True):
            holder = self._holders.get(key)
            if holder is None:
                holder = self.world.authority.holder(self.chain_store, key)
                if holder is None:
                    raise KeyNotRegistered(key=key)
                if len(self._holders) >= _HOLDERS_MAX:
                    self._holders.clear()
                self._holders[key] = holder
            if holder.signer != signer:
                raise KeyOfAnother(key=key, signer=signer)
            found.append(holder)
        return found

    def _parent(self) -> Parent:
        return Parent(height=self.head.height, digest=self.head.digest, time_ms=self.head.time_ms)

    def _root_of(self, changes: Mapping[bytes, bytes | None]) -> bytes:
        if self._update is not None:
            self.tree.discard(self._update)
        self._update = self.tree.update(self.head.height + 1, changes)
        return self._update.root

    def _put(self, batch: Batch, applied: AppliedBlock, proposal: Proposal, head: Head) -> None:
        store = self.chain_store
        gone = frozenset(applied.taken_down)
        own = len(applied.results)
        record = BlockRecord(
            header=msgspec.json.encode(applied.header, order="sorted"),
            results=list(applied.leaves[:own]),
            envelopes=[
                each.raw if isinstance(result, Applied) and each.transaction not in gone else b""
                for each, result in zip(proposal.transactions, applied.results, strict=True)
            ],
            engine_height=head.engine_height,
            ran=list(applied.leaves[own:]),
        )
        store.put_block(batch, head.height, record, [each.transaction for each in proposal.transactions])
        store.put_state(batch, head.height, applied.changes)
        store.put_traces(batch, head.height, [key for key in applied.changes if key.startswith(self._traced)])
        store.put_ids(batch, head.height, applied.fresh_ids, self.recent.lapsed(proposal.time_ms))
        if list(applied.sealers) != self.sealers():
            store.put_sealers(batch, head.height, applied.sealers)
        store.take_down(batch, applied.taken_down)
        self._put_seals(batch)
        store.put_head(batch, head)

    def _put_seals(self, batch: Batch) -> None:
        for height, seals in self._unsaved_seals.items():
            self.chain_store.put_seals(batch, height, seals)

    def _prune(self, batch: Batch, height: int) -> TreePrune:
        """Drop what only heights before the window need, some entries with each block."""
        oldest = max(0, height - self.world.genesis.retention.heights)
        self.chain_store.prune_history(batch, oldest, _PRUNE_PER_BLOCK)
        self.chain_store.prune_steps(batch, max(0, height - STEP_BACK_HEIGHTS))
        prune = self.tree.prune(oldest - 1, _PRUNE_PER_BLOCK)
        batch.puts += prune.writes
        batch.deletes += prune.deletes
        return prune

    def _found(self) -> None:
        """Write the state of height 0 from genesis."""
        genesis = self.world.genesis
        batch = Batch()
        batch.puts += StateTree(self.world.hasher, self.chain_store.store).update(0, self._founding).writes
        self.chain_store.put_state(batch, 0, self._founding)
        self.chain_store.put_sealers(batch, 0, genesis.sealers)
        self.chain_store.put_head(batch, Head(0, 0, genesis.digest(), genesis.created * 1000))
        self.chain_store.put_meta(batch, "genesis", genesis.digest())
        self.chain_store.put_format(batch)
        self.chain_store.store.write(batch.puts, [b"mrestoring"])
