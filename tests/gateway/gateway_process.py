"""A real gateway process in front of a fake ledger that answers on a real Unix socket."""

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import msgspec
from gateway_fake import FakeLedger

from zhulian.errors import Refusal
from zhulian.node.frames import FrameReader, frame
from zhulian.node.methods import METHODS, Request, Response

_REQUEST = msgspec.msgpack.Decoder(Request)


@asynccontextmanager
async def on_socket(ledger: FakeLedger, home: Path) -> AsyncIterator[None]:
    """The fake's methods on the home's socket, as the ledger process offers them."""
    lines: dict[asyncio.StreamWriter, asyncio.Task[None] | None] = {}
    decoders = {name: msgspec.msgpack.Decoder(shape) for name, shape in METHODS.items()}

    async def answer(request: Request, writer: asyncio.StreamWriter) -> None:
        method: Callable[..., Awaitable[Any]] = getattr(ledger, request.method)
        params = msgspec.structs.asdict(decoders[request.method].decode(request.params))
        if request.method == "transaction":
            params = {"transaction": params["id"]}
        try:
            response = Response(request.id, False, await method(**params))
        except Refusal as refused:
            response = Response(request.id, True, refused.as_problem())
        writer.write(frame(msgspec.msgpack.encode(response)))

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        frames = FrameReader()
        lines[writer] = asyncio.current_task()
        questions: set[asyncio.Task[None]] = set()
        try:
            while data := await reader.read(1 << 18):
                for payload in frames.feed(data):
                    task = asyncio.create_task(answer(_REQUEST.decode(payload), writer))
                    questions.add(task)
                    task.add_done_callback(questions.discard)
        finally:
            for task in questions:
                task.cancel()
            writer.transport.abort()

    path = home / "run" / "ledger.sock"
    path.parent.mkdir(parents=True, exist_ok=True)
    server = await asyncio.start_unix_server(connected, path)
    try:
        yield
    finally:
        server.close()
        for writer in lines:
            writer.transport.abort()
        await asyncio.gather(*(task for task in lines.values() if task is not None), return_exceptions=True)
        path.unlink()


@dataclass
class Running:
    """A gateway process: its address, its port, its process."""

    url: str
    port: int
    process: "subprocess.Popen[bytes]"

    def resident(self) -> int:
        """Resident memory in bytes."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")


@asynccontextmanager
async def running(home: Path, settings: str = "") -> AsyncIterator[Running]:
    """Start `python -m zhulian.gateway` on a free port, wait until it answers, and end it by its id."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    home.mkdir(parents=True, exist_ok=True)  # noqa: ASYNC240
    (home / "gateway.toml").write_text(settings)
    environment = os.environ | {"ZHULIAN_HOME": str(home), "ZHULIAN_PORT": str(port), "PYTHONPATH": os.pathsep.join(sys.path)}
    with (home / "gateway.log").open("wb") as log:
        process = subprocess.Popen([sys.executable, "-m", "zhulian.gateway"], env=environment, stdout=log, stderr=log)  # noqa: ASYNC220
    url = f"http://127.0.0.1:{port}"
    try:
        async with httpx.AsyncClient(trust_env=False) as http, asyncio.timeout(20):
            while True:
                if process.poll() is not None:
                    raise RuntimeError((home / "gateway.log").read_text())
                try:
                    await http.get(url + "/assets/icon.svg")
                    break
                except httpx.TransportError:
                    await asyncio.sleep(0.05)
        yield Running(url, port, process)
    finally:
        process.terminate()
        try:
            await asyncio.to_thread(process.wait, 10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
