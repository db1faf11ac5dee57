"""With real engines: a node that lost its data comes back by a snapshot, and one whose engine lost blocks steps back to it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.trial import Trial, running


@pytest.fixture
def trial(tmp_path: Path) -> Iterator[Trial]:
    with running(tmp_path, settings="snapshot_every = 2") as made:
        yield made


def _snapshots(trial: Trial, node: str) -> list[int]:
    """The engine heights of the snapshots that a node offers."""
    return [each["engine_height"] for each in trial.get(node, "/v1/snapshots")["items"]]


def _lose(home: Path, *names: str) -> None:
    """Lose an engine's data but for the record of its votes, which like the seal log is never lost with them."""
    votes = (home / "engine" / "data" / "priv_validator_state.json").read_bytes()
    for name in names:
        shutil.rmtree(home / name, ignore_errors=True)
    (home / "engine" / "data").mkdir(exist_ok=True)
    (home / "engine" / "data" / "priv_validator_state.json").write_bytes(votes)


def test_node__comes_back_by_a_snapshot_and_steps_back_to_its_engine(trial: Trial) -> None:
    trial.deposit("org1", 4)
    trial.until(lambda: _snapshots(trial, "org1"))
    home = trial.home("org4").root
    trial.kill("org4")
    _lose(home, "node/db", "node/snapshots", "engine/data")
    trial.deposit("org2", 1)
    trial.run("network", "start", "plan.yaml", "org4")
    back = trial.status("org4")
    assert back["first"] > 1
    assert (back["height"], back["state_root"]) == (trial.status("org1")["height"], trial.status("org1")["state_root"])
    port = trial.home("org4").config().gateway.port
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
