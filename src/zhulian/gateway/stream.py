"""Server-sent events: one reader follows the ledger, any number of streams follow the reader, each at its own height."""

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator
from typing import Any

from zhulian.errors import Refusal
from zhulian.gateway.answers import encoded
from zhulian.gateway.errors import TooManyStreams
from zhulian.gateway.ledger import Ledger

__all__ = ["Hub", "as_event"]

_KEPT_MAX = 256
_KEPT_BYTES_MAX = 16 * 1024 * 1024
"""How much of the newest blocks is kept ready; a stream further behind reads from the ledger itself."""
_PAGE = 64
_WAIT_MS = 5_000
_PAUSE_S = 1.0


def as_event(block: dict[str, Any]) -> bytes:
    """One block as a server-sent event whose id is the height (WHATWG HTML §9.2)."""
    return b"id: %d\nevent: block\ndata: %s\n\n" % (block["height"], encoded(block))


class Hub:
    """Follows the ledger while anybody listens."""

    def __init__(self, ledger: Ledger, streams_max: int, heart_beat_s: float) -> None:
        self._ledger = ledger
        self._streams_max = streams_max
        self._heart_beat_s = heart_beat_s
        self._kept: deque[tuple[int, bytes]] = deque()
        self._kept_bytes = 0
        self._news = asyncio.Event()
        self._reader: asyncio.Task[None] | None = None
        self._closing = False
        self.streams = 0

    def enter(self) -> None:
        """Take one of the streams.

        Raises:
            TooManyStreams: all are taken.
        """
        if self.streams >= self._streams_max or self._closing:
            raise TooManyStreams(most=self._streams_max, retry_after_s=5)
        self.streams += 1

    def leave(self) -> None:
        """Give it back; the last one stops the reader."""
        self.streams -= 1
        if not self.streams and self._reader is not None:
            self._reader.cancel()
            self._reader = None
            self._kept.clear()
            self._kept_bytes = 0

    async def follow(self, after_height: int) -> AsyncIterator[bytes]:
        """Events of every block above `after_height`, in order and without a gap; comments as heart-beats.

        While the ledger is away the heart-beats go on, and the stream continues where it was.
        """
        yield b"retry: 1000\n: zhulian\n\n"
        at = after_height
        while not self._closing:
            news = self._news
            async for height, event in self._due(at):
                at = height
                yield event
            if news is not self._news:  # something came in meanwhile
                continue
            self._start(at)
            try:
                async with asyncio.timeout(self._heart_beat_s):
                    await news.wait()
            except TimeoutError:
                yield b": \n\n"

    async def close(self) -> None:
        """End every stream, so that the process can end."""
        self._closing = True
        self._wake()
        if self._reader is not None:
            self._reader.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._reader

    async def _due(self, at: int) -> AsyncIterator[tuple[int, bytes]]:
        while not self._closing:
            if self._kept and self._kept[0][0] <= at + 1:
                for height, event in tuple(self._kept):
                    if height > at:
                        at = height
                        yield height, event
                if not self._kept or self._kept[0][0] <= at + 1:  # not overtaken while a slow client was reading
                    return
            found = await self._ask(at, 0)
            if not found:
                return
            for block in found:
                at = block["height"]
                yield at, as_event(block)

    def _start(self, at: int) -> None:
        if self._reader is None or self._reader.done():
            self._reader = asyncio.get_running_loop().create_task(self._read(at))

    async def _read(self, at: int) -> None:
        if self._kept:
            at = self._kept[-1][0]
        while True:
            found = await self._ask(at, _WAIT_MS)
            for block in found:
                at = block["height"]
                self._keep(at, as_event(block))
            if found:
                self._wake()

    def _keep(self, height: int, event: bytes) -> None:
        self._kept.append((height, event))
        self._kept_bytes += len(event)
        while len(self._kept) > _KEPT_MAX or (self._kept_bytes > _KEPT_BYTES_MAX and len(self._kept) > 1):
            self._kept_bytes -= len(self._kept.popleft()[1])

    async def _ask(self, at: int, wait_ms: int) -> list[dict[str, Any]]:
        try:
            return await self._ledger.events(at, _PAGE, wait_ms)
        except (Refusal, ConnectionError):
            await asyncio.sleep(_PAUSE_S)
            return []

    def _wake(self) -> None:
        news, self._news = self._news, asyncio.Event()
        news.set()
