"""A degree on the command line against a running node: defined, issued, shown, checked without the node, revoked."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.cli.conftest import LiveNode, Run
from zhulian import client

KIND = "org1/degree-2026"
TITLE = {"zh": "学位", "en": "Degree"}


def done(found: Any) -> Any:
    assert found.status == 0, found.err or found.out
    return found


def number(found: Any) -> str:
    assert found.status != 0, found.out
    return str(found.err.split()[0])


@pytest.fixture
def desk(at_home: LiveNode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    claims = [{"name": each, "title": TITLE} for each in ("name", "degree", "major")]
    (tmp_path / "schema.json").write_text(
        json.dumps({"title": TITLE, "claims": [*claims, {"name": "school", "title": TITLE, "always": True}]})
    )
    (tmp_path / "wang.json").write_text(
        json.dumps({"name": "王小明", "degree": "bachelor", "major": "law", "school": "Pearl University"})
    )
    return tmp_path


def test_credential__from_the_schema_to_the_revocation(run: Run, at_home: LiveNode, desk: Path) -> None:
    school = ("--as", "org2.clerk")
    # the ministry defines and accredits, the school registers a key
    done(run("credential", "schema", "degree-2026", "schema.json", "--standing", "grants"))
    assert number(run("credential", "schema", "degree-2026", "schema.json")) == "credential/2"
    assert number(run("credential", "schema", "x", "wang.json")) == "cli/4"
    assert number(run("credential", "key", *school)) == "credential/4"
    added = done(run("credential", "key", "--as", "org2.admin", "--json")).document["key"]
    done(run("credential", "standing", "grants", "org2", "valid"))
    assert number(run("credential", "standing", "grants", "org2", "good")) == "cli/4"
    # the graduate hands in keys, the school issues and publishes
    done(run("credential", "keys", "org2", "--count", "3", "--out", "keys.json"))
    words = (
        "credential",
        "issue",
        KIND,
        "wang.json",
        "--keys",
        "keys.json",
        "--until",
        "2036-06-30",
        "--list",
        "2026",
        "--out",
        "batch.json",
    )
    issued = done(run(*words, *school, "--json")).document
    assert number(run("credential", "issue", "degree", *words[3:], *school)) == "cli/4"
    assert "第 1 版" not in done(run("credential", "status", "2026", *school, "--lang", "zh")).out
    assert done(run("credential", "receive", "batch.json", "--json")).document == {"copies": 3}
    assert done(run("credential", "receive", "batch.json", "--json")).document == {"copies": 0}
    assert number(run("credential", "receive", "keys.json")) == "client/250"
    (held,) = done(run("credential", "wallet", "--json")).document["credentials"]
    assert (held["fresh"], held["claims"]["name"]) == (3, "王小明")
    _shown_once_and_checked(run, desk)
    _revoked(run, issued["credential"])
    _tokens_and_dids(run, at_home, desk, added)


ASKING = ("credential", "ask", KIND, "--audience", "org3", "--claim", "degree")


def _shown_once_and_checked(run: Run, desk: Path) -> None:
    # the employer asks, the graduate answers, and the employer checks with the node's answers of before
    assert number(run("credential", "proof", "org2", KIND, "2025", "--out", "proof.json")) == "gateway/61"
    done(run("credential", "proof", "org2", KIND, "2026", "--out", "proof.json"))
    done(run(*ASKING, "--out", "ask.json"))
    done(run("credential", "present", "ask.json", "--out", "shown.txt"))
    check = ("credential", "verify", "shown.txt", "--request", "ask.json", "--proof", "proof.json")
    attest = (
        "--attest",
        "paper.json",
        "--by",
        "org3",
        "--instance",
        "jobs",
        "--person",
        "~" + "1" * 32,
        "--predicate",
        "graduate",
    )
    assert number(run(*check, "--attest", "paper.json")) == "cli/4"
    found = done(run(*check, *attest, "--json")).document
    assert (found["valid"], found["claims"]) == (True, {"degree": "bachelor", "school": "Pearl University"})
    paper = json.loads((desk / "paper.json").read_text())
    assert (paper["sequence"], paper["issuer"], paper["schema"]) == (1, "org2", "degree-2026")
    # the same again is a replay; a second request is answered by another copy, and a third person's answer does not do
    assert number(run(*check)) == "client/257"
    done(run(*ASKING, "--out", "ask2.json"))
    assert number(run("credential", "verify", "shown.txt", "--request", "ask2.json", "--proof", "proof.json")) == "client/256"
    done(run("credential", "present", "ask2.json", "--claim", "major", "--out", "shown2.txt"))
    first, second = ((desk / each).read_text().split("~")[0] for each in ("shown.txt", "shown2.txt"))
    assert first != second


def _revoked(run: Run, credential: str) -> None:
    school = ("--as", "org2.clerk")
    # revoked: the newest proof says so, also to a request that is open
    done(run("credential", "status", "2026", "--revoke", credential, *school))
    assert number(run("credential", "status", "2026", "--restore", credential, *school)) == "client/264"
    assert number(run("credential", "status", "2026", "--revoke", "nothing", *school)) == "client/266"
    done(run("credential", "proof", "org2", KIND, "2026", "--out", "proof.json"))
    again = ("credential", "verify", "shown2.txt", "--request", "ask2.json", "--proof", "proof.json")
    assert number(run(*again)) == "client/261"
    done(run(*ASKING, "--out", "ask3.json"))
    done(run("credential", "present", "ask3.json", "--out", "shown3.txt"))
    done(run(*ASKING, "--out", "ask4.json"))
    assert number(run("credential", "present", "ask4.json", "--out", "shown4.txt")) == "client/265"


def _tokens_and_dids(run: Run, at_home: LiveNode, desk: Path, key: str) -> None:
    school = ("--as", "org2.clerk")
    url = json.loads((at_home.home / "run" / "node.json").read_bytes())["url"]
    with client.connect(url) as chain:
        genesis = chain.core.hasher.genesis
        done(run("credential", "status", "2026", "--paper", "list.json", *school))
        assert number(run("credential", "status", "2026", "--token", "list.jwt", *school)) == "gateway/62"
        said = {
            name: value
            for name, value in json.loads((desk / "list.json").read_text()).items()
            if name not in ("format", "issuer")
        }
        chain.submit([{"type": "credential.publish", **said}], signers=["org2.clerk"])
        done(run("credential", "status", "2026", "--token", "list.jwt", *school))
    name = f"did:zhulian:{genesis.hex()[:32]}:org2"
    document = done(run("credential", "did", "org2", "--json")).document
    assert document["id"] == name
    answered = httpx.get(f"{url}/v1/dids/{name}").json()
    assert answered["didDocument"] == document
    assert answered["proof"]["key"] == ["credential/issuers", "org2"]
    assert answered["didResolutionMetadata"] == {"contentType": "application/did+json"}
    assert [
        httpx.get(f"{url}/v1/dids/{each}").status_code for each in (name + "x", "did:web:x", name.replace("org2", "org4"))
    ] == [404] * 3
    assert httpx.get(f"{url}/v1/dids/{name.replace('org2', 'org4')}").json()["code"] == "gateway/60"
    token = httpx.get(f"{url}/v1/status-lists/org2/2026")
    assert token.headers["content-type"] == "application/statuslist+jwt"
    assert token.text == (desk / "list.jwt").read_text()
    assert httpx.get(f"{url}/v1/status-lists/org2/..%2f..").status_code == 404
    assert number(run("credential", "did", "org4")) == "client/268"
    done(run("credential", "key", "--retire", key, "--reason", "compromised", "--as", "org2.admin"))
    assert number(run("credential", "key", "--retire", key, "--reason", "lost", "--as", "org2.admin")) == "cli/4"
    assert done(run("credential", "did", name, "--json")).document["assertionMethod"] == []
    assert (
        number(run("credential", "issue", KIND, "wang.json", "--keys", "none.json", "--until", "x", "--list", "l", "--out", "o"))
        == "cli/6"
    )
