"""Lines that break and lines that are slow."""

import asyncio
import contextlib
from urllib.parse import urlsplit

__all__ = ["Line"]


class Line:
    """A line to a server that can be cut and mended; slow where each piece takes `delay_s`, and `rate` bytes come in a second."""

    def __init__(self, to: str, delay_s: float = 0.0, rate: int = 0) -> None:
        self._delay_s, self._rate = delay_s, rate
        self._to = (urlsplit(to).hostname, urlsplit(to).port)
        self._writers: list[asyncio.StreamWriter] = []
        self._server: asyncio.Server | None = None
        self.port = 0

    async def mend(self) -> None:
        self._server = await asyncio.start_server(self._joined, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    def cut(self) -> None:
        assert self._server is not None
        self._server.close()
        for each in self._writers:
            each.transport.abort()
        self._writers.clear()

    async def _joined(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(*self._to)
        self._writers += [writer, back]
        await asyncio.gather(self._carry(reader, back), self._carry(there, writer))

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while piece := await reader.read(16_384 if self._rate else 65_536):
                if self._rate:
                    await asyncio.sleep(self._delay_s + len(piece) / self._rate)
                writer.write(piece)
                await writer.drain()
            writer.close()
