"""Who has which role: admitted by whom the definition names, dismissed likewise, and strangers turned away."""

import pytest

from tests.modules.refusals import applied, events
from tests.modules.scenario.opening.ground import make_ground, open_instance, refused, source, walk
from tests.world import TestWorld
from zhulian.errors import Refusal
from zhulian.ledger.types import Message
from zhulian.modules.identity.messages import CloseHandle, OpenHandle, OwnKey
from zhulian.modules.scenario import limits
from zhulian.modules.scenario.messages import Act, Admit, Amend, Approve, Complete, Correct, Dismiss, Propose, RecordAt, Withdraw
from zhulian.modules.scenario.opening import members
from zhulian.modules.scenario.opening.members import has_role
from zhulian.modules.scenario.state import INSTANCES, MEMBERS, ROLLS

OWN, CUSTODY, ELSEWHERE = "~" + "a1" * 16, "~" + "b2" * 16, "~" + "c3" * 16


@pytest.fixture
def world() -> TestWorld:
    world = make_ground()
    open_instance(world, source(), "first")
    open_instance(world, source("lease"), "second")
    key = world.suite.private_key(b"\x07" * 32)
    own = OwnKey(not_after=world.time + 100_000, possession=world.possession(OWN, key), public_key=key.public_key.hex())
    applied(world, OpenHandle(handle=OWN, instance="first", own=own), "org2.counter")
    world.use_key(OWN, key)
    applied(world, OpenHandle(handle=CUSTODY, instance="first"), "org2.counter")
    applied(world, OpenHandle(handle=ELSEWHERE, instance="second"), "org2.counter")
    return world


def role(world: TestWorld, name: str, party: str) -> bool:
    return has_role(world.state, world.world.genesis, "first", world.find(INSTANCES, "first"), name, party)


def admit(name: str, party: str, instance: str = "first") -> Admit:
    return Admit(instance=instance, party=party, role=name)


def dismiss(name: str, party: str, instance: str = "first") -> Dismiss:
    return Dismiss(instance=instance, party=party, role=name)


def test_roles__that_every_instance_has(world: TestWorld) -> None:
    assert role(world, "operator", "org1")
    assert not role(world, "operator", "org2")
    assert role(world, "regulator", "org3")
    assert not role(world, "regulator", "org1")
    assert role(world, "anyone", "whoever")
    assert not role(world, "bank", "org1")


def test_admit__refuses_in_this_order(world: TestWorld) -> None:
    walk(
        world,
        ("scenario/1", admit("bank", "org2", "nowhere"), "org2.clerk"),
        ("scenario/100", admit("depositor", "org2", "evidence"), "org2.clerk"),
        ("scenario/101", admit("operator", "org9"), "org2.clerk"),
        ("identity/31", admit("bank", "org9"), ["org1.clerk", "org2.clerk"]),
        ("scenario/102", admit("bank", "org9"), "org2.clerk"),
        ("scenario/104", admit("bank", "org9"), "org1.clerk"),
        ("scenario/103", admit("bank", OWN), "org1.clerk"),
    )
    result = applied(world, admit("bank", "org2"), "org1.clerk")
    assert events(result) == ["scenario.admitted"]
    assert role(world, "bank", "org2")
    value = world.find(MEMBERS, "first", "bank", "org2")
    assert (value.admitted_by, value.height) == ("org1", world.height)
    refused(world, "scenario/106", admit("bank", "org2"), "org1.clerk")


def test_admit__by_a_role_and_by_the_regulator(world: TestWorld) -> None:
    refused(world, "scenario/102", admit("client", "org3"), "org1.clerk")
    applied(world, admit("bank", "org2"), "org1.clerk")
    applied(world, admit("client", "org3"), "org2.clerk")
    refused(world, "scenario/102", admit("auditor", "org2"), "org1.clerk")
    applied(world, admit("auditor", "org2"), "org3.clerk")
    applied(world, admit("auditor", CUSTODY), "org3.clerk")


