"""uvicorn's HTTP/1.1 reader with what it lacks: a bound on the head's size, on the time it may take, and on connections."""

import asyncio
from typing import Any, ClassVar

import msgspec
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from zhulian.gateway.errors import Overloaded, UnreadableRequest
from zhulian.gateway.problems import PROBLEM, RETRY_AFTER_S, as_problem
from zhulian.gateway.settings import Settings

__all__ = ["protocol_for"]


class _HeadTooLong(Exception):
    pass


class _Bounded(HttpToolsProtocol):
    """A slow head (slow-loris) loses its line after `head_s`, a long one is answered at once."""

    settings: ClassVar[Settings]

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._head_bytes = 0
        self._head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take the line, or say at once that there are too many."""
        super().connection_made(transport)
        if len(self.connections) > self.settings.connections_max:
            self._answer(429, as_problem(Overloaded(retry_after_s=RETRY_AFTER_S).as_problem(), self.settings.language))
            return
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the timer with the line."""
        self._head_arrived()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Between two requests, the first byte of the next one starts its clock; in the midst of one nothing changes."""
        if self._head_timer is None and self._between_requests():
            self._await_head()
        if not self.transport.is_closing():
            super().data_received(data)

    def on_message_begin(self) -> None:
        """A new head begins."""
        self._head_bytes = 0
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        """Count the request line."""
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Count a header."""
        self._count(len(name) + len(value) + 4)
        super().on_header(name, value)

    def on_body(self, body: bytes) -> None:
        """Keep the body for the route; no route reads one of a GET, so that none is kept."""
        if self.scope["method"] not in ("GET", "HEAD"):
            super().on_body(body)

    def on_headers_complete(self) -> None:
        """The head is here; the body has its own clock (see `bodies`)."""
        self._head_arrived()
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        """A problem document in place of plain text."""
        if not self.transport.is_closing():
            refused = UnreadableRequest(most=self.settings.head_bytes_max).as_problem()
            self._answer(400, as_problem(refused, self.settings.language))

    def _between_requests(self) -> bool:
        cycle: RequestResponseCycle | None = self.cycle
        return cycle is None or cycle.response_complete

    def _count(self, size: int) -> None:
        self._head_bytes += size
        if self._head_bytes > self.settings.head_bytes_max:
            raise _HeadTooLong

    def _await_head(self) -> None:
        self._head_timer = self.loop.call_later(self.settings.head_s, self._too_slow)

    def _head_arrived(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _too_slow(self) -> None:
        self._head_timer = None
        if not self.transport.is_closing():
            self.transport.close()

    def _answer(self, status: int, problem: dict[str, Any]) -> None:
        body = msgspec.json.encode(problem)
        reason = b"Too Many Requests" if status == 429 else b"Bad Request"
        head = b"HTTP/1.1 %d %s\r\ncontent-type: %s\r\ncontent-length: %d\r\nretry-after: %d\r\nconnection: close\r\n\r\n"
        self.transport.write(head % (status, reason, PROBLEM.encode(), len(body), RETRY_AFTER_S) + body)
        self.transport.close()


def protocol_for(settings: Settings) -> type[asyncio.Protocol]:
    """The protocol class for uvicorn's `http`."""
    return type("Bounded", (_Bounded,), {"settings": settings})
