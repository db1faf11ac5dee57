"""Custody beside a running node: the command, the SDK, a browser's cookie, and a process that is killed."""

import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pyotp
import pytest

from tests.cli.conftest import LiveNode, Run, run  # noqa: F401 (a fixture)
from zhulian.client import connect
from zhulian.client.chain import Chain
from zhulian.client.errors import FromNode, OwnKeyElsewhere
from zhulian.client.sealed.describing import Describing
from zhulian.client.sealed.errors import NotForYou
from zhulian.crypto import GM, save_key
from zhulian.home import Home

PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveNode]:
    """A running node in whose home custody is set up."""
    from zhulian.network import found_sample
    from zhulian.offchain.custody.founding import set_up

    node = LiveNode(tmp_path_factory.mktemp("kept") / "home")
    found_sample(Home(node.home), int(time.time()) - 60)
    codes = set_up(Home(node.home), ["officer.li", "officer.wang"])
    (node.home.parent / "codes.json").write_text(json.dumps(codes))
    node.start()
    _wait(node)
    yield node
    node.stop()


def _wait(node: LiveNode) -> None:
    end = time.monotonic() + 30
    while not (node.home / "run" / "custody.sock").exists():
        assert time.monotonic() < end, (node.home / "logs").glob("*")
        time.sleep(0.05)


def _file(folder: Path, name: str) -> Path:
    (folder / name).write_text(name)
    return folder / name


def _url(node: LiveNode) -> str:
    return str(json.loads((node.home / "run" / "node.json").read_bytes())["url"])


def _in(chain: Chain, login: str, code: str) -> tuple[str, list[str]]:
    """Enrol and sign in: the token, and recovery codes left, which do not make a test wait for the next half minute."""
    found = chain.custody.enrol(login, code, PASSWORD)
    token = chain.custody.sign_in(login, PASSWORD, pyotp.TOTP(found["totp_secret"]).now())["token"]
    return token, found["recovery_codes"]


def _officer(kept: LiveNode, chain: Chain, login: str) -> tuple[str, list[str]]:
    """A founding officer, enrolled by whichever test comes first: the token, and some recovery codes."""
    file = kept.home.parent / f"{login}.spare.json"
    if file.exists():
        codes = json.loads(file.read_text())
        token = chain.custody.sign_in(login, PASSWORD, codes.pop())["token"]
    else:
        token, codes = _in(chain, login, json.loads((kept.home.parent / "codes.json").read_text())[login])
    file.write_text(json.dumps(codes[3:]))
    return token, codes[:3]


