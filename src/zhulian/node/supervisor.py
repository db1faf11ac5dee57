"""One node as a person sees it: starts the processes, waits, and ends them together.

The supervisor's process id is the node's. The kernel kills its children when it dies; when a child dies, it ends the
others; nothing is started again unasked, for a process that died once may have a reason. What only stands beside the node
(`_BESIDE`, such as the search index) starts after it and never ends it: it is started again, ever more slowly.
"""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from zhulian.errors import Refusal, Words
from zhulian.files import write_atomically
from zhulian.home import Home, make_door_folder
from zhulian.node.children import REFUSED, spawn
from zhulian.node.comet.starting import height_asked, prepare_engine
from zhulian.node.errors import PortTaken, ProcessEnded, RemoteRefusal
from zhulian.node.hearing import Ear
from zhulian.node.lock import FolderLock
from zhulian.node.logs import Level, Log
from zhulian.node.renewal import keep_certificates
from zhulian.node.rpc import LedgerClient

__all__ = ["Running", "supervise"]

_GATEWAY = (  # by its name: arrows point down, so the node does not import the gateway
    "import sys; from pathlib import Path; from zhulian.gateway.serve import main; from zhulian.home import Home; "
    "sys.exit(main(Home(Path(sys.argv[1]))))"
)
_STOP_S = {
    "anchoring": 3.0,
    "console": 3.0,
    "courier": 5.0,
    "custody": 5.0,
    "engine": 8.0,
    "gateway": 8.0,
    "index": 5.0,
    "keeper": 3.0,
    "ledger": 15.0,
    "light": 2.0,
    "oracle": 3.0,
}
_BESIDE = {
    "anchoring": "zhulian.network.anchoring",
    "console": "zhulian.console.process",
    "courier": "zhulian.offchain.courier.process",
    "custody": "zhulian.offchain.custody.process",
    "index": "zhulian.opener.process",
    "keeper": "zhulian.keeper",
    "oracle": "zhulian.reader.process",
}
"""Processes beside the node, by name: the module that each runs."""
_AGAIN_S = (1.0, 5.0, 30.0, 300.0)
_LAST_WORDS_S = 5.0
_LAST_LINES = 20
_STEPS_BACK_MAX = 3
"""How often the ledger steps back to the engine in one start: twice at most where the engine lost results besides blocks."""
_ENGINE_THREADS_MIN = 4
"""Threads that the engine's goroutines run on, whatever the number of cores. A timer in a stock engine's socket to this ledger
fires every 20 ns until whoever writes there has its turn; on one thread it keeps the writer from that turn for milliseconds at
every request, which made a block take ten times as long."""


@dataclass(frozen=True)
class Running:
    """A node that accepts deposits: the supervisor's process id, the gateway's address, and the chain's status."""

    pid: int
    url: str
    status: dict[str, Any]


@dataclass(frozen=True)
class _Child:
    name: str
    process: "subprocess.Popen[bytes]"
    ear: Ear
    log: Path
    ended: "asyncio.Event"

    @property
    def beside(self) -> bool:
        """Whether the node goes on without it."""
        return self.name.partition(" ")[0] in _BESIDE


def supervise(
    home: Home,
    *,
    on_ready: Callable[[Running], None],
    port: int | None = None,
    workers: int | None = None,
    confirm_clock: bool = False,
    new_seal_log: bool = False,
) -> None:
    """Run the node of `home` in the foreground until SIGTERM, SIGINT or SIGHUP; returns after an orderly stop.

    `on_ready` is called once deposits are accepted. `port` (0: any free one) and `workers` win over the home's
    configuration; `confirm_clock` says that a person has looked at the clock, `new_seal_log` that one knows the seal log to be
    lost and the data to be the newest. The caller has one thread.

    Raises:
        FolderInUse, PortTaken: nothing was started. ProcessEnded: a process died, and the node with it.
        Refusal: what a process of the node refused to start or go on with, with its own number.
    """
    config = home.config()
    home.genesis_bytes()
    os.umask(0o077)  # what a node writes is its user's alone
    with FolderLock.take(home.lock) as lock:
        home.node_file.unlink(missing_ok=True)  # of a node that was killed
        for socket_file in (home.abci_socket, home.engine_socket, home.light_socket, home.shown_validators):
            socket_file.unlink(missing_ok=True)
        if config.node.engine == "cometbft":
            make_door_folder(home.abci_socket.parent)
        host = config.gateway.host
        where = host, _free(host, config.gateway.port if port is None else port)
        log = Log(home.logs, "supervisor")
        said = [*(["--confirm-clock"] if confirm_clock else []), *(["--new-seal-log"] if new_seal_log else [])]
        try:
            asyncio.run(_Supervisor(home, log, on_ready).run(lock, where, workers or config.node.workers, said, port == 0))
        except Refusal as refusal:
            log.write("ended", level="error", **refusal.as_problem())
            raise
        finally:
            home.node_file.unlink(missing_ok=True)
            log.close()


