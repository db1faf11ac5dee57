"""What the ledger process answers from its chain: blocks, transactions, proofs, pages, events."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import msgspec

from zhulian.consensus.application import Application
from zhulian.errors import Refusal, Words
from zhulian.ledger.blocks import header_digest
from zhulian.ledger.chain_store import BlockRecord
from zhulian.ledger.collections import COLLECTIONS, decode_key, encode_key
from zhulian.ledger.genesis import CODEC
from zhulian.ledger.proving import NotSealedYet, UnknownTransaction
from zhulian.node import methods
from zhulian.node.breath import Breath
from zhulian.node.errors import UnknownCollection, WrongParameters
from zhulian.node.methods import Nothing
from zhulian.node.stations import Stations

__all__ = ["Reads"]

_LIMIT_MAX = 100
_IDS_MAX = 1000
_EVENT_BYTES_MAX = 4 * 1024 * 1024
_FOLLOW_BYTES_MAX = 4 * 1024 * 1024
_WAIT_MS_MAX = 60_000


class Reads:
    """Answers the reading `methods`; every answer is bounded, and a long one takes turns with the making of blocks."""

    def __init__(self, application: Application, stations: Stations | None = None) -> None:
        self._application = application
        self._stations = stations or Stations()
        self._store = application.chain_store
        self._news = asyncio.Event()
        self._ended = False

    def end(self) -> None:
        """The node stops: answer those who wait for events with what there is."""
        self._ended = True
        self.wake()

    def wake(self) -> None:
        """There is a new block: answer those who wait for events."""
        self._news.set()
        self._news = asyncio.Event()

    async def receipts(self, params: methods.Receipts) -> list[dict[str, Any]]:
        """See `LedgerClient.receipts`; `why` is "unknown", "unsealed" or "gone"."""
        _require(len(params.ids) <= _IDS_MAX, "receipts", Words(f"编号超过 {_IDS_MAX} 个", f"more than {_IDS_MAX} ids"))
        breath = Breath()
        found = []
        for each in params.ids:
            _require_id("receipts", each)
            found.append(self._receipt(each))
            await breath.take()
        return found

    async def state(self, params: methods.State) -> dict[str, Any]:
        """See `LedgerClient.state`."""
        _require(len(params.key) > 0, "state", Words("键为空", "the key is empty"))
        _require_collection(params.key[0])
        if params.height is not None:
            self._application.require_retained(params.height)
        return self._application.prover.state_fact(params.key, params.height)

    async def page(self, params: methods.Page) -> dict[str, Any]:
        """See `LedgerClient.page`; the cursor is the last key of the page, as it is kept."""
        _require_collection(params.collection)
        limit = _limit("page", params.limit)
        prefix = encode_key(params.collection, *params.prefix)[:-1]
        after = (params.after or "").encode()
        _require(after.startswith(prefix) or not after, "page", Words("游标不属于这次查询", "the cursor belongs to another page"))
        found = self._store.keys(prefix, after, limit + 1)
        items = [{"key": list(decode_key(key)), "value": msgspec.json.decode(value)} for key, value in found[:limit]]
        return {"items": items, "next": found[limit - 1][0].decode() if len(found) > limit else None}

    async def block(self, params: methods.Block) -> dict[str, Any] | None:
        """See `LedgerClient.block`; None where there is no such height."""
        height = params.height or self._application.head.height
        record = self._store.block(height)
        if record is None:
            if 0 < height < self._application.first():
                self._application.prover.require_complete(str(height))
            return None
        breath = Breath()
        transactions = []
        for index, (envelope, result) in enumerate(zip(record.envelopes, record.results, strict=True)):
            transactions.append({"index": index, **_transaction(envelope, result)})
            await breath.take()
        seals = msgspec.to_builtins(self._application.seals(height))
        ran = [msgspec.json.decode(each) for each in record.ran]
        return {**self._header(record), "ran": ran, "seals": seals, "transactions": transactions}

    async def seals(self, params: methods.Seals) -> dict[str, Any] | None:
        """See `LedgerClient.seals`."""
        header = self._store.header(params.height)
        if header is None:
            return None
        digest = header_digest(self._application.world.hasher, header).hex()
        seals = msgspec.to_builtins(self._application.seals(params.height))
        return {"digest": digest, "height": params.height, "seals": seals}

    async def blocks(self, params: methods.Blocks) -> list[dict[str, Any]]:
        """See `LedgerClient.blocks`."""
        newest = self._application.head.height
        height = newest if params.before is None else min(newest, params.before - 1)
        breath = Breath()
        found: list[dict[str, Any]] = []
        while height > 0 and len(found) < _limit("blocks", params.limit):
            record = self._store.block(height)
            if record is None:
                break
            found.append(self._header(record))
            height -= 1
            await breath.take()
        return found

    async def transaction(self, params: methods.Transaction) -> dict[str, Any] | None:
        """See `LedgerClient.transaction`."""
        _require_id("transaction", params.id)
        place = self._store.place(params.id)
        if place is None:
            self._application.prover.require_complete(params.id)
            return None
        height, index = place
        record = self._store.block(height)
        if record is None:
            return None
        found = {"height": height, "index": index, **_transaction(record.envelopes[index], record.results[index])}
        times = self._stations.of(params.id)
        return {**found, "times": times} if times else found

    async def events(self, params: methods.Events) -> list[dict[str, Any]]:
        """See `LedgerClient.events`; at most 100 blocks and some 4 MiB, and always at least one block if there is one."""
        limit = _limit("events", params.limit)
        if 0 <= params.after_height < self._application.first() - 1:
            self._application.prover.require_complete(str(params.after_height + 1))
        if not await self._comes(lambda: self._application.head.height > params.after_height, params.wait_ms):
            return []
        breath = Breath()
        found: list[dict[str, Any]] = []
        size = 0
        height = params.after_height + 1
        while len(found) < limit and size < _EVENT_BYTES_MAX:
            record = self._store.block(height)
            if record is None:
                break
            size += sum(map(len, record.results)) + sum(map(len, record.ran))
            found.append(_events_of(record))
            height += 1
            await breath.take()
        return found

    async def follow(self, params: methods.Follow) -> list[dict[str, Any]]:
        """See `LedgerClient.follow`; at most 100 blocks and some 4 MiB, and always at least one block if there is one."""
        limit = _limit("follow", params.limit)
        height = params.after_height + 1
        if 0 < height < self._application.first():
            self._application.prover.require_complete(str(height))
        if not await self._comes(lambda: self._application.prover.is_sealed(height), params.wait_ms):
            return []
        breath = Breath()
        found: list[dict[str, Any]] = []
        size = 0
        while len(found) < limit and size < _FOLLOW_BYTES_MAX and self._application.prover.is_sealed(height):
            record = self._store.block(height)
            if record is None:
                break
            size += sum(map(len, record.results)) + sum(map(len, record.envelopes)) + sum(map(len, record.ran))
            digest = self._application.world.hasher.digest("header", record.header)
            raw = {"header": record.header, "results": record.results, "envelopes": record.envelopes, "ran": record.ran}
            found.append({"height": height, "digest": digest, **raw})
            height += 1
            await breath.take()
        return found

    async def head(self, _: Nothing) -> dict[str, Any]:
        """See `LedgerClient.head`; before the first block the header is None and the digest is the genesis's."""
        head = self._application.head
        header = self._store.header(head.height)
        seals = msgspec.to_builtins(self._application.seals(head.height))
        return {"digest": head.digest.hex(), "header": msgspec.to_builtins(header), "height": head.height, "seals": seals}

    async def genesis(self, _: Nothing) -> dict[str, Any]:
        """See `LedgerClient.genesis`."""
        world = self._application.world
        document = msgspec.json.decode(CODEC.encode(world.genesis))
        return {"chain": world.chain, "digest": world.genesis.digest().hex(), "genesis": document}

    async def _comes(self, holds: Callable[[], bool], wait_ms: int) -> bool:
        """Whether `holds` comes true within `wait_ms`; what waits is answered when the node stops."""
        deadline = time.monotonic() + min(wait_ms, _WAIT_MS_MAX) / 1000
        while not holds():
            left = deadline - time.monotonic()
            if left <= 0 or self._ended:
                return False
            try:
                async with asyncio.timeout(left):
                    await self._news.wait()
            except TimeoutError:
                return False
        return True

    def _header(self, record: BlockRecord) -> dict[str, Any]:
        digest = self._application.world.hasher.digest("header", record.header)
        return {"digest": digest.hex(), "header": msgspec.json.decode(record.header)}

    def _receipt(self, transaction: str) -> dict[str, Any]:
        try:
            return {"receipt": self._application.prover.receipt(transaction)}
        except UnknownTransaction:
            return {"receipt": None, "why": "unknown"}
        except NotSealedYet:
            return {"receipt": None, "why": "unsealed"}
        except Refusal as refusal:
            return {"receipt": None, "why": "gone", "refusal": refusal.as_problem()}