def test_join__is_for_oneself(world: TestWorld) -> None:
    refused(world, "identity/32", admit("citizen", "org2"), "org1.clerk")
    applied(world, admit("citizen", "org2"), "org2.clerk")
    applied(world, admit("citizen", OWN), OWN)
    refused(world, "scenario/105", admit("citizen", CUSTODY), "org2.counter")
    refused(world, "scenario/104", admit("citizen", ELSEWHERE), "org2.counter")


def test_join__with_a_handle_that_is_closed(world: TestWorld) -> None:
    applied(world, CloseHandle(handle=CUSTODY), "org2.counter")
    refused(world, "scenario/104", admit("auditor", CUSTODY), "org3.clerk")


def test_dismiss__refuses_in_this_order(world: TestWorld) -> None:
    applied(world, admit("bank", "org2"), "org1.clerk")
    walk(
        world,
        ("scenario/1", Dismiss(instance="nowhere", party="org9", role="bank"), "org3.clerk"),
        ("scenario/101", dismiss("nobody", "org9"), "org3.clerk"),
        ("scenario/102", dismiss("bank", "org9"), "org3.clerk"),
        ("scenario/108", dismiss("bank", "org9"), "org1.clerk"),
    )
    assert events(applied(world, dismiss("bank", "org2"), "org1.clerk")) == ["scenario.dismissed"]
    assert not role(world, "bank", "org2")
    refused(world, "scenario/108", dismiss("bank", "org2"), "org1.clerk")


def test_dismiss__is_also_for_oneself_and_for_the_operator_where_anyone_joins(world: TestWorld) -> None:
    applied(world, admit("bank", "org2"), "org1.clerk")
    applied(world, dismiss("bank", "org2"), "org2.clerk")
    for signer in ("org1.clerk", OWN):
        applied(world, admit("citizen", OWN), OWN)
        refused(world, "scenario/102", dismiss("citizen", OWN), "org3.clerk")
        applied(world, dismiss("citizen", OWN), signer)
    applied(world, admit("auditor", CUSTODY), "org3.clerk")
    refused(world, "scenario/102", dismiss("auditor", CUSTODY), "org1.clerk")
    applied(world, dismiss("auditor", CUSTODY), "org2.counter")


