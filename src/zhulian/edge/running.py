"""The edge at work: doors for devices, the store, and the way to the chain, in one process with a worker for signatures."""

import asyncio
import contextlib
import os
import signal
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import uvicorn

from zhulian.client import connect_async
from zhulian.client.chain import AsyncChain
from zhulian.edge.errors import BrokerFault, PortTaken
from zhulian.edge.http import http_door
from zhulian.edge.intake import Intake
from zhulian.edge.known import KnownDevices
from zhulian.edge.sending import Sender
from zhulian.edge.store import Store
from zhulian.errors import Words
from zhulian.home import Home
from zhulian.node.guard import Guard
from zhulian.node.verifying import Verifier

if TYPE_CHECKING:
    from zhulian.edge.mqtt import MqttDoor

__all__ = ["EdgeSettings", "run_edge"]

_DAY_MS = 86_400_000
_FORGET_S = 3600.0
_HEAD_BYTES_MAX = 16 * 1024
_IDLE_S = 30
_DRAIN_S = 2


@dataclass(frozen=True)
class EdgeSettings:
    """How an edge works: its doors, what it keeps for how many days, and how often it asks the chain for devices."""

    folder: Path
    mqtt: str | None = None
    host: str = "127.0.0.1"
    port: int | None = 8440
    workers: int = 0
    keep_days: int = 400
    refresh_s: float = 5.0


async def run_edge(
    url: str,
    settings: EdgeSettings,
    *,
    signer: str | None = None,
    home: Home | None = None,
    passphrase: Callable[[], str] | str | None = None,
    on_ready: Callable[[dict[str, Any]], None] | None = None,
) -> None:
    """Take, keep and carry until SIGTERM or SIGINT. `signer` sends the batches; the devices have signed them.

    Raises:
        BrokerFault, PortTaken, NoSigner, FromNode, Unreachable: it cannot begin. Later absence of broker or node is waited for.
    """
    guard = Guard(asyncio.get_running_loop())
    store = Store(settings.folder)
    verifier = None
    try:
        root = None if home is None else home.root
        async with await connect_async(url, signer, home=root, passphrase=passphrase) as chain:
            chain.core.find_identity(signer)  # an edge without its key says so at once
            verifier = await Verifier.start(chain.core.genesis.suite, settings.workers or os.cpu_count() or 1, guard)
            await verifier.ready()
            await _serve(chain, store, verifier, settings, guard, on_ready)
    finally:
        if verifier is not None:
            await verifier.close()
        store.close()


async def _serve(
    chain: AsyncChain,
    store: Store,
    verifier: Verifier,
    settings: EdgeSettings,
    guard: Guard,
    on_ready: Callable[[dict[str, Any]], None] | None,
) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, guard.stop)
    known = KnownDevices(store)
    intake = Intake(chain.core.hasher, store, known, verifier)
    door = _mqtt_door(settings, chain, intake)

    async def answer(device: str, told: dict[str, Any]) -> None:
        if door is not None:
            await door.answer(device, told)

    sender = Sender(chain, store, known, answer)

    def status() -> dict[str, Any]:
        return {
            "batches": store.counts(),
            "chain": chain.core.chain,
            "devices": len(known),
            "mqtt": door is not None and door.is_joined,
            "refused": dict(sorted(intake.refused.items())),
            "taken": intake.taken,
            "waits": dict(sorted(sender.waits.items())[:100]),
        }

    await sender.begin(guard)
    server = None if settings.port is None else await _http(intake, store, status, settings, guard)
    for work in (sender.refresh(settings.refresh_s), intake.verify(), intake.write(), sender.run(), _forget(store, settings)):
        guard.spawn(work)
    try:
        if door is not None:
            await door.open()
        if on_ready is not None:
            on_ready({"http": None if server is None else server.address, "mqtt": settings.mqtt})
        await guard.wait()
    finally:
        if server is not None:
            await server.end()
        if door is not None:
            await door.close()


def _mqtt_door(settings: EdgeSettings, chain: AsyncChain, intake: Intake) -> "MqttDoor | None":
    if settings.mqtt is None:
        return None
    try:
        from zhulian.edge.mqtt import MqttDoor
    except ModuleNotFoundError:
        why = Words("缺少 paho-mqtt，请安装 zhulian[devices]", "paho-mqtt is not here, install zhulian[devices]")
        raise BrokerFault(url=settings.mqtt, why=why) from None
    name = chain.core.genesis.name
    return MqttDoor(settings.mqtt, name, f"zhulian-edge-{name}-{settings.folder.name}"[:60], intake.offer)


class _Server(uvicorn.Server):
    """The HTTP door; signals are the edge's own business."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()
        self.address = ""
        self.door: socket.socket | None = None
        self.work: asyncio.Task[None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin, and say so."""
        await super().startup(sockets)
        self.ready.set()

    async def end(self) -> None:
        """Take nothing new, answer what is under way, and close the door."""
        self.should_exit = True
        if self.work is not None:
            await self.work
        if self.door is not None:
            self.door.close()

    @contextlib.contextmanager
    def capture_signals(self) -> Any:
        """Leave signals alone."""
        yield


async def _http(intake: Intake, store: Store, status: Any, settings: EdgeSettings, guard: Guard) -> _Server:
    try:
        door = socket.create_server((settings.host, settings.port or 0))
    except OSError as wrong:
        raise PortTaken(address=f"{settings.host}:{settings.port}", why=Words.quote(wrong.strerror)) from None
    config = uvicorn.Config(
        http_door(intake, store, status),
        log_level="warning",
        access_log=False,
        server_header=False,
        h11_max_incomplete_event_size=_HEAD_BYTES_MAX,
        timeout_keep_alive=_IDLE_S,
        timeout_graceful_shutdown=_DRAIN_S,
        limit_concurrency=1000,
    )
    server = _Server(config)
    server.address = f"http://{settings.host}:{door.getsockname()[1]}"
    server.door, server.work = door, guard.spawn(server.serve([door]))
    await server.ready.wait()
    return server


async def _forget(store: Store, settings: EdgeSettings) -> None:
    while True:
        store.forget(int(time.time() * 1000) - settings.keep_days * _DAY_MS)
        await asyncio.sleep(_FORGET_S)
