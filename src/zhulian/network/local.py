"""A network's nodes on this machine: each in a home of its own beneath one folder, started detached and ended by process id."""

import contextlib
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import msgspec

from zhulian.errors import Refusal, Words
from zhulian.files import write_atomically
from zhulian.home import Home
from zhulian.network.ceremony import Card, accept, install, make_genesis, save_card
from zhulian.network.plan import Plan, load_plan
from zhulian.network.states import NodeState, read_state
from zhulian.node.logs import turned

__all__ = [
    "AlreadyUp",
    "Network",
    "NoPlan",
    "NodeState",
    "NotFounded",
    "NotStarted",
    "UnknownNode",
    "end_node",
    "has_ended",
    "last_plan",
    "last_words",
    "spawn_node",
]

_READY_S = 120.0
_STOP_S = 30.0
_LAST = "network.plan"
_WAIT_S = 0.1


class UnknownNode(
    Refusal,
    code="network/3",
    zh="本机没有名为 {node} 的节点。现有：{present}。",
    en="There is no node {node} on this machine. There are: {present}.",
):
    node: str
    present: str


class NotStarted(
    Refusal,
    code="network/4",
    zh="节点 {node} 未能启动：{why.zh}。日志：{log}。",
    en="The node {node} did not start: {why.en}. Its log: {log}.",
):
    node: str
    why: Words
    log: str


class AlreadyUp(
    Refusal,
    code="network/5",
    zh="{path} 中已有另一网络。请换用其他目录（ZHULIAN_HOME），或先停止并移走该目录。",
    en="{path} holds another network. Use another folder (ZHULIAN_HOME), or stop that one and move the folder away.",
):
    path: str


class NoPlan(
    Refusal,
    code="network/11",
    zh="{path} 中尚未启动过网络。请写明组网方案文件；还没有方案时，用 zhulian network plan --out 文件 写出一份。",
    en="No network was brought up in {path}. Name the plan's file; where there is none yet, write one by zhulian network plan --out FILE.",
):
    path: str


class NotFounded(
    Refusal,
    code="network/12",
    zh="节点 {node} 尚无创世配置。请先运行 zhulian network up 建立网络。",
    en="The node {node} has no genesis yet. Found the network first: zhulian network up.",
):
    node: str


class Network:
    """The nodes of `plan` under `root`; `root` itself keeps what a member's people need: genesis and the plan."""

    def __init__(self, root: Path, plan: Plan, plan_path: Path) -> None:
        self.root = root
        self.plan = plan
        self._plan_path = plan_path

    def home(self, node: str) -> Home:
        """The home of a node.

        Raises:
            UnknownNode.
        """
        if self.plan.entry(node) is None:
            raise UnknownNode(node=node[:60], present=", ".join(self.names))
        return Home(self.root / "nodes" / node)

    @property
    def names(self) -> list[str]:
        """The nodes, in the plan's order."""
        return [each.organisation for each in self.plan.organisations]

    def found(self, now: int) -> None:
        """Let each organisation make its keys and card, make the genesis of all cards, and put it into every home.

        What is there already from a founding of the same plan is kept, so that `up` can be repeated.

        Raises:
            AlreadyUp: if the folder holds another network.
        """
        mark = self.root / _LAST
        if (self.root / "genesis.json").exists():
            kept = load_plan(self.root / "network.yaml") if (self.root / "network.yaml").exists() else None
            if kept is None or kept.digest() != self.plan.digest():
                raise AlreadyUp(path=str(self.root))
            self._remember(mark)
            return
        shutil.rmtree(self.root / "nodes", ignore_errors=True)  # of a founding that was interrupted
        cards: list[Card] = []
        for entry in self.plan.organisations:
            home = self.home(entry.organisation)
            home.root.mkdir(parents=True, mode=0o700)
            passphrase = secrets.token_urlsafe(24)
            write_atomically(home.passphrase_file, passphrase.encode() + b"\n", mode=0o600)
            cards.append(accept(home, self.plan, entry, now, passphrase))
            save_card(home.root / "member.json", cards[-1])
        genesis = make_genesis(self.plan, cards, now)
        for name in self.names:
            install(self.home(name), self.plan, cards, genesis, name)
        shutil.copyfile(self._plan_path, self.root / "network.yaml")
        self._remember(mark)
        write_atomically(self.root / "genesis.json", self.home(self.names[0]).genesis_bytes())

    def start(self, nodes: Iterable[str]) -> None:
        """Start nodes, detached from this terminal; those that run are left alone.

        Raises:
            UnknownNode, NotFounded: nothing was started.
        """
        chosen = [(node, self.home(node)) for node in nodes]
        for node, home in chosen:
            if not home.exists:
                raise NotFounded(node=node)
        for _, home in chosen:
            if _pid(home) is None:
                _spawn(home)

    def wait_ready(self, nodes: Sequence[str], said: Callable[[str], None], *, seconds: float = _READY_S) -> None:
        """Return when all the nodes accept deposits; `said` is told of each.

        Raises:
            NotStarted: one ended, or the time is up.
        """
        waiting = dict.fromkeys(nodes)
        until = time.monotonic() + seconds
        while waiting:
            for node in list(waiting):
                home = self.home(node)
                if self.status([node])[0].accepting:
                    del waiting[node]
                    said(node)
                elif has_ended(home):
                    raise NotStarted(node=node, why=last_words(home), log=str(home.logs / "node.log"))
            if waiting and time.monotonic() > until:
                node = next(iter(waiting))
                why = Words(f"{seconds:.0f} 秒内未就绪", f"it was not ready within {seconds:.0f} s")
                raise NotStarted(node=node, why=why, log=str(self.home(node).logs / "node.log"))
            time.sleep(_WAIT_S)

    def stop(self, nodes: Iterable[str]) -> list[str]:
        """End nodes in order, and those that do not end by themselves for good; answers which ran."""
        ran = []
        for node in nodes:
            pid = _pid(self.home(node))
            if pid is not None:
                ran.append(node)
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGTERM)
        until = time.monotonic() + _STOP_S
        for node in ran:
            while (pid := _pid(self.home(node))) is not None:
                if time.monotonic() > until:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
                time.sleep(_WAIT_S / 5)
        return ran

    def status(self, nodes: Iterable[str] | None = None) -> list[NodeState]:
        """How the nodes stand, each asked at its own gateway."""
        return [self._state(each) for each in (self.names if nodes is None else nodes)]

    def _state(self, node: str) -> NodeState:
        home = self.home(node)
        entry = self.plan.entry(node)
        port = entry.gateway_port if entry is not None else 0
        return read_state(node, home, f"http://127.0.0.1:{port}", _pid(home))

    def remember(self, plan_path: Path) -> None:
        """Keep the plan as the one that was brought up last, for a network that was not founded by `found`."""
        shutil.copyfile(plan_path, self.root / "network.yaml")
        write_atomically(self.root / _LAST, str(plan_path.absolute()).encode())

    def _remember(self, mark: Path) -> None:
        write_atomically(mark, str(self._plan_path.absolute()).encode())


