"""Lines to a node over HTTP: the blocking and the awaiting one, and what both make of a broken connection."""

import asyncio
import ipaddress
import os
import ssl
import time
from typing import Any
from urllib.parse import urlsplit

import httpx

from zhulian.client.errors import BadAuthority, Unreachable, UnsafeAddress
from zhulian.client.flow import Answer, Call, Effect, Pause, Work
from zhulian.client.signing import RequestSigner
from zhulian.errors import Words

__all__ = ["AsyncHttpLine", "HttpLine", "base_url"]

_CONNECT_S = 5.0


def base_url(url: str) -> str:
    """The node's address without a trailing slash.

    Raises:
        UnsafeAddress: where it is no http or https address, or carries a user name, a query or a fragment.
    """
    parts = urlsplit(url)
    try:
        port_is_right = parts.port is None or parts.port > 0
    except ValueError:
        port_is_right = False
    if (
        parts.scheme not in ("http", "https")
        or not parts.hostname
        or parts.username
        or parts.query
        or parts.fragment
        or not port_is_right
    ):
        raise UnsafeAddress(url=url)
    return url.rstrip("/")


class HttpLine:
    """Performs a flow's effects, blocking. One line may be used from several threads."""

    def __init__(self, url: str, headers: dict[str, str] | None = None, transport: httpx.BaseTransport | None = None) -> None:
        self.url = base_url(url)
        self.signer = RequestSigner()
        self._client = httpx.Client(
            auth=self.signer,
            base_url=self.url,
            headers=headers,
            transport=transport,
            verify=_authorities(),
            trust_env=not _is_here(self.url),
            follow_redirects=False,
            limits=_LIMITS,
        )

    def perform(self, effect: Effect) -> Any:
        """The outcome of `effect`.

        Raises:
            Unreachable: where no whole answer came.
        """
        if isinstance(effect, Pause):
            time.sleep(effect.seconds)
            return None
        if isinstance(effect, Work):
            return effect.function()
        try:
            return _answer(self._client.send(_request(self._client, effect)))
        except httpx.TransportError as fault:
            raise _lost(self.url, fault) from None

    def stream(self, effect: Call) -> Any:
        """A context manager around an answer whose body arrives bit by bit (httpx.Response)."""
        return self._client.stream(
            effect.method,
            effect.path,
            params=list(effect.query) or None,
            timeout=_timeout(effect),
            headers={"Accept": effect.media},
        )

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


class AsyncHttpLine:
    """Performs a flow's effects, awaiting."""

    def __init__(
        self, url: str, headers: dict[str, str] | None = None, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self.url = base_url(url)
        self.signer = RequestSigner()
        self._client = httpx.AsyncClient(
            auth=self.signer,
            base_url=self.url,
            headers=headers,
            transport=transport,
            verify=_authorities(),
            trust_env=not _is_here(self.url),
            follow_redirects=False,
            limits=_LIMITS,
        )

    async def perform(self, effect: Effect) -> Any:
        """The outcome of `effect`.

        Raises:
            Unreachable: where no whole answer came.
        """
        if isinstance(effect, Pause):
            await asyncio.sleep(effect.seconds)
            return None
        if isinstance(effect, Work):
            return await asyncio.to_thread(effect.function)
        try:
            return _answer(await self._client.send(_request(self._client, effect)))
        except httpx.TransportError as fault:
            raise _lost(self.url, fault) from None

    def stream(self, effect: Call) -> Any:
        """An asynchronous context manager around an answer whose body arrives bit by bit (httpx.Response)."""
        return self._client.stream(
            effect.method,
            effect.path,
            params=list(effect.query) or None,
            timeout=_timeout(effect),
            headers={"Accept": effect.media},
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()


_LIMITS = httpx.Limits(max_connections=64, max_keepalive_connections=16)


def _authorities() -> ssl.SSLContext | bool:
    """The CAs that a node's TLS certificate is held against: those that ZHULIAN_CA names (a PEM file), else the machine's.

    Raises:
        BadAuthority: the file cannot be read as one.
    """
    named = os.environ.get("ZHULIAN_CA")
    if not named:
        return True
    try:
        return ssl.create_default_context(cafile=named)
    except (OSError, ssl.SSLError) as wrong:
        raise BadAuthority(path=named, why=Words.quote(getattr(wrong, "strerror", None) or wrong)) from None


def _request(client: httpx.Client | httpx.AsyncClient, wanted: Call) -> httpx.Request:
    headers = {"Accept": "application/json, application/problem+json", **wanted.headers}
    if wanted.body is not None:
        headers["Content-Type"] = wanted.media
    return client.build_request(
        wanted.method,
        wanted.path,
        params=list(wanted.query) or None,
        content=wanted.body,
        headers=headers,
        timeout=_timeout(wanted),
    )


def _timeout(wanted: Call) -> httpx.Timeout:
    return httpx.Timeout(wanted.timeout_s, connect=min(_CONNECT_S, wanted.timeout_s))


def _answer(response: httpx.Response) -> Answer:
    return Answer(response.status_code, response.content, {name.lower(): value for name, value in response.headers.items()})


def _lost(url: str, fault: httpx.TransportError) -> Unreachable:
    unsent = isinstance(fault, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout | httpx.UnsupportedProtocol)
    return Unreachable(url=url, why=Words.quote(str(fault) or type(fault).__name__), sent=not unsent)


def _is_here(url: str) -> bool:
    """Whether the address is this machine's own, which no proxy of the environment can reach."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
