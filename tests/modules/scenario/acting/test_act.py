"""`act`: its phases in their order, what they refuse, and what an action leaves behind."""

from typing import Any

import pytest

from tests.modules.refusals import applied
from tests.modules.scenario.acting.shop import shop
from tests.modules.scenario.acting.stage import Stage, receivable
from zhulian.modules.scenario.events import Acted, Notified, RecordChanged
from zhulian.modules.scenario.messages import Admit, Open
from zhulian.modules.scenario.state import INSTANCES, TOTALS, UNIQUE

DUE = 21_000  # 2027-07-01


def draw(stage: Stage, number: str = "AR-0001", **more: Any) -> None:
    stage.act(
        "ar", "draw", "org3", **{"number": number, "debtor": "org2", "amount": 1000, "due": DUE, "contract": "ab" * 32, **more}
    )


def test_act__refuses_in_the_order_of_its_phases() -> None:
    stage = receivable()
    draw(stage)
    draw(stage, "AR-0002")
    refused = stage.refused
    wrong = {"to": "org3", "amount": 0, "more": 1}
    refused("scenario/1", "none", "none", "org2", (), **wrong)  # instance
    refused("scenario/2", "ar", "none", "org2", (), **wrong)  # action
    refused("scenario/3", "ar", "pass_on", "org2", (), **wrong)  # records
    refused("scenario/5", "ar", "pass_on", "org2", ("AR-0001", "none"), **wrong)
    refused("scenario/7", "ar", "pass_on", "org2", "none", **wrong)
    refused("scenario/51", "ar", "pass_on", "org2", "AR-0001", {"actor": "org2", "who": "org3"}, **wrong)  # who
    refused("scenario/53", "ar", "pass_on", "org2", "AR-0001", {"actor": "org3"}, **wrong)
    refused("scenario/55", "ar", "pass_on", "org2", "AR-0001", **wrong)
    refused("scenario/10", "ar", "pass_on", "org3", "AR-0001", **wrong)  # state
    stage.act("ar", "confirm", "org2", "AR-0001")
    refused("scenario/11", "ar", "pass_on", "org3", "AR-0001", **wrong)  # input
    refused("scenario/12", "ar", "pass_on", "org3", "AR-0001", to="org3")
    refused("scenario/13", "ar", "pass_on", "org3", "AR-0001", to="org2", amount=4000)
    assert "org2 is not in the role “Supplier”" in stage.why()
    refused("scenario/13", "ar", "pass_on", "org3", "AR-0001", to="org3", amount=4000)
    assert "just this value" in stage.why()
    refused("receivable:over_split", "ar", "pass_on", "org3", "AR-0001", to="org4", amount=4000)  # require
    assert stage.why() == "You hold less of the claim than you pass on"
    stage.act("ar", "pass_on", "org3", "AR-0001", to="org4", amount=400)


def test_act__refuses_to_create_twice_and_says_what_is_missing() -> None:
    stage = receivable()
    draw(stage)
    given = {"number": "AR-0001", "debtor": "org2", "amount": 1000, "due": DUE, "contract": "ab" * 32}
    stage.refused("scenario/4", "ar", "draw", "org3", "AR-0001", **given)
    stage.refused("scenario/8", "ar", "draw", "org3", **given)
    stage.refused("receivable:due_past", "ar", "draw", "org3", **{**given, "number": "AR-0003", "due": 0})
    stage.refused("scenario/12", "ar", "draw", "org3", **{key: value for key, value in given.items() if key != "due"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("number", "ar-0003"), ("number", "AR"), ("number", 3), ("number", None), ("debtor", "org3"), ("debtor", "Org2"),
        ("debtor", "@ar"), ("amount", 0), ("amount", "10.00"), ("amount", True), ("amount", 2**53), ("due", "2026-01-01"),
        ("due", 10**9), ("contract", "ab" * 31), ("contract", "AB" * 32), ("contract", ["ab" * 32]), ("due", [1]), ("amount", {}),
    ],
)  # fmt: skip
def test_input__is_held_to_its_type_bounds_pattern_and_role(name: str, value: object) -> None:
    stage = receivable()
    given = {"number": "AR-0003", "debtor": "org2", "amount": 1000, "due": DUE, "contract": "ab" * 32, name: value}
    if value == 2**53:
        with pytest.raises(Exception, match="2\\^53"):
            stage.send("ar", "draw", "org3", **given)
        return
    stage.refused("scenario/12" if value is None else "scenario/13", "ar", "draw", "org3", **given)


