"""A network's nodes on one machine: what is refused before anything is started, and what a node leaves behind that fell."""

import time
from pathlib import Path

import msgspec
import pytest

from zhulian.files import write_atomically
from zhulian.network.local import AlreadyUp, Network, NotStarted, UnknownNode, last_plan
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
