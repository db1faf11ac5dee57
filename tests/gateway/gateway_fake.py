"""An in-memory ledger for the gateway's tests: it reads envelopes strictly, makes one block a submission, proves nothing."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any

import httpx

from zhulian import canonical
from zhulian.crypto import GM, Hasher
from zhulian.errors import Refusal, Words
from zhulian.ledger.errors import NotRetained
from zhulian.node.errors import Busy, NodeUnreachable

GENESIS: dict[str, Any] = {
    "created": 1_766_000_000,
    "format": "zhulian/genesis/1",
    "name": "zl-demo",
    "organisations": [
        {"organisation": "org1", "title": {"en": "Harbour Bank", "zh": "海港银行"}},
        {"organisation": "org2", "title": {"en": "Notary Office", "zh": "市公证处"}},
    ],
    "sealers": [{"power": 1, "public_key": "04" + "ab" * 64, "sealer": "org1"}],
    "suite": "gm",
    "zone": "Asia/Shanghai",
}
Make = Callable[..., AbstractAsyncContextManager[httpx.AsyncClient]]
"""The `client` fixture: settings in, an HTTP client in front of such a gateway out."""
TIME_MS = 1_766_880_000_000


class FakeLedger:
    """Answers as `zhulian.node.rpc.LedgerClient` does. `busy`, `silent` and `away` make it refuse, hang and vanish."""

    def __init__(self, genesis: dict[str, Any] = GENESIS) -> None:
        self.document = genesis
        self.hasher = Hasher(GM, Hasher(GM).digest("genesis", canonical.encode(genesis)))
        self.chain = f"{genesis['name']}.{self.hasher.genesis.hex()}"
        self.accepting = True
        self.busy = self.silent = self.away = self.unsealed = False
        self.oldest = 0
        self.log: list[dict[str, Any]] = []
        self.known: dict[str, dict[str, Any]] = {}
        self.facts: dict[tuple[str, ...], Any] = {}
        self.calls: list[tuple[str, int]] = []
        self._news = asyncio.Event()

    async def _come(self, method: str, items: int = 1) -> None:
        self.calls.append((method, items))
        if self.away:
            raise NodeUnreachable(socket="ledger.sock", why=Words("没有该文件", "no such file"))
        if self.silent:
            await asyncio.Event().wait()

    async def status(self) -> dict[str, Any]:
        await self._come("status")
        return {"accepting": self.accepting, "chain": self.chain, "height": len(self.log), "pending": 0}

    async def metrics(self) -> bytes:
        await self._come("metrics")
        return b"# HELP zhulian_ledger_height Height.\n# TYPE zhulian_ledger_height gauge\nzhulian_ledger_height 7.0\n"

    async def genesis(self) -> dict[str, Any]:
        await self._come("genesis")
        return {"genesis": self.document, "digest": self.hasher.genesis.hex(), "chain": self.chain}

    async def head(self) -> dict[str, Any]:
        await self._come("head")
        return {"header": self._header(len(self.log)), "seals": []}

    async def spoken_head(self) -> dict[str, Any]:
        await self._come("spoken_head")
        return {"format": "zhulian/head/1", "header": self._header(len(self.log)), "seals": [], "spoken": {}}

    async def submit(self, txs: Sequence[bytes], wait: str = "committed") -> list[dict[str, Any]]:
        await self._come("submit", len(txs))
        if self.busy:
            raise Busy(pending=8000, retry_after_s=3)
        outcomes = [self._one(raw, wait) for raw in txs]
        done = [each for each in outcomes if each["status"] in ("applied", "refused")]
        if done:
            self.add_block(done)
        return outcomes

    def _one(self, raw: bytes, wait: str) -> dict[str, Any]:
        try:
            envelope = canonical.decode(raw)
            if not isinstance(envelope, dict) or set(envelope) != {"body", "signatures"}:
                raise canonical.WrongShape(why=Words("不是交易封包", "it is no envelope"))
        except Refusal as refused:
            return {"transaction": None, "status": "turned_away", "refusal": refused.as_problem()}
        name = self.hasher.digest("body", canonical.encode(envelope["body"])).hex()
        if wait == "admitted":
            return {"transaction": name, "status": "admitted"}
        place = {"transaction": name, "height": len(self.log) + 1, "index": 0}
        self.known[name] = place | {"body": envelope["body"], "result": {"status": "applied", "transaction": name}}
        if envelope["body"].get("messages") == [{"type": "test.refused"}]:
            refused = {"code": "evidence/1", "zh": "已存证。", "en": "Already deposited.", "fields": {}}
            return place | {"status": "refused", "refusal": refused}
        return place | {"status": "applied"}

    def add_block(self, outcomes: Sequence[dict[str, Any]] = ()) -> None:
        """One more block, which wakes whoever waits for events."""
        height = len(self.log) + 1
        rows = [
            {"id": each["transaction"], "status": each["status"], "events": each.get("events", [{"type": "evidence.deposited"}])}
            for each in outcomes
        ]
        self.log.append({"height": height, "time_ms": TIME_MS + 1000 * height, "transactions": rows})
        news, self._news = self._news, asyncio.Event()
        news.set()

    def _header(self, height: int) -> dict[str, Any]:
        return {"chain": self.chain, "height": height, "time_ms": TIME_MS + 1000 * height}

    async def transaction(self, transaction: str) -> dict[str, Any] | None:
        await self._come("transaction")
        return self.known.get(transaction)

    async def receipts(self, ids: Sequence[str]) -> list[dict[str, Any]]:
        await self._come("receipts", len(ids))
        if self.unsealed:
            return [{"receipt": None, "why": "unsealed"} for _ in ids]
        return [
            {"receipt": {"body": self.known[each]["body"], "format": "zhulian/receipt/1"}}
            if each in self.known
            else {"receipt": None, "why": "unknown"}
            for each in ids
        ]

    async def state(self, key: Sequence[str], height: int | None = None) -> dict[str, Any]:
        await self._come("state")
        if height is not None and not self.oldest <= height <= len(self.log):
            raise NotRetained(height=height, oldest=self.oldest)
        fact = {
            "format": "zhulian/state/1",
            "header": self._header(height or len(self.log)),
            "key": list(key),
            "proof": {"siblings": []},
        }
        value = self.facts.get(tuple(key))
        return fact if value is None else fact | {"value": value}

    async def page(
        self, collection: str, prefix: Sequence[str] = (), after: str | None = None, limit: int = 50
    ) -> dict[str, Any]:
        await self._come("page")
        start = (collection, *prefix)
        keys = sorted(key for key in self.facts if key[: len(start)] == start and (after is None or "/".join(key) > after))
        items = [{"key": list(key), "value": self.facts[key]} for key in keys[:limit]]
        return {"items": items, "next": "/".join(keys[limit - 1]) if len(keys) > limit else None}

    async def block(self, height: int) -> dict[str, Any] | None:
        await self._come("block")
        return (
            self._block(height) | {"seals": [], "transactions": self.log[height - 1]["transactions"]}
            if 1 <= height <= len(self.log)
            else None
        )

    async def blocks(self, before: int | None = None, limit: int = 50) -> list[dict[str, Any]]:
        await self._come("blocks")
        top = len(self.log) if before is None else min(before - 1, len(self.log))
        return [self._block(height) for height in range(top, max(0, top - limit), -1)]

    async def seals(self, height: int) -> dict[str, Any] | None:
        await self._come("seals")
        if height > len(self.log):
            return None
        return {"digest": "00" * 32, "height": height, "seals": []}

    async def agreements(self) -> list[dict[str, Any]]:
        await self._come("agreements")
        return [{"chain": "zl-demo", "reason": "two members are lost"}]

    async def snapshots(self) -> list[dict[str, Any]]:
        await self._come("snapshots")
        return [{"chunks": 1, "engine_height": 7, "header": self._header(1), "seals": []}]

    async def engine(self, method: str, height: int, page: int = 1, per_page: int = 100) -> dict[str, Any]:
        await self._come("engine")
        return {"result": {"method": method, "height": height, "page": page, "per_page": per_page}}

    def _block(self, height: int) -> dict[str, Any]:
        return {"digest": f"{height:064x}", "header": self._header(height)}

    async def events(self, after_height: int, limit: int = 100, wait_ms: int = 0) -> list[dict[str, Any]]:
        await self._come("events")
        if after_height >= len(self.log) and wait_ms:
            news = self._news
            try:
                async with asyncio.timeout(wait_ms / 1000):
                    await news.wait()
            except TimeoutError:
                return []
        return self.log[after_height : after_height + limit]


def envelope(number: int, message: str = "evidence.deposit") -> bytes:
    """Canonical bytes of an envelope that the fake takes."""
    body = {
        "chain": "zl-demo.00",
        "expires": 1_766_880_600,
        "messages": [{"type": message}],
        "nonce": f"{number:032x}",
        "signers": ["org1.o7"],
    }
    return canonical.encode({"body": body, "signatures": [{"key": "ab" * 32, "signature": "cd" * 64, "signer": "org1.o7"}]})
