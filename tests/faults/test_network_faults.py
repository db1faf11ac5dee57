"""Four real nodes on one machine, hurt while they work: what was acknowledged stays, and the others go on."""

import os
import shutil
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.trial import Load, Trial, running

pytestmark = pytest.mark.crash

_BACK_S = 10.0


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    with running(tmp_path_factory.mktemp("faults")) as made:
        yield made


def test_killed_node__loses_nothing_and_is_back_within_ten_seconds(trial: Trial) -> None:
    """The others go on meanwhile; the killed one has everything that it had acknowledged, and what came since."""
    with Load(trial, trial.names) as load:
        load.more(20)
        trial.kill("org3")
        paused = load.more(10)
        began = time.monotonic()
        trial.start("org3")
        trial.until(lambda: trial.accepts("org3"))
        back = time.monotonic() - began
        load.more(10)
    print(f"back after {back:.1f} s, next ten sealed after {paused:.1f} s")
    assert back < _BACK_S * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1)), "others' work on the machine is allowed for"
    trial.agree()
    load.check(trial.names)


def test_two_of_four_down__nothing_moves_reads_go_on_and_everybody_is_told(trial: Trial) -> None:
    with Load(trial, ["org1", "org2"]) as load:
        load.more(5)
    trial.agree()
    before = trial.status("org1")["height"]
    trial.kill("org3")
    trial.kill("org4")
    trial.until(lambda: not trial.accepts("org1") and not trial.accepts("org2"))
    _, raw = trial.author("org1").deposit()
    began = time.monotonic()
    answer = trial.submit("org1", raw)
    assert time.monotonic() - began < 5, "whoever submits is told at once"
    said = answer.json()
    assert (answer.status_code, said["code"]) == (503, "node/40"), said
    assert said["fields"]["missing"] == "org3, org4"
    assert answer.headers["Retry-After"]
    network = trial.status("org1")["network"]
    assert network["standstill"]["missing"] == ["org3", "org4"]
    load.check(["org1", "org2"])
    assert trial.status("org1")["height"] == before
    trial.start("org3")
    trial.until(lambda: trial.accepts("org1"))
    assert trial.submit("org1", raw).json()["status"] == "applied"
    trial.start("org4")
    trial.until(lambda: trial.accepts("org4"))
    trial.agree()


@pytest.mark.long
def test_frozen_node__is_caught_up_with_after_it_thaws(trial: Trial) -> None:
    """SIGSTOP of all of a node's processes, as when its machine hangs; the others go on without it."""
    pids = [*trial.children("org2").values(), trial.pid("org2")]
    with Load(trial, ["org1", "org3", "org4"]) as load:
        load.more(3)
        for each in pids:
            os.kill(each, signal.SIGSTOP)
        try:
            load.more(10)
        finally:
            for each in pids:
                os.kill(each, signal.SIGCONT)
    trial.until(lambda: trial.accepts("org2"))
    trial.agree()
    load.check(trial.names)


@pytest.mark.long
def test_lost_quorum__two_go_on_by_agreement_and_verify_shows_the_break(tmp_path: Path) -> None:
    """Two of four are lost for good; the other two agree outside the chain, and their engines begin anew behind the break."""
    with running(tmp_path) as trial:
        trial.deposit("org1", 2)
        trial.agree()
        old = next(each for each in tmp_path.iterdir() if each.name.endswith(".receipt.json"))
        genesis = str(trial.home("org1").genesis_file)
        trial.kill("org3")
        trial.kill("org4")
        trial.run("network", "down", "plan.yaml", "org1", "org2")
        one, two = trial.home("org1").root, trial.home("org2").root
        lost = ["--without", "org3", "--without", "org4", "--reason", "both machines burnt"]
        trial.run("agree", "recover", *lost, "--out", "agreement.json", home=one)
        trial.run("agree", "sign", "agreement.json", home=two)
        for each in (one, two):
            trial.run("agree", "apply", "agreement.json", home=each)
        trial.start("org1", "org2")
        trial.until(lambda: trial.accepts("org1") and trial.accepts("org2"))
        trial.deposit("org2", 2)
        trial.agree("org1", "org2")
        trial.run("verify", str(old), "--genesis", genesis)
        file = tmp_path / "after"
        file.write_bytes(b"recorded after the break")
        trial.run("evidence", "deposit", str(file), "--node", "org1")
        asked = ["verify", str(file), "--genesis", genesis]
        assert trial.run(*asked, status=1)["refused"]["fields"]["part"] == "sealer_changes"
        (broken,) = trial.run(*asked, "--agreement", "agreement.json")["breaks"]
        assert (broken["members"], broken["power"], broken["whole"]) == (["org1", "org2"], 2, 4)
        published = trial.get("org2", "/v1/agreements")["items"]
        assert [each["reason"] for each in published] == ["both machines burnt"]
        trial.kill("org2")
        trial.start("org2")
        trial.until(lambda: trial.accepts("org2"))
        trial.run("network", "down", "plan.yaml", "org1")
        assert trial.run("doctor", home=one)["sound"]


@pytest.mark.long
def test_slow_node__slows_nobody_below_a_block_a_second(trial: Trial) -> None:
    """A node that is frozen four fifths of the time: it is no part of the quorum that is needed."""
    pids = [*trial.children("org4").values(), trial.pid("org4")]
    stop = threading.Event()

    def slow_down() -> None:
        while not stop.is_set():
            for signal_, rest in ((signal.SIGSTOP, 0.8), (signal.SIGCONT, 0.2)):
                for each in pids:
                    os.kill(each, signal_)
                time.sleep(rest)

    slowing = threading.Thread(target=slow_down)
    with Load(trial, ["org1", "org2", "org3"]) as load:
        load.more(3)
        slowing.start()
        try:
            took = load.more(20)
        finally:
            stop.set()
            slowing.join()
    print(f"20 deposits beside a slow node in {took:.1f} s")
    trial.until(lambda: trial.accepts("org4"))
    trial.agree()
    load.check(trial.names)


@pytest.mark.long
def test_wiped_node__comes_back_with_new_keys(trial: Trial) -> None:
    """Everything but its people's keys is gone, the record of its votes and its seal log too: it must not vote with the old ones."""
    trial.kill("org4")
    root = trial.home("org4").root
    for name in ("node", "engine/data"):
        shutil.rmtree(root / name)
    refused = trial.run("run", home=root, status=1)["refused"]["code"]
    assert refused in ("engine/8", "node/17")
    trial.deposit("org1")
    trial.run("network", "leave", "org4", "--stay")
    trial.run("network", "rotate", "org4", "--lost")
    trial.start("org4")
    trial.until(lambda: trial.status("org4").get("height") == trial.status("org1").get("height"))
    trial.run("network", "seat", home=root)
    for voter in ("org2", "org3"):
        proposal = trial.run("govern", "list", home=trial.home(voter).root)["proposals"]
        still = [each["proposal"] for each in proposal if each["status"] == "open"]
        if still:
            trial.run("govern", "vote", still[0], "yes", "--as", f"{voter}.admin", home=trial.home(voter).root)
    trial.until(lambda: trial.status("org1").get("sealers") == 4)
    trial.deposit("org4", 2)
    trial.agree()
