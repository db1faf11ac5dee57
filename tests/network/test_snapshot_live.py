"""With real engines: a node that lost its data comes back by a snapshot, and one whose engine lost blocks steps back to it."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from zhulian.network.local import Network
from zhulian.network.plan import load_plan
from zhulian.node.comet.binary import build_engine
from zhulian.node.comet.starting import engine_cache

_WAIT_S = 60


class Trial:
    """Three nodes in a folder, which take a snapshot every two heights."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        kept = {key: value for key, value in os.environ.items() if not key.startswith("ZHULIAN_")}
        engine = build_engine(engine_cache(), lambda words: None)
        self._environment = {**kept, "ZHULIAN_HOME": str(folder / "net"), "ZHULIAN_COMETBFT": str(engine), "ZHULIAN_LANG": "en"}
        self.run("network", "plan", "--orgs", "4", "--out", "plan.yaml")
        path = folder / "plan.yaml"
        self.network = Network(folder / "net", load_plan(path), path)
        self.network.root.mkdir()
        self.network.found(int(time.time()))
        for name in self.network.names:
            file = self.network.home(name).config_file
            file.write_text(
                file.read_text(encoding="utf-8").replace("[engine]\n", "[engine]\nsnapshot_every = 2\n"), encoding="utf-8"
            )

    def run(self, *words: str) -> Any:
        """Run a command with `--json` and answer its document."""
        command = [sys.executable, "-m", "zhulian.cli.main", *words, "--json"]
        done = subprocess.run(
            command, cwd=self.folder, env=self._environment, capture_output=True, text=True, timeout=150, check=False
        )
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
        return json.loads(done.stdout)

    def deposit(self, node: str, count: int) -> None:
        """Deposit fresh files one after the other, each in a block of its own."""
        for _ in range(count):
            path = self.folder / os.urandom(8).hex()
            path.write_bytes(os.urandom(100))
            self.run("evidence", "deposit", str(path), "--node", node)

    def status(self, node: str) -> dict[str, Any]:
        """The node's own word."""
        port = self.network.home(node).config().gateway.port
        found: dict[str, Any] = httpx.get(f"http://127.0.0.1:{port}/v1/status", timeout=10, trust_env=False).json()
        return found

    def kill(self, node: str) -> None:
        """End a node's processes as a power cut does."""
        pid = json.loads((self.network.home(node).root / "run" / "started.json").read_bytes())["pid"]
        os.kill(pid, signal.SIGKILL)
        until = time.monotonic() + _WAIT_S
        while Path(f"/proc/{pid}").exists() and time.monotonic() < until:
            time.sleep(0.05)
        time.sleep(0.5)  # its children end by the kernel's hand

    def until(self, holds: Any) -> None:
        """Wait for something."""
        end = time.monotonic() + _WAIT_S
        while not holds():
            assert time.monotonic() < end
            time.sleep(0.2)

    def snapshots(self, node: str) -> list[int]:
        """The engine heights of the snapshots that a node offers."""
        port = self.network.home(node).config().gateway.port
        items = httpx.get(f"http://127.0.0.1:{port}/v1/snapshots", timeout=10, trust_env=False).json()["items"]
        return [each["engine_height"] for each in items]


@pytest.fixture
def trial(tmp_path: Path) -> Iterator[Trial]:
    made = Trial(tmp_path)
    try:
        made.run("network", "up", "plan.yaml")
        yield made
    finally:
        made.run("network", "down", "plan.yaml")


def _lose(home: Path, *names: str) -> None:
    """Lose an engine's data but for the record of its votes, which like the seal log is never lost with them."""
    votes = (home / "engine" / "data" / "priv_validator_state.json").read_bytes()
    for name in names:
        shutil.rmtree(home / name, ignore_errors=True)
    (home / "engine" / "data").mkdir(exist_ok=True)
    (home / "engine" / "data" / "priv_validator_state.json").write_bytes(votes)


def test_node__comes_back_by_a_snapshot_and_steps_back_to_its_engine(trial: Trial) -> None:
    trial.deposit("org1", 4)
    trial.until(lambda: trial.snapshots("org1"))
    home = trial.network.home("org4").root
    trial.kill("org4")
    _lose(home, "node/db", "node/snapshots", "engine/data")
    trial.deposit("org2", 1)
    trial.run("network", "start", "plan.yaml", "org4")
    back = trial.status("org4")
    assert back["first"] > 1
    assert (back["height"], back["state_root"]) == (trial.status("org1")["height"], trial.status("org1")["state_root"])
    port = trial.network.home("org4").config().gateway.port
    gone = httpx.get(f"http://127.0.0.1:{port}/v1/blocks/1", timeout=10, trust_env=False)
    assert gone.json()["code"] == "ledger/17"

    trial.kill("org4")
    shutil.copytree(home / "engine" / "data", trial.folder / "older")
    trial.run("network", "start", "plan.yaml", "org4")
    trial.deposit("org4", 2)
    trial.kill("org4")
    votes = (home / "engine" / "data" / "priv_validator_state.json").read_bytes()
    shutil.rmtree(home / "engine" / "data")
    shutil.copytree(trial.folder / "older", home / "engine" / "data")
    (home / "engine" / "data" / "priv_validator_state.json").write_bytes(votes)
    trial.run("network", "start", "plan.yaml", "org4")
    assert "the engine is behind the ledger" in (home / "logs" / "supervisor.log").read_text(encoding="utf-8")
    assert trial.status("org4")["state_root"] == trial.status("org1")["state_root"]
    trial.deposit("org4", 1)
