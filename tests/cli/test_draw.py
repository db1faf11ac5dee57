"""A draw on the command line against a running node: contributors, one of whom is silent, and the draw made again by anyone."""

from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import LiveNode, Run
from zhulian.client.drawing import flows
from zhulian.ledger.genesis import parse_genesis
from zhulian.merkle.code_list import CodeList

APP, AT = "hz-lot", ("round", "R-1")
GIVERS = ("org2", "org3", "org4")
ENTRIES = [f"E-{place}" for place in range(9)]


@pytest.fixture
def desk(at_home: LiveNode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    hasher = parse_genesis((at_home.home / "genesis.json").read_bytes()).hasher()
    (tmp_path / "pool.json").write_text(CodeList(hasher, ENTRIES).root.text)
    (tmp_path / "list.txt").write_text("\n".join(ENTRIES) + "\n")
    return tmp_path


def done(found: Any) -> Any:
    assert found.status == 0, found.err
    return found


def hand_in(run: Run, kind: str, action: str, party: str) -> None:
    done(run("draw", kind, APP, *AT, "--as", f"{party}.clerk"))
    done(run("app", APP, action, "R-1", f"paper=@round-R-1.{kind}.json", "--as", f"{party}.clerk"))


def test_draw__from_the_contributors_keys_to_the_draw_made_again(run: Run, desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done(run("scenario", "publish", Path(__file__).with_name("lot.yaml")))
    done(run("scenario", "open", "lot", "--as", APP))
    for party in GIVERS:
        done(run("app", APP, "admit", "giver", party))
    assert run("draw", "key", APP, *AT, "--as", "org2.clerk").err.split()[0] == "client/130"
    done(run("app", APP, "call", "number=R-1", "pool=@pool.json", f"givers={';'.join(GIVERS)}", "--as", "org2.clerk"))
    assert run("draw", "key", APP, *AT, "--as", "org1.clerk").err.split()[0] == "client/131"
    assert run("draw", "deal", APP, *AT, "--as", "org2.clerk").err.split()[0] == "client/132"
    for kind, action in (("key", "enter"), ("deal", "bind")):
        for party in GIVERS:
            hand_in(run, kind, action, party)
    for party in GIVERS[:2]:
        hand_in(run, "reveal", "tell", party)
    assert run("app", APP, "go", "R-1").status == 1
    for party in GIVERS[:2]:
        hand_in(run, "recover", "help", party)
    assert run("draw", "recover", APP, *AT, "--as", "org2.clerk").err.split()[0] == "client/133"
    done(run("app", APP, "go", "R-1"))

    again = done(run("draw", "again", APP, *AT, "--list", "list.txt", "--json")).document
    assert [ENTRIES[each["place"] - 1] for each in again["drawn"]] == [each["entry"] for each in again["drawn"]]
    assert "Drawn: 2" in done(run("draw", "again", APP, *AT)).out
    (desk / "list.txt").write_text("\n".join(ENTRIES[1:]))
    assert run("draw", "again", APP, *AT, "--list", "list.txt").err.split()[0] == "client/134"
    real = flows.draw_places
    monkeypatch.setattr(flows, "draw_places", lambda *words: real(*words)[::-1])
    assert run("draw", "again", APP, *AT).err.split()[0] == "client/135"
