"""Reading a body with bounds on size, time and memory, while it streams in."""

import asyncio

from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope

from zhulian.gateway.errors import BodyEmpty, BodyTooLarge, BodyTooSlow
from zhulian.gateway.gate import Ticket

__all__ = ["media_type", "read_body"]


async def read_body(scope: Scope, receive: Receive, ticket: Ticket, most: int, seconds: float) -> bytes:
    """The whole body, at most `most` bytes, within `seconds`.

    Raises:
        BodyTooLarge: at the first byte too many, or at once where Content-Length says so.
        BodyTooSlow, BodyEmpty: Overloaded from the gate.
        ClientDisconnect: the client went away.
    """
    declared = _declared(scope)
    if declared is not None and declared > most:
        raise BodyTooLarge(most=most)
    first = await _timed(receive, seconds) if declared != 0 else {"type": "http.request", "body": b"", "more_body": False}
    body = _chunk(first)
    if not first.get("more_body", False):  # nearly always: it came in one piece
        if not body:
            raise BodyEmpty()
        if len(body) > most:
            raise BodyTooLarge(most=most)
        ticket.hold(len(body))
        return body
    return await _read_rest(body, receive, ticket, most, seconds)


async def _read_rest(first: bytes, receive: Receive, ticket: Ticket, most: int, seconds: float) -> bytes:
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    chunks, size, more = [first], len(first), True
    ticket.hold(len(first))
    while more:
        if size > most:
            raise BodyTooLarge(most=most)
        message = await _timed(receive, max(0.0, end - loop.time()), seconds)
        chunk = _chunk(message)
        ticket.hold(len(chunk))
        chunks.append(chunk)
        size += len(chunk)
        more = bool(message.get("more_body", False))
    if size > most:
        raise BodyTooLarge(most=most)
    if not size:
        raise BodyEmpty()
    return b"".join(chunks)


async def _timed(receive: Receive, seconds: float, told: float | None = None) -> dict[str, object]:
    try:
        async with asyncio.timeout(seconds):
            return dict(await receive())
    except TimeoutError:
        raise BodyTooSlow(seconds=int(told if told is not None else seconds)) from None


def _chunk(message: dict[str, object]) -> bytes:
    if message["type"] == "http.disconnect":
        raise ClientDisconnect
    body = message.get("body", b"")
    return body if isinstance(body, bytes) else b""


def _declared(scope: Scope) -> int | None:
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() else None
    return None


def media_type(scope: Scope) -> str:
    """The content type without its parameters, in lower case; empty where none is given."""
    for name, value in scope["headers"]:
        if name == b"content-type":
            return str(value.partition(b";")[0].strip().lower().decode("latin-1"))
    return ""