class _Supervisor:
    def __init__(self, home: Home, log: Log, on_ready: Callable[[Running], None]) -> None:
        self._home = home
        self._log = log
        self._engine_log = Log(home.logs, "engine")
        self._on_ready = on_ready
        self._children: list[_Child] = []
        self._change = asyncio.Event()
        self._asked = 0
        self._engine_command: list[str] = []
        self._steps_back = 0
        self._stepping: asyncio.Task[None] | None = None
        self._refused: Refusal | None = None
        self._falls: dict[str, int] = {}
        self._beside: dict[str, Sequence[str]] = {}
        self._console: tuple[str, int] | None = None

    async def run(self, lock: FolderLock, where: tuple[str, int], workers: int, said: Sequence[str], any_port: bool) -> None:
        """`said` are the flags by which a person vouches for something, handed on to the ledger process."""
        loop = asyncio.get_running_loop()
        keeping: asyncio.Future[None] | None = None
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            loop.add_signal_handler(number, self._stop_asked)
        try:
            arguments = ["-m", "zhulian.node.ledger_process", str(self._home.root), "--lock-fd", str(lock.number)]
            arguments += ["--workers", str(workers), *said]
            self._start("ledger", arguments, [lock.number])
            self._console = _console_place(self._home, where[1], any_port)
            asked = {"ZHULIAN_PORT": str(where[1]), "ZHULIAN_CONSOLE_URL": _url(*self._console) if self._console else ""}
            self._start("gateway", ["-c", _GATEWAY, str(self._home.root)], [], {**os.environ, **asked})
            if self._home.config().node.engine == "cometbft":
                await self._start_engine()
            status = await self._until_accepting(*where)
            if status is not None:
                self._ready(Running(os.getpid(), _url(*where), status))
                self._start_beside(_url(*where))
                keeping = asyncio.ensure_future(keep_certificates(self._home, _url(*where), self._log))
            while not self._over:
                await self._change.wait()
                self._change.clear()
            await self._hear_out()
            self._raise_why()
        finally:
            if keeping is not None:
                keeping.cancel()
                await asyncio.gather(keeping, return_exceptions=True)
            await self._stop_all()
            self._engine_log.close()
        self._log.write("stopped")

    @property
    def _over(self) -> bool:
        return self._asked > 0 or any(each.ended.is_set() for each in self._children if not each.beside)

    def _start_beside(self, url: str) -> None:
        """Start what stands beside the node: search index, courier, custody and readers of sources where they are set up, and the keepers of key shares that this home names."""
        config = self._home.config()
        if config.index.enabled:
            self._run_beside("index", (url,))
        if config.courier.enabled:
            self._run_beside("courier", ())
        if config.custody.agent and (self._home.root / config.custody.key_file).is_file():
            self._run_beside("custody", ())
        if self._console is not None:
            self._run_beside("console", (url, self._console[0], str(self._console[1])))
        for keeper in config.node.keepers:
            self._run_beside(f"keeper {keeper}", (keeper, url))
        if (self._home.root / "anchor.toml").is_file():
            self._run_beside("anchoring", ())
        if (self._home.root / "sources.toml").is_file():
            self._run_beside("oracle", (url,))

    def _run_beside(self, name: str, more: Sequence[str]) -> None:
        """Start a process beside the node, in place of one that has ended."""
        if not self._over:
            self._children = [each for each in self._children if each.name != name]
            self._beside[name] = more
            self._start(name, ["-m", _BESIDE[name.partition(" ")[0]], str(self._home.root), *more], [])

    async def _start_engine(self) -> None:
        """Start the consensus engine as soon as the ledger's door for it is open; it asks where to go on by itself."""
        prepared = prepare_engine(self._home)  # which asks other members where this node is new
        doors = [self._home.abci_socket]
        if prepared.is_new:
            self._log.write("the engine begins at a snapshot")
            doors.append(self._home.light_socket)
            self._start("light", ["-m", "zhulian.node.comet.light_door", str(self._home.root)], [])
        while not self._over and not all(each.exists() for each in doors):  # noqa: ASYNC110 (files, once, at the start)
            await asyncio.sleep(0.02)
        self._engine_command = prepared.command
        self._run_engine()

    def _run_engine(self) -> None:
        program, *arguments = self._engine_command
        threads = {"GOMAXPROCS": str(max(_ENGINE_THREADS_MIN, os.cpu_count() or 1))}
        if not self._over:
            self._start("engine", arguments, [], {**threads, **os.environ}, program=program)

    async def _step_back(self, child: _Child, engine_height: int) -> None:
        """The engine came back behind the ledger, as after a power cut: let the ledger go back to it, and start it again."""
        self._log.write("the engine is behind the ledger", level="warning", engine_height=engine_height)
        client = LedgerClient(self._home.socket)
        try:
            await client.step_back(engine_height)
        except Refusal as refusal:
            self._refused = refusal
            child.ended.set()
            self._change.set()
            return
        finally:
            await client.close()
        self._children.remove(child)
        self._steps_back += 1
        self._run_engine()

    def _start(
        self,
        name: str,
        arguments: Sequence[str],
        pass_fds: Sequence[int],
        environment: Mapping[str, str] | None = None,
        program: str = sys.executable,
    ) -> None:
        log = self._engine_log if name == "engine" else self._log
        ear = Ear(log, name)
        process = spawn(arguments, pass_fds=pass_fds, environment=environment, stdout=ear.pipe, stderr=ear.pipe, program=program)
        ear.started()
        child = _Child(name, process, ear, log.path, asyncio.Event())
        self._children.append(child)
        number = os.pidfd_open(process.pid)
        asyncio.get_running_loop().add_reader(number, self._child_ended, child, number)
        self._log.write("started", child=name, pid=process.pid)

    async def _until_accepting(self, host: str, port: int) -> dict[str, Any] | None:
        """The chain's status once deposits are accepted at the gateway; None where a stop came first."""
        client = LedgerClient(self._home.socket)
        try:
            while not self._over:
                with contextlib.suppress(ConnectionError, Refusal):
                    status = await client.status()
                    if status["accepting"] and await _answers(host, port):
                        return status
                await asyncio.sleep(0.02)
        finally:
            await client.close()
        return None

    def _ready(self, running: Running) -> None:
        note = msgspec.json.encode({"pid": running.pid, "url": running.url}) + b"\n"
        write_atomically(self._home.node_file, note, mode=0o600)
        self._log.write("ready", url=running.url, height=running.status["height"])
        self._on_ready(running)

    def _stop_asked(self) -> None:
        self._asked += 1
        self._change.set()
        if self._asked > 1:  # somebody is in a hurry
            for each in self._children:
                each.process.kill()

    def _child_ended(self, child: _Child, number: int) -> None:
        asyncio.get_running_loop().remove_reader(number)
        os.close(number)
        child.process.wait()
        child.ear.ended()
        level: Level = "info" if self._asked else "error"
        self._log.write("child ended", level=level, child=child.name, pid=child.process.pid, status=child.process.returncode)
        if child.name == "engine" and not self._over and self._steps_back < _STEPS_BACK_MAX:
            height = height_asked(child.ear.words(20))
            if height is not None:
                self._stepping = asyncio.ensure_future(self._step_back(child, height))
                return
        child.ended.set()
        if child.beside and child.process.returncode != REFUSED and not self._over:  # what was refused waits for a person
            fallen = self._falls[child.name] = self._falls.get(child.name, 0) + 1
            asyncio.get_running_loop().call_later(
                _AGAIN_S[min(fallen, len(_AGAIN_S)) - 1], self._run_beside, child.name, self._beside[child.name]
            )
        self._change.set()

    async def _hear_out(self) -> None:
        """Where the engine has given up, the ledger may be about to say why: the engine ends at once when the ledger cannot go on."""
        engine = next((each for each in self._children if each.name == "engine" and each.ended.is_set()), None)
        if self._asked or engine is None or engine.process.returncode < 0:  # killed, and the ledger knows no more
            return
        ledger = next(each for each in self._children if each.name == "ledger")
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LAST_WORDS_S):
                await ledger.ended.wait()

    def _raise_why(self) -> None:
        """Raise what a child that ended unasked left as its last words: a refusal of ours, else the first one's."""
        if self._refused is not None:
            raise self._refused
        ended = [each for each in self._children if each.ended.is_set() and not self._asked and not each.beside]
        for each in sorted(ended, key=lambda child: child.process.returncode != REFUSED):
            words = each.ear.words()
            refused = _said(each.ear.words(_LAST_LINES)) if each.process.returncode == REFUSED else None
            if refused is not None:
                raise refused
            why = Words.quote(words[0][:300]) if words else Words("没有留下说明", "it left no words")
            raise ProcessEnded(process=each.name, status=each.process.returncode, log=str(each.log), why=why)

    async def _stop_all(self) -> None:
        """First nobody gets in any more, then what is inside is finished, each within its time."""
        for child in reversed(self._children):
            if not child.ended.is_set():
                child.process.send_signal(signal.SIGTERM)
            try:
                async with asyncio.timeout(_STOP_S[child.name.partition(" ")[0]]):
                    await child.ended.wait()
            except TimeoutError:
                self._log.write("killed", level="warning", child=child.name, pid=child.process.pid)
                child.process.kill()
                await child.ended.wait()


