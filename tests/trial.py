"""A network of real nodes in a folder: founded, started, loaded, hurt and asked by a test; whatever it started it ends."""

import contextlib
import json
import os
import random
import re
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from zhulian.crypto import fingerprint
from zhulian.home import Home
from zhulian.ledger.genesis import parse_genesis
from zhulian.ledger.receipts import trust, verify_receipt
from zhulian.ledger.transactions import encode_body, encode_envelope
from zhulian.ledger.types import Message, SignatureEntry
from zhulian.modules.evidence.messages import Deposit
from zhulian.network.local import Network
from zhulian.network.plan import load_plan
from zhulian.node.comet.binary import build_engine
from zhulian.node.comet.starting import engine_cache

__all__ = ["Author", "Load", "Trial", "running"]

WAIT_S = 60.0
_CLOCKS_S = 1.0
"""How far the kernel's word of when a process began may be off from the log's."""


class Author:
    """Signs for one signer whose key lies in a home."""

    def __init__(self, home: Home, name: str) -> None:
        self.name = name
        self.genesis = parse_genesis(home.genesis_bytes())
        self.hasher = self.genesis.hasher()
        self.signer = home.signer(name, self.genesis.suite)
        self.key = fingerprint(self.hasher.suite, self.signer.public_key)

    def sign(self, messages: list[Message]) -> tuple[str, bytes]:
        """Id and envelope of a transaction that is valid for some minutes."""
        body = encode_body(self.genesis.chain(), int(time.time()) + 500, messages, secrets.token_hex(16), [self.name])
        preimage = self.hasher.preimage("body", body)
        entry = SignatureEntry(key=self.key, signature=self.signer.sign(preimage).hex(), signer=self.name)
        return self.hasher.suite.digest(preimage).hex(), encode_envelope(body, [entry])

    def deposit(self) -> tuple[str, bytes]:
        """Id and envelope of a fresh deposit."""
        return self.sign([Deposit(commitment=secrets.token_hex(32))])


