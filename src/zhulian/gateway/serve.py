"""The gateway's process: one uvicorn server in front of the home's ledger socket."""

import contextlib
import json
import logging
import os
import resource
import socket
from pathlib import Path

import uvicorn

from zhulian.gateway.app import Gateway, build
from zhulian.gateway.protocol import protocol_for
from zhulian.gateway.settings import Settings, load_settings
from zhulian.node.rpc import LedgerClient

__all__ = ["main", "serve"]

_BACKLOG = 2048
_GRACE_S = 5


def main(home: Path, host: str = "127.0.0.1", port: int = 8420, ready_fd: int | None = None) -> None:
    """Serve the node of `home` until SIGTERM or SIGINT.

    `ready_fd` is written one line (`{"url": …}`) and closed once the port is open, so that a parent can wait for it.

    Raises:
        OSError: the port cannot be listened on. WrongShape: `[gateway]` in config.toml is wrong.
    """
    listener = _listen(host, port)
    ledger = LedgerClient(home / "run" / "ledger.sock")
    settings = load_settings(home / "config.toml")
    gateway = build(ledger, settings, tokens=home / "gateway" / "tokens.json", host=host)
    if ready_fd is not None:
        with os.fdopen(ready_fd, "w") as out:
            out.write(json.dumps({"url": f"http://{host}:{listener.getsockname()[1]}"}) + "\n")
    serve(gateway, settings, listener)


def serve(gateway: Gateway, settings: Settings, listener: socket.socket) -> None:
    """Serve on an open socket until SIGTERM or SIGINT; streams are ended, requests under way are answered."""
    _more_files()
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
    _Server(config, gateway).run(sockets=[listener])


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, gateway: Gateway) -> None:
        super().__init__(config)
        self._gateway = gateway

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await self._gateway.context.hub.close()  # before uvicorn waits for the streams to end
        await super().shutdown(sockets)


def _listen(host: str, port: int) -> socket.socket:
    family, kind, proto, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    listener = socket.socket(family, kind, proto)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
        listener.listen(_BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


def _more_files() -> None:
    """A connection is an open file; take as many as this user may."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