def last_plan(root: Path) -> Path | None:
    """The plan that was brought up last in this home."""
    try:
        return Path((root / _LAST).read_text(encoding="utf-8"))
    except OSError:
        return None


def spawn_node(home: Home) -> None:
    """Start the node of a home, detached."""
    _spawn(home)


def end_node(home: Home) -> None:
    """End the node of a home, however it was started, and wait until it is gone."""
    try:
        pid = int(msgspec.json.decode(home.node_file.read_bytes())["pid"])
    except (OSError, ValueError, KeyError, msgspec.DecodeError):
        pid = _pid(home) or 0
    if not pid or b"zhulian" not in _command(pid):
        return
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
    until = time.monotonic() + _STOP_S
    while b"zhulian" in _command(pid) and time.monotonic() < until:
        with contextlib.suppress(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)
        time.sleep(_WAIT_S)


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def _spawn(home: Home) -> None:
    home.logs.mkdir(parents=True, exist_ok=True, mode=0o700)
    environment = {key: value for key, value in os.environ.items() if key not in ("ZHULIAN_PORT", "ZHULIAN_PASSPHRASE")}
    environment["ZHULIAN_HOME"] = str(home.root)
    with turned(home.logs / "node.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "zhulian.cli.main", "run"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=environment,
            start_new_session=True,
        )
    write_atomically(home.root / "run" / "started.json", msgspec.json.encode({"pid": process.pid}))


def _pid(home: Home) -> int | None:
    """The supervisor's process id, while it lives."""
    try:
        pid = int(msgspec.json.decode((home.root / "run" / "started.json").read_bytes())["pid"])
        with contextlib.suppress(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)  # where it is our own child, so that it does not stay as a zombie
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()[0]
    except (OSError, ValueError, KeyError, msgspec.DecodeError):
        return None
    return pid if b"zhulian" in command and state != "Z" else None


def has_ended(home: Home) -> bool:
    """Whether the node that was started here has ended."""
    return (home.root / "run" / "started.json").exists() and _pid(home) is None


def last_words(home: Home) -> Words:
    """The last line of what a node that was started here has printed."""
    try:
        lines = (home.logs / "node.log").read_text(encoding="utf-8", errors="replace").strip().splitlines()
    except OSError:
        lines = []
    return Words.quote(lines[-1][:300]) if lines else Words("没有留下说明", "it left no words")
