"""Roots, proofs and sealed offers made on the command line and handed to an application of a running node."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import LiveNode, Run
from tests.cli.test_apps_sdk import _url
from zhulian import client
from zhulian.client.apps.errors import SealedFileThere
from zhulian.client.errors import NotInList

SCENARIO = Path(__file__).with_name("sealed.yaml")
APP = "offers"


def done(found: Any) -> Any:
    assert found.status == 0, found.err
    return found


@pytest.fixture
def desk(run: Run, at_home: LiveNode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    if run("app", APP).status != 0:
        done(run("scenario", "publish", SCENARIO))
        done(run("scenario", "open", "sealed_offers", "--as", APP))
        for role, party in (("bidder", "org2"), ("buyer", "org3")):
            done(run("app", APP, "admit", role, party))
    (tmp_path / "cans.txt").write_text("CC\nAA\nBB\n")
    (tmp_path / "day.csv").write_text("t-1,200\nt-2,350\n")
    return tmp_path


def test_seal__commits_first_and_opens_with_the_same_file(run: Run, desk: Path) -> None:
    sealing = ("app", APP, "seal", "bid", "offer", "price=900", "term=30d", "--out", "offer.sealed.json")
    made = done(run(*sealing))
    assert "offer=@offer.sealed.json" in made.out + made.err
    path = desk / "offer.sealed.json"
    assert path.stat().st_mode & 0o077 == 0
    assert set(json.loads(path.read_bytes())) == {"salt", "values"}
    again = run(*sealing)
    assert again.status != 0
    assert "client/125" in again.err
    submitted = done(run("app", APP, "submit", "number=T-1", "offer=@offer.sealed.json", "--as", "org2.clerk", "--json"))
    assert "900" not in json.dumps(json.loads(submitted.out)["events"])
    done(run("app", APP, "show", "T-1", "org2", "offer=@offer.sealed.json", "--as", "org2.clerk"))
    shown = json.loads(done(run("app", APP, ".show", "bid", "T-1", "org2", "--json")).out)
    assert "shown" in json.dumps(shown)
    wrong = run("app", APP, "seal", "bid", "offer", "price=900")
    assert wrong.status != 0


def test_lists__make_roots_and_proofs_that_an_application_takes(run: Run, desk: Path) -> None:
    done(run("lists", "codes", "cans.txt", "--out", "cans.json"))
    done(run("lists", "bulk", "day.csv", "--out", "day.json"))
    done(run("app", APP, "fill", "number=L-1", "cans=@cans.json", "day=@day.json", "--as", "org2.clerk"))
    done(run("lists", "code", "cans.txt", "AA", "--out", "aa.json"))
    proposing = ("app", APP, "take", "L-1/AA", "shown=@aa.json", "--propose", "--by", "one=org2", "--by", "other=org3")
    proposed = json.loads(done(run(*proposing, "--as", "org2.clerk", "--json")).out)
    done(run("app", APP, "approve", proposed["transaction"], "--sign", "org3.clerk"))
    done(run("app", APP, ".show", "can", "L-1", "AA"))
    done(run("lists", "code", "cans.txt", "AB", "--absent", "--out", "ab.json"))
    done(run("lists", "item", "day.csv", "t-2", "--out", "t2.json"))
    for words in (
        ("code", "cans.txt", "AB", "--out", "x"),
        ("code", "cans.txt", "AA", "--absent", "--out", "x"),
        ("item", "day.csv", "t-9", "--out", "x"),
    ):
        no = run("lists", *words)
        assert "client/124" in no.err
    (desk / "bad.csv").write_text("t-1;200\n")
    assert "bad.csv:1" in run("lists", "bulk", "bad.csv", "--out", "x").err


def test_open__of_what_is_not_published_says_so(run: Run, desk: Path) -> None:
    found = run("scenario", "open", "nothing_like_it", "--as", "elsewhere")
    assert found.status != 0
    assert "client/31" in found.err


def test_lists__are_in_the_sdk_too(run: Run, at_home: LiveNode, desk: Path) -> None:
    with client.connect(_url(at_home), home=at_home.home) as chain:
        assert json.loads(chain.lists.codes_root(["A", "B"]))["count"] == 2
        assert json.loads(chain.lists.bulk_root([("a", 5)]))["total"] == 5
        with pytest.raises(NotInList):
            chain.lists.code_proof(["A"], "B")
        assert chain.lists.bulk_proof([("a", 5)], "a")
        app = chain.app(APP)
        made = app.seal("bid", "offer", price="1.50", term="3d", save=desk / "o.json")
        assert made["values"] == {"price": 150, "term": 3}
        with pytest.raises(SealedFileThere):
            app.seal("bid", "offer", price="1.50", term="3d", save=desk / "o.json")
