"""The ledger process's door: a Unix socket on which the gateway, and nobody else, asks `methods`."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, cast

import msgspec

from zhulian.errors import Refusal, Words
from zhulian.node.addresses import reachable
from zhulian.node.app_methods import APP_METHODS
from zhulian.node.errors import Busy, FrameTooLong, NodeStopping, UnknownMethod, WrongParameters
from zhulian.node.frames import FrameReader, frame
from zhulian.node.guard import Guard
from zhulian.node.methods import METHODS, Params, Request, Response

__all__ = ["CONNECTIONS_MAX", "REQUESTS_MAX", "Handler", "Server"]

Handler = Callable[[Any], Awaitable[Any]]
"""Takes the parameters of one method (a struct of `methods`), returns what msgpack can say, raises refusals."""

REQUESTS_MAX = 4096
"""How many requests of one connection are under way at once; one more is answered `Busy`."""
CONNECTIONS_MAX = 64

_ENCODER = msgspec.msgpack.Encoder()
_REQUEST = msgspec.msgpack.Decoder(Request)


class Server:
    """Answers requests on the socket at `path`, each in a task of its own, until `close`."""

    def __init__(
        self, handlers: Mapping[str, Handler], guard: Guard, shapes: Mapping[str, type[Params]] = {**METHODS, **APP_METHODS}
    ) -> None:
        """`shapes` are the parameters of each method; the ledger process's own, if no others are given."""
        self.handlers = dict(handlers)
        self.guard = guard
        self.connections: set[_Connection] = set()
        self.stopping = False
        self._decoders = {name: msgspec.msgpack.Decoder(shape) for name, shape in shapes.items()}
        self._server: asyncio.Server | None = None
        self._path = Path()

    async def start(self, path: Path) -> None:
        """Listen; only this user may connect. The folder's lock says that no other node listens there."""
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.unlink(missing_ok=True)  # noqa: ASYNC240 (nothing else runs yet)
        self._path = path
        before = os.umask(0o177)
        try:
            with reachable(path) as address:
                self._server = await asyncio.get_running_loop().create_unix_server(lambda: _Connection(self), address)
        finally:
            os.umask(before)

    def refuse_new(self) -> None:
        """From now on answer every new request with `NodeStopping`."""
        self.stopping = True

    async def drain(self) -> None:
        """Return when every request under way is answered and every answer is on its way out."""
        while any(each.unfinished for each in self.connections):  # noqa: ASYNC110 (once, at the end of a process)
            await asyncio.sleep(0.005)

    async def close(self) -> None:
        """Stop listening and hang up."""
        if self._server is not None:
            self._server.close()
            self._path.unlink(missing_ok=True)
        for each in tuple(self.connections):
            each.hang_up()

    def parameters(self, request: Request) -> Any:
        """The parameters of `request` in their method's shape.

        Raises:
            UnknownMethod, WrongParameters.
        """
        decoder = self._decoders.get(request.method)
        if decoder is None or request.method not in self.handlers:
            raise UnknownMethod(method=request.method[:64])
        try:
            return decoder.decode(request.params)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as wrong:
            raise WrongParameters(method=request.method, why=Words.quote(wrong)) from None


class _Connection(asyncio.Protocol):
    transport: asyncio.Transport

    def __init__(self, server: Server) -> None:
        self._server = server
        self._reader = FrameReader()
        self.under_way = 0

    @property
    def unfinished(self) -> bool:
        """Whether a request is not answered yet, or an answer not on its way."""
        return self.under_way > 0 or self.transport.get_write_buffer_size() > 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop has a class of its own
        if len(self._server.connections) >= CONNECTIONS_MAX:
            self.hang_up()
            return
        self._server.connections.add(self)

    def connection_lost(self, error: Exception | None) -> None:
        self._server.connections.discard(self)

    def pause_writing(self) -> None:
        self.transport.pause_reading()  # whoever does not read answers asks no further questions

    def resume_writing(self) -> None:
        if not self.transport.is_closing():
            self.transport.resume_reading()

    def data_received(self, data: bytes) -> None:
        try:
            for payload in self._reader.feed(data):
                self._take(_REQUEST.decode(payload))
        except (FrameTooLong, msgspec.DecodeError, UnicodeDecodeError, RecursionError):  # not our gateway
            self.transport.abort()

    def hang_up(self) -> None:
        """End the connection at once."""
        self.transport.abort()

    def _take(self, request: Request) -> None:
        try:
            if self._server.stopping:
                raise NodeStopping()
            if self.under_way >= REQUESTS_MAX:
                raise Busy(pending=self.under_way, retry_after_s=1)
            params = self._server.parameters(request)
        except Refusal as refusal:
            self._send(Response(request.id, True, refusal.as_problem()))
            return
        self.under_way += 1
        self._server.guard.spawn(self._answer(request.id, self._server.handlers[request.method], params))

    async def _answer(self, number: int, handler: Handler, params: Any) -> None:
        try:
            try:
                response = Response(number, False, await handler(params))
            except Refusal as refusal:
                response = Response(number, True, refusal.as_problem())
            self._send(response)
        finally:
            self.under_way -= 1

    def _send(self, response: Response) -> None:
        if self.transport.is_closing():
            return
        try:
            data = frame(_ENCODER.encode(response))
        except FrameTooLong as refusal:
            data = frame(_ENCODER.encode(Response(response.id, True, refusal.as_problem())))
        self.transport.write(data)
