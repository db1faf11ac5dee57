"""What the browser asked for and was answered: each exchange with its headers, its body and who answered."""

import asyncio
import hashlib
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from zhulian.offchain.capture.limits import Limits

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, Request, Response

__all__ = ["Exchange", "Recorder"]

_FETCHED = ("http:", "https:")
_URL_MAX = 8_192


@dataclass
class Exchange:
    """One request and its response; `status` is 0 where none came, and `failure` says why. Times in Unix milliseconds.

    `body` is what the browser made of the response after unpacking (Content-Encoding); None where the browser no longer had it.
    """

    url: str
    method: str
    kind: str
    time_ms: int
    request_headers: list[tuple[str, str]] = field(default_factory=list)
    posted: bytes = b""
    status: int = 0
    reason: str = ""
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes | None = None
    failure: str = ""
    remote: str = ""
    tls: dict[str, str] = field(default_factory=dict)

    def shown(self) -> dict[str, Any]:
        """The exchange as a line of the list of resources."""
        told: dict[str, Any] = {"kind": self.kind, "method": self.method, "time_ms": self.time_ms, "url": self.url}
        if self.status:
            told |= {"status": self.status, "remote": self.remote}
        if self.body is not None:
            told |= {"bytes": len(self.body), "sha256": hashlib.sha256(self.body).hexdigest()}
        if self.failure:
            told["failure"] = self.failure
        return told


class Recorder:
    """Keeps every exchange of a browser, in the order in which the requests went out; `over` is set where there are too many."""

    def __init__(self, context: "BrowserContext", limits: Limits) -> None:
        self.exchanges: list[Exchange] = []
        self.over = asyncio.Event()
        self.too_many = False
        self.unfetched = 0
        self._limits = limits
        self._kept_bytes = 0
        self._known: dict[Request, Exchange] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        context.on("request", self._on_request)
        context.on("requestfinished", self._on_finished)
        context.on("requestfailed", self._on_failed)

    async def settle(self, seconds: float) -> None:
        """Wait for the bodies that are on their way from the browser, at most so long."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)

    def close(self) -> None:
        """Keep no more."""
        for each in self._tasks:
            each.cancel()

    def _on_request(self, request: "Request") -> None:
        if not request.url.startswith(_FETCHED):
            self.unfetched += 1  # data:, blob: and the like: nothing went over the network
            return
        if len(self.exchanges) >= self._limits.resources_max:
            self.too_many = True
            self.over.set()
            return
        made = Exchange(request.url[:_URL_MAX], request.method, request.resource_type, time.time_ns() // 1_000_000)
        self._known[request] = made
        self.exchanges.append(made)

    def _on_failed(self, request: "Request") -> None:
        known = self._known.get(request)
        if known is not None:
            known.failure = (request.failure or "failed")[:200]

    def _on_finished(self, request: "Request") -> None:
        if request in self._known and not self.over.is_set():
            task = asyncio.ensure_future(self._keep(request, self._known[request]))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _keep(self, request: "Request", kept: Exchange) -> None:
        from playwright.async_api import Error

        try:
            response = await request.response()
            kept.request_headers = _pairs(await request.headers_array())
            kept.posted = request.post_data_buffer or b""
            if response is None:
                kept.failure = "no response"
                return
            kept.status, kept.reason = response.status, response.status_text
            kept.headers = _pairs(await response.headers_array())
            await self._keep_ends(response, kept)
            if not 300 <= response.status < 400:
                kept.body = await response.body()
        except Error as no:
            kept.failure = no.message.partition("\n")[0][:200]
        self._kept_bytes += len(kept.body or b"")
        if self._kept_bytes > self._limits.bytes_max:
            self.over.set()

    @staticmethod
    async def _keep_ends(response: "Response", kept: Exchange) -> None:
        kept.tls = {name: str(value) for name, value in (await response.security_details() or {}).items()}


def _pairs(found: Any) -> list[tuple[str, str]]:
    return [(str(each["name"]), str(each["value"])) for each in found]
