"""ABCI's socket protocol: each message after its length as a varint, answers in the order of the questions of a connection."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, cast

from google.protobuf.message import DecodeError

from zhulian.consensus.comet.wire import Request, Response, reply
from zhulian.errors import Bug

__all__ = ["FRAME_BYTES_MAX", "AbciConnection", "FrameTooLong", "Frames", "NotARequest", "frame"]

FRAME_BYTES_MAX = 64 * 1024 * 1024
"""The longest message: a block with its commit, many times over."""
_VARINT_BYTES_MAX = 5


class FrameTooLong(Exception):
    """The peer announces a message that no engine sends; the connection ends."""


class NotARequest(Exception):
    """The peer sends what is no request of ABCI; the connection ends."""


class Frames:
    """Cuts a stream of bytes into messages."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[bytes]:
        """The messages that are complete with `data`.

        Raises:
            FrameTooLong.
        """
        buffer = self._buffer
        buffer += data
        found: list[bytes] = []
        at = 0
        while True:
            size, start = _length(buffer, at)
            if start < 0 or start + size > len(buffer):
                break
            found.append(bytes(buffer[start : start + size]))
            at = start + size
        del buffer[:at]
        return found


def _length(buffer: bytearray, at: int) -> tuple[int, int]:
    """The length that a varint at `at` gives, and where the message begins (-1: not all of the varint is there)."""
    size = shift = 0
    for place in range(at, min(len(buffer), at + _VARINT_BYTES_MAX)):
        size |= (buffer[place] & 0x7F) << shift
        if buffer[place] < 0x80:
            if size > FRAME_BYTES_MAX:
                raise FrameTooLong(f"{size} bytes")
            return size, place + 1
        shift += 7
    if len(buffer) - at >= _VARINT_BYTES_MAX:
        raise FrameTooLong("a length of more than five bytes")
    return 0, -1


def frame(payload: bytes) -> bytes:
    """The payload after its length."""
    size = len(payload)
    head = bytearray()
    while size > 0x7F:
        head.append(size & 0x7F | 0x80)
        size >>= 7
    head.append(size)
    return bytes(head) + payload


Answer = Callable[[str, Any], Awaitable[Any] | Any]
"""Answers a request, by its method and message, with a `Response`: at once, or by something that can be awaited."""


class AbciConnection(asyncio.Protocol):
    """One of the engine's connections (consensus, mempool, query, snapshot).

    Requests are begun in their order and answered in their order; such that take time (a signature to be verified) do not
    hold up the beginning of those behind them. The consensus connection asks one thing at a time by itself.
    """

    def __init__(self, answer: Answer, failed: Callable[[BaseException], None]) -> None:
        self._answer = answer
        self._failed = failed
        self._frames = Frames()
        self._transport: asyncio.Transport | None = None
        self._due: deque[asyncio.Future[Any]] = deque()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = cast(asyncio.Transport, transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """Give up what was not answered."""
        for each in self._due:
            each.cancel()
        self._due.clear()
        self._transport = None

    def data_received(self, data: bytes) -> None:
        """Begin whatever requests are complete."""
        try:
            requests = [_request(payload) for payload in self._frames.feed(data)]
        except (FrameTooLong, NotARequest):
            if self._transport is not None:
                self._transport.abort()
            return
        out: list[bytes] = []
        for request in requests:
            self._begin(request, out)
        if out and self._transport is not None:
            self._transport.write(b"".join(out))

    def _begin(self, request: Any, out: list[bytes]) -> None:
        method = request.WhichOneof("value")
        try:
            if method == "flush":
                found: Any = reply("flush")
            elif method == "echo":
                found = reply("echo", message=request.echo.message)
            else:
                found = self._answer(method, getattr(request, method))
        except (Exception, Bug) as error:  # noqa: BLE001 (told to the engine and to the node, which both end)
            self._stop(error)
            return
        if isinstance(found, Response) and not self._due:
            out.append(frame(found.SerializeToString()))
            return
        self._due.append(_future(found))
        self._due[-1].add_done_callback(self._settle)

    def _settle(self, _: "asyncio.Future[Any]") -> None:
        """Send what is answered, up to the first that is not."""
        out: list[bytes] = []
        while self._due and self._due[0].done():
            done = self._due.popleft()
            if done.cancelled():
                continue
            error = done.exception()
            if error is not None:
                self._stop(error)
                return
            out.append(frame(done.result().SerializeToString()))
        if out and self._transport is not None:
            self._transport.write(b"".join(out))

    def _stop(self, error: BaseException) -> None:
        """Tell the engine in words, which ends it, and tell the node, which ends itself."""
        if self._transport is not None:
            self._transport.write(frame(reply("exception", error=f"{type(error).__name__}: {error}").SerializeToString()))
        self._failed(error)


def _request(payload: bytes) -> Any:
    """The request of a message.

    Raises:
        NotARequest: it is no message of ABCI, or of a method that this version does not know.
    """
    try:
        request = Request.FromString(payload)
    except DecodeError as wrong:
        raise NotARequest(str(wrong)) from None
    if request.WhichOneof("value") is None:
        raise NotARequest("a method that is not known")
    return request


def _future(found: Any) -> "asyncio.Future[Any]":
    if isinstance(found, Response):
        done: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        done.set_result(found)
        return done
    return asyncio.ensure_future(cast(Awaitable[Any], found))
