"""Takes TLCP connections and carries each one's request to the gateway, with the address that it came from.

A connection carries one request: the head is read and rewritten (who comes through this door cannot say where it comes from, and the
gateway ends the connection after its answer), and everything after it goes on as it is.
"""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass

from zhulian.tlcp.errors import HandshakeFailed
from zhulian.tlcp.session import Session, Sessions

__all__ = ["Limits", "Relay", "rewritten"]

_HEAD_MAX = 32 * 1024
_CHUNK = 64 * 1024
_DROPPED = frozenset(
    {b"connection", b"forwarded", b"keep-alive", b"upgrade", b"x-forwarded-for", b"x-forwarded-host", b"x-forwarded-proto"}
)


@dataclass(frozen=True)
class Limits:
    """Of one door; times in seconds."""

    connections: int = 256
    handshake_s: float = 10.0
    idle_s: float = 120.0
    """Of a connection on which nothing moves; longer than the gateway's event streams stay silent."""


class Relay:
    """One door. `told` hears of every connection that came to nothing: its address, and why."""

    def __init__(
        self,
        sessions: Sessions,
        gateway: tuple[str, int],
        told: Callable[[str, str], None] = lambda address, why: None,
        limits: Limits | None = None,
    ) -> None:
        self._sessions = sessions
        self._gateway = gateway
        self._told = told
        self._limits = limits or Limits()
        self._open = 0

    async def serve(self, host: str, port: int) -> asyncio.Server:
        """Open the door."""
        return await asyncio.start_server(self._take, host, port, limit=_CHUNK)

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        address = str(writer.get_extra_info("peername")[0])
        if self._open >= self._limits.connections:
            self._told(address, "too many connections")
            writer.close()
            return
        self._open += 1
        session = self._sessions.open()
        try:
            await self._carry(_Line(session, reader, writer), address)
        except (HandshakeFailed, OSError, TimeoutError, ValueError, asyncio.IncompleteReadError) as wrong:
            self._told(address, str(wrong) or type(wrong).__name__)
        finally:
            self._open -= 1
            with contextlib.suppress(OSError):
                writer.write(session.take())
                writer.close()
            session.close()

    async def _carry(self, line: "_Line", address: str) -> None:
        async with asyncio.timeout(self._limits.handshake_s):
            await line.shake_hands()
            head, rest = await line.head()
        gateway, to = await asyncio.open_connection(*self._gateway, limit=_CHUNK)
        try:
            to.write(rewritten(head, address) + rest)
            await to.drain()
            up = asyncio.create_task(line.copy_to(to))
            try:
                await line.copy_from(gateway, self._limits.idle_s)
            finally:
                up.cancel()
                with contextlib.suppress(asyncio.CancelledError, HandshakeFailed, OSError):
                    await up
            line.session.say_goodbye()
        finally:
            to.close()


class _Line:
    """A session on its socket."""

    def __init__(self, session: Session, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.session = session
        self._reader = reader
        self._writer = writer

    async def shake_hands(self) -> None:
        while not self.session.shake_hands():
            await self._flush()
            await self._hear()
        await self._flush()

    async def head(self) -> tuple[bytes, bytes]:
        """The request's head without its empty line, and what has come of the rest."""
        found = self.session.read()
        while b"\r\n\r\n" not in found:
            if len(found) > _HEAD_MAX or self.session.ended:
                raise ValueError("no request, or a head that is too long")
            await self._hear()
            found += self.session.read()
        head, _, rest = found.partition(b"\r\n\r\n")
        return head, rest

    async def copy_to(self, to: asyncio.StreamWriter) -> None:
        """What the client says goes on, until it ends."""
        while not self.session.ended:
            await self._hear()
            to.write(self.session.read())
            await to.drain()

    async def copy_from(self, gateway: asyncio.StreamReader, idle_s: float) -> None:
        """What the gateway says goes to the client, until it ends."""
        while True:
            async with asyncio.timeout(idle_s):
                data = await gateway.read(_CHUNK)
            if not data:
                return
            self.session.write(data)
            async with asyncio.timeout(idle_s):
                await self._flush()

    async def _hear(self) -> None:
        data = await self._reader.read(_CHUNK)
        if not data:
            raise asyncio.IncompleteReadError(b"", None)
        self.session.feed(data)

    async def _flush(self) -> None:
        self._writer.write(self.session.take())
        await self._writer.drain()


def rewritten(head: bytes, address: str) -> bytes:
    """A request's head with the address that it came from, and without what says otherwise or keeps the connection.

    Raises:
        ValueError: a line is folded, or has no name.
    """
    first, *lines = head.split(b"\r\n")
    kept = [first]
    for line in lines:
        name, colon, _ = line.partition(b":")
        if not colon or not name or name != name.strip() or b"\n" in line or b"\r" in line:
            raise ValueError("a head that is malformed")
        if name.lower() not in _DROPPED:
            kept.append(line)
    told = [b"X-Forwarded-For: " + address.encode("ascii"), b"X-Forwarded-Proto: https", b"Connection: close"]
    return b"\r\n".join([*kept, *told, b"", b""])