def _transaction(envelope: bytes, result: bytes) -> dict[str, Any]:
    """Body and signatures are None where the body is not kept."""
    parts = msgspec.json.decode(envelope) if envelope else {"body": None, "signatures": None}
    return {"body": parts["body"], "signatures": parts["signatures"], "result": msgspec.json.decode(result)}


def _events_of(record: BlockRecord) -> dict[str, Any]:
    header = msgspec.json.decode(record.header)
    transactions = []
    for data in record.results:
        result = msgspec.json.decode(data)
        found = {"id": result["transaction"], "status": result["status"], "events": result.get("events", [])}
        if "code" in result:
            found["code"] = result["code"]
        transactions.append(found)
    found = {"height": header["height"], "time_ms": header["time_ms"], "transactions": transactions}
    if record.ran:
        found["ran"] = [_ran(msgspec.json.decode(each)) for each in record.ran]
    return found


def _ran(result: dict[str, Any]) -> dict[str, Any]:
    """What ran by itself, and before which transaction, if that was the reason."""
    return {name: result[name] for name in ("events", "module", "transaction") if name in result}


def _require(holds: bool, method: str, why: Words) -> None:
    if not holds:
        raise WrongParameters(method=method, why=why)


def _require_id(method: str, text: str) -> None:
    _require(
        len(text) == 64 and all(each in "0123456789abcdef" for each in text),
        method,
        Words("编号应为 64 位十六进制数字", "an id has 64 hex digits"),
    )


def _require_collection(name: str) -> None:
    if name not in COLLECTIONS:
        raise UnknownCollection(collection=name[:64])


def _limit(method: str, limit: int) -> int:
    _require(
        1 <= limit <= _LIMIT_MAX, method, Words(f"条数应在 1 与 {_LIMIT_MAX} 之间", f"the limit lies between 1 and {_LIMIT_MAX}")
    )
    return limit
