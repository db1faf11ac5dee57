"""Tries a module version on what really happened: the newest blocks once under the rules of then, once as if it had been on.

It reads the state before the first of these blocks and keeps all changes in memory, so nothing of the chain is touched. Bodies
that are not kept (of refused transactions, or taken down) cannot be tried; both runs leave them out, so that only what the
version changes shows as a difference.
"""

from collections.abc import Iterator

import msgspec

from zhulian.errors import Words
from zhulian.ledger.blocks import header_digest
from zhulian.ledger.chain_store import ChainStore
from zhulian.ledger.errors import CannotRehearse
from zhulian.ledger.module import Governing, Rules
from zhulian.ledger.overlay import StateView
from zhulian.ledger.recent import IDS, RecentIds
from zhulian.ledger.transactions import TransactionReader
from zhulian.ledger.transition import AppliedBlock, Parent, Proposal, World, apply_block
from zhulian.ledger.types import Applied, Header, Result, Sealer

__all__ = ["Difference", "Rehearsal", "StateDifference", "rehearse"]

_SHOWN_MAX = 100


class Difference(msgspec.Struct, frozen=True):
    """A transaction that comes out otherwise: `was` and `now` are "applied" or the number of the refusal; `parts` say what differs."""

    height: int
    transaction: str
    was: str
    now: str
    parts: tuple[str, ...]


class StateDifference(msgspec.Struct, frozen=True):
    """A state key that would have another value at the end; None: no value."""

    key: str
    was: str | None
    now: str | None


class Rehearsal(msgspec.Struct, frozen=True):
    """What a rehearsal found. Lists hold at most 100 items; the counts are whole."""

    module: str
    version: int
    first: int
    last: int
    transactions: int
    not_kept: int
    differing: int
    differing_keys: int
    differing_by_itself: int
    differences: tuple[Difference, ...]
    state: tuple[StateDifference, ...]


def rehearse(world: World, chain: ChainStore, module: str, version: int, blocks: int) -> Rehearsal:
    """Replay the newest `blocks` blocks, as many as the retained state allows, with `module` at `version`.

    Raises:
        CannotRehearse: no such module, or nothing to replay. UnsupportedVersion: this program lacks the version.
    """
    head = chain.head()
    if module not in {each.name for each in world.modules}:
        raise CannotRehearse(why=Words(f"本链没有模块 {module}", f"this chain has no module {module}"))
    height = head.height if head is not None else 0
    lowest = max(height - world.genesis.retention.heights, chain.base()[0], height - blocks, 0)
    if lowest >= height:
        raise CannotRehearse(why=Words("没有可供演练的区块", "there are no blocks to try it on"))
    then, now = _Run(world, chain, lowest), _Run(_under(world, module, version), chain, lowest)
    differences: list[Difference] = []
    transactions = not_kept = differing = by_itself = 0
    for at in range(lowest + 1, height + 1):
        proposal, missing = _proposal(world, chain, at, then.state)
        not_kept += missing
        before, after = then.apply(proposal), now.apply(proposal)
        transactions += len(proposal.transactions)
        by_itself += before.ran != after.ran
        for found in _compare(at, before, after):
            differing += 1
            if len(differences) < _SHOWN_MAX:
                differences.append(found)
    state = list(_compare_state(then.state, now.state))
    return Rehearsal(
        module=module,
        version=version,
        first=lowest + 1,
        last=height,
        transactions=transactions,
        not_kept=not_kept,
        differing=differing,
        differing_keys=len(state),
        differing_by_itself=by_itself,
        differences=tuple(differences),
        state=tuple(state[:_SHOWN_MAX]),
    )


class _Imagined:
    """The state after a height, with changes on top that are kept in memory only."""

    def __init__(self, chain: ChainStore, height: int) -> None:
        self._chain = chain
        self._height = height
        self.changes: dict[bytes, bytes | None] = {}

    def get(self, key: bytes) -> bytes | None:
        """The value at a state key."""
        return self.changes[key] if key in self.changes else self._chain.get_at(key, self._height)


class _Run:
    """One run through the blocks, under one set of rules."""

    def __init__(self, world: World, chain: ChainStore, lowest: int) -> None:
        self._world = world
        self._chain = chain
        self._recent = RecentIds({})
        self.state = _Imagined(chain, lowest)

    def apply(self, proposal: Proposal) -> AppliedBlock:
        """Execute a block on this run's state."""
        parent = _parent(self._world, self._chain, proposal.height - 1)
        applied = apply_block(self._world, self.state, self._recent, parent, proposal, lambda _: bytes(32))
        self.state.changes.update(applied.changes)
        self._recent.record(applied.fresh_ids, proposal.time_ms)
        return applied


class _Under:
    """What the members have decided, but for one module's version."""

    def __init__(self, governing: Governing, module: str, version: int) -> None:
        self._governing = governing
        self._switched = {module: version}

    def rules(self, state: StateView, height: int) -> Rules:
        found = self._governing.rules(state, height)
        return msgspec.structs.replace(found, versions=found.versions | self._switched)

    def sealers(self, state: StateView) -> list[Sealer]:
        return self._governing.sealers(state)

    def switches(self, state: StateView, height: int) -> list[tuple[int, str, int]]:
        return self._governing.switches(state, height)


def _under(world: World, module: str, version: int) -> World:
    return msgspec.structs.replace(world, governing=_Under(world.governing, module, version))


def _parent(world: World, chain: ChainStore, height: int) -> Parent:
    header = chain.header(height) if height else None
    if header is None:
        return Parent(height=0, digest=world.genesis.digest(), time_ms=world.genesis.created * 1000)
    return Parent(height=height, digest=header_digest(world.hasher, header), time_ms=header.time_ms)


def _proposal(world: World, chain: ChainStore, height: int, state: StateView) -> tuple[Proposal, int]:
    """A block's content again, and how many of its bodies are not kept."""
    record = chain.block(height)
    if record is None:
        raise CannotRehearse(why=Words(f"缺少高度 {height} 的区块", f"the block at height {height} is not here"))
    reader = TransactionReader(world.chain, world.hasher, world.handlers)
    limits = world.governing.rules(state, height).limits
    kept = [reader.read(raw, limits) for raw in record.envelopes if raw]
    time_ms = msgspec.json.decode(record.header, type=Header).time_ms
    return Proposal(height=height, time_ms=time_ms, transactions=tuple(kept)), len(record.envelopes) - len(kept)


def _compare(height: int, before: AppliedBlock, after: AppliedBlock) -> Iterator[Difference]:
    for was, now in zip(before.results, after.results, strict=True):
        parts = [name for name in ("status", "code", "events", "cost") if _part(was, name) != _part(now, name)]
        if parts:
            yield Difference(height=height, transaction=was.transaction, was=_said(was), now=_said(now), parts=tuple(parts))


def _part(result: Result, name: str) -> object:
    return msgspec.to_builtins(result).get(name)


def _said(result: Result) -> str:
    return "applied" if isinstance(result, Applied) else result.code


def _compare_state(then: _Imagined, now: _Imagined) -> Iterator[StateDifference]:
    own = IDS.key("")[: IDS.key("").rindex(b",")]
    for key in sorted({**then.changes, **now.changes}):
        was, is_now = then.get(key), now.get(key)
        if was != is_now and not key.startswith(own):
            yield StateDifference(key=key.decode(), was=_text(was), now=_text(is_now))


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode()
