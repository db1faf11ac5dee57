"""How other processes of this machine talk to the ledger process: one connection, many requests under way."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import msgspec

from zhulian.errors import Words
from zhulian.node import methods
from zhulian.node.addresses import reachable
from zhulian.node.app_methods import AppCalls
from zhulian.node.errors import Busy, NodeUnreachable, RemoteRefusal
from zhulian.node.frames import FrameReader, frame
from zhulian.node.methods import Params, Response, Stage

__all__ = ["LedgerClient"]

_REQUESTS_MAX = 4000  # below the server's own bound, so that this side says so first
_BYTES_MAX = 128 * 1024 * 1024
_ENCODER = msgspec.msgpack.Encoder()
_RESPONSE = msgspec.msgpack.Decoder(Response)


class LedgerClient(AppCalls):
    """Asks the ledger process on its socket; connects at the first request, and again after a break.

    Every method raises `RemoteRefusal` where the node refuses, `NodeUnreachable` where there is no node or it goes away
    before it answers (a transaction may then be in or not: send the same bytes again), and `Busy` or `FrameTooLong`
    where too much is asked at once.
    """

    def __init__(self, socket: Path) -> None:
        self._socket = socket
        self._link: _Link | None = None
        self._connecting = asyncio.Lock()

    async def status(self) -> dict[str, Any]:
        """What the node is and whether it accepts transactions: `accepting`, `height`, `pending`, `chain`."""
        found: dict[str, Any] = await self.call("status", methods.Nothing())
        return found

    async def metrics(self) -> bytes:
        """The ledger process's metrics in Prometheus' text format."""
        found: bytes = await self.call("metrics", methods.Nothing())
        return found

    async def submit(self, txs: Sequence[bytes], wait: Stage = "committed") -> list[dict[str, Any]]:
        """Submit raw envelopes; one outcome for each, in order, once all have come to the stage `wait`.

        An outcome is `{transaction, status}` with `height` and `index` where it is in a block and `refusal` where it was
        turned away or refused; `status` is "admitted", "applied", "refused" or "turned_away".
        """
        found: list[dict[str, Any]] = await self.call("submit", methods.Submit(txs=list(txs), wait=wait))
        return found

    async def receipts(self, ids: Sequence[str]) -> list[dict[str, Any]]:
        """For each transaction id either `{receipt}` (without opening) or `{receipt: null, why}`."""
        found: list[dict[str, Any]] = await self.call("receipts", methods.Receipts(ids=list(ids)))
        return found

    async def state(self, key: Sequence[str], height: int | None = None) -> dict[str, Any]:
        """The state fact of `key` at `height` (None: the newest): value with proof, or proof of absence."""
        found: dict[str, Any] = await self.call("state", methods.State(key=list(key), height=height))
        return found

    async def page(
        self, collection: str, prefix: Sequence[str] = (), after: str | None = None, limit: int = 50
    ) -> dict[str, Any]:
        """`{items: [{key, value}], next}`: a page of a collection, in order of its keys."""
        found: dict[str, Any] = await self.call(
            "page", methods.Page(collection=collection, prefix=list(prefix), after=after, limit=limit)
        )
        return found

    async def block(self, height: int) -> dict[str, Any]:
        """The block at `height` (0: the newest): header, digest, seals and transactions with their results."""
        found: dict[str, Any] = await self.call("block", methods.Block(height=height))
        return found

    async def blocks(self, before: int | None = None, limit: int = 50) -> list[dict[str, Any]]:
        """Headers with digests below `before` (None: from the newest), newest first."""
        found: list[dict[str, Any]] = await self.call("blocks", methods.Blocks(before=before, limit=limit))
        return found

    async def transaction(self, transaction: str) -> dict[str, Any] | None:
        """What became of a transaction: body, result, height, index, and `times` of its way where it came in here; None if unknown."""
        found: dict[str, Any] | None = await self.call("transaction", methods.Transaction(id=transaction))
        return found

    async def events(self, after_height: int, limit: int = 100, wait_ms: int = 0) -> list[dict[str, Any]]:
        """`{height, time_ms, transactions: [{id, status, events}]}` of the next blocks, waiting up to `wait_ms` for one."""
        found: list[dict[str, Any]] = await self.call(
            "events", methods.Events(after_height=after_height, limit=limit, wait_ms=wait_ms)
        )
        return found

    async def follow(self, after_height: int, limit: int = 100, wait_ms: int = 0) -> list[dict[str, Any]]:
        """`{height, digest, header, results, envelopes, ran}` of the next sealed blocks as they are kept, in bytes.

        Waits up to `wait_ms` for the first. What follows the ledger decodes them itself, which costs the ledger process nothing.
        """
        found: list[dict[str, Any]] = await self.call(
            "follow", methods.Follow(after_height=after_height, limit=limit, wait_ms=wait_ms)
        )
        return found

    async def head(self) -> dict[str, Any]:
        """The newest header with its seals."""
        found: dict[str, Any] = await self.call("head", methods.Nothing())
        return found

    async def spoken_head(self) -> dict[str, Any]:
        """The newest header, sealed, with this node's signed word that it is the newest it has."""
        found: dict[str, Any] = await self.call("spoken_head", methods.Nothing())
        return found

    async def genesis(self) -> dict[str, Any]:
        """The genesis document, its digest and the chain id."""
        found: dict[str, Any] = await self.call("genesis", methods.Nothing())
        return found

    async def agreements(self) -> list[dict[str, Any]]:
        """What the members agreed on outside the chain and this node has in force."""
        found: list[dict[str, Any]] = await self.call("agreements", methods.Nothing())
        return found

    async def checkpoint(self) -> dict[str, Any]:
        """Put a consistent copy of the store where backups are gathered; its height and header."""
        found: dict[str, Any] = await self.call("checkpoint", methods.Nothing())
        return found

    async def step_back(self, engine_height: int) -> dict[str, Any]:
        """Let the chain go back to where the engine stands; where it stands then."""
        found: dict[str, Any] = await self.call("step_back", methods.StepBack(engine_height=engine_height))
        return found

    async def seals(self, height: int) -> dict[str, Any] | None:
        """`{height, digest, seals}` of a header; None where there is no such height."""
        found: dict[str, Any] | None = await self.call("seals", methods.Seals(height=height))
        return found

    async def snapshots(self) -> list[dict[str, Any]]:
        """The snapshots that this node offers: heights, header, seals, chunks; the newest first."""
        found: list[dict[str, Any]] = await self.call("snapshots", methods.Nothing())
        return found

    async def engine(self, method: str, height: int, page: int = 1, per_page: int = 100) -> dict[str, Any]:
        """What the engine answers to `commit`, `validators` or `consensus_params`: `{result}` or `{error}`."""
        params = methods.Engine(method=method, height=height, page=page, per_page=per_page)
        found: dict[str, Any] = await self.call("engine", params)
        return found

    async def call(self, method: str, params: Params) -> Any:
        """Ask `method` with its struct of `methods` and return the answer."""
        link = self._link
        if link is None or link.lost:
            link = await self._connect()
        return await link.ask(method, params)

    async def close(self) -> None:
        """Hang up; requests under way end with `NodeUnreachable`."""
        if self._link is not None:
            self._link.close()
            self._link = None

    async def _connect(self) -> "_Link":
        async with self._connecting:
            if self._link is not None and not self._link.lost:
                return self._link
            try:
                with reachable(self._socket) as address:
                    _, link = await asyncio.get_running_loop().create_unix_connection(lambda: _Link(self._socket), address)
            except OSError as wrong:
                raise NodeUnreachable(socket=str(self._socket), why=Words.quote(wrong.strerror or wrong)) from None
            self._link = link
            return link


