"""The engine's own door: JSON-RPC in batches over its Unix socket."""

import asyncio
import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

__all__ = ["EngineAway", "EngineRpc"]

_ANSWER_BYTES_MAX = 16 * 1024 * 1024
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(list[dict[str, Any]] | dict[str, Any]).decode


class EngineAway(Exception):
    """The engine does not answer, or not as it should; it starts, it stops, or it is busy. Ask again."""


class EngineRpc:
    """One connection, one batch at a time; opened when it is needed and again after a fault."""

    def __init__(self, socket: Path) -> None:
        self._socket = socket
        self._link: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._turn = asyncio.Lock()

    async def call(self, calls: Sequence[tuple[str, dict[str, Any]]]) -> list[dict[str, Any]]:
        """The answers (`result` or `error`) to methods with their parameters, in their order.

        Raises:
            EngineAway.
        """
        asked = [
            {"jsonrpc": "2.0", "id": number, "method": method, "params": params} for number, (method, params) in enumerate(calls)
        ]
        async with self._turn:
            try:
                found = _decode(await self._post(_encode(asked)))
            except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, msgspec.DecodeError, ValueError) as wrong:
                self.close()
                raise EngineAway(str(wrong)) from None
            except BaseException:
                self.close()
                raise
        if isinstance(found, dict):  # the engine answers a batch of one as no batch
            return [found]
        return sorted(found, key=lambda each: each["id"])

    def close(self) -> None:
        """Let go of the connection."""
        if self._link is not None:
            with contextlib.suppress(OSError, RuntimeError):
                self._link[1].close()
            self._link = None

    async def _post(self, body: bytes) -> bytes:
        if self._link is None:
            self._link = await asyncio.open_unix_connection(str(self._socket))
        reader, writer = self._link
        head = f"POST / HTTP/1.1\r\nHost: engine\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()
        return await _answer(reader)


async def _answer(reader: asyncio.StreamReader) -> bytes:
    """The body of one HTTP answer of the engine, which sends its length or chunks.

    Raises:
        EngineAway: if the status is not 200.
    """
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    status, *lines = head.split("\r\n")
    fields = dict(line.split(":", 1) for line in lines if ":" in line)
    if fields.get("transfer-encoding", "").strip() == "chunked":
        body = await _chunks(reader)
    else:
        body = await reader.readexactly(min(int(fields.get("content-length", "0")), _ANSWER_BYTES_MAX))
    if " 200 " not in status:
        raise EngineAway(status)
    return body


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    found: list[bytes] = []
    size = 0
    while True:
        length = int((await reader.readline()).strip() or b"0", 16)
        chunk = await reader.readexactly(length + 2)
        size += length
        if size > _ANSWER_BYTES_MAX:
            raise EngineAway("an answer without end")
        if not length:
            return b"".join(found)
        found.append(chunk[:-2])