def test_delivery_versus_payment__moves_both_or_none() -> None:
    stage = receivable()
    stage.pay_in("cash", "org5", 300)
    draw(stage)
    stage.act("ar", "confirm", "org2", "AR-0001")
    by = {"seller": "org3", "financier": "org5"}
    stage.refused("scenario/60", "ar", "finance", ["org3", "org5"], "AR-0001", by, amount=500, price=400)  # seats
    assert stage.all(UNIQUE) == {}


def test_repay__ends_the_record_when_all_is_paid() -> None:
    stage = receivable()
    stage.pay_in("cash", "org2", 5000)
    draw(stage)
    stage.act("ar", "confirm", "org2", "AR-0001")
    by = {"payer": "org2", "holder": "org3"}
    stage.act("ar", "repay", ["org2", "org3"], "AR-0001", by, amount=400)
    held = stage.record("ar", "receivable", "AR-0001")
    assert held is not None
    assert (held.state, held.fields["paid"]) == ("confirmed", 400)
    stage.refused("asset/6", "ar", "repay", ["org2", "org3"], "AR-0001", by, amount=5000)
    stage.act("ar", "repay", ["org2", "org3"], "AR-0001", by, amount=600)
    held = stage.record("ar", "receivable", "AR-0001")
    assert held is not None
    assert held.state == "settled"
    stage.refused("scenario/10", "ar", "repay", ["org2", "org3"], "AR-0001", by, amount=1)


def test_unique_everywhere__is_claimed_across_instances() -> None:
    stage = receivable()
    draw(stage)
    definition = INSTANCES.get(stage.world.state, "ar").definition
    applied(stage.world, Open(definition=definition, instance="ar2", uses={"cash": "cash"}), "org1.clerk")
    applied(stage.world, Admit(instance="ar2", party="org2", role="core"), "org1.clerk")
    applied(stage.world, Admit(instance="ar2", party="org4", role="supplier"), "org2.clerk")
    given = {"debtor": "org2", "amount": 1000, "due": DUE, "contract": "ab" * 32}
    stage.refused("scenario/15", "ar2", "draw", "org4", number="AR-0001", **given)
    stage.act("ar2", "draw", "org4", number="AR-0002", **given)


def test_events__tell_what_changed_and_who_acted() -> None:
    stage = shop()
    stage.act("s", "begin", "org1", name="A", holder="org2")
    stage.act("s", "lend", "org1", deal=["A"], id=1, left=500, plate="AB")
    result = stage.act("s", "pay", "org2", [("A", "1")], amount=500)
    changed, acted = result.events
    assert isinstance(changed, RecordChanged)
    assert isinstance(acted, Acted)
    assert (changed.cause, changed.key, changed.fields, changed.state, changed.new) == ("pay", "A/1", {"left": 0}, "paid", False)
    assert (acted.by, acted.on, acted.record) == ({"actor": "org2"}, ("A/1",), "loan")


def test_promises__are_asked_of_all_that_an_action_is_about() -> None:
    stage = shop()
    stage.act("s", "begin", "org1", name="A", holder="org2")
    stage.refused("scenario/20", "s", "lend", "org1", deal=["A"], id=1, left=100_001)
    assert "the promise “What is left is bounded”" in stage.why()
    stage.act("s", "lend", "org1", deal=["A"], id=1, left=500)
    stage.refused("scenario/20", "s", "raise_it", "org1", [("A", "1")], amount=1)
    assert "sinks" in stage.why()
    stage.refused("scenario/20", "s", "lower", "org1", ())
    assert "grows" in stage.why()
    stage.refused("scenario/16", "s", "raise_it", "org1", [("A", "1")], amount=-501)  # the field's own least


