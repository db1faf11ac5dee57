"""The doors beside the plain one: TLS, and a plain port that only says where to go."""

import asyncio
import socket
from collections.abc import Callable
from dataclasses import dataclass

import uvicorn
from starlette.types import Receive, Scope, Send

from zhulian.gateway.settings import Settings
from zhulian.gateway.tls import Certificate

__all__ = ["Doors", "Redirect"]


@dataclass(frozen=True)
class Doors:
    """What is open beside the plain door: the TLS listener with its certificate, and the listener that redirects."""

    tls: socket.socket | None = None
    certificate: Certificate | None = None
    redirect: socket.socket | None = None

    async def open(self, server: uvicorn.Server, settings: Settings) -> list[asyncio.Server]:
        """Serve on them beside `server`, which has started and counts their lines among its own."""
        loop = asyncio.get_running_loop()
        opened: list[asyncio.Server] = []
        if self.tls is not None and self.certificate is not None:
            opened.append(
                await loop.create_server(
                    _protocols(server, server.config),
                    sock=self.tls,
                    ssl=self.certificate.context,
                    ssl_handshake_timeout=settings.head_s,
                )
            )
        if self.redirect is not None:
            config = uvicorn.Config(
                Redirect(settings.public_url),
                http=server.config.http,
                lifespan="off",
                ws="none",
                server_header=False,
                log_config=None,
            )
            config.load()
            opened.append(await loop.create_server(_protocols(server, config), sock=self.redirect))
        return opened


def _protocols(server: uvicorn.Server, config: uvicorn.Config) -> Callable[[], asyncio.Protocol]:
    def make() -> asyncio.Protocol:
        return config.http_protocol_class(config=config, server_state=server.server_state, app_state=server.lifespan.state)  # type: ignore[call-arg]

    return make


class Redirect:
    """An ASGI application whose only answer is 308 to the same path at `public_url` (RFC 9110 §15.4.9).

    The Host header plays no part in where it leads, so nobody can borrow it to send people elsewhere.
    """

    def __init__(self, public_url: str) -> None:
        self._to = public_url.rstrip("/").encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        path: bytes = scope.get("raw_path") or b"/"
        query: bytes = scope["query_string"]
        to = self._to + b"/" + path.lstrip(b"/") + (b"?" + query if query else b"")
        headers = [(b"location", to), (b"content-length", b"0"), (b"connection", b"close")]
        await send({"type": "http.response.start", "status": 308, "headers": headers})
        await send({"type": "http.response.body", "body": b""})
