"""What the ledger process answers about applications: records by the beginning of their key, histories, rehearsals."""

import time
from typing import Any

import msgspec

from zhulian import canonical
from zhulian.consensus.application import Application
from zhulian.errors import Bug, Refusal, Words
from zhulian.ledger.collections import decode_key, encode_key
from zhulian.ledger.transactions import TransactionReader
from zhulian.ledger.transition import Parent, Proposal, apply_block
from zhulian.node import app_methods
from zhulian.node.breath import Breath
from zhulian.node.errors import RehearsalFailed, WrongParameters
from zhulian.node.server import Handler

__all__ = ["Apps"]

_RECORDS = "scenario/records"
_LIMIT_MAX = 100
_EVENT_BYTES_MAX = 4 * 1024 * 1024


class Apps:
    """Answers the methods of `app_methods`; every answer is bounded, and a long one takes turns with the making of blocks."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._store = application.chain_store
        world = application.world
        self._reader = TransactionReader(world.chain, world.hasher, world.handlers)

    def handlers(self) -> dict[str, Handler]:
        """The methods by name, as the server takes them."""
        return {"records": self.records, "history": self.history, "rehearse": self.rehearse}

    async def records(self, params: app_methods.Records) -> dict[str, Any]:
        """See `AppCalls.records`."""
        limit = _limit("records", params.limit)
        prefix = encode_key(_RECORDS, params.instance, params.record, params.starts)[:-2]  # without the closing `"]`
        after = b"" if params.after is None else encode_key(_RECORDS, params.instance, params.record, params.after)
        if after and not after.startswith(prefix):
            raise WrongParameters(method="records", why=Words("游标不属于这次查询", "the cursor belongs to another page"))
        found = self._store.keys(prefix, after, limit + 1)
        items = [{"key": decode_key(key)[3], "value": msgspec.json.decode(value)} for key, value in found[:limit]]
        return {"items": items, "next": items[-1]["key"] if len(found) > limit else None}

    async def history(self, params: app_methods.History) -> dict[str, Any]:
        """See `AppCalls.history`; at most `limit` blocks and some 4 MiB, and always one block where there is one."""
        limit = _limit("history", params.limit)
        heights = self._store.heights(encode_key(_RECORDS, params.instance, params.record, params.key), params.after, limit + 1)
        items: list[dict[str, Any]] = []
        breath = Breath()
        size = 0
        for done, height in enumerate(heights):
            if done == limit or size > _EVENT_BYTES_MAX:
                return {"items": items, "next": heights[done - 1]}
            found, read = self._happened(height, params)
            items += found
            size += read
            await breath.take()
        return {"items": items, "next": None}

    async def rehearse(self, params: app_methods.Rehearse) -> dict[str, Any]:
        """See `AppCalls.rehearse`. The block that is tried is made by the same function as every block, and dropped."""
        application = self._application
        head = application.head
        time_ms = max(time.time_ns() // 1_000_000, head.time_ms + 1)
        rules = application.world.governing.rules(self._store, head.height + 1)
        try:
            transaction = self._reader.read(self._enveloped(params.body), rules.limits)
            pairs = zip(transaction.signers, transaction.keys, strict=True)
            world = application.world
            parties = [world.authority.judge(self._store, *pair, time_ms // 1000).party for pair in pairs]
            for message in transaction.messages:
                world.doorkeeper.require_known(self._store, message, parties)
        except Refusal as wrong:
            return {"allowed": False, "refusal": wrong.as_problem()}
        proposal = Proposal(height=head.height + 1, time_ms=time_ms, transactions=(transaction,))
        parent = Parent(height=head.height, digest=head.digest, time_ms=head.time_ms)
        try:
            applied = apply_block(application.world, self._store, application.recent, parent, proposal, lambda changes: bytes(32))
        except (ValueError, LookupError, TypeError, ArithmeticError, RecursionError, Bug) as fault:
            raise RehearsalFailed(
                what=type(fault.__cause__ or fault).__name__
            ) from fault  # unsigned: it must not stop a node, and nothing is kept
        result = msgspec.to_builtins(applied.results[0])
        refusal = applied.refusals.get(0)
        answer = {"allowed": refusal is None, "cost": result["cost"]}
        if refusal is not None:
            return answer | {"refusal": refusal.as_problem()}
        return answer | {"events": result["events"]}

    def _enveloped(self, body: bytes) -> bytes:
        """The body with each signer's newest key and an empty signature, which nobody looks at here."""
        signers = canonical.decode(body).get("signers", [])
        entries = [
            {"key": self._key_of(name) or "00" * 32, "signature": "00" * 64, "signer": name}
            for name in signers
            if isinstance(name, str)
        ]
        return b'{"body":' + body + b',"signatures":' + canonical.encode(entries) + b"}"

    def _key_of(self, signer: str) -> str | None:
        """A registered key of a signer or handle, the newest."""
        found = self._store.get(encode_key("identity/handles" if signer.startswith("~") else "identity/signers", signer))
        known = {} if found is None else msgspec.json.decode(found)
        keys = [known.get("key")] if signer.startswith("~") else known.get("keys", [])
        return str(keys[-1]) if keys and keys[-1] is not None else None

    def _happened(self, height: int, wanted: app_methods.History) -> tuple[list[dict[str, Any]], int]:
        """What the block's results say about the record, and how many bytes were read."""
        block = self._store.block(height)
        if block is None:
            return [], 0
        header = msgspec.json.decode(block.header)
        place = {"height": height, "time_ms": header["time_ms"]}
        items = []
        for data in (*block.results, *block.ran):
            if b'"scenario.' not in data:
                continue
            result = msgspec.json.decode(data)
            events = [each for each in result.get("events", []) if _concerns(each, wanted)]
            if events:
                items.append({**place, "transaction": result.get("transaction"), "events": events})
        return items, sum(map(len, block.results)) + sum(map(len, block.ran))


def _concerns(event: dict[str, Any], wanted: app_methods.History) -> bool:
    """Whether an event tells of the record: as its own, or as one of those that an action was done on."""
    if event.get("instance") != wanted.instance or event.get("record", "") != wanted.record:
        return False
    return event.get("key") == wanted.key or wanted.key in event.get("on", ())


def _limit(method: str, limit: int) -> int:
    if not 1 <= limit <= _LIMIT_MAX:
        raise WrongParameters(
            method=method, why=Words(f"条数应在 1 与 {_LIMIT_MAX} 之间", f"the limit lies between 1 and {_LIMIT_MAX}")
        )
    return limit
