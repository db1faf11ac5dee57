"""Sealed content, custody, search and webhooks among four organisations on the engine: each with a vault and a keeper of its own."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyotp
import pytest

from tests.offchain.custody.test_live import CLAIMS, PASSWORD
from tests.offchain.test_webhooks import Target
from tests.trial import Trial
from zhulian.client import Chain, FromNode, connect
from zhulian.client.sealed.deposit import Sealing
from zhulian.client.sealed.errors import NotForYou
from zhulian.client.webhooks import verify_webhook
from zhulian.offchain.custody.founding import set_up

pytestmark = pytest.mark.long
FILED = {"type": "scenario.act", "action": "file", "input": {}, "instance": "claims"}


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    made = Trial(tmp_path_factory.mktemp("sealed"))
    file = made.home("org2").config_file
    file.write_text(file.read_text(encoding="utf-8") + '\n[courier]\nallow = ["127.0.0.0/8"]\n', encoding="utf-8")
    file = made.home("org3").config_file
    file.write_text(file.read_text(encoding="utf-8") + '\n[custody]\nagent = "org3.counter"\n', encoding="utf-8")
    codes = set_up(made.home("org3"), ["officer.li", "officer.wang"])
    (made.folder / "codes.json").write_text(json.dumps(codes), encoding="utf-8")
    try:
        made.up()
        made.deposit("org1")
        yield made
    finally:
        made.down()


def at(trial: Trial, signer: str) -> Chain:
    """A client of an organisation at its own node."""
    node = signer.partition(".")[0]
    return connect(trial.url(node), signer, home=trial.home(node).root)


def paper(trial: Trial, name: str) -> Path:
    """A fresh file."""
    path = trial.folder / name
    path.write_bytes(name.encode() * 50_000)
    return path


def code(no: pytest.ExceptionInfo[Any]) -> str:
    return str(no.value.code)


def test_private__is_opened_at_another_node_refused_to_others_withdrawn_and_erased(trial: Trial) -> None:
    path = paper(trial, "合同.txt")
    with at(trial, "org1.clerk") as owner, at(trial, "org2.clerk") as reader, at(trial, "org3.clerk") as stranger:
        content = owner.sealed.deposit(path, Sealing(readers=["org2"])).deposit
        trial.agree()
        assert reader.sealed.read(content).data == path.read_bytes()
        with pytest.raises(NotForYou):
            stranger.sealed.read(content)
        owner.sealed.withdraw(content, "org2")
        trial.agree()
        with pytest.raises((NotForYou, FromNode)):
            reader.sealed.read(content)
        owner.sealed.erase(content, "request")
        trial.agree()
        with pytest.raises(FromNode) as no:
            owner.sealed.erase(content, "request")
        assert code(no) == "share/30"
        assert reader.state(("share/contents", content, "org1")).value["erased"]["reason"] == "request"
        trial.until(lambda: not any(_holds(trial, node, owner.sealed.find(content).value["blob"]) for node in trial.names))


def _holds(trial: Trial, node: str, blob: str) -> bool:
    """Whether the bytes lie anywhere in a node's vault."""
    return any(each.is_file() and blob in each.name for each in (trial.home(node).root / "vault").rglob("*"))


def test_guarded__is_opened_by_two_keepers_at_their_own_nodes_and_each_opening_is_logged(trial: Trial) -> None:
    path = paper(trial, "病历.txt")
    with at(trial, "org1.clerk") as owner, at(trial, "org2.clerk") as reader, at(trial, "org3.clerk") as stranger:
        content = owner.sealed.deposit(path, Sealing(readers=["org2"], guarded=True, threshold=2)).deposit
        trial.agree()
        opened = reader.sealed.read(content, purpose="会诊")
        assert opened.data == path.read_bytes()
        logged = owner.state(("share/openings", opened.opening)).value
        assert (logged["reader"], logged["purpose"]) == ("org2", "会诊")
        trial.until(lambda: len(owner.state(("share/openings", opened.opening)).value.get("served", [])) >= 2)
        keepers = {each["keeper"].partition(".")[0] for each in owner.state(("share/openings", opened.opening)).value["served"]}
        assert len(keepers) >= 2
        assert "org1" not in keepers  # whose vault holds the bytes keeps no share
        with pytest.raises(FromNode) as no:
            stranger.sealed.read(content, purpose="好奇")
        assert code(no) == "share/14"
        owner.sealed.withdraw(content, "org2")
        trial.agree()
        with pytest.raises(FromNode) as no:
            reader.sealed.read(content, purpose="会诊")
        assert code(no) == "share/15"


