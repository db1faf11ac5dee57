"""The gate: the one way from the browser into the network, a SOCKS 5 server (RFC 1928) that judges what it connects to.

The browser names hosts, never addresses; each name is resolved here, once for the whole capture, every address that it leads
to is judged, and the connection goes to an address that was judged. What passes is counted and not looked into: TLS stays between
browser and server.
"""

import asyncio
import contextlib
import ipaddress
import socket
import struct
from dataclasses import dataclass, field
from typing import Any

from zhulian.offchain.addresses import Networks, address_of, may_reach
from zhulian.offchain.capture.limits import Limits

__all__ = ["Gate", "Looked", "Turned"]

_CHUNK = 64 * 1024
_RESOLVE_S = 10
_CONNECT_S = 15
_HOUSEKEEPING = frozenset(("update.googleapis.com", "edgedl.me.gvt1.com", "redirector.gvt1.com"))
"""Where the browser would look for updates of itself, whatever page it shows; no part of the capture."""
_DONE, _NOT_ALLOWED, _UNREACHABLE, _NO_COMMAND = 0, 2, 4, 7


@dataclass
class Looked:
    """What a name led to: the resolver's answer, and the two ends of the newest connection."""

    host: str
    canonical: str
    addresses: list[str]
    remote: str = ""
    local: str = ""


@dataclass(frozen=True)
class Turned:
    """A connection that was refused (an inner address) or came to nothing; `address` is empty where the name leads nowhere."""

    host: str
    port: int
    address: str
    inner: bool
    why: str


@dataclass
class Gate:
    """Connections for one browser."""

    allowed: Networks
    limits: Limits
    looked: dict[str, Looked] = field(default_factory=dict)
    turned: list[Turned] = field(default_factory=list)
    turned_count: int = 0
    connections: int = 0
    received: int = 0
    sent: int = 0
    over: asyncio.Event = field(default_factory=asyncio.Event)
    _server: asyncio.Server | None = None
    _tasks: set[asyncio.Task[Any]] = field(default_factory=set)
    _asking: dict[str, asyncio.Lock] = field(default_factory=dict)

    async def serve(self, listener: socket.socket) -> None:
        """Take the browser's connections from this port on."""
        self._server = await asyncio.start_server(self._take, sock=listener)

    async def close(self) -> None:
        """End all connections."""
        if self._server is not None:
            self._server.close()
        for each in self._tasks:
            each.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)

    def inner(self, host: str) -> Turned | None:
        """The refusal of an inner address that this name led to."""
        return next((each for each in self.turned if each.host == host and each.inner), None)

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        try:
            await self._pass(reader, writer)
        except (OSError, asyncio.IncompleteReadError, TimeoutError, ValueError, UnicodeError):
            pass  # the browser sees the connection end
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        if self.connections > self.limits.connections_max:
            self.over.set()
            return
        host, port, command = await self._asked(reader, writer)
        if command != 1:  # CONNECT is the one that browsers need
            writer.write(_answer(_NO_COMMAND))
            return
        inside = _NOT_ALLOWED if host in _HOUSEKEEPING else await self._connect(host, port)
        if isinstance(inside, int):
            writer.write(_answer(inside))
            await writer.drain()
            return
        far_reader, far_writer = inside
        try:
            writer.write(_answer(_DONE))
            await asyncio.gather(self._pump(reader, far_writer, sending=True), self._pump(far_reader, writer, sending=False))
        finally:
            far_writer.close()

    @staticmethod
    async def _asked(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> tuple[str, int, int]:
        """What the browser asks for: host, port, command (RFC 1928 §3, §4)."""
        version, methods = await reader.readexactly(2)
        await reader.readexactly(methods)
        if version != 5:
            raise ValueError("not SOCKS 5")
        writer.write(b"\x05\x00")
        _, command, _, kind = await reader.readexactly(4)
        if kind == 3:
            length = (await reader.readexactly(1))[0]
            host = (await reader.readexactly(length)).decode("ascii").lower()
        else:
            host = str(ipaddress.ip_address(await reader.readexactly(4 if kind == 1 else 16)))
        (port,) = struct.unpack("!H", await reader.readexactly(2))
        return host, port, command

    async def _connect(self, host: str, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | int:
        """A connection to a judged address; else the number of the refusal (RFC 1928 §6)."""
        try:
            looked = await self._look(host)
        except (OSError, TimeoutError, UnicodeError) as no:
            self._turn(Turned(host, port, "", inner=False, why=str(no) or type(no).__name__))
            return _UNREACHABLE
        for each in looked.addresses:
            if not may_reach(address_of(each), self.allowed):
                self._turn(Turned(host, port, each, inner=True, why=""))
                return _NOT_ALLOWED
        for each in looked.addresses:
            try:
                async with asyncio.timeout(_CONNECT_S):
                    found = await asyncio.open_connection(each, port, limit=_CHUNK)
            except (OSError, TimeoutError) as no:
                self._turn(Turned(host, port, each, inner=False, why=str(no) or type(no).__name__))
                continue
            local = found[1].get_extra_info("sockname")
            looked.remote, looked.local = f"{each} {port}", str(local[0]) if local else ""
            return found
        return _UNREACHABLE

    async def _look(self, host: str) -> Looked:
        """The name's addresses, asked for once in a capture."""
        async with self._asking.setdefault(host, asyncio.Lock()):
            if host not in self.looked:
                async with asyncio.timeout(_RESOLVE_S):
                    found = await asyncio.get_running_loop().getaddrinfo(
                        host, None, type=socket.SOCK_STREAM, flags=socket.AI_CANONNAME
                    )
                addresses = list(dict.fromkeys(str(each[4][0]) for each in found))
                canonical = next((each[3] for each in found if each[3]), "")
                self.looked[host] = Looked(host, canonical, addresses)
            return self.looked[host]

    def _turn(self, turned: Turned) -> None:
        self.turned_count += 1
        if len(self.turned) < self.limits.noted_max:
            self.turned.append(turned)

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, sending: bool) -> None:
        while data := await reader.read(_CHUNK):
            if sending:
                self.sent += len(data)
            else:
                self.received += len(data)
            if self.sent + self.received > self.limits.bytes_max:
                self.over.set()
                break
            writer.write(data)
            await writer.drain()
        with contextlib.suppress(OSError, RuntimeError):
            writer.write_eof()


def _answer(number: int) -> bytes:
    return bytes((5, number, 0, 1)) + bytes(6)