class _Link(asyncio.Protocol):
    def __init__(self, socket: Path) -> None:
        self._socket = socket
        self._reader = FrameReader()
        self._next = 0
        self._waiting: dict[int, tuple[asyncio.Future[Any], int]] = {}
        self._bytes = 0
        self._transport: asyncio.Transport | None = None
        self.lost = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop has a class of its own

    def connection_lost(self, error: Exception | None) -> None:
        self.lost = True
        waiting, self._waiting = self._waiting, {}
        for future, _ in waiting.values():
            if not future.done():
                future.set_exception(NodeUnreachable(socket=str(self._socket), why=Words("连接中断", "the connection broke off")))

    def data_received(self, data: bytes) -> None:
        for payload in self._reader.feed(data):
            response = _RESPONSE.decode(payload)
            future, size = self._waiting.pop(response.id)
            self._bytes -= size
            if future.done():  # whoever asked has gone
                continue
            if response.refused:
                future.set_exception(RemoteRefusal(**response.value))
            else:
                future.set_result(response.value)

    async def ask(self, method: str, params: Params) -> Any:
        """Send one request and wait for its answer; a request that is given up still counts until it is answered."""
        if self._transport is None:
            raise NodeUnreachable(socket=str(self._socket), why=Words("尚未连接", "not connected"))
        if len(self._waiting) >= _REQUESTS_MAX or self._bytes > _BYTES_MAX:
            raise Busy(pending=len(self._waiting), retry_after_s=1)
        number = self._next
        self._next += 1
        data = frame(_ENCODER.encode((number, method, params)))
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[number] = future, len(data)
        self._bytes += len(data)
        self._transport.write(data)
        return await future

    def close(self) -> None:
        if self._transport is not None:
            self._transport.abort()
