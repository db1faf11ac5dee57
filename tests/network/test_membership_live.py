"""Join and leave with real engines: three nodes, then four, then three again, and receipts of all three times."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from zhulian.node.comet.binary import build_engine
from zhulian.node.comet.starting import engine_cache

_NEWCOMER = "organisation: org4\ntitle: {zh: 示例仲裁机构, en: Sample Arbitration}\n"


@pytest.fixture(scope="module")
def engine() -> Path:
    """The engine's program, built into the cache if it is nowhere; what keeps it from being built fails the test."""
    return build_engine(engine_cache(), lambda words: None)


class Trial:
    """A network in a folder of its own, driven by the command line."""

    def __init__(self, folder: Path, engine: Path) -> None:
        self.folder = folder
        kept = {key: value for key, value in os.environ.items() if not key.startswith("ZHULIAN_")}
        self._environment = {**kept, "ZHULIAN_HOME": str(folder / "home"), "ZHULIAN_COMETBFT": str(engine), "ZHULIAN_LANG": "en"}

    def run(self, *words: str, status: int = 0) -> Any:
        """Run a command with `--json` and answer its document."""
        command = [sys.executable, "-m", "zhulian.cli.main", *words, "--json"]
        done = subprocess.run(
            command, cwd=self.folder, env=self._environment, capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == status, done.stdout[-2000:] + done.stderr[-2000:]
        return json.loads(done.stdout)

    def deposit(self, name: str, node: str) -> dict[str, Any]:
        """Deposit a fresh file and answer its receipt."""
        path = self.folder / name
        path.write_bytes(os.urandom(500))
        self.run("evidence", "deposit", str(path), "--node", node)
        found: dict[str, Any] = json.loads((self.folder / f"{name}.receipt.json").read_bytes())
        return found

    def verify(self, name: str) -> None:
        """Verify a receipt offline against the genesis."""
        path = self.folder / name
        self.run(
            "verify", str(path), "--receipt", f"{path}.receipt.json", "--genesis", str(self.folder / "home" / "genesis.json")
        )


@pytest.fixture
def trial(tmp_path: Path, engine: Path) -> Iterator[Trial]:
    made = Trial(tmp_path, engine)
    made.run("network", "plan", "--orgs", "3", "--out", "plan.yaml")
    try:
        made.run("network", "up", "plan.yaml")
        yield made
    finally:
        made.run("network", "down")


def test_network__grows_to_four_and_shrinks_to_three(trial: Trial) -> None:
    trial.deposit("three", "org2")
    (trial.folder / "org4.yaml").write_text(_NEWCOMER, encoding="utf-8")
    joined = trial.run("network", "join", "org4.yaml")
    assert (joined["status"], joined["sealers"], joined["faults_before"], joined["faults"]) == ("passed", 4, 0, 1)
    four = trial.deposit("four", "org4")
    assert len(four["seals"]) >= 3
    left = trial.run("network", "leave", "org1", "--stop")
    assert (left["status"], left["sealers"], left["faults"]) == ("passed", 3, 0)
    again = trial.deposit("again", "org3")
    assert [each["sealer"] for each in again["seals"]] == ["org2", "org3", "org4"]
    assert len(again["sealer_changes"]) == 2
    for name in ("three", "four", "again"):
        trial.verify(name)
    refused = trial.run("network", "leave", "org1", status=1)
    assert refused["refused"]["code"] == "network/9"
    nodes = {each["name"]: each for each in trial.run("network", "status")["nodes"]}
    assert nodes["org1"]["pid"] is None
    assert all(nodes[each]["pid"] for each in ("org2", "org3", "org4"))
