"""A secret vote on the command line against a running node: trustees, eleven voters, the counts, and a recount by anyone."""

import json
import secrets
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import LiveNode, Run
from tests.meta.source import ROOT
from zhulian import client
from zhulian.client.body import Identity
from zhulian.client.identity import possession
from zhulian.client.voting.errors import RecountFails
from zhulian.crypto import GM, SoftwareSigner

PACK = ROOT / "src" / "zhulian" / "scenarios" / "village_vote" / "scenario.yaml"
APP, MATTER = "qingshi", "CW-2026-01"
TRUSTEES = ("org2", "org3", "org4")


@pytest.fixture
def desk(at_home: LiveNode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "notice.txt").write_text("notice\n")
    return tmp_path


def done(found: Any) -> Any:
    assert found.status == 0, found.err
    return found


def enter_voters(chain: client.Chain, count: int) -> dict[str, Identity]:
    """People with keys of their own, on the roll; by their handles."""
    people: dict[str, Identity] = {}
    for place in range(count):
        handle = "~" + secrets.token_hex(16)
        key = SoftwareSigner(GM, GM.generate())
        own = {
            "not_after": int(time.time()) + 86_400,
            "possession": possession(chain.core, handle, key),
            "public_key": key.public_key.hex(),
        }
        opened = {"handle": handle, "instance": APP, "own": own, "type": "identity.open_handle"}
        chain.submit([opened], signers=["org2.counter"], wait="committed")
        people[handle] = Identity(handle, key)
        app = chain.app(APP)
        app.admit("voter", handle, signers=["org1.clerk"])
        app.act("register", tag=f"{place:02x}" * 32, person=handle, signers=["org1.clerk"])
    return people


def test_vote__from_the_trustees_keys_to_a_recount(run: Run, at_home: LiveNode, desk: Path) -> None:
    done(run("scenario", "publish", PACK))
    done(run("scenario", "open", "village_vote", "--as", APP))
    for role, parties in (("committee", ("org1",)), ("trustee", TRUSTEES)):
        for party in parties:
            done(run("app", APP, "admit", role, party))
    with client.connect(json.loads((at_home.home / "run" / "node.json").read_bytes())["url"]) as chain:
        people = enter_voters(chain, 11)
        at = ("matter", MATTER)
        assert run("ballot", "key", APP, *at, "--as", "org2.clerk").err.split()[0] == "client/120"
        call = {"number": MATTER, "subject": "hill", "notice": "@notice.txt", "trustees": ";".join(TRUSTEES), "threshold": "2"}
        call |= {"options": "2", "least": "1", "most": "1", "closes": "+40s"}
        done(run("app", APP, "call_vote", *(f"{name}={value}" for name, value in call.items())))
        for place, name in (("1", "yes"), ("2", "no")):
            done(run("app", APP, "name_option", MATTER, f"place={place}", f"name={name}"))
        assert run("ballot", "key", APP, *at, "--as", "org1.clerk").err.split()[0] == "client/121"
        assert run("ballot", "deal", APP, *at, "--as", "org2.clerk").err.split()[0] == "client/122"
        for kind, action in (("key", "enrol"), ("deal", "deal")):
            for party in TRUSTEES:
                done(run("ballot", kind, APP, *at, "--as", f"{party}.clerk"))
                done(run("app", APP, action, MATTER, f"paper=@matter-{MATTER}.{kind}.json", "--as", f"{party}.clerk"))
        for party in TRUSTEES:
            assert f"dealt to {party} are right" in done(run("ballot", "look", APP, *at, "--as", f"{party}.clerk")).out
            done(run("app", APP, "accept", MATTER, "--as", f"{party}.clerk"))
        app = chain.app(APP)
        for place, (handle, identity) in enumerate(people.items()):
            assert run("ballot", "fill", APP, *at, "--voter", handle, "--mark", "3").err.split()[0] == "client/122"
            done(run("ballot", "fill", APP, *at, "--voter", handle, "--mark", str(1 + place % 2), "--out", "b.json"))
            app.act("vote", f"{place:02x}" * 32, matter=MATTER, ballot=(desk / "b.json").read_text(), signers=[identity])
        early = run("ballot", "recount", APP, *at, "--json").document
        assert (early["agrees"], early["ballots"], early["counts"]) == (True, 11, [])
        while chain.voting.box(f"{APP}/matter/{MATTER}").stage == "open":
            time.sleep(0.3)
        for party in TRUSTEES[:2]:
            assert run("ballot", "count", APP, *at).err.split()[0] == "client/122"
            done(run("ballot", "part", APP, *at, "--as", f"{party}.clerk"))
            done(run("app", APP, "open_part", MATTER, f"paper=@matter-{MATTER}.part.json", "--as", f"{party}.clerk"))
        counts = done(run("ballot", "count", APP, *at, "--json")).document["counts"]
        assert counts == [6, 5]
        assert run("app", APP, "publish_result", MATTER, "counts=7;4").status == 1
        done(run("app", APP, "publish_result", MATTER, "counts=6;5"))
        assert "Choice 1: 6" in done(run("ballot", "recount", APP, *at)).out
        _refuses_what_the_node_leaves_out(chain)


def _refuses_what_the_node_leaves_out(chain: client.Chain) -> None:
    """A node that hides a ballot from the list is found out: what is there does not add up to what is proved."""
    perform = chain.line.perform

    def hide(effect: Any) -> Any:
        answer = perform(effect)
        if getattr(effect, "path", "").endswith("ballots"):
            found = json.loads(answer.body)
            return replace(answer, body=json.dumps({**found, "items": found["items"][1:]}).encode())
        return answer

    chain.line.perform = hide  # type: ignore[method-assign]
    with pytest.raises(RecountFails):
        chain.voting.recount(f"{APP}/matter/{MATTER}")