def test_search__finds_at_every_node_what_was_deposited_at_one(trial: Trial) -> None:
    with at(trial, "org1.clerk") as owner:
        done = owner.evidence.deposit(paper(trial, "租赁合同.txt"))
        height = owner.receipt(done.receipt.proved.transaction).proved.height
    for node in trial.names:
        trial.until(lambda node=node: (trial.get(node, "/v1/index") or {}).get("height", 0) >= height)  # type: ignore[misc]
        with at(trial, f"{node}.clerk") as chain:
            hits = chain.search("存证", party="org1", kind="evidence").hits
            assert any(each.key.startswith(done.deposit) for each in hits)
            assert all(each.fault is None for each in hits)


def test_webhook__of_one_member_tells_what_another_deposited(trial: Trial) -> None:
    target = Target()
    try:
        with at(trial, "org2.clerk") as subscriber, at(trial, "org1.clerk") as owner:
            made = subscriber.webhooks.add(target.url, ["evidence.*"])
            done = owner.evidence.deposit(paper(trial, "通知.txt"))
            trial.until(lambda: done.receipt.proved.height in target.heights())
            headers, body = next(each for each in target.came if json.loads(each[1])["height"] == done.receipt.proved.height)
            assert verify_webhook(made["secret"], headers, body)
            (event,) = json.loads(body)["events"]
            assert (event["event"]["type"], event["event"]["party"]) == ("evidence.deposited", "org1")
            subscriber.webhooks.remove(made["name"])
    finally:
        target.close()


def test_custody__acts_for_a_person_whom_all_nodes_then_show(trial: Trial) -> None:
    """Keys in custody at one organisation's node: every member sees who carried the act, and only the court reads what was said in confidence."""
    codes = json.loads((trial.folder / "codes.json").read_text(encoding="utf-8"))
    with at(trial, "org3.clerk") as counter, at(trial, "org1.clerk") as court, at(trial, "org4.clerk") as other:
        trial.until((trial.home("org3").root / "run" / "custody.sock").exists)
        found = counter.custody.enrol("officer.li", codes["officer.li"], PASSWORD)
        officer = counter.custody.sign_in("officer.li", PASSWORD, pyotp.TOTP(found["totp_secret"]).now())["token"]
        invited = counter.custody.invite(officer, "zhang.wei")
        secret = counter.custody.enrol("zhang.wei", invited["code"], PASSWORD)["totp_secret"]
        token = counter.custody.sign_in("zhang.wei", PASSWORD, pyotp.TOTP(secret).now())["token"]
        handle = counter.custody.open_handle(token, "claims")["handle"]
        (trial.folder / "claims.yaml").write_text(CLAIMS, encoding="utf-8")
        court.scenario.publish(trial.folder / "claims.yaml")
        court.scenario.open("claims", as_="claims")
        court.app("claims").admit("court", "org1")
        court.app("claims").admit("citizen", handle)
        trial.agree()
        done = counter.custody.do(token, handle, "claims", "file", number=1, told="他欠我工钱")
        assert done["status"] == "applied"
        with pytest.raises(FromNode) as no:  # the agent is never on the other side
            counter.custody.act(token, handle, [{**FILED, "by": {"actor": handle, "payer": "org3"}}])
        assert code(no).startswith("custody/")
        trial.agree()
        content = other.state(("scenario/records", "claims", "claim", "1")).value["fields"]["told"]
        assert other.state(("share/contents", content, handle)).value["via"] == "org3"
        assert json.loads(court.sealed.read(content, owner=handle).data or b"") == "他欠我工钱"
        with pytest.raises(NotForYou):
            other.sealed.read(content, owner=handle)
