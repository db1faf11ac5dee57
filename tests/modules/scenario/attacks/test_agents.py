"""Who signs for people never signs where it is on the other side: in actions, corrections, tasks and calls alike."""

from tests.modules.refusals import applied
from tests.modules.scenario.acting.stage import Stage
from zhulian.ledger.types import Applied
from zhulian.modules.identity.messages import OpenHandle
from zhulian.modules.scenario.messages import Admit, Complete, Correct, RecordAt
from zhulian.modules.scenario.state import RECORDS

T = "{zh: 名称, en: Name}"
WANG = "~" + "1" * 32
OFFICE = f"""
scenario: office
version: 1
title: {T}
roles:
  user: {{title: {T}, admitted_by: operator, persons: true}}
records:
  claim:
    title: {T}
    key: id
    fields: {{id: int, who: party, payee: party}}
    states: {{start: open_, final: [done_]}}
    correct: {{fields: [payee], by: this.who}}
    tasks: {{agree: {{by: this.who}}}}
    within: 9d
    during: open_
    expired: done_
actions:
  make: {{title: {T}, by: user, creates: claim, input: [id, payee], do: [{{set: {{who: actor}}}}]}}
  settle: {{title: {T}, by: this.who, on: claim, to: done_}}
"""
DESK = f"""
scenario: desk
version: 1
title: {T}
uses: {{office: {{record: office.claim, key: [id], fields: {{id: int}}, actions: [settle]}}}}
roles:
  user: {{title: {T}, admitted_by: operator, persons: true}}
records:
  slip: {{title: {T}, key: id, fields: {{id: int}}}}
actions:
  pass_on: {{title: {T}, by: anyone, creates: slip, input: [id], do: [{{call: {{use: office, action: settle, on: [input.id]}}}}]}}
"""


def office() -> Stage:
    """Wang has a handle in the office, which org2's counter carries."""
    stage = Stage(3)
    stage.open("office", OFFICE, {"org1": "user"})
    stage.open("desk", DESK, {"org1": "user"}, uses={"office": "office"})
    applied(stage.world, OpenHandle(handle=WANG, instance="office"), "org2.counter")
    applied(stage.world, Admit(instance="office", party=WANG, role="user"), "org1.clerk")
    stage.act("office", "make", "org2.counter", (), {"actor": WANG}, id=0, payee="org3")
    return stage


def correct(key: str, payee: str) -> Correct:
    at = RecordAt(record="claim", key=(key,))
    return Correct(by={"actor": WANG}, fields={"payee": payee}, instance="office", on=at, reason="错录")


def test_agent__corrects_nothing_in_its_own_favour() -> None:
    stage = office()
    assert getattr(stage.world.run(correct("0", "org2"), "org2.counter"), "code", "") == "identity/33"
    assert isinstance(stage.world.run(correct("0", "org1"), "org2.counter"), Applied)


def test_agent__reports_and_settles_nothing_that_is_about_itself() -> None:
    stage = office()
    stage.refused("identity/33", "office", "make", "org2.counter", (), {"actor": WANG}, id=7, payee="org2")
    key = RECORDS.key("office", "claim", "0")
    stage.world.state.values[key] = stage.world.state.values[key].replace(b'"org3"', b'"org2"')  # as another way may lead to
    task = Complete(by={"actor": WANG}, instance="office", on=RecordAt(record="claim", key=("0",)), task="agree")
    assert getattr(stage.world.run(task, "org2.counter"), "code", "") == "identity/33"
    stage.refused("identity/33", "desk", "pass_on", "org2.counter", (), {"actor": WANG}, id=0)
    stage.world.state.values[key] = stage.world.state.values[key].replace(b'"org2"', b'"org3"')
    assert isinstance(stage.world.run(task, "org2.counter"), Applied)
    stage.act("desk", "pass_on", "org2.counter", (), {"actor": WANG}, id=0)
