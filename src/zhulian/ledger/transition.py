"""`apply_block`: the whole chain in one function. Read it from top to bottom; everything else is called in reading order.

It is pure: the state before, the recent ids and a block come in, the diff, the results and the header go out. It never
fails on a block that `judge_block` let pass.
"""

from collections.abc import Mapping
from types import TracebackType
from typing import Protocol

import msgspec

from zhulian.crypto import Hasher
from zhulian.errors import Bug, Refusal, Words, check
from zhulian.ledger.agreements import NO_RECOVERIES, Agreement, Recover, agreement_digest
from zhulian.ledger.blocks import header_digest, result_bytes, result_tree, sealers_root, transaction_tree
from zhulian.ledger.errors import (
    BlockFull,
    BlockTooLarge,
    BlockTooSoon,
    Expired,
    OutOfOrder,
    QuotaInBlock,
    Replayed,
    Skipped,
    TooFarAhead,
    UnsupportedVersion,
)
from zhulian.ledger.genesis import Genesis
from zhulian.ledger.limits import HARD, due_steps_max
from zhulian.ledger.module import (
    NOTHING_DUE,
    OPEN_DOOR,
    Acting,
    Authority,
    Block,
    Clockwork,
    Context,
    Doorkeeper,
    Governing,
    Handler,
    Module,
    Names,
    Rules,
)
from zhulian.ledger.overlay import SIGNATURE_STEPS, BlockOverlay, StateView, TransactionOverlay
from zhulian.ledger.recent import RecentIds, minute_of
from zhulian.ledger.transactions import Transaction
from zhulian.ledger.types import Applied, Cost, Header, Message, Ran, Refused, Result, Sealer
from zhulian.merkle import ListTree

__all__ = [
    "AppliedBlock", "Parent", "Poisoned", "Proposal", "RootOf", "World", "apply_block", "judge_block", "require_versions",
]  # fmt: skip


class Poisoned(Bug):
    """The program failed inside while it executed `transaction`; every node that executes it does. `__cause__` is how."""

    def __init__(self, transaction: str, height: int) -> None:
        super().__init__(f"the transaction {transaction} at height {height} makes the program fail inside")
        self.transaction = transaction
        self.height = height


class World(msgspec.Struct, frozen=True):
    """What never changes while a chain runs: genesis, modules, and who fills the kernel's needs."""

    genesis: Genesis
    hasher: Hasher
    chain: str
    modules: tuple[Module, ...]
    handlers: Mapping[type[Message], Handler]
    authority: Authority
    governing: Governing
    names: Names
    skips: frozenset[str] = frozenset()
    recoveries: Mapping[int, Agreement] = NO_RECOVERIES
    """Agreements to go on without lost members, by the height of the block that records each."""
    clockwork: Clockwork = NOTHING_DUE
    doorkeeper: Doorkeeper = OPEN_DOOR


class Parent(msgspec.Struct, frozen=True):
    """The block before: its height (0 for genesis), digest and time."""

    height: int
    digest: bytes
    time_ms: int


class Proposal(msgspec.Struct, frozen=True):
    """Transactions in their order, at a height and a time (Unix milliseconds)."""

    height: int
    time_ms: int
    transactions: tuple[Transaction, ...]


class RootOf(Protocol):
    """Computes the state root after a diff, without keeping it."""

    def __call__(self, changes: Mapping[bytes, bytes | None]) -> bytes:
        """The root, 32 bytes."""


class AppliedBlock(msgspec.Struct, frozen=True):
    """All that a block did, ready to be committed as one batch. `results` are those of its transactions, `ran` is what ran by itself.

    `leaves` are the canonical bytes of `results`, then of `ran`. `refusals` by place keep the words that the chain does not.
    """

    header: Header
    results: tuple[Result, ...]
    ran: tuple[Ran, ...]
    leaves: tuple[bytes, ...]
    changes: dict[bytes, bytes | None]
    fresh_ids: dict[int, list[str]]
    sealers: tuple[Sealer, ...]
    taken_down: tuple[str, ...]
    refusals: dict[int, Refusal]
    transaction_tree: ListTree
    result_tree: ListTree


