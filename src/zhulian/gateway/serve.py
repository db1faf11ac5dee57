"""The gateway's process: one uvicorn server in front of the home's ledger socket."""

import asyncio
import contextlib
import logging
import resource
import signal
import socket
import sys

import msgspec
import uvicorn

from zhulian.errors import Refusal, Words
from zhulian.gateway.app import Gateway, build
from zhulian.gateway.doors import Doors
from zhulian.gateway.errors import PortNotFree
from zhulian.gateway.protocol import protocol_for
from zhulian.gateway.settings import Settings, load_settings
from zhulian.gateway.tls import Certificate
from zhulian.home import Home
from zhulian.node.rpc import LedgerClient
from zhulian.offchain.courier.methods import CourierClient
from zhulian.offchain.custody.methods import CustodyClient
from zhulian.offchain.index.methods import IndexClient
from zhulian.offchain.vault import open_vault

__all__ = ["REFUSED", "listen", "main", "open_doors", "serve"]

REFUSED = 3
"""The exit status where a refusal kept the gateway from starting; the last line of its stderr is the refusal as JSON."""

_BACKLOG = 2048
_GRACE_S = 5


def main(home: Home | None = None) -> int:
    """Serve the node of `home` (None: the default one) until SIGTERM or SIGINT; answers the exit status.

    The address is `[gateway]` of config.toml and ZHULIAN_PORT; the bounds are gateway.toml (see `settings`). The ledger
    process may come and go: meanwhile the answer is 503.
    """
    home = home or Home.default()
    try:
        place = home.config().gateway
        settings = load_settings(home.root / "gateway.toml")
        doors = open_doors(home, settings)
        listener = listen(place.host, place.port)
    except Refusal as refused:
        sys.stderr.write(f"{refused.say('zh')}\n{refused.say('en')}\n{msgspec.json.encode(refused.as_problem()).decode()}\n")
        return REFUSED
    ledger = LedgerClient(home.socket)
    gateway = build(
        ledger,
        settings,
        tokens=home.root / "gateway" / "tokens.json",
        anchors=home.root / "anchors",
        access=home.logs / "access",
        host=place.host,
        index=IndexClient(home.index_socket),
        vault=lambda kind: open_vault(home, kind),
        courier=CourierClient(home.courier_socket),
        custody=CustodyClient(home.custody_socket) if (home.root / home.config().custody.key_file).is_file() else None,
    )
    serve(gateway, settings, listener, doors)
    return 0


def open_doors(home: Home, settings: Settings) -> Doors:
    """Listen at the TLS door and at the one that redirects, where gateway.toml has them.

    Raises:
        BadTls: the certificate cannot be used. PortNotFree.
    """
    tls = settings.tls
    if tls is None:
        return Doors()
    certificate = Certificate(home.root / tls.certificate, home.root / tls.key)
    return Doors(listen(tls.host, tls.port), certificate, listen(tls.host, tls.redirect_port) if tls.redirect_port else None)


def serve(gateway: Gateway, settings: Settings, listener: socket.socket, doors: Doors) -> None:
    """Serve on an open socket, and at the doors beside it, until SIGTERM or SIGINT; streams are ended, requests under way are answered."""
    _more_files()
    for number in (signal.SIGTERM, signal.SIGINT):  # uvicorn takes them over, and raises them again once it is done
        signal.signal(number, lambda *_: None)
    config = uvicorn.Config(
        gateway.asgi,
        loop="uvloop",
        http=protocol_for(settings),
        ws="none",
        lifespan="on",
        access_log=False,
        log_level=logging.WARNING,
        proxy_headers=False,
        server_header=False,
        backlog=_BACKLOG,
        timeout_keep_alive=settings.keep_alive_s,
        timeout_graceful_shutdown=_GRACE_S,
    )
    _Server(config, gateway, settings, doors).run(sockets=[listener])


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, gateway: Gateway, settings: Settings, doors: Doors) -> None:
        super().__init__(config)
        self._gateway = gateway
        self._settings = settings
        self._doors = doors
        self._watch: asyncio.Task[None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.servers += await self._doors.open(self, self._settings)
        if self._doors.certificate is not None and self._settings.tls is not None:
            self._gateway.context.telemetry.show_certificate(self._doors.certificate)
            self._watch = asyncio.create_task(self._doors.certificate.watch(self._settings.tls.look_s))

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        if self._watch is not None:
            self._watch.cancel()
        await self._gateway.context.hub.close()  # before uvicorn waits for the streams to end
        await super().shutdown(sockets)


def listen(host: str, port: int) -> socket.socket:
    """A listening socket.

    Raises:
        PortNotFree: another process has the port, or the address is not this machine's.
    """
    try:
        family, kind, proto, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        with contextlib.ExitStack() as undo:
            listener = undo.enter_context(socket.socket(family, kind, proto))
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen(_BACKLOG)
            undo.pop_all()
    except OSError as wrong:
        raise PortNotFree(host=host, port=port, why=Words.quote(wrong.strerror or wrong)) from None
    return listener


def _more_files() -> None:
    """A connection is an open file; take as many as this user may."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
