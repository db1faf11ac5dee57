"""Hands verified transactions to the engine's mempool, in batches over its Unix socket, and never loses one by the way."""

import asyncio
import base64
import contextlib
from collections import deque
from pathlib import Path

import msgspec

__all__ = ["MempoolFeed"]

_BATCH = 400
_BATCH_BYTES = 4 * 1024 * 1024
_RETRY_S = 0.2
_ANSWER_BYTES_MAX = 16 * 1024 * 1024
_encode = msgspec.json.Encoder().encode


class _EngineSaid(Exception):
    """The engine's door answered with something that is no good answer; the batch is offered again."""


class MempoolFeed:
    """One connection, one batch at a time: what comes in meanwhile makes the next batch, so that batches grow with the load.

    A transaction that the engine has already is answered as such and is no fault. While the engine is away (it starts, it
    catches up), what waits stays here; what has left the pool meanwhile falls out at the engine's own check.
    """

    def __init__(self, socket: Path) -> None:
        self._socket = socket
        self._waiting: deque[bytes] = deque()
        self._more = asyncio.Event()
        self._link: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self.sent = 0

    def __len__(self) -> int:
        return len(self._waiting)

    def offer(self, raw: bytes) -> None:
        """Hand a transaction over soon."""
        self._waiting.append(raw)
        self._more.set()

    async def run(self) -> None:
        """Work until cancelled."""
        try:
            while True:
                await self._more.wait()
                self._more.clear()
                while self._waiting:
                    batch = self._take()
                    try:
                        await self._send(batch)
                        self.sent += len(batch)
                    except (OSError, _EngineSaid, asyncio.IncompleteReadError, msgspec.DecodeError):
                        self._close()
                        self._waiting.extendleft(reversed(batch))
                        await asyncio.sleep(_RETRY_S)
        finally:
            self._close()

    def _take(self) -> list[bytes]:
        batch: list[bytes] = []
        size = 0
        while self._waiting and len(batch) < _BATCH and size < _BATCH_BYTES:
            batch.append(self._waiting.popleft())
            size += len(batch[-1])
        return batch

    async def _send(self, batch: list[bytes]) -> None:
        calls = [
            {"jsonrpc": "2.0", "id": number, "method": "broadcast_tx_async", "params": {"tx": base64.b64encode(raw).decode()}}
            for number, raw in enumerate(batch)
        ]
        body = _encode(calls)
        if self._link is None:
            self._link = await asyncio.open_unix_connection(str(self._socket))
        reader, writer = self._link
        head = f"POST / HTTP/1.1\r\nHost: engine\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()
        await _answer(reader)

    def _close(self) -> None:
        if self._link is not None:
            with contextlib.suppress(OSError, RuntimeError):
                self._link[1].close()
            self._link = None


async def _answer(reader: asyncio.StreamReader) -> bytes:
    """The body of one HTTP answer of the engine, which sends its length or chunks.

    Raises:
        _EngineSaid: if the status is not 200.
    """
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    except asyncio.LimitOverrunError:
        raise _EngineSaid("a head without end") from None
    status, *lines = head.split("\r\n")
    fields = dict(line.split(":", 1) for line in lines if ":" in line)
    if fields.get("transfer-encoding", "").strip() == "chunked":
        body = await _chunks(reader)
    else:
        body = await reader.readexactly(min(int(fields.get("content-length", "0")), _ANSWER_BYTES_MAX))
    if " 200 " not in status:
        raise _EngineSaid(status)
    return body


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    found: list[bytes] = []
    size = 0
    while True:
        length = int((await reader.readline()).strip() or b"0", 16)
        chunk = await reader.readexactly(length + 2)
        size += length
        if size > _ANSWER_BYTES_MAX:
            raise _EngineSaid("an answer without end")
        if not length:
            return b"".join(found)
        found.append(chunk[:-2])