def judge_block(world: World, state: StateView, recent: RecentIds, parent: Parent, proposal: Proposal) -> None:
    """Decide on the parent state, before execution, whether a proposal is a block at all; signatures are verified elsewhere.

    Raises:
        OutOfOrder, BlockTooSoon, BlockTooLarge, Expired, Replayed.
    """
    limits = world.governing.rules(state, proposal.height).limits
    if proposal.height != parent.height + 1:
        raise OutOfOrder(height=proposal.height, due=parent.height + 1)
    if proposal.time_ms <= parent.time_ms:
        raise BlockTooSoon(time_ms=proposal.time_ms, previous_ms=parent.time_ms)
    if len(proposal.transactions) > limits.block_transactions_max:
        raise BlockTooLarge(what=Words("交易笔数", "transactions"), most=limits.block_transactions_max)
    if sum(len(each.raw) for each in proposal.transactions) > limits.block_bytes_max:
        raise BlockTooLarge(what=Words("字节数", "bytes"), most=limits.block_bytes_max)
    seen: dict[str, None] = {}
    for each in proposal.transactions:
        if each.expires <= proposal.time_ms // 1000:  # its id may be forgotten, so that only this keeps it from coming twice
            raise Expired(expires=each.expires, now=proposal.time_ms // 1000)
        if each.transaction in seen or each.transaction in recent:
            raise Replayed(transaction=each.transaction)
        seen[each.transaction] = None


def apply_block(
    world: World, state: StateView, recent: RecentIds, parent: Parent, proposal: Proposal, root_of: RootOf
) -> AppliedBlock:
    """Execute a judged proposal on the state after `parent`.

    Raises:
        UnsupportedVersion: if governance has switched on a module version that this program lacks; the node must stop.
    """
    overlay = BlockOverlay(state)
    rules = world.governing.rules(overlay, proposal.height)
    require_versions(world, rules, proposal.height)
    block = Block(height=proposal.height, time_ms=proposal.time_ms, rules=rules, genesis=world.genesis, hasher=world.hasher)

    shares = _Shares(rules)
    ran = _recover(world, block, overlay, parent)
    ran += _run_due(world, block, overlay, shares)
    results: list[Result] = []
    taken_down: list[str] = []
    refusals: dict[int, Refusal] = {}
    for place, transaction in enumerate(proposal.transactions):
        with _Named(transaction.transaction, proposal.height):
            outcome = _apply_transaction(world, block, overlay, shares, transaction)
        results.append(outcome.result)
        ran += outcome.ran
        taken_down += outcome.taken_down
        if outcome.refusal is not None:
            refusals[place] = outcome.refusal

    fresh: dict[int, list[str]] = {}
    for transaction in proposal.transactions:
        fresh.setdefault(minute_of(transaction.expires, proposal.time_ms), []).append(transaction.transaction)
    recent.write_leaves(overlay, world.hasher, fresh, proposal.time_ms)

    sealers = tuple(world.governing.sealers(overlay))
    changes = dict(overlay.changes())
    transactions = transaction_tree(world.hasher, results)
    leaves = tuple([result_bytes(each) for each in (*results, *ran)])
    outcomes = result_tree(world.hasher, leaves)
    header = Header(
        chain=world.chain,
        height=proposal.height,
        next_sealers_root=sealers_root(world.hasher, sealers).hex(),
        previous=parent.digest.hex(),
        results_root=outcomes.root.hex(),
        state_root=root_of(changes).hex(),
        time_ms=proposal.time_ms,
        transactions_root=transactions.root.hex(),
    )
    return AppliedBlock(
        header=header,
        results=tuple(results),
        ran=tuple(ran),
        leaves=leaves,
        changes=changes,
        fresh_ids=fresh,
        sealers=sealers,
        taken_down=tuple(taken_down),
        refusals=refusals,
        transaction_tree=transactions,
        result_tree=outcomes,
    )


def _recover(world: World, block: Block, overlay: BlockOverlay, parent: Parent) -> list[Ran]:
    """Record an agreement of members that go on alone, before anything else of the block that it is for."""
    agreement = world.recoveries.get(block.height)
    if agreement is None or not isinstance(agreement.act, Recover):
        return []
    check(header_digest(world.hasher, agreement.act.header) == parent.digest, "an agreement to go on follows its header")
    context = Context(block, "", (), TransactionOverlay(overlay, block.rules.limits.transaction_steps_max))
    world.governing.recover(context, agreement, agreement_digest(world.hasher, agreement).hex())
    context.state.merge()
    return [Ran(cost=Cost(bytes=0, steps=context.state.steps), events=list(context.events), module="govern")]


def _run_due(world: World, block: Block, overlay: BlockOverlay, shares: "_Shares") -> list[Ran]:
    """Run what is due by block time, the oldest first, within the block's share for that; the rest waits for the next block."""
    each_max, whole_max = block.rules.limits.transaction_steps_max, due_steps_max(block.rules.limits)
    ran: list[Ran] = []
    for _ in range(HARD.due_per_block_max):
        due = world.clockwork.due(overlay)
        if due is None or due > block.time or (shares.whole and shares.whole + each_max > whole_max):
            break
        context = Context(block, "", (), TransactionOverlay(overlay, 4 * each_max))  # it may be refused, and then put to rest
        world.clockwork.run(context)
        check(not context.state.touched, "what runs by itself runs apart")
        ran += context.ran
        shares.whole += context.state.steps
    return ran


def _apply_transaction(
    world: World, block: Block, overlay: BlockOverlay, shares: "_Shares", transaction: Transaction
) -> "_Outcome":
    """Run one transaction whole or not at all."""
    state = TransactionOverlay(overlay, block.rules.limits.transaction_steps_max)
    context = Context(block, transaction.transaction, (), state)
    try:
        shares.spend_bytes(transaction)
        state.charge(SIGNATURE_STEPS * len(transaction.signers))
        if transaction.expires > block.time + block.rules.limits.expiry_window_s:
            raise TooFarAhead(expires=transaction.expires, latest=block.time + block.rules.limits.expiry_window_s)
        if transaction.transaction in world.skips:
            raise Skipped(transaction=transaction.transaction)
        context.acting = _acting(world, block, state, transaction)
        for message in transaction.messages:
            world.handlers[type(message)](context, message)
        shares.spend_steps(transaction, state.spent)
    except Refusal as refusal:
        shares.spend_refused(transaction, state.spent)
        return _Outcome(_refused(transaction, refusal, state.spent), context.ran, [], refusal.with_traceback(None))
    state.merge()
    cost = Cost(bytes=len(transaction.raw), steps=state.spent)
    applied = Applied(cost=cost, events=list(context.events), keys=list(transaction.keys), transaction=transaction.transaction)
    return _Outcome(applied, context.ran, context.taken_down, None)


def _acting(world: World, block: Block, state: TransactionOverlay, transaction: Transaction) -> tuple[Acting, ...]:
    pairs = zip(transaction.signers, transaction.keys, strict=True)
    return tuple(world.authority.judge(state, signer, key, block.time) for signer, key in pairs)


def _refused(transaction: Transaction, refusal: Refusal, steps: int) -> Refused:
    cost = Cost(bytes=len(transaction.raw), steps=steps)
    return Refused(
        code=refusal.code,
        cost=cost,
        keys=list(transaction.keys),
        transaction=transaction.transaction,
        types=list(transaction.types),
    )


def require_versions(world: World, rules: Rules, height: int) -> None:
    """Hold that this program has every module in the version that rules the block at `height`.

    Raises:
        UnsupportedVersion: naming the first that it lacks.
    """
    for module in world.modules:
        version = rules.versions.get(module.name, 0)
        if version not in module.versions:
            has = ", ".join(map(str, module.versions))
            raise UnsupportedVersion(module=module.name, version=version, height=height, has=has)


class _Named:
    """Says which transaction it was during which something happened that nobody foresaw."""

    def __init__(self, transaction: str, height: int) -> None:
        self._transaction = transaction
        self._height = height

    def __enter__(self) -> None:
        return

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if isinstance(error, Exception | Bug) and not isinstance(error, MemoryError):
            raise Poisoned(self._transaction, self._height) from error


class _Outcome(msgspec.Struct, frozen=True):
    """What one transaction came to; what ran just before it, what it took down of older bodies, and why it was refused."""

    result: Result
    ran: list[Ran]
    taken_down: list[str]
    refusal: Refusal | None


class _Shares:
    """How much of the block is used, in all and by each organisation; one member cannot starve the rest."""

    def __init__(self, rules: Rules) -> None:
        self._limits = rules.limits
        self._bytes: dict[str, int] = {}
        self._steps: dict[str, int] = {}
        self.whole = 0
        """Steps used so far."""

    def spend_bytes(self, transaction: Transaction) -> None:
        """Count the bytes of a transaction before it runs.

        Raises:
            QuotaInBlock: if one of its organisations has no bytes or steps left.
        """
        for payer in transaction.payers:
            self._bytes[payer] = self._bytes.get(payer, 0) + len(transaction.raw)
            if self._bytes[payer] > self._limits.organisation_block_bytes_max:
                raise QuotaInBlock(organisation=payer)
            if self._steps.get(payer, 0) > self._limits.organisation_block_steps_max:
                raise QuotaInBlock(organisation=payer)

    def spend_steps(self, transaction: Transaction, steps: int) -> None:
        """Count the steps of a transaction that has run.

        Raises:
            BlockFull: if the block has too few left. QuotaInBlock: if one of its organisations has.
        """
        if self.whole + steps > self._limits.block_steps_max:
            raise BlockFull()
        for payer in transaction.payers:
            if self._steps.get(payer, 0) + steps > self._limits.organisation_block_steps_max:
                raise QuotaInBlock(organisation=payer)
        self.spend_refused(transaction, steps)

    def spend_refused(self, transaction: Transaction, steps: int) -> None:
        """Count the steps that a refused transaction took all the same."""
        self.whole += steps
        for payer in transaction.payers:
            self._steps[payer] = self._steps.get(payer, 0) + steps
