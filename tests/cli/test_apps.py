"""An application from its file to its proofs on the command line, against a running node."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import LiveNode, Run

GOODS = Path(__file__).parent.parent / "client" / "goods.yaml"
APP = "hz-goods"


@pytest.fixture
def desk(at_home: LiveNode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, with the genesis document beside and a contract to hand in."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "genesis.json").write_bytes((at_home.home / "genesis.json").read_bytes())
    (tmp_path / "contract.pdf").write_bytes(os.urandom(2000))
    return tmp_path


@pytest.fixture
def opened(run: Run, desk: Path) -> str:
    """The application, open and with its parties; set up by whichever test comes first."""
    if run("app", APP).status != 0:
        assert run("scenario", "publish", GOODS).status == 0
        done = run("scenario", "open", "goods", "--set", "longest=90d", "--as", APP)
        assert done.status == 0, done.err
        assert run("app", APP, "admit", "seller", "org3").status == 0
        assert run("scenario", "admit", APP, "buyer", "org2", "--as", "org3.clerk").status == 0
    return APP


def _draw(run: Run, number: str, *more: str) -> Any:
    inputs = (f"number={number}", "buyer=org2", "amount=1000000", "due=+90d", "contract=@contract.pdf", *more)
    return run("app", APP, "draw", *inputs, "--as", "org3.clerk")


def test_private_inputs__are_sealed_for_whom_the_definition_names_and_shown_to_nobody_else(
    run: Run, opened: str, desk: Path
) -> None:
    drawn = _draw(run, "AR-77", "memo=only between us", "--json")
    assert drawn.status == 0, drawn.err
    assert [each["type"] for each in drawn.document["events"]].count("share.registered") == 2
    shown = run("app", APP, "show", "order", "AR-77", "--as", "org2.clerk", "--json").document
    assert shown["opened"]["memo"] == '"only between us"'
    assert run(*shown["opened"]["contract"].split()[1:], "--as", "org2.clerk", "--out", "received.pdf").status == 0
    assert Path("received.pdf").read_bytes() == Path("contract.pdf").read_bytes()
    assert run("app", APP, "show", "order", "AR-77", "--as", "org4.clerk", "--json").document["opened"] == {}
    named = run("share", "show", shown["value"]["fields"]["memo"], "--json").document
    assert (named["record"]["scope"], [each["reader"] for each in named["readers"]]) == (f"{APP}/order/AR-77", ["org2", "org3"])
    assert "only between us" in run("app", APP, "show", "order", "AR-77", "--as", "org3.clerk").out


def _offline(run: Run, monkeypatch: pytest.MonkeyPatch, *words: str) -> Any:
    with monkeypatch.context() as patch:
        patch.setenv("ZHULIAN_HOME", "/nonexistent")
        return run("verify", *words, "--genesis", "genesis.json")


def test_app__plays_the_story_from_file_to_offline_proofs(
    run: Run, opened: str, desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = _draw(run, "AR-1", "memo=only between us")
    assert drawn.status == 0, drawn.err
    assert (desk / "AR-1.draw.receipt.json").is_file()
    assert (desk / "AR-1.opening.json").stat().st_mode & 0o077 == 0
    assert "only between us" not in (desk / "AR-1.draw.receipt.json").read_text()

    wrong = run("app", APP, "confirm", "AR-1", "--as", "org3.clerk")
    assert (wrong.status, wrong.err[:9]) == (1, "scenario/")
    confirmed = run("app", APP, "confirm", "AR-1", "--as", "org2.clerk", "--json")
    assert confirmed.status == 0, confirmed.err
    assert {"state": "confirmed"}.items() <= confirmed.document["events"][0].items()

    shown = run("app", APP, "show", "order", "AR-1", "--lang", "zh")
    assert "金额：1,000,000.00 元" in shown.out
    assert "状态：已确认" in shown.out
    history = run("app", APP, "history", "order", "AR-1", "--out", ".", "--json").document
    assert [each["cause"] for each in history["items"]] == ["draw", "confirm"]
    for key in ("AR-1", "AR-999"):
        assert run("app", APP, "prove", "order", key).status == 0

    receipt = _offline(run, monkeypatch, "AR-1.draw.receipt.json", "--json").document
    assert (receipt["valid"], receipt["signers"][0]["signer"]) == (True, "org3.clerk")
    there = _offline(run, monkeypatch, "AR-1.proof.json", "--json").document
    assert (there["present"], there["value"]["state"]) == (True, "confirmed")
    assert _offline(run, monkeypatch, "AR-999.proof.json", "--json").document["present"] is False
    assert len(_offline(run, monkeypatch, "AR-1.history.json", "--json").document["events"]) == 2


def test_verify__opens_private_content_and_nothing_else(
    run: Run, opened: str, desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in ("AR-21", "AR-22"):
        assert _draw(run, number, f"memo=about {number}").status == 0
    opening, receipt = "AR-21.opening.json", "AR-21.draw.receipt.json"
    shown = _offline(run, monkeypatch, "contract.pdf", "--opening", opening, "--receipt", receipt, "--json")
    assert [(each["field"], each["shown"]) for each in shown.document["opened"]] == [("contract", True), ("memo", True)]
    alone = _offline(run, monkeypatch, receipt, "--opening", opening)
    assert alone.status == 0
    assert '"about AR-21"' in alone.out
    (desk / "other.pdf").write_bytes(b"another")
    for words in (
        ("other.pdf", "--opening", opening, "--receipt", receipt),
        ("contract.pdf", "--opening", opening, "--receipt", "AR-22.draw.receipt.json"),
        ("contract.pdf", "--opening", "AR-22.opening.json", "--receipt", receipt),
    ):
        no = _offline(run, monkeypatch, *words)
        assert (no.status, no.err[:9]) == (1, "client/34")
    document = json.loads((desk / opening).read_text())
    next(each for each in document["fields"] if "value" in each)["value"] = "about something else"
    (desk / opening).write_text(json.dumps(document))
    assert _offline(run, monkeypatch, receipt, "--opening", opening).err.startswith("client/34")


@pytest.mark.parametrize("harm", ["value", "state", "event", "trail"])
def test_verify__refuses_what_was_changed(harm: str, run: Run, opened: str, desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    number = f"AR-3{len(harm)}{ord(harm[0]) % 10}"
    assert _draw(run, number).status == 0
    assert run("app", APP, "prove", "order", number).status == 0
    assert run("app", APP, "history", "order", number, "--out", ".").status == 0
    name = f"{number}.{'proof' if harm in ('value', 'state') else 'history'}.json"
    document = json.loads((desk / name).read_text())
    match harm:
        case "value":
            del document["value"]
        case "state":
            document["value"]["state"] = "settled"
        case "event":
            document["events"][0]["fields"]["amount"] = 1
        case "trail":
            document["events"] = []
    (desk / name).write_text(json.dumps(document))
    no = _offline(run, monkeypatch, name)
    assert no.status == 1
    assert _offline(run, monkeypatch, name, "--json").document["refused"]["code"].split("/")[0] in ("client", "proof", "tree")


def test_app__several_sign_together_or_one_by_one(run: Run, opened: str, desk: Path) -> None:
    for number in ("AR-41", "AR-42"):
        assert _draw(run, number).status == 0
        assert run("app", APP, "confirm", number, "--as", "org2.clerk").status == 0
    parties = ("--by", "seller=org3", "--by", "buyer=org2")
    together = run("app", APP, "settle", "AR-41", *parties, "--sign", "org2.clerk", "--sign", "org3.clerk")
    assert together.status == 0, together.err
    unnamed = run("app", APP, "settle", "AR-42", "--as", "org3.clerk")
    assert (unnamed.status, unnamed.err[:12]) == (1, "language/222")
    proposed = run("app", APP, "settle", "AR-42", *parties, "--propose", "--for", "2d", "--as", "org3.clerk", "--json")
    assert proposed.status == 0, proposed.out
    listed = run("app", APP, "proposals", "--json").document["items"]
    assert proposed.document["transaction"] in [each["proposal"] for each in listed]
    approved = run("app", APP, "approve", proposed.document["transaction"], "--as", "org2.clerk", "--json")
    assert approved.status == 0, approved.out
    assert "AR-42.approve.receipt.json" in approved.document["written"]
    assert '"settled"' in run("app", APP, "show", "order", "AR-42", "--json").out


def test_app__lists_and_describes(run: Run, opened: str, desk: Path) -> None:
    assert APP in [each["instance"] for each in run("app", "--json").document["apps"]]
    english, chinese = run("app", APP).out, run("app", APP, "--lang", "zh").out
    assert "Orders of goods" in english
    assert "hz-goods draw number=… buyer=…" in english
    assert "货物订单" in chinese
    assert "90 天" in chinese
    assert {each["party"] for each in run("app", APP, "roles", "--json").document["items"]} == {"org2", "org3"}
    assert _draw(run, "AR-51").status == 0
    keys = [each["key"] for each in run("app", APP, "list", "order", "--starts", "AR-51", "--json").document["items"]]
    assert keys == ["AR-51"]
    assert "AR-51" in run("app", APP, "list", "order").out
    assert "def draw(" in run("app", APP, "--stub").out


@pytest.mark.parametrize(
    ("words", "status", "code"),
    [
        (("nobody",), 1, "client/30"),
        ((APP, "drow"), 1, "language/220"),
        ((APP, "draw", "number=AR-9", "colour=red"), 1, "language/200"),
        ((APP, "draw", "contract=@missing.pdf"), 2, "cli/6"),
        ((APP, "show", "ordre", "AR-1"), 1, "language/221"),
        ((APP, "show"), 2, "cli/4"),
        ((APP, "approve"), 2, "cli/4"),
        ((APP, "settle", "AR-1", "--by", "seller", "--by", "x=y"), 2, "cli/4"),
        ((APP, "confirm", "AR-777777"), 1, "scenario/"),
    ],
)
def test_app__refuses_in_words(run: Run, opened: str, desk: Path, words: tuple[str, ...], status: int, code: str) -> None:
    no = run("app", *words)
    assert (no.status, no.err[: len(code)]) == (status, code), no.err


def test_app__check_writes_nothing(run: Run, opened: str, desk: Path) -> None:
    inputs = ("number=AR-61", "buyer=org2", "amount=1", "contract=@contract.pdf", "--as", "org3.clerk", "--check")
    allowed = run("app", APP, "draw", "due=+1d", *inputs)
    assert allowed.status == 0, allowed.err
    refused = run("app", APP, "draw", "due=2020-01-01", *inputs, "--json")
    assert (refused.status, refused.document["refusal"]["code"]) == (1, "goods:due_past")
    assert run("app", APP, "show", "order", "AR-61", "--json").document["present"] is False


def test_scenario__open_prints_what_the_members_must_decide(run: Run, desk: Path) -> None:
    text = GOODS.read_text().replace("scenario: goods", "scenario: goods_everywhere")
    (desk / "far.yaml").write_text(text.replace("unique: true", "unique: everywhere, space: cn.order"))
    assert run("scenario", "publish", "far.yaml").status == 0
    no = run("scenario", "open", "goods_everywhere", "--as", "far")
    assert (no.status, no.err[:9]) == (1, "client/35")
    lines = no.err.splitlines()
    assert json.loads(lines[2])[0]["claimants"] == ["far"]
    assert any(line.startswith("zhulian govern propose far.spaces.json") for line in lines)