def _console_place(home: Home, gateway_port: int, any_port: bool) -> tuple[str, int] | None:
    """Where the console listens; None where there is none, as at a node that stands where `any_port` is free, unless it is asked for."""
    config = home.config()
    wanted = config.console.enabled
    if not (wanted if wanted is not None else config.node.engine == "solo" and not any_port):
        return None
    host = config.console.host
    try:
        return host, _free(host, config.console.port or gateway_port + 1)
    except PortTaken:
        if config.console.port:
            raise
        return host, _free(host, 0)


def _said(lines: Sequence[str]) -> RemoteRefusal | None:
    """The refusal among a child's last words; its own children may have said something after it."""
    for line in reversed(lines):
        with contextlib.suppress(msgspec.DecodeError, TypeError):  # no object, or one of something else
            return RemoteRefusal(**msgspec.json.decode(line, type=dict[str, Any]))
    return None


def _free(host: str, port: int) -> int:
    """The port to listen on (any, where `port` is 0), after a look whether it can be had: one sentence before anything starts.

    Raises:
        PortTaken.
    """
    try:
        family, kind, proto, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        with socket.socket(family, kind, proto) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen(1)
            found: int = probe.getsockname()[1]
    except OSError as wrong:
        raise PortTaken(host=host, port=port, why=Words.quote(wrong.strerror or wrong)) from None
    return found


async def _answers(host: str, port: int) -> bool:
    """Whether the gateway says that deposits are accepted."""
    reader, writer = await asyncio.open_connection(_near(host), port)
    try:
        writer.write(f"GET /v1/status HTTP/1.1\r\nHost: {_bracketed(_near(host))}:{port}\r\nConnection: close\r\n\r\n".encode())
        return b" 200 " in await reader.readline()
    finally:
        writer.close()


def _url(host: str, port: int) -> str:
    return f"http://{_bracketed(_near(host))}:{port}"


def _near(host: str) -> str:
    """An address of this machine under which a gateway that listens on all of them is reached."""
    return {"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 (compared, not bound)


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
