"""What the ledger process answers about applications, on the real application with a real definition."""

import asyncio
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from tests.solo import Solo, open_solo
from tests.world import make_genesis
from zhulian import canonical
from zhulian.errors import Bug
from zhulian.language.definition.reading import read_definition
from zhulian.ledger.genesis import CODEC, Genesis, parse_genesis
from zhulian.modules.scenario.messages import Act, Admit, Open, Publish
from zhulian.node import apps as under_test
from zhulian.node.app_methods import History, Records, Rehearse
from zhulian.node.apps import Apps
from zhulian.node.errors import RehearsalFailed, WrongParameters

GOODS = Path(__file__).parent.parent / "client" / "goods.yaml"
MODULES = {"asset": 1, "evidence": 1, "govern": 1, "identity": 1, "registry": 1, "scenario": 1, "ticket": 1}


@cache
def _genesis() -> Genesis:
    return parse_genesis(CODEC.encode(replace(make_genesis(orgs=2), modules=MODULES)))


def _draw(number: str) -> Act:
    given = {"number": number, "buyer": "org2", "amount": 100, "due": 25_000, "contract": "ab" * 32}
    return Act(action="draw", instance="goods", input=given)


@pytest.fixture
def solo(tmp_path: Path) -> Solo:
    """A chain with one open application and its parties."""
    solo = open_solo(tmp_path, genesis=_genesis())
    definition = read_definition(GOODS.read_bytes())
    name = definition.digests(solo.application.world.hasher.digest).definition.hex()
    solo.run(Publish(definition=name, text=definition.to_json().decode()))
    solo.run(Open(definition=name, instance="goods"))
    solo.run(Admit(instance="goods", party="org1", role="seller"))
    solo.run(Admit(instance="goods", party="org2", role="buyer"))
    return solo


def _ask(answer: Any) -> Any:
    return asyncio.run(answer)


def _body(solo: Solo, message: dict[str, Any], *signers: str) -> bytes:
    expires = solo.now_ms // 1000 + 60
    chain = solo.application.world.chain
    return canonical.encode(
        {"chain": chain, "expires": expires, "messages": [message], "nonce": "00" * 16, "signers": sorted(signers)}
    )


def test_records__by_the_beginning_of_the_key(solo: Solo) -> None:
    for number in ("AR-1", "AR-10", "AR-11", "AR-2"):
        solo.run(_draw(number))
    apps = Apps(solo.application)
    page = _ask(apps.records(Records("goods", "order", "AR-1", None, 2)))
    assert ([each["key"] for each in page["items"]], page["next"]) == (["AR-1", "AR-10"], "AR-10")
    rest = _ask(apps.records(Records("goods", "order", "AR-1", "AR-10", 2)))
    assert ([each["key"] for each in rest["items"]], rest["next"]) == (["AR-11"], None)
    assert len(_ask(apps.records(Records("goods", "order")))["items"]) == 4
    assert _ask(apps.records(Records("good", "order")))["items"] == []
    with pytest.raises(WrongParameters):
        _ask(apps.records(Records("goods", "order", "AR-1", "AR-2")))
    with pytest.raises(WrongParameters):
        _ask(apps.records(Records("goods", "order", limit=101)))


def test_history__has_each_change_with_its_place(solo: Solo) -> None:
    first = solo.run(_draw("AR-1"))
    solo.run(_draw("AR-10"))
    second = solo.run(Act(action="confirm", instance="goods", on=(("AR-1",),)), "org2.clerk")
    apps = Apps(solo.application)
    found = _ask(apps.history(History("goods", "order", "AR-1")))
    assert [each["transaction"] for each in found["items"]] == [first, second]
    assert all(event.get("key") == "AR-1" or event["on"] == ["AR-1"] for each in found["items"] for event in each["events"])
    assert [each["events"][0]["cause"] for each in found["items"]] == ["draw", "confirm"]
    page = _ask(apps.history(History("goods", "order", "AR-1", 0, 1)))
    assert ([each["transaction"] for each in page["items"]], page["next"]) == ([first], found["items"][0]["height"])
    rest = _ask(apps.history(History("goods", "order", "AR-1", page["next"], 1)))
    assert ([each["transaction"] for each in rest["items"]], rest["next"]) == ([second], None)
    assert _ask(apps.history(History("goods", "order", "AR-9"))) == {"items": [], "next": None}


def test_rehearsal__says_what_a_block_would_say_and_writes_nothing(solo: Solo) -> None:
    apps = Apps(solo.application)
    before = (solo.application.head, solo.application.tree.root(), len(solo.application.pool))
    message = {"type": "scenario.act", "action": "draw", "instance": "goods", "input": dict(_draw("AR-5").input)}
    allowed = _ask(apps.rehearse(Rehearse(_body(solo, message, "org1.clerk"))))
    assert allowed["allowed"]
    assert allowed["events"][0]["type"] == "scenario.record_changed"
    late = {**message, "input": {**message["input"], "due": 1}}  # type: ignore[dict-item]
    refused = _ask(apps.rehearse(Rehearse(_body(solo, late, "org1.clerk"))))
    assert (refused["allowed"], refused["refusal"]["code"]) == (False, "goods:due_past")
    for body, code in (
        (_body(solo, message, "org2.clerk"), "scenario/"),
        (_body(solo, message, "org9.clerk"), "identity/"),
        (_body(solo, {"type": "nonsense"}, "org1.clerk"), "tx/"),
        (b"{}", "tx/"),
        (b"[", "form/"),
    ):
        verdict = _ask(apps.rehearse(Rehearse(body)))
        assert (verdict["allowed"], verdict["refusal"]["code"].startswith(code)) == (False, True), verdict
    assert before == (solo.application.head, solo.application.tree.root(), len(solo.application.pool))
    assert solo.run(_draw("AR-5"))


def test_rehearsal__of_what_breaks_the_program_stops_no_node(solo: Solo, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise Bug("planted")

    monkeypatch.setattr(under_test, "apply_block", broken)
    message = {"type": "scenario.act", "action": "draw", "instance": "goods", "input": dict(_draw("AR-5").input)}
    with pytest.raises(RehearsalFailed):
        _ask(Apps(solo.application).rehearse(Rehearse(_body(solo, message, "org1.clerk"))))
