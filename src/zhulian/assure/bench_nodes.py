"""The nodes of a network that is only measured: founded in a folder that goes away, started as children, ended by process id."""

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import msgspec

from zhulian.errors import Refusal, Words
from zhulian.home import Home
from zhulian.network.local import Network
from zhulian.network.plan import make_plan, save_plan
from zhulian.network.sample import MODULES
from zhulian.network.states import NodeState, as_state
from zhulian.node.children import spawn

__all__ = ["Nodes", "NotTogether", "ended_by_signal", "free_ports", "running"]

_READY_S = 120.0
_STOP_S = 40.0


class NotTogether(
    Refusal,
    code="bench/2",
    zh="被测网络未能就绪：{why.zh}。",
    en="The network to be measured is not ready: {why.en}.",
):
    why: Words


class Nodes:
    """A network's nodes that are children of this process: the kernel ends them with it, however it ends."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def names(self) -> list[str]:
        """The nodes that run, in the plan's order."""
        return [each for each in self._network.names if each in self._running]

    @property
    def pids(self) -> list[int]:
        """Their supervisors' process ids."""
        return [each.pid for each in self._running.values()]

    def home(self, name: str) -> Home:
        """The home of a node."""
        return self._network.home(name)

    def place(self, name: str) -> tuple[str, int]:
        """Where the gateway of a node listens."""
        entry = self._network.plan.entry(name)
        return ("127.0.0.1", 0 if entry is None else entry.gateway_port)

    def start(self, names: Sequence[str]) -> None:
        """Start nodes and return when all of them accept deposits.

        Raises:
            NotTogether: one has ended, or two minutes have passed.
        """
        for name in names:
            self.begin(name)
        self.wait(names)

    def begin(self, name: str) -> None:
        """Start a node and return at once."""
        home = self.home(name)
        home.logs.mkdir(parents=True, exist_ok=True)
        home.node_file.unlink(missing_ok=True)  # of the time before it was killed
        environment = {key: value for key, value in os.environ.items() if key not in ("ZHULIAN_PORT", "ZHULIAN_PASSPHRASE")}
        with (home.logs / "node.log").open("ab") as log:
            self._running[name] = spawn(
                ["-m", "zhulian.cli.main", "run"],
                environment={**environment, "ZHULIAN_HOME": str(home.root)},
                stdout=log,
                stderr=log,
            )

    def wait(self, names: Sequence[str]) -> None:
        """Return when nodes that were begun accept deposits.

        Raises:
            NotTogether: one has ended, or two minutes have passed.
        """
        until = time.monotonic() + _READY_S
        waiting = list(names)
        while waiting:
            time.sleep(0.1)
            for name in waiting:
                if self._running[name].poll() is not None:
                    text = (self.home(name).logs / "node.log").read_text("utf-8", "replace")
                    raise NotTogether(why=Words.quote(text[-300:]))
            waiting = [name for name in waiting if not self._accepts(name)]
            if time.monotonic() > until:
                raise NotTogether(why=Words(f"两分钟内 {waiting[0]} 未受理", f"{waiting[0]} accepted nothing within two minutes"))

    def heights(self) -> list[int]:
        """The ledger's height at each node that runs."""
        return [self.height(name) for name in self.names]

    def height(self, name: str) -> int:
        """The ledger's height at a node; 0 while it does not answer."""
        return self._state(name).height or 0

    def kill(self, name: str) -> None:
        """End a node at once, as a power cut does."""
        process = self._running.pop(name)
        process.kill()
        process.wait()

    def stop(self) -> None:
        """End all of them, in good order if they will."""
        for each in self._running.values():
            with contextlib.suppress(ProcessLookupError):
                each.send_signal(signal.SIGTERM)
        for each in self._running.values():
            try:
                each.wait(_STOP_S)
            except subprocess.TimeoutExpired:
                each.kill()
                each.wait()
        self._running.clear()

    def disk_bytes(self, name: str) -> int:
        """What the ledger's database and the engine of a node take on disk."""
        home = self.home(name)
        files = (each for folder in (home.database, home.engine / "data") for each in folder.rglob("*") if each.is_file())
        return sum(each.stat().st_size for each in files)

    def _accepts(self, name: str) -> bool:
        return self.home(name).node_file.is_file() and self._state(name).accepting

    def _state(self, name: str) -> NodeState:
        host, port = self.place(name)
        found: dict[str, Any] = {}
        with contextlib.suppress(httpx.HTTPError, ValueError):
            found = httpx.get(f"http://{host}:{port}/v1/status", timeout=10.0, trust_env=False).json()
        return as_state(name, f"http://{host}:{port}", self._running[name].pid, found)


@contextlib.contextmanager
def running(folder: Path, validators: int) -> Iterator[Nodes]:
    """A fresh network of so many validators under `folder`, started, without index and courier; ended on the way out.

    Raises:
        NotTogether.
    """
    ports = iter(free_ports(2 * validators))
    made = make_plan(validators, MODULES, name="zl-bench")
    entries = tuple(
        msgspec.structs.replace(each, engine_port=next(ports), gateway_port=next(ports)) for each in made.organisations
    )
    plan = msgspec.structs.replace(made, organisations=entries)
    path = folder / "bench.network.yaml"
    save_plan(path, plan)
    network = Network(folder / "home", plan, path)
    network.found(int(time.time()))
    for name in network.names:
        _leave_alone(network.home(name))
    nodes = Nodes(network)
    try:
        nodes.start(network.names)
        yield nodes
    finally:
        nodes.stop()


def _leave_alone(home: Home) -> None:
    """Let nothing run beside a node that is measured: four nodes share one machine here, where each would have its own."""
    with home.config_file.open("a", encoding="utf-8") as file:
        file.write("\n[index]\nenabled = false\n\n[courier]\nenabled = false\n\n[console]\nenabled = false\n")


def free_ports(count: int) -> list[int]:
    """Ports of this machine that nobody listens on now."""
    with contextlib.ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in probes:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in probes]


@contextlib.contextmanager
def ended_by_signal() -> Iterator[None]:
    """Let SIGTERM and SIGHUP end this process by way of its `finally` clauses."""

    def end(number: int, _: object) -> None:
        raise SystemExit(128 + number)

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