def test_roll__counts_and_is_bounded(world: TestWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    assert limits.MEMBERS_MAX == 1_000_000
    monkeypatch.setattr(members, "MEMBERS_MAX", 2)
    for party in ("org1", "org2"):
        applied(world, admit("bank", party), "org1.clerk")
    assert world.find(ROLLS, "first", "bank") == 2
    refused(world, "scenario/107", admit("bank", "org3"), "org1.clerk")
    applied(world, dismiss("bank", "org1"), "org1.clerk")
    applied(world, admit("bank", "org3"), "org1.clerk")
    for party in ("org2", "org3"):
        applied(world, dismiss("bank", party), "org1.clerk")
    assert world.find(ROLLS, "first", "bank") is None


# Strangers.


MORE = """
  look: {title: {zh: 名称, en: Name}, by: anyone, on: loan, from: open_, do: [{set: {amount: "'1.00'"}}]}
  mend: {title: {zh: 名称, en: Name}, by: this.holder, on: loan, from: open_, do: [{set: {amount: "'2.00'"}}]}
  pair: {title: {zh: 名称, en: Name}, by: {one: bank, two: client}, on: loan, from: open_, do: [{set: {amount: "'2.00'"}}]}
"""
FIELDS = "number: {type: text, pattern: '[A-Z0-9-]{1,20}'}, amount: money, holder: party"
RECORD = "    correct: {fields: [holder], by: bank}\n    tasks: {tax: {by: bank}, law: {by: this.holder}}\n    within: 3d\n    during: checked\n    expired: done_"


def door(world: TestWorld, message: Message, *parties: str) -> str:
    """`in`, or the number by which a message of these parties is turned away."""
    try:
        world.world.doorkeeper.require_known(world.state, message, parties)
    except Refusal as refusal:
        return refusal.code if refusal.say("en") and refusal.say("zh") else "speechless"
    return "in"


def test_doorkeeper__turns_strangers_away(world: TestWorld) -> None:
    yaml = source("third", fields=FIELDS, record=RECORD, inputs="[number, amount, holder]", more=MORE)
    open_instance(world, yaml.replace("by: bank, creates", "by: bank, creates"), "third")
    at = RecordAt(key=("A",), record="loan")
    make, look = Act(action="make", instance="third"), Act(action="look", instance="third")
    assert door(world, make, "org2") == "scenario/115"
    assert door(world, Propose(action="make", by={"actor": "org2"}, expires=1, instance="third"), "org2") == "scenario/115"
    assert door(world, Act(action="pair", instance="third"), "org2") == "scenario/115"
    assert door(world, Correct(fields={"amount": 1}, instance="third", on=at, reason="x"), "org2") == "scenario/115"
    assert door(world, Complete(instance="third", on=at, task="tax"), "org2") == "scenario/115"
    for message in (
        admit("bank", "org2", "third"),
        admit("citizen", "org1", "third"),
        dismiss("bank", "org1", "third"),
        Amend(instance="third", on=(at,)),
    ):
        assert door(world, message, "org2") == "scenario/115"
    for message in (
        look,
        Act(action="mend", instance="third"),
        Act(action="nothing", instance="third"),
        Act(action="make", instance="nowhere"),
        Act(action="deposit", instance="evidence"),
        Complete(instance="third", on=at, task="law"),
        Complete(instance="third", on=at, task="none"),
        Approve(instance="third", proposal="00" * 32),  # there is none, says the ledger
        admit("citizen", "org2", "third"),  # which anyone joins
        dismiss("bank", "org2", "third"),  # whoever goes needs nobody
    ):
        assert door(world, message, "org2") == "in"
    assert door(world, make, "org1") == "in"  # the operator
    assert door(world, make, "org3") == "in"  # the regulator
    applied(world, admit("citizen", "org2", "third"), "org2.clerk")
    assert door(world, make, "org2") == "in"  # any role: members' refusals are recorded


def test_doorkeeper__lets_only_parties_of_a_proposal_sign_it(world: TestWorld) -> None:
    yaml = source("third", fields=FIELDS, record=RECORD, inputs="[number, amount, holder]", more=MORE)
    open_instance(world, yaml, "third")
    applied(world, admit("bank", "org1", "third"), "org1.clerk")
    make = {"number": "A", "amount": 100, "holder": "org1"}
    applied(world, Act(action="make", instance="third", input=make), "org1.clerk")
    by = {"one": "org1", "two": "org2"}
    message = Propose(action="pair", by=by, expires=world.time + 3600, instance="third", on=(("A",),))
    proposal = applied(world, message, "org1.clerk").transaction
    for asked in (Approve(instance="third", proposal=proposal), Withdraw(instance="third", proposal=proposal)):
        assert door(world, asked, "org3") == "in"  # the regulator has a part in everything
        assert door(world, asked, "org2") == "in"
        assert door(world, asked, "~" + "9" * 32) == "scenario/115"


def test_doorkeeper__knows_people_and_their_agents(world: TestWorld) -> None:
    make = Act(action="make", by={"actor": CUSTODY}, instance="first")
    assert door(world, make, "org2") == "scenario/115"
    applied(world, admit("auditor", CUSTODY), "org3.clerk")
    assert door(world, make, "org2") == "in"
    assert door(world, Act(action="make", instance="first"), "org2") == "scenario/115"
    assert door(world, Act(action="make", by={"actor": OWN}, instance="first"), OWN) == "scenario/115"
