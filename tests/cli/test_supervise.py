"""Supervision on the command line: a case through applications with proofs, under two officers, seen by all members."""

import json
import time
from pathlib import Path

import httpx
import pytest

from tests.cli.conftest import LiveNode, Run
from zhulian.client import FromNode, connect
from zhulian.client.flow import drive
from zhulian.client.supervising import cases
from zhulian.client.supervising.errors import CaseDiffers, CaseTooLong

PAPER, BOTH = "ab" * 32, ["org4.admin", "org4.clerk"]
OFFICERS = ("--as", "org4.admin", "--as", "org4.clerk")


def _url(live: LiveNode) -> str:
    return str(json.loads((live.home / "run" / "node.json").read_bytes())["url"])


def _until_indexed(url: str) -> None:
    end = time.monotonic() + 30
    while (
        httpx.get(f"{url}/v1/index", trust_env=False).json().get("height", -1)
        < httpx.get(f"{url}/v1/status", trust_env=False).json()["height"]
    ):
        assert time.monotonic() < end
        time.sleep(0.05)


def test_supervise__follows_a_case_and_everybody_sees_it(run: Run, at_home: LiveNode, tmp_path: Path) -> None:
    order = tmp_path / "order.pdf"
    order.write_bytes(b"see-through order")
    (tmp_path / "a.txt").write_text("matter of a case")
    assert run("evidence", "deposit", tmp_path / "a.txt", "--no-certificate", "--json").status == 0
    with connect(_url(at_home), home=at_home.home) as chain:
        until = int(time.time()) + 86_400
        for target in ("org2", "@some-app", "some-app/loan/A-1", "~" + "ab" * 16):  # organisation, instance, record, person
            chain.mandate.freeze(target, document=PAPER, until=until, signers=BOTH)
            chain.mandate.thaw(target, document=PAPER, signers=BOTH)
    _until_indexed(_url(at_home))
    once = run("supervise", "case", "org1", "--document", order, "--as", "org4.admin")
    assert "--as" in once.err
    assert run("supervise", "case", "org1", *OFFICERS).status == 2
    assert "mandate/2" in run("supervise", "case", "org1", "--document", order, "--as", "org1.admin", "--as", "org1.clerk").err
    found = run(
        "supervise", "case", "org1", "--document", order, "--days", "5", *OFFICERS, "--out", tmp_path / "case", "--json"
    ).document
    types = {each["event"]["type"] for each in found["steps"]}
    assert "evidence.deposited" in types
    assert all(each["proved"] for each in found["steps"] if each["transaction"])
    deposit = next(each for each in found["steps"] if each["event"]["type"] == "evidence.deposited")
    receipt = tmp_path / "case" / f"{deposit['transaction']}.receipt.json"
    assert json.loads(receipt.read_text())["format"] == "zhulian/receipt/1"
    assert json.loads((tmp_path / "case" / "case.json").read_text())["scope"] == "org1"
    again = run("supervise", "case", "org1", "--under", found["inspection"], "--as", "org4.clerk", "--lang", "zh")
    assert "已证明" in again.out
    assert "watch/7" in run("supervise", "case", "org2", "--under", found["inspection"], "--as", "org4.clerk").err
    assert "watch/7" in run("supervise", "case", "org1", "--under", found["inspection"], "--as", "org1.clerk").err
    _until_indexed(_url(at_home))
    with connect(_url(at_home), "org2.admin", home=at_home.home) as member:  # who the regulator followed is told to everybody
        uses = member.supervise.log()
    assert [(each.event["type"], each.event.get("scope")) for each in uses][-1] == ("mandate.inspected", "org1")
    assert {each.event.get("target") for each in uses} >= {"org2", "@some-app", "some-app/loan/A-1", "~" + "ab" * 16}
    assert all(each.receipt is not None and each.event["officers"] == ["org4.admin", "org4.clerk"] for each in uses)
    shown = run("supervise", "log", "--lang", "zh").out
    assert "查询 org1" in shown
    assert "冻结 @some-app" in shown


def test_case__that_the_index_has_made_up_is_refused(at_home: LiveNode, monkeypatch: pytest.MonkeyPatch) -> None:
    with connect(_url(at_home), "org4.admin", home=at_home.home) as chain:
        (step, *_) = chain.supervise.log()  # the test before has left some
        forged = {**vars(step), "event": {**step.event, "document": "00" * 32}}
        moved = {**vars(step), "height": step.height + 1}
        unknown = {**vars(step), "transaction": "ab" * 32}
        for entry in (forged, moved, unknown):
            with pytest.raises(CaseDiffers):
                drive(cases._proved(chain.core, [entry]), chain.line)
        with pytest.raises(FromNode):
            chain.supervise.case("org1", "ab" * 32)
        monkeypatch.setattr(cases, "STEPS_MAX", 0)
        with pytest.raises(CaseTooLong):
            chain.supervise.log()
