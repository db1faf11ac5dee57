"""A solo chain goes on as a network, grows to five, lets a founder go and switches a module's version: old receipts verify throughout."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.trial import Trial
from zhulian.modules.evidence.messages import Deposit
from zhulian.network.local import Network
from zhulian.network.plan import load_plan

_NEXT = {"PYTHONPATH": str(Path(__file__).parents[1] / "next_release")}
_NEWCOMER = "organisation: org5\ntitle: {zh: 示例仲裁机构, en: Sample Arbitration}\n"


class Story(Trial):
    """What happens to one chain, with the receipts that it has given on the way."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, adopting="zl-demo")
        self.root = folder / "net"
        self.receipts: list[Path] = []

    def keep(self, node: str | None = None) -> dict[str, Any]:
        """Deposit a fresh file and keep its receipt."""
        path = self.folder / f"file-{len(self.receipts)}"
        path.write_bytes(os.urandom(200))
        self.run("evidence", "deposit", str(path), *(["--node", node] if node else []))
        self.receipts.append(path)
        found: dict[str, Any] = json.loads(Path(f"{path}.receipt.json").read_bytes())
        return found

    def verify_all(self) -> None:
        """Every receipt so far, offline, against the one genesis."""
        for path in self.receipts:
            self.run("verify", str(path), "--receipt", f"{path}.receipt.json", "--genesis", str(self.root / "genesis.json"))

    def solo(self) -> None:
        """Begin alone."""
        self.run("init")
        log = (self.folder / "solo.log").open("wb")
        with log:
            self.alone = subprocess.Popen(
                [sys.executable, "-m", "zhulian.cli.main", "run", "--port", "0"], env=self.environment, stdout=log, stderr=log
            )
        self.until((self.root / "run" / "node.json").exists)

    def everywhere(self, *nodes: str) -> set[tuple[Any, Any]]:
        """Heights and state roots at the nodes."""
        return {(each.get("height"), each.get("state_root")) for each in map(self.status, nodes)}


@pytest.fixture
def story(tmp_path: Path) -> Iterator[Story]:
    made = Story(tmp_path)
    try:
        yield made
    finally:
        made.alone.send_signal(signal.SIGTERM)
        made.alone.wait(30)
        made.down()


def test_chain__goes_from_solo_to_a_network_that_changes_its_members_and_rules(story: Story) -> None:
    story.solo()
    assert len(story.keep()["seals"]) == 1
    before = story.keep()["header"]

    adopted = story.run("network", "adopt", "plan.yaml")
    assert {each["height"] for each in adopted["nodes"]} == {adopted["height"]}
    assert story.alone.wait(30) == 0, "the solo node has ended"
    receipt = story.keep("org3")
    assert len(receipt["seals"]) >= 3
    assert receipt["header"]["height"] == adopted["height"] + 1 > before["height"] + 1
    story.verify_all()

    (story.folder / "org5.yaml").write_text(_NEWCOMER, encoding="utf-8")
    joined = story.run("network", "join", "org5.yaml")
    assert (joined["status"], joined["sealers"], joined["faults_before"], joined["faults"]) == ("passed", 5, 1, 1)
    assert story.run("network", "join", "org5.yaml")["proposal"] == "", "there is nothing left to do"
    story.network = Network(story.root, load_plan(story.plan), story.plan)
    assert len(story.keep("org5")["seals"]) >= 4, "more than two thirds of five"

    left = story.run("network", "leave", "org1", "--stop")
    assert (left["status"], left["sealers"], left["faults"]) == ("passed", 4, 1)
    receipt = story.keep("org2")
    assert len(receipt["seals"]) >= 3
    assert "org1" not in [each["sealer"] for each in receipt["seals"]]
    assert len(receipt["sealer_changes"]) == 3, "adopted, joined, left"
    assert story.run("network", "leave", "org1", status=1)["refused"]["code"] == "network/9"
    story.verify_all()

    _switch_version(story, ["org3", "org4", "org5"], old="org2")
    story.verify_all()


def _switch_version(story: Story, new: list[str], old: str) -> None:
    """Install the next release on all nodes but one, rehearse, vote, and pass the height."""
    live = [old, *new]
    story.run("network", "down", *new)
    story.start(*new, environment=_NEXT)
    story.until(lambda: all(map(story.accepts, new)))
    clerk = story.author(new[0])
    assert story.submit(new[0], clerk.sign([Deposit(digest="11" * 32)])[1]).json()["status"] == "applied"
    story.environment.update(_NEXT)
    found = story.run("network", "rehearse", "--module", "evidence", "--version", "2", "--blocks", "3", "--node", new[0])
    assert [(each["was"], each["now"]) for each in found["differences"]] == [("applied", "test/90")]
    for name in _NEXT:
        del story.environment[name]

    height = story.status(old)["height"] + 6
    decided = story.run("network", "upgrade", "--module", "evidence", "--version", "2", "--height", str(height))
    assert decided["status"] == "passed"
    assert [each["supported"] for each in story.status(old)["coming"]] == [False]
    assert [each["supported"] for each in story.status(new[0])["coming"]] == [True]
    while story.status(new[0])["height"] < height - 1:
        assert story.submit(new[0], clerk.deposit()[1]).json()["status"] == "applied"
    story.until(lambda: len(story.everywhere(*live)) == 1)
    answer = story.submit(new[0], clerk.sign([Deposit(digest="22" * 32)])[1]).json()
    assert (answer["code"], answer["height"]) == ("test/90", height), answer
    story.until(lambda: not story.accepts(old) and not _runs(story.pid(old)))
    log = (story.home(old).logs / "node.log").read_text(encoding="utf-8")
    assert "ledger/10" in log
    assert "evidence" in log.rpartition("ledger/10")[2]
    refused = story.run("network", "start", old, status=1)["refused"]
    assert refused["code"] == "network/4"
    assert "ledger/10" in refused["en"]

    story.start(old, environment=_NEXT)
    story.until(lambda: story.accepts(old))
    story.until(lambda: len(story.everywhere(*live)) == 1)
    assert story.keep(old)["header"]["height"] > height


def _runs(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()