@pytest.mark.crash
def test_custody__of_a_running_node(
    kept: LiveNode,
    run: Run,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    # Longer than usual: one story from the first officer to a key taken home.
    monkeypatch.setenv("ZHULIAN_HOME", str(kept.home))
    again = run("custody", "init", "a.one", "b.two")
    assert again.status != 0
    assert "custody/5" in again.err
    with connect(_url(kept), home=kept.home) as chain:
        officer, spare = _officer(kept, chain, "officer.li")
        checker, _ = _officer(kept, chain, "officer.wang")
        invited = chain.custody.invite(officer, "zhang.wei")
        token, mine = _in(chain, "zhang.wei", invited["code"])
        handle = chain.custody.open_handle(token, "clinic")["handle"]
        (tmp_path / "a.txt").write_text("a")
        done = chain.custody.deposit(token, handle, tmp_path / "a.txt", public=True)
        assert done["status"] == "applied"
        digest = chain.transaction(done["transaction"])["body"]["messages"][0]["digest"]
        fact = chain.state(("evidence/deposits", digest, handle))
        assert fact.value["via"] == "org2"

        # by the command
        monkeypatch.setenv("ZHULIAN_CUSTODY_PASSWORD", PASSWORD)
        assert run("custody", "handles").err.count("client/191") == 1
        for words, way in ((("sign-in", "zhang.wei"), "--code"), (("enrol", "zhang.wei"), "--one-time")):
            asked = run("custody", *words)  # nobody sits there
            assert (asked.status, asked.err.split()[0]) == (2, "cli/16")
            assert way in asked.err
        assert run("custody", "sign-in", "zhang.wei", "--code", mine[0]).status == 0
        assert (kept.home / "client" / "custody.session").stat().st_mode & 0o777 == 0o600
        assert run("custody", "handles", "--json").document[0]["handle"] == handle
        (tmp_path / "act.json").write_text(json.dumps({"type": "evidence.deposit", "digest": "ac" * 32}))
        assert run("custody", "act", handle, tmp_path / "act.json", "--json").document["status"] == "applied"
        twice = run("custody", "act", handle, tmp_path / "act.json")
        assert "evidence/1" in twice.err
        assert len(run("custody", "acts", "--json").document) == 3
        assert run("custody", "sign-out").status == 0

        # two officers
        asked = chain.custody.ask(officer, "totp", invited["account"], "seen in person")
        with pytest.raises(FromNode) as no:
            chain.custody.decide(officer, asked["request"], spare[0])
        assert no.value.code == "custody/25"
        assert chain.custody.decide(checker, asked["request"], _[0], approve=False)["state"] == "rejected"
        log = chain.custody.log(officer, limit=500)
        assert log["entries"][-1]["act"] == "rejected-totp"
        assert chain.custody.deposit_log(officer)["outcome"]["status"] == "applied"

        # home with the key
        path = tmp_path / "own.key.json"
        save_key(tmp_path / "other.key.json", GM.generate(), "mine", name="~" + "0" * 32)
        with pytest.raises(OwnKeyElsewhere):
            chain.custody.take_home(token, handle, tmp_path / "other.key.json", "mine", mine[1])
        assert chain.custody.take_home(token, handle, path, "mine", mine[1])["outcome"]["status"] == "applied"
        with pytest.raises(FromNode) as no:
            chain.custody.act(token, handle, [{"type": "evidence.deposit", "digest": "ad" * 32}])
        assert no.value.code == "custody/21"
    with connect(_url(kept), path, home=kept.home, passphrase="mine") as own:
        own.submit([{"type": "evidence.deposit", "digest": "ad" * 32}])
        assert "via" not in own.state(("evidence/deposits", "ad" * 32, handle)).value

    _by_cookie(_url(kept), mine[2])
    _killed(kept, mine[3])


CLAIMS = """
scenario: claims
version: 1
title: {zh: 诉求登记, en: Claims}
roles:
  court: {title: {zh: 法院, en: Court}, admitted_by: operator}
  citizen: {title: {zh: 当事人, en: Citizen}, admitted_by: operator, persons: true}
records:
  claim:
    title: {zh: 诉求, en: Claim}
    key: number
    fields:
      number: {type: int, title: {zh: 编号, en: Number}}
      who: {type: party, title: {zh: 当事人, en: Citizen}}
      told: {type: text, private: [court], title: {zh: 陈述, en: Statement}}
    states: {start: {filed: {zh: 已提交, en: Filed}}, final: [{heard: {zh: 已受理, en: Heard}}]}
actions:
  file:
    title: {zh: 提交, en: File}
    by: citizen
    creates: claim
    input: [number, told]
    do: [{set: {who: actor}}]
  hear: {title: {zh: 受理, en: Hear}, by: court, on: claim, from: filed, to: heard}
"""


def test_private_input__through_custody_is_seen_by_its_readers_and_this_client_alone(kept: LiveNode, tmp_path: Path) -> None:
    """What a person without a key says in confidence is sealed for the court; custody and chain see a commitment."""
    with connect(_url(kept), home=kept.home) as chain:
        officer, _ = _officer(kept, chain, "officer.li")
        invited = chain.custody.invite(officer, "li.na")
        token, _ = _in(chain, "li.na", invited["code"])
        handle = chain.custody.open_handle(token, "claims")["handle"]
        (tmp_path / "claims.yaml").write_text(CLAIMS)
        chain.scenario.publish(tmp_path / "claims.yaml")
        chain.scenario.open("claims", as_="claims")
        app = chain.app("claims")
        app.admit("court", "org3")
        app.admit("citizen", handle)
        done = chain.custody.do(token, handle, "claims", "file", number=1, told="他欠我工钱")
        assert done["status"] == "applied"
        whole = json.dumps(chain.transaction(done["transaction"]), ensure_ascii=False)
        assert "工钱" not in whole
        record = chain.state(("scenario/records", "claims", "claim", "1")).value
        content = record["fields"]["told"]
        sealed = chain.state(("share/contents", content, handle)).value
        assert sealed["via"] == "org2"
        (tmp_path / "欠条.txt").write_text("欠款三万元")
        kept_file = chain.custody.deposit(token, handle, tmp_path / "欠条.txt", describing=Describing("工资"))
        assert [each["type"] for each in chain.transaction(kept_file["transaction"])["body"]["messages"]] == [
            "evidence.deposit",
            "share.register",
        ]
        for words, count in (("欠条", 1), ("工资", 1), ("三万元", 0)):  # by name and words, never by what stands in it
            end = time.monotonic() + 60
            while len(chain.search(words, own=True).hits) != count:
                assert time.monotonic() < end
                time.sleep(0.1)
        bare = chain.custody.deposit(token, handle, _file(tmp_path, "bare.txt"))
        assert len(chain.transaction(bare["transaction"])["body"]["messages"]) == 1
        with pytest.raises(FromNode) as wrong:
            chain.custody.sign_in("li.na", "not her password", "000000")
        assert wrong.value.code == "custody/9"
        failed = [each for each in chain.custody.log(officer, limit=500)["entries"] if each["act"] == "sign-in-failed"]
        assert [each["actor"] for each in failed].count(invited["account"]) == 1  # tried once, and counted once
    with connect(_url(kept), "org3.clerk", home=kept.home) as court:
        assert json.loads(court.sealed.read(content, owner=handle).data or b"") == "他欠我工钱"
    with connect(_url(kept), "org4.clerk", home=kept.home) as other:
        assert not other.search("欠条", own=True).hits
    with connect(_url(kept), "org4.clerk", home=kept.home) as other, pytest.raises(NotForYou):
        other.sealed.read(content, owner=handle)
    for path in (kept.home / "custody").rglob("*"):
        assert not path.is_file() or "工钱".encode() not in path.read_bytes()


def test_taken_down__content_stays_proved_and_says_why(
    kept: LiveNode,
    run: Run,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("ZHULIAN_HOME", str(kept.home))
    (tmp_path / "b.txt").write_text("unlawful")
    (tmp_path / "order.txt").write_text("the order")
    done = run("evidence", "deposit", tmp_path / "b.txt", "--no-certificate", "--json").document
    transaction = run("verify", tmp_path / "b.txt", "--json").document["transaction"]
    assert done
    assert "not taken down" in run("duties", "taken-down", transaction).out
    words = ("duties", "take-down", transaction, "--reason", "unlawful", "--basis", tmp_path / "order.txt", "--as")
    proposal = run(*words, "org1.admin", "--json").document["proposal"]
    for voter in ("org2.admin", "org3.admin"):
        assert run("govern", "vote", proposal, "yes", "--as", voter).status == 0
    fact = tmp_path / "down.json"
    assert "unlawful" in run("duties", "taken-down", transaction, "--out", fact).out
    whole = run("verify", tmp_path / "b.txt", "--taken-down", fact, "--json")
    assert (whole.status, whole.document["valid"], whole.document["taken_down"]["reason"]) == (0, True, "unlawful")
    (tmp_path / "c.txt").write_text("another")
    run("evidence", "deposit", tmp_path / "c.txt", "--no-certificate")
    wrong = run("verify", tmp_path / "c.txt", "--taken-down", fact)
    assert "cli/15" in wrong.err
    assert run("duties", "take-down", transaction, "--reason", "dull", "--basis", fact).status != 0


def test_duties__are_shown_checked_and_exported(
    kept: LiveNode,
    run: Run,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("ZHULIAN_HOME", str(kept.home))
    file = kept.home / "gateway.toml"
    assert run("duties", "status", "--json").document["kept"] is True  # nothing is filed, nothing is owed
    file.write_text('filing = "京网信备11010500000000000001号"\n')
    assert run("duties", "status", "--json").document["kept"] is False
    file.write_text('filing = "京网信备11010500000000000001号"\nlog_days = 184\n')
    assert "184" in run("duties", "status").out
    day = time.strftime("%Y-%m-%d", time.gmtime())
    (kept.home / "logs" / "access").mkdir()
    (kept.home / "logs" / "access" / f"{day}.jsonl").write_text('{"address":"203.0.113.9","path":"/v1/head"}\n')
    done = run("duties", "export", tmp_path / "out.jsonl", "--since", day, "--until", day, "--json").document
    found = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert done["entries"] == len(found)
    assert {each["source"] for each in found} == {"gateway", "custody"}
    assert "sign-in" in {each.get("act") for each in found}
    assert run("duties", "export", tmp_path / "x", "--since", "yesterday", "--until", day).status != 0
    file.unlink()


def _by_cookie(url: str, code: str) -> None:
    with httpx.Client(base_url=url) as browser:
        asked = {"login": "zhang.wei", "password": PASSWORD, "code": code, "cookie": True}
        answer = browser.post("/v1/custody/sign-in", json=asked)
        assert "token" not in answer.json()
        cookie = answer.headers["set-cookie"]
        assert all(part in cookie for part in ("HttpOnly", "SameSite=strict", "Path=/v1/custody"))
        assert browser.get("/v1/custody/me").json()["login"] == "zhang.wei"
        without = browser.post("/v1/custody/handles", json={"instance": "court"})
        assert (without.status_code, without.json()["code"]) == (403, "custody/12")
        with_it = browser.post(
            "/v1/custody/handles", json={"instance": "court"}, headers={"X-Zhulian-Csrf": answer.json()["csrf"]}
        )
        assert with_it.json()["state"] == "custody"
        for body, status in (({"instance": "Court"}, 400), ({"instance": "court", "more": 1}, 400)):
            assert browser.post("/v1/custody/handles", json=body).status_code == status
        csrf = {"X-Zhulian-Csrf": answer.json()["csrf"]}
        assert browser.post("/v1/custody/sign-out", headers=csrf).json() == {"signed_out": True}
        assert browser.get("/v1/custody/me").status_code == 401


def _killed(node: LiveNode, code: str) -> None:
    """Nobody is signed in behind a restart: the keys were in memory alone."""
    with connect(_url(node), home=node.home) as chain:
        token = chain.custody.sign_in("zhang.wei", PASSWORD, code)["token"]
        lines = [json.loads(line) for line in (node.home / "logs" / "custody.log").read_text().splitlines()]
        os.kill([each["pid"] for each in lines if each["event"] == "started"][-1], signal.SIGKILL)
        end = time.monotonic() + 30
        while (code := _refused(chain, token)) != "custody/11":
            assert code == "custody/1"
            assert time.monotonic() < end
            time.sleep(0.1)
        assert chain.status()["accepting"]


def _refused(chain: Chain, token: str) -> str:
    with pytest.raises(FromNode) as no:
        chain.custody.me(token)
    return str(no.value.code)