def test_many__is_all_or_none_and_names_the_place() -> None:
    stage = shop()
    stage.act("s", "begin", "org1", name="A", holder="org2")
    for number in (1, 2, -3):
        stage.act("s", "lend", "org1", deal=["A"], id=number, left=100)
    stage.refused("scenario/5", "s", "mark_late", "org1", [("A", str(each)) for each in range(6)])
    stage.refused("scenario/6", "s", "mark_late", "org1", [("A", "1"), ("A", "1")])
    stage.refused("scenario/7", "s", "mark_late", "org1", [("A", "1"), ("A", "9")])
    stage.refused("shop:odd", "s", "mark_late", "org1", [("A", "1"), ("A", "-3"), ("A", "2")])
    assert stage.why() == "Number 2 (A/-3): It is odd. Put it right"
    stage.refused("scenario/55", "s", "mark_late", "org2", [("A", "1"), ("A", "2")])
    assert stage.why().startswith("Number 1 (A/1)")
    result = stage.act("s", "mark_late", "org1", [("A", "1"), ("A", "2")])
    assert [each.key for each in result.events if isinstance(each, RecordChanged)] == ["A/1", "A/2"]
    assert stage.all(TOTALS) == {("s", "alive", "A"): 100, ("s", "loans", ""): 3}


@pytest.mark.parametrize(
    "key", [("A", "01"), ("A", " 1"), ("A", "1.0"), ("A",), ("A", "1", "1"), ("", "1"), ("A", "-0"), ("A", "１")]
)
def test_keys__are_read_exactly(key: tuple[str, ...]) -> None:
    stage = shop()
    stage.act("s", "begin", "org1", name="A", holder="org2")
    stage.act("s", "lend", "org1", deal=["A"], id=1, left=100)
    stage.refused("scenario/7", "s", "raise_it", "org1", [key], amount=1)


def test_index_and_instance__are_read_and_acted_on() -> None:
    stage = shop()
    stage.act("s", "begin", "org1", name="A", holder="org3")
    stage.act("s", "lend", "org1", deal=["A"], id=1, left=100, plate="AB")
    stage.refused("shop:odd", "s", "find_it", "org1", (), plate="XY")
    result = stage.act("s", "find_it", "org1", (), plate="AB")
    assert [each.party for each in result.events if isinstance(each, Notified)] == ["org3"]
    stage.act("s", "rename", "org1", [("A", "1")], plate="XY")
    stage.act("s", "find_it", "org1", [()], plate="XY")
    stage.refused("shop:odd", "s", "find_it", "org1", (), plate="AB")


def test_uniques__are_taken_once_and_can_be_swapped() -> None:
    stage = shop()
    stage.act("s", "begin", "org1", name="A", holder="org3")
    stage.act("s", "lend", "org1", deal=["A"], id=1, left=100, plate="AB")
    stage.refused("scenario/15", "s", "lend", "org1", deal=["A"], id=2, left=100, plate="AB")
    stage.act("s", "lend", "org1", deal=["A"], id=2, left=100, plate="CD")
    stage.refused("scenario/15", "s", "rename", "org1", [("A", "2")], plate="AB")
    stage.act("s", "swap", "org1", [("A", "2")], other=["A", "1"])
    assert stage.all(UNIQUE) == {("s", "loan.plate", "AB"): "A/2", ("s", "loan.plate", "CD"): "A/1"}
    stage.refused("shop:odd", "s", "swap", "org1", [("A", "2")], other=["A", "2"])


def test_ensure__creates_once_and_each_goes_through_the_list() -> None:
    stage = shop()
    stage.act("s", "begin", "org1", name="A", holder="org3")
    stage.act("s", "lend", "org1", deal=["A"], id=1, left=1000)
    stage.act("s", "split", "org1", [("A", "1")], ids=[2, 3, 2], part=100)
    left = {leaf: stage.record("s", "loan", leaf).fields["left"] for leaf in ("A/1", "A/2", "A/3")}  # type: ignore[union-attr]
    assert left == {"A/1": 700, "A/2": 100, "A/3": 100}
    assert stage.all(TOTALS)["s", "loans", ""] == 3
