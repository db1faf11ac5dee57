"""Make what is handed out as proof from what the chain keeps: receipts, state facts and checkpoints (docs/formats.md §9–§11)."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import msgspec

from zhulian.errors import Refusal
from zhulian.ledger.blocks import header_digest, result_tree, transaction_tree
from zhulian.ledger.chain_store import BlockRecord, ChainStore
from zhulian.ledger.collections import encode_key
from zhulian.ledger.sealing import has_quorum
from zhulian.ledger.transition import World
from zhulian.ledger.types import Applied, Header, Refused, Result, Seal, Sealer
from zhulian.merkle import ListTree, StateTree

__all__ = ["BeforeSnapshot", "BodyGone", "NotSealedYet", "Prover", "UnknownTransaction"]

_BLOCKS_KEPT = 8


class UnknownTransaction(
    Refusal,
    code="ledger/11",
    zh="本链没有交易 {transaction}。请核对编号。",
    en="This chain has no transaction {transaction}. Check the id.",
):
    transaction: str


class NotSealedYet(
    Refusal,
    code="ledger/12",
    zh="高度 {height} 尚未签章完成。请稍后再取；新建的链还没有区块，请先提交一笔交易。",
    en="The height {height} has no quorum of seals yet. Ask again in a moment; on a new chain there is no block to prove yet, so submit a transaction first.",
):
    height: int


class BodyGone(
    Refusal,
    code="ledger/13",
    zh="交易 {transaction} 的正文已下架或因未通过而未保存，链上仍可证明其摘要与结果。请使用提交人留存的回执。",
    en="The body of {transaction} was taken down, or was not kept since it was refused; its digest and result still stand. Use the submitter's receipt.",
):
    transaction: str


class BeforeSnapshot(
    Refusal,
    code="ledger/17",
    zh="本节点由快照建立，只保存高度 {first} 起的区块，无法回答此前的内容（{what}）。请向保存全部区块的成员查询。",
    en="This node grew from a snapshot and has blocks from height {first} on; it cannot answer for {what} if it is older. Ask a "
    "member that keeps all blocks.",
):
    first: int
    what: str


class _Block(msgspec.Struct, frozen=True):
    record: BlockRecord
    header: Header
    results: list[Result]
    transactions: ListTree
    outcomes: ListTree


class Prover:
    """Makes proofs from a chain; `seals` answers the seals of a height, also of those that are not stored yet."""

    def __init__(self, world: World, store: ChainStore, tree: StateTree, seals: Callable[[int], list[Seal]]) -> None:
        self._world = world
        self._store = store
        self._tree = tree
        self._seals = seals
        self._blocks: OrderedDict[int, _Block] = OrderedDict()
        self._result = msgspec.json.Decoder(Applied | Refused).decode

    def receipt(self, transaction: str) -> dict[str, Any]:
        """The receipt of a transaction, as plain data without the depositor's opening.

        Raises:
            UnknownTransaction, BeforeSnapshot, NotSealedYet, BodyGone.
        """
        place = self._store.place(transaction)
        if place is None:
            self.require_complete(transaction)
            raise UnknownTransaction(transaction=transaction)
        height, index = place
        block = self._block(height)
        envelope = block.record.envelopes[index]
        if not envelope:
            raise BodyGone(transaction=transaction)
        built = msgspec.json.decode(envelope)
        chains = [self._world.names.certificates(self._store, each["key"]) for each in built["signatures"]]
        receipt: dict[str, Any] = {
            "body": built["body"],
            "certificates": [[each.hex() for each in chain] for chain in chains],
            "format": "zhulian/receipt/1",
            "header": msgspec.to_builtins(block.header),
            "result": msgspec.to_builtins(block.results[index]),
            "result_path": block.outcomes.path(index).to_json(),
            "seals": self._sealed(height),
            "signatures": built["signatures"],
            "transaction_path": block.transactions.path(index).to_json(),
        }
        self._add_changes(receipt, height)
        facts = [self.state_fact(key, None) for key in self._facts_needed(built["signatures"], chains)]
        if facts:
            receipt["facts"] = facts
        return receipt

    def state_fact(self, key: list[str], height: int | None) -> dict[str, Any]:
        """A state key's value or absence, proved under the header at `height` (the newest sealed one where None).

        Raises:
            NotSealedYet: also while the chain has no block at all. VersionGone: outside the window.
        """
        at = height if height is not None else self._newest_sealed()
        encoded = encode_key(*key)
        proof = self._tree.prove(at, encoded)
        value = self._store.get_at(encoded, at)
        fact: dict[str, Any] = {
            "format": "zhulian/state/1",
            "header": msgspec.to_builtins(self._header(at)),
            "key": list(key),
            "proof": proof.to_json(),
            "seals": self._sealed(at),
        }
        if value is not None:
            fact["value"] = msgspec.json.decode(value)
        self._add_changes(fact, at)
        return fact

    def checkpoint(self, height: int) -> dict[str, Any]:
        """A checkpoint at a sealed height.

        Raises:
            NotSealedYet.
        """
        self._sealed(height)
        header = self._header(height)
        sealers = self._sealers_at(height + 1)
        return {
            "chain": self._world.chain,
            "format": "zhulian/checkpoint/1",
            "header": header_digest(self._world.hasher, header).hex(),
            "height": height,
            "sealers": msgspec.to_builtins(sealers),
        }

    def sealed_head(self, height: int) -> dict[str, Any]:
        """A sealed header with what leads to it and, where it changes the set, who seals what comes after it.

        Raises:
            NotSealedYet.
        """
        found: dict[str, Any] = {"header": msgspec.to_builtins(self._header(height)), "seals": self._sealed(height)}
        self._add_changes(found, height)
        following = self._sealers_at(height + 1)
        if following != self._sealers_at(height):
            found["next_sealers"] = msgspec.to_builtins(following)
        return found

    def require_complete(self, what: str) -> None:
        """Hold that this chain has all its blocks, so that what it does not know does not exist.

        Raises:
            BeforeSnapshot: if it grew from a snapshot; `what` was asked for.
        """
        base = self._store.base()[0]
        if base:
            raise BeforeSnapshot(first=base + 1, what=what)

    def forget(self, transaction: str) -> None:
        """Drop what is remembered of the block in which a body was taken down."""
        place = self._store.place(transaction)
        if place is not None:
            self._blocks.pop(place[0], None)

    def _newest_sealed(self) -> int:
        head = self._store.head()
        height = head.height if head else 0
        while height > 0 and not self.is_sealed(height):
            height -= 1
        if height == 0:
            raise NotSealedYet(height=1)
        return height

    def _header(self, height: int) -> Header:
        header = self._store.header(height)
        if header is None:
            raise NotSealedYet(height=height)
        return header

    def _sealed(self, height: int) -> list[dict[str, Any]]:
        if not self.is_sealed(height):
            raise NotSealedYet(height=height)
        return [msgspec.to_builtins(each) for each in self._seals(height)]

    def is_sealed(self, height: int) -> bool:
        """Whether the seals that are kept have a quorum; what is kept was verified."""
        powers = {each.sealer: each.power for each in self._sealers_at(height)}
        power = sum(powers.get(each.sealer, 0) for each in self._seals(height))
        return has_quorum(power, sum(powers.values()))

    def _sealers_at(self, height: int) -> list[Sealer]:
        sealers = list(self._world.genesis.sealers)
        for _, each in self._store.sealer_changes(height):
            sealers = each
        return sealers

    def _add_changes(self, document: dict[str, Any], height: int) -> None:
        changes = [
            {
                "header": msgspec.to_builtins(self._header(at)),
                "sealers": msgspec.to_builtins(sealers),
                "seals": [] if at + 1 in self._world.recoveries and not self.is_sealed(at) else self._sealed(at),
            }
            for at, sealers in self._store.sealer_changes(height)
        ]
        if changes:
            document["sealer_changes"] = changes

    def _facts_needed(self, signatures: list[dict[str, str]], chains: list[list[bytes]]) -> list[list[str]]:
        """The state keys that a verifier needs beside genesis: keys without certificates, organisations whose CA genesis lacks."""
        needed: list[list[str]] = []
        for entry, chain in zip(signatures, chains, strict=True):
            if not chain:
                needed.append(["identity/keys", entry["key"]])
                continue
            name = entry["signer"].partition(".")[0]
            founding = self._world.genesis.organisation(name)
            if founding is None or chain[-1].hex() not in founding.certificates:
                needed.append(["identity/organisations", name])
        return [key for place, key in enumerate(needed) if key not in needed[:place]]

    def _block(self, height: int) -> _Block:
        found = self._blocks.get(height)
        if found is not None:
            self._blocks.move_to_end(height)
            return found
        record = self._store.block(height)
        if record is None:
            raise NotSealedYet(height=height)
        results = [self._result(each) for each in record.results]
        block = _Block(
            record=record,
            header=msgspec.json.decode(record.header, type=Header),
            results=results,
            transactions=transaction_tree(self._world.hasher, results),
            outcomes=result_tree(self._world.hasher, [*record.results, *record.ran]),
        )
        self._blocks[height] = block
        if len(self._blocks) > _BLOCKS_KEPT:
            self._blocks.popitem(last=False)
        return block
