"""A network's nodes on one machine: what is refused before anything is started, and what a node leaves behind that fell."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest

from zhulian.files import write_atomically
from zhulian.network.local import AlreadyUp, Network, NotFounded, NotStarted, UnknownNode, last_plan
from zhulian.network.plan import Plan, load_plan, make_plan, save_plan
from zhulian.node.comet.folder import make_keys
from zhulian.node.comet.starting import VotesForgotten, prepare_engine

MODULES = {"evidence": 1, "govern": 1, "identity": 1}


@pytest.fixture
def network(tmp_path: Path) -> Network:
    save_plan(tmp_path / "plan.yaml", make_plan(1, MODULES))
    return Network(tmp_path / "net", load_plan(tmp_path / "plan.yaml"), tmp_path / "plan.yaml")


def test_found__can_be_repeated_and_refuses_another_network(network: Network, tmp_path: Path) -> None:
    network.found(int(time.time()))
    genesis = (network.root / "genesis.json").read_bytes()
    network.found(int(time.time()) + 5)
    assert (network.root / "genesis.json").read_bytes() == genesis
    assert last_plan(network.root) == tmp_path / "plan.yaml"
    other: Plan = make_plan(1, MODULES, name="zl-other")
    save_plan(tmp_path / "other.yaml", other)
    with pytest.raises(AlreadyUp):
        Network(network.root, other, tmp_path / "other.yaml").found(int(time.time()))


def test_nodes__are_called_by_the_names_of_the_plan(network: Network) -> None:
    with pytest.raises(UnknownNode, match="org1"):
        network.home("org9")
    assert network.status()[0].pid is None
    assert network.stop(network.names) == []


def test_wait_ready__says_what_a_node_left_that_did_not_start(network: Network) -> None:
    home = network.home("org1")
    home.logs.mkdir(parents=True)
    (home.logs / "node.log").write_text("the disk is full\n", encoding="utf-8")
    write_atomically(home.root / "run" / "started.json", msgspec.json.encode({"pid": 2**22 + 7}))
    with pytest.raises(NotStarted, match="disk is full"):
        network.wait_ready(["org1"], lambda node: None)


def test_engine__does_not_vote_with_keys_whose_last_vote_is_forgotten(
    network: Network, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "cometbft"
    program.write_text("#!/bin/sh\n", encoding="utf-8")
    monkeypatch.setenv("ZHULIAN_COMETBFT", str(program))
    network.found(int(time.time()))
    home = network.home("org1")
    make_keys(home.engine)
    (home.engine / "data" / "priv_validator_state.json").unlink()
    with pytest.raises(VotesForgotten):
        prepare_engine(home)


def test_start__refuses_what_was_not_founded_before_it_starts_anything(network: Network) -> None:
    with pytest.raises(NotFounded, match="org1"):
        network.start(["org1"])
    with pytest.raises(UnknownNode):
        network.start(["org1", "org9"])
    assert not (network.root / "nodes").exists()


def test_commands__name_what_is_missing(tmp_path: Path) -> None:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("ZHULIAN_")}
    environment = {**kept, "ZHULIAN_HOME": str(tmp_path / "net")}
    save_plan(tmp_path / "plan.yaml", make_plan(1, MODULES))
    expected = {
        ("status",): ("network/11", 1),
        ("start", "org1"): ("cli/6", 2),
        ("start", "plan.yaml"): ("network/12", 1),
        ("start", "plan.yaml", "org9"): ("network/3", 1),
        ("down", "plan.yaml", "org9"): ("network/3", 1),
        ("status", "nowhere.yaml"): ("cli/6", 2),
    }
    for words, (code, status) in expected.items():
        command = [sys.executable, "-m", "zhulian.cli.main", "network", *words, "--json"]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=False)
        assert (json.loads(done.stdout)["refused"]["code"], done.returncode) == (code, status), words
    assert not (tmp_path / "net" / "nodes").exists()