class Trial:
    """`orgs` nodes in `folder`, founded and not yet started; `settings` go into the `[engine]` part of each node's settings.

    With `adopting`, nothing is founded: the plan is one by which a solo chain of that name goes on.
    """

    def __init__(self, folder: Path, *, orgs: int = 4, settings: str = "", adopting: str = "") -> None:
        self.folder = folder
        kept = {key: value for key, value in os.environ.items() if not key.startswith("ZHULIAN_")}
        engine = build_engine(engine_cache(), lambda words: None)
        self.environment = {**kept, "ZHULIAN_HOME": str(folder / "net"), "ZHULIAN_COMETBFT": str(engine), "ZHULIAN_LANG": "en"}
        self.plan = folder / "plan.yaml"
        if not self.plan.exists():  # else the network of an earlier run is taken up
            self.run("network", "plan", "--orgs", str(orgs), "--out", "plan.yaml", *(["--name", adopting] if adopting else []))
            _take_far_ports(self.plan)
        self.network = Network(folder / "net", load_plan(self.plan), self.plan)
        self.network.root.mkdir(exist_ok=True)
        if not adopting:
            self.network.found(int(time.time()))
        for name in self.names if settings else ():
            file = self.home(name).config_file
            file.write_text(file.read_text(encoding="utf-8").replace("[engine]\n", f"[engine]\n{settings}\n"), encoding="utf-8")
        self._http = httpx.Client(timeout=60, trust_env=False)
        self._starting: list[subprocess.Popen[bytes]] = []

    @property
    def names(self) -> list[str]:
        """The nodes by name."""
        return self.network.names

    def home(self, node: str) -> Home:
        """A node's home."""
        return self.network.home(node)

    def run(self, *words: str, status: int = 0, home: Path | None = None, seconds: float = 150) -> Any:
        """Run a command with `--json` and answer its document; it must end with `status`."""
        environment = self.environment if home is None else {**self.environment, "ZHULIAN_HOME": str(home)}
        command = [sys.executable, "-m", "zhulian.cli.main", *words, "--json"]
        done = subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, text=True, timeout=seconds, check=False
        )
        assert done.returncode == status, f"{words}: {done.returncode} {done.stdout[-2000:]} {done.stderr[-2000:]}"
        return json.loads(done.stdout)

    def up(self) -> None:
        """Start all nodes and wait until they accept deposits."""
        self.run("network", "up", "plan.yaml")

    def start(self, *nodes: str, environment: dict[str, str] | None = None) -> None:
        """Start nodes without waiting for them; `environment` is added to theirs."""
        self._starting = [each for each in self._starting if each.poll() is None]
        command = [sys.executable, "-m", "zhulian.cli.main", "network", "start", "plan.yaml", *nodes]
        self._starting.append(
            subprocess.Popen(
                command,
                cwd=self.folder,
                env={**self.environment, **(environment or {})},
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        )

    def deposit(self, node: str, count: int = 1) -> None:
        """Deposit fresh files one after the other, each in a block of its own."""
        for _ in range(count):
            path = self.folder / os.urandom(8).hex()
            path.write_bytes(os.urandom(100))
            self.run("evidence", "deposit", str(path), "--node", node)

    def url(self, node: str) -> str:
        """The address of a node's gateway."""
        return f"http://127.0.0.1:{self.home(node).config().gateway.port}"

    def get(self, node: str, path: str) -> Any:
        """What a node answers, whatever the status; None where it does not."""
        try:
            return self._http.get(self.url(node) + path).json()
        except (httpx.HTTPError, ValueError):
            return None

    def status(self, node: str) -> dict[str, Any]:
        """A node's word of itself, also while it accepts nothing; empty where it does not answer."""
        found: dict[str, Any] = self.get(node, "/v1/status") or {}
        return found.get("node") or found

    def accepts(self, node: str) -> bool:
        """Whether a node accepts deposits."""
        return bool(self.status(node).get("accepting"))

    def submit(self, node: str, raw: bytes, wait: str = "sealed", seconds: float = 60) -> httpx.Response:
        """Hand in an envelope at a node's gateway."""
        return httpx.post(
            f"{self.url(node)}/v1/transactions?wait={wait}",
            content=raw,
            headers={"Content-Type": "application/json"},
            timeout=seconds,
            trust_env=False,
        )

    def author(self, node: str) -> Author:
        """The clerk of the organisation that runs a node."""
        return Author(self.home(node), f"{node}.clerk")

    def pid(self, node: str) -> int:
        """The supervisor's process id."""
        return int(json.loads((self.home(node).root / "run" / "started.json").read_bytes())["pid"])

    def children(self, node: str) -> dict[str, int]:
        """Process ids of a node's processes by name: ledger, engine, gateway; a number that another process has by now is none."""
        newest: dict[str, tuple[int, float]] = {}
        for line in (self.home(node).logs / "supervisor.log").read_text(encoding="utf-8").splitlines():
            said = json.loads(line)
            if "child" in said:
                newest[said["child"]] = said["pid"], datetime.fromisoformat(said["time"]).timestamp()
        return {name: pid for name, (pid, told) in newest.items() if 0.0 < _began(pid) <= told + _CLOCKS_S}

    def kill(self, node: str) -> None:
        """End a node's processes as a power cut does."""
        pid = self.pid(node)
        children = self.children(node).values()
        os.kill(pid, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(pid, 0)
        self.until(lambda: not any(lives(each) for each in (pid, *children)))

    def until(self, holds: Callable[[], Any], seconds: float = WAIT_S) -> float:
        """Wait for something; answers how many seconds it took."""
        began = time.monotonic()
        while not holds():
            assert time.monotonic() - began < seconds, "it did not come about in time"
            time.sleep(0.05)
        return time.monotonic() - began

    def agree(self, *nodes: str) -> None:
        """Hold that the nodes come to the same head."""
        chosen = nodes or tuple(self.names)

        def same() -> bool:
            heads = [(each.get("height"), each.get("header")) for each in map(self.status, chosen)]
            return None not in heads[0] and len(set(heads)) == 1

        self.until(same)

    def down(self) -> None:
        """End whatever runs."""
        self._http.close()
        for process in self._starting:
            process.wait(150)
        self._starting.clear()
        for name in self.names:
            with contextlib.suppress(OSError, ValueError, KeyError):
                os.kill(self.pid(name), signal.SIGCONT)
        self.run("network", "down", "plan.yaml")


class Load:
    """Deposits from threads, each at a node of its own choice, and what was acknowledged as sealed."""

    def __init__(self, trial: Trial, nodes: list[str], *, streams: int = 3, seed: int = 0) -> None:
        self.acknowledged: dict[str, int] = {}
        self.refused: dict[str, dict[str, Any]] = {}
        self.strange: list[tuple[int, str]] = []
        """Answers that are no JSON, with their status."""
        self.rest_s = 0.0
        """How long each stream rests after an answer."""
        self._trial = trial
        self._stop = threading.Event()
        self._authors = {each: trial.author(each) for each in trial.names}
        self._threads = [
            threading.Thread(target=self._send, args=(nodes, random.Random(f"{seed} {number}"))) for number in range(streams)
        ]

    def __enter__(self) -> "Load":
        for each in self._threads:
            each.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for each in self._threads:
            each.join(90)

    def more(self, count: int, seconds: float = WAIT_S) -> float:
        """Wait until so many more are acknowledged; answers how long it took."""
        due = len(self.acknowledged) + count
        return self._trial.until(lambda: len(self.acknowledged) >= due, seconds)

    def check(self, nodes: list[str]) -> None:
        """Hold that each of the nodes has all that was acknowledged, at its height, and that receipts verify."""
        trusted = trust(self._trial.home(nodes[0]).genesis_bytes())
        for node in nodes:
            for transaction, height in list(self.acknowledged.items()):
                found = self._trial.get(node, f"/v1/transactions/{transaction}")
                assert (found or {}).get("height") == height, f"{node} lacks {transaction}: {found}"
            for transaction in list(self.acknowledged)[-3:]:
                verify_receipt(self._trial.get(node, f"/v1/receipts/{transaction}"), trusted)

    def _send(self, nodes: list[str], chance: random.Random) -> None:
        while not self._stop.is_set():
            node = chance.choice(nodes)
            transaction, raw = self._authors[node].deposit()
            try:
                answer = self._trial.submit(node, raw, seconds=10)
            except httpx.HTTPError:
                time.sleep(0.05)
                continue
            try:
                found = answer.json()
            except ValueError:
                self.strange.append((answer.status_code, answer.text))
                continue
            if answer.status_code < 300 and found.get("status") == "applied":
                self.acknowledged[transaction] = found["height"]
                self._stop.wait(self.rest_s)
            else:
                self.refused[found.get("code", "")] = found
                time.sleep(0.05)


@contextlib.contextmanager
def running(folder: Path, **how: Any) -> Iterator[Trial]:
    """A network that is up, and ended afterwards."""
    made = Trial(folder, **how)
    try:
        made.up()
        yield made
    finally:
        made.down()


def _take_far_ports(plan: Path) -> None:
    """Ports that no other network takes that is planned while a node of this one is down."""
    text = plan.read_text(encoding="utf-8")
    ports = sorted(set(re.findall(r"(?<=_port: )\d+", text)))
    base = 10_240 + secrets.randbelow(200) * 100
    fresh = {port: str(base + number) for number, port in enumerate(ports)}
    plan.write_text(re.sub(r"(?<=_port: )\d+", lambda found: fresh[found[0]], text), encoding="utf-8")


def _began(pid: int) -> float:
    """When a process began, Unix seconds; 0 where there is none of this number."""
    try:
        ticks = int(Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()[19])
    except OSError:
        return 0.0
    return time.time() - time.clock_gettime(time.CLOCK_BOOTTIME) + ticks / os.sysconf("SC_CLK_TCK")


def lives(pid: int) -> bool:
    """Whether a process runs; one that has ended and that its parent has not asked for yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
