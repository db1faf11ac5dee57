"""Open pages without a browser: a client that fetches a page and then speaks over its socket what the page's own script speaks."""

import ast
import asyncio
import json
import re
import time
import uuid
from typing import Any
from urllib.parse import urlencode

import httpx
import socketio

__all__ = ["Listener"]

_QUERY = re.compile(r"query: (\{.*?\}),\n")
_ACK_S = 3.0


class Listener:
    """One open page. `came` are the moments (monotonic seconds) of its updates, `words` what the newest of them brought."""

    def __init__(self, url: str, cookie: str) -> None:
        self._url = url
        self._headers = {"Cookie": cookie, "Origin": url}
        self._line = socketio.AsyncClient(reconnection=False)
        self._next = 0
        self._acking: asyncio.Task[None] | None = None
        self._client = ""
        self.came: list[float] = []
        self.words = ""
        self.lost = False

    async def open(self, http: httpx.AsyncClient, path: str) -> float:
        """Open the page; how many seconds its HTML took."""
        began = time.monotonic()
        answer = await http.get(self._url + path, headers=self._headers)
        took = time.monotonic() - began
        found = _QUERY.search(answer.text)
        assert answer.status_code == 200, answer.status_code
        assert found is not None, answer.text[:2_000]
        query: dict[str, Any] = ast.literal_eval(found[1])
        self._client, self._next = query["client_id"], int(query["next_message_id"])
        query |= {"document_id": str(uuid.uuid4()), "tab_id": str(uuid.uuid4()), "implicit_handshake": "true"}
        self._line.on("update", self._update)
        self._line.on("disconnect", self._disconnected)
        await self._line.connect(
            f"{self._url}?{urlencode(query)}",
            headers=self._headers,
            transports=["websocket"],
            socketio_path="/_nicegui_ws/socket.io",
        )
        self._acking = asyncio.create_task(self._ack())
        return took

    async def close(self) -> None:
        """Leave the page."""
        if self._acking is not None:
            self._acking.cancel()
        await self._line.disconnect()

    async def _update(self, message: dict[str, Any]) -> None:
        self._next = message.pop("_id", self._next) + 1
        self.came.append(time.monotonic())
        self.words = json.dumps(message, ensure_ascii=False)

    async def _disconnected(self, *_: object) -> None:
        self.lost = True

    async def _ack(self) -> None:
        while True:
            await asyncio.sleep(_ACK_S)
            await self._line.emit("ack", {"client_id": self._client, "next_message_id": self._next})
