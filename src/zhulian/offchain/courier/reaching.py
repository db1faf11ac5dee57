"""Connecting to addresses that users gave, without being led inside: names lie, so the address connected to is what is judged.

A name is resolved once, every address that it leads to is judged, and the connection goes to the very address that was judged:
no second answer of a name server can come in between. Redirects are not followed. Which addresses are inner ones is said in
`zhulian.offchain.addresses`.
"""

import asyncio
import socket
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import httpcore

from zhulian.errors import Words
from zhulian.offchain.addresses import Address, Networks, address_of, is_listed, may_reach
from zhulian.offchain.courier.errors import AddressNotAllowed, BadTarget, NotDelivered

__all__ = ["Reach", "judge", "require_target"]

_ANSWER_BYTES_MAX = 64 * 1024
_TIMEOUT_S = 10.0


def require_target(url: str) -> None:
    """Hold that `url` is one to deliver to, as far as its text says.

    Raises:
        BadTarget.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise BadTarget(url=url[:200], why=Words("无法解读", "it cannot be read")) from None
    if parts.scheme not in ("http", "https") or not parts.hostname or not url.isascii() or any(each <= " " for each in url):
        raise BadTarget(url=url[:200], why=Words("不是 http 或 https 地址", "it is no http or https address"))
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise BadTarget(url=url[:200], why=Words("不得带用户名或片段", "it has a user name or a fragment"))
    if port == 0:
        raise BadTarget(url=url[:200], why=Words("端口无效", "its port is not valid"))


def judge(host: str, text: str, allowed: Networks) -> Address:
    """The address, where it may be connected to.

    Raises:
        AddressNotAllowed.
    """
    address = address_of(text)
    if not may_reach(address, allowed):
        raise AddressNotAllowed(host=host[:120], address=text[:64])
    return address


class _Guarded(httpcore.AsyncNetworkBackend):
    """Connects to judged addresses only."""

    def __init__(self, allowed: Networks) -> None:
        self._allowed = allowed
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 (httpcore's own parameter)
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> httpcore.AsyncNetworkStream:
        """Resolve once, judge every address, and connect to the first one."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(timeout):
                found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as wrong:
            raise httpcore.ConnectError(str(wrong)) from None
        addresses = [judge(host, str(each[4][0]), self._allowed) for each in found]
        if not addresses:
            raise httpcore.ConnectError("no address")
        return await self._inner.connect_tcp(str(addresses[0]), port, timeout, local_address, socket_options)

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109
        socket_options: Any = None,
    ) -> httpcore.AsyncNetworkStream:
        """Never: no address of a user leads to a socket of this machine."""
        raise httpcore.UnsupportedProtocol("no sockets of this machine")

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)


class Reach:
    """Posts to addresses that users gave, and gets from them."""

    def __init__(self, allowed: Networks) -> None:
        self._allowed = allowed
        self._pool = httpcore.AsyncConnectionPool(
            network_backend=_Guarded(allowed), max_connections=32, max_keepalive_connections=8, keepalive_expiry=20
        )

    async def post(self, url: str, headers: Sequence[tuple[str, str]], body: bytes) -> int:
        """Send a POST; the answer's status. Its body is read up to 64 KiB and dropped.

        Raises:
            BadTarget: plain http to a public address. AddressNotAllowed. NotDelivered: no whole answer came.
        """
        return (await self._ask("POST", url, headers, body, _ANSWER_BYTES_MAX))[0]

    async def get(self, url: str, headers: Sequence[tuple[str, str]], most: int) -> tuple[int, bytes]:
        """Send a GET; status and body of the answer, which has at most `most` bytes.

        Raises:
            BadTarget: plain http to a public address. AddressNotAllowed. NotDelivered: no whole answer came, or it is too long.
        """
        status, body = await self._ask("GET", url, headers, None, most)
        if len(body) > most:
            raise NotDelivered(url=url[:200], why=Words(f"回答超过 {most} 字节", f"the answer has more than {most} bytes"))
        return status, body

    async def _ask(
        self, method: str, url: str, headers: Sequence[tuple[str, str]], body: bytes | None, most: int
    ) -> tuple[int, bytes]:
        """Status and body of the answer; of a body that is longer than `most`, some bytes more than that."""
        await self._require_secure(url)
        timeout = dict.fromkeys(("connect", "read", "write", "pool"), _TIMEOUT_S)
        try:
            async with asyncio.timeout(3 * _TIMEOUT_S):
                async with self._pool.stream(
                    method, url, headers=list(headers), content=body, extensions={"timeout": timeout}
                ) as answer:
                    read = bytearray()
                    async for chunk in answer.aiter_stream():
                        read += chunk
                        if len(read) > most:
                            break
                    return int(answer.status), bytes(read)
        except AddressNotAllowed:
            raise
        except (
            httpcore.NetworkError,
            httpcore.TimeoutException,
            httpcore.ProtocolError,
            httpcore.UnsupportedProtocol,
            OSError,
        ) as wrong:
            raise NotDelivered(url=url[:200], why=Words.quote(str(wrong) or type(wrong).__name__)) from None

    async def close(self) -> None:
        """Close all connections."""
        await self._pool.aclose()

    async def _require_secure(self, url: str) -> None:
        """Plain http is for networks that the operator allows; to the public, events go by https."""
        parts = urlsplit(url)
        if parts.scheme == "https":
            return
        host = parts.hostname or ""
        try:
            found = await asyncio.get_running_loop().getaddrinfo(host, parts.port or 80, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as wrong:
            raise NotDelivered(url=url[:200], why=Words.quote(wrong)) from None
        for each in found:
            if not is_listed(judge(host, str(each[4][0]), self._allowed), self._allowed):
                raise BadTarget(url=url[:200], why=Words("公网地址须用 https", "public addresses are reached by https"))
