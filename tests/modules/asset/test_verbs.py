"""The verbs of assets, one rule after the other, and what they cost."""

from typing import Any

import pytest

from tests.modules.asset.scene import APP, BANK, CASH, CLAIM, DEAL, OTHER_DEAL, PERSON, SHARE, args
from tests.modules.lent import Stage
from zhulian.canonical import INTEGER_MAX
from zhulian.errors import Bug
from zhulian.language.lending import AssetName, Caller, RecordName
from zhulian.modules.asset.module import AssetModule
from zhulian.modules.asset.state import BALANCES, CLASSES

ELSEWHERE = RecordName("bank", "vault", ("1",))


@pytest.fixture
def stage() -> Stage:
    found = Stage()
    found.do("issue", APP, args(SHARE, to="org1", amount=60))
    found.do("issue", APP, args(SHARE, to="org2", amount=40))
    found.do("issue", BANK, args(CASH, to="org1", amount=1000))
    return found


def held(stage: Stage, owner: Any, asset: AssetName = CASH) -> int:
    found = stage.ask("balance", APP, owner, asset, *([DEAL] if asset.per else []))
    assert isinstance(found, int)
    return found


def test_issue__walks_its_refusals_in_order(stage: Stage) -> None:
    walk = [
        ("language/190", {**args(SHARE, to="org1", amount=1), "asset": "share"}),
        ("asset/2", args(CASH, to=ELSEWHERE, amount=-1)),
        ("asset/3", {"asset": CLAIM, "to": ELSEWHERE, "amount": -1}),
        ("asset/3", args(CLAIM, of=RecordName("app", "loan", ("D-1",)), to=ELSEWHERE, amount=-1)),
        ("asset/3", args(CLAIM, of=RecordName("bank", "deal", ("D-1",)), to=ELSEWHERE, amount=-1)),
        ("asset/3", args(SHARE, of=DEAL, to=ELSEWHERE, amount=-1)),
        ("asset/5", args(SHARE, to=ELSEWHERE, amount=-1)),
        ("asset/4", args(SHARE, to="*/app/share/", amount=-1)),
        ("asset/1", args(SHARE, to="org1", amount=-1)),
        ("asset/7", args(SHARE, to="org1", amount=INTEGER_MAX - 99)),
        ("done", args(SHARE, to="org1", amount=INTEGER_MAX - 100)),
    ]
    assert [stage.refusal("issue", APP, each) for _, each in walk] == [code for code, _ in walk]
    assert stage.ask("supply", APP, SHARE) == INTEGER_MAX


def test_transfer__walks_its_refusals_in_order(stage: Stage) -> None:
    walk = [
        ("asset/5", args(CASH, from_=ELSEWHERE, to="Org2", amount=-1, of=DEAL)),
        ("asset/4", args(CASH, from_="org1", to="Org2", amount=-1, of=DEAL)),
        ("asset/3", args(CASH, from_="org1", to="org2", amount=-1, of=DEAL)),
        ("asset/1", args(CASH, from_="org1", to="org2", amount=-1)),
        ("asset/6", args(CASH, from_="org1", to="org2", amount=1001)),
        ("done", args(CASH, from_="org1", to="org2", amount=1000)),
        ("asset/6", args(CASH, from_="org1", to="org2", amount=1)),
    ]
    assert [stage.refusal("transfer", APP, each) for _, each in walk] == [code for code, _ in walk]
    assert (held(stage, "org1"), held(stage, "org2")) == (0, 1000)


def test_retire__walks_its_refusals_in_order(stage: Stage) -> None:
    walk = [
        ("asset/2", args(CASH, from_=ELSEWHERE, amount=-1)),
        ("asset/5", args(SHARE, from_=ELSEWHERE, amount=-1)),
        ("asset/1", args(SHARE, from_="org2", amount=-1)),
        ("asset/6", args(SHARE, from_="org2", amount=41)),
        ("done", args(SHARE, from_="org2", amount=40)),
    ]
    assert [stage.refusal("retire", APP, each) for _, each in walk] == [code for code, _ in walk]
    assert stage.ask("supply", APP, SHARE) == held(stage, "org1", SHARE) == 60


def test_distribute__walks_its_refusals_in_order(stage: Stage) -> None:
    bank_share = AssetName("bank", "note")
    walk = [
        ("asset/2", APP, args(bank_share, pay=CASH, from_=ELSEWHERE, rest="Org1", amount=-1)),
        ("asset/3", APP, args(SHARE, pay=CASH, pay_of=DEAL, from_=ELSEWHERE, rest="Org1", amount=-1)),
        ("asset/5", APP, args(SHARE, pay=CASH, from_=ELSEWHERE, rest="Org1", amount=-1)),
        ("asset/4", APP, args(SHARE, pay=CASH, from_="org1", rest="Org1", amount=-1)),
        ("asset/10", APP, args(SHARE, pay=CASH, from_="org1", rest=DEAL, amount=-1)),
        ("asset/1", APP, args(SHARE, pay=CASH, from_="org1", rest="org1", amount=-1)),
        ("asset/6", APP, args(SHARE, pay=CASH, from_="org2", rest="org1", amount=1)),
        ("asset/8", BANK, args(bank_share, pay=CASH, from_="org1", rest="org1", amount=1)),
        ("done", APP, args(SHARE, pay=CASH, from_="org1", rest="org1", amount=1)),
    ]
    assert [stage.refusal("distribute", caller, each) for _, caller, each in walk] == [code for code, _, _ in walk]


def test_distribute__pays_in_four_classes_and_no_more(stage: Stage) -> None:
    codes = []
    for number in range(6):
        asset = AssetName("bank", f"c{number}")
        stage.do("issue", BANK, args(asset, to="org1", amount=10))
        codes.append(stage.refusal("distribute", APP, args(SHARE, pay=asset, from_="org1", rest="org1", amount=10)))
    assert codes == ["done"] * 4 + ["asset/9"] * 2


def test_distribute__to_those_alone_whose_units_are_not_set_aside(stage: Stage) -> None:
    stage.do("issue", BANK, args(AssetName("bank", "point"), to="org1", amount=1))
    stage.do("distribute", BANK, args(AssetName("bank", "point"), pay=CASH, from_="org1", rest="org1", amount=1000))
    interest = args(CASH, pay=CASH, from_="org1", rest="org1", amount=0)
    assert stage.refusal("distribute", BANK, interest) == "done"  # nothing is distributed, so nobody need be there
    assert stage.refusal("distribute", BANK, {**interest, "amount": 1}) == "asset/6"
    stage.do("issue", BANK, args(CASH, to="org2", amount=10))
    assert stage.refusal("distribute", BANK, {**interest, "from": "org2", "amount": 10}) == "asset/8"
    stage.do("distribute", BANK, {**interest, "from": "org2", "amount": 4})
    assert stage.ask("entitled", APP, "org2", CASH, CASH) == 4


def test_collect_share__walks_its_refusals_in_order(stage: Stage) -> None:
    stage.do("distribute", APP, args(SHARE, pay=CASH, from_="org1", rest="org1", amount=100))
    walk = [
        ("asset/5", args(SHARE, pay=CASH, owner=ELSEWHERE, of=DEAL)),
        ("asset/4", args(SHARE, pay=CASH, owner="", of=DEAL)),
        ("asset/3", args(SHARE, pay=CASH, owner="org2", of=DEAL)),
        ("asset/3", args(SHARE, pay=CASH, owner="org2", pay_of=DEAL)),
        ("done", args(SHARE, pay=CASH, owner="org2")),
    ]
    assert [stage.refusal("collect_share", Caller("third", "act"), each) for _, each in walk] == [code for code, _ in walk]
    assert held(stage, "org2") == 40


def test_collect_share__does_nothing_where_nothing_is_due(stage: Stage) -> None:
    assert stage.do("collect_share", APP, args(SHARE, pay=CASH, owner="org2")) == []
    stage.do("distribute", APP, args(SHARE, pay=CASH, from_="org1", rest="org1", amount=100))
    assert stage.do("collect_share", APP, args(SHARE, pay=CASH, owner=PERSON)) == []
    assert len(stage.do("collect_share", APP, args(SHARE, pay=CASH, owner="org2"))) == 1
    assert stage.do("collect_share", APP, args(SHARE, pay=CASH, owner="org2")) == []
    assert held(stage, "org2") == 40


def test_share__follows_who_held_when_it_was_distributed(stage: Stage) -> None:
    stage.do("distribute", APP, args(SHARE, pay=CASH, from_="org1", rest="org1", amount=100))
    stage.do("transfer", APP, args(SHARE, from_="org2", to=PERSON, amount=40))
    stage.do("distribute", APP, args(SHARE, pay=CASH, from_="org1", rest="org1", amount=10))
    assert [stage.ask("entitled", APP, each, SHARE, CASH) for each in ("org1", "org2", PERSON)] == [66, 40, 4]


def test_fractions__add_up_and_are_left_to_the_rest(stage: Stage) -> None:
    collect = lambda owner: stage.do("collect_share", APP, args(SHARE, pay=CASH, owner=owner))  # noqa: E731
    for _ in range(3):  # a third of a unit is never lost: 1 of 100 units to 40 of them is 0.4
        stage.do("distribute", APP, args(SHARE, pay=CASH, from_="org1", rest="org3", amount=1))
        collect("org2")
    assert held(stage, "org2") == 1  # 1.2
    stage.do("transfer", APP, args(SHARE, from_="org2", to=PERSON, amount=40))
    stage.do("transfer", APP, args(SHARE, from_="org1", to=PERSON, amount=60))
    for each in ("org1", "org2"):
        collect(each)
    assert held(stage, "org1") == 997 + 1
    assert stage.ask("entitled", APP, "org3", SHARE, CASH) == 1  # 0.8 and 0.2
    collect("org3")
    assert held(stage, "org3") == 1
    assert stage.all(CLASSES)["bank", "cash", ""].set_aside == 0
    assert [key for key in stage.all(BALANCES) if key[3].startswith("*")] == []


def test_sole_holder__is_paid_to_the_last_unit() -> None:
    for units in (3, 7, 11, 97, 1_234_567, INTEGER_MAX):
        stage = Stage()
        stage.do("issue", APP, args(SHARE, to="org2", amount=units))
        stage.do("issue", BANK, args(CASH, to="org1", amount=INTEGER_MAX))
        for amount in (100, INTEGER_MAX - 100):
            stage.do("distribute", APP, args(SHARE, pay=CASH, from_="org1", rest="org1", amount=amount))
        stage.do("collect_share", APP, args(SHARE, pay=CASH, owner="org2"))
        assert held(stage, "org2") == INTEGER_MAX


def test_pay_less__takes_what_there_is(stage: Stage) -> None:
    poor = Caller("app", "act", pay_less=True)
    stage.do("transfer", poor, args(CASH, from_="org1", to="org2", amount=5000))
    assert (held(stage, "org1"), held(stage, "org2")) == (0, 1000)
    assert stage.do("transfer", poor, args(CASH, from_="org1", to="org2", amount=5000)) == []
    stage.do("distribute", poor, args(SHARE, pay=CASH, from_="org2", rest="org1", amount=5000))
    assert stage.ask("entitled", APP, "org1", SHARE, CASH) == 600


def test_transfer__to_oneself_changes_nothing(stage: Stage) -> None:
    before = dict(stage.world.state.values)
    stage.do("transfer", APP, args(CASH, from_="org1", to="org1", amount=1000))
    assert stage.world.state.values == before
    assert stage.refusal("transfer", APP, args(CASH, from_="org1", to="org1", amount=1001)) == "asset/6"


def test_classes__are_apart_by_instance_and_record(stage: Stage) -> None:
    stage.do("issue", APP, args(CLAIM, to="org1", amount=5))
    stage.do("issue", APP, args(CLAIM, of=OTHER_DEAL, to="org1", amount=7))
    stage.do("issue", BANK, args(AssetName("bank", "share"), to="org1", amount=9))
    assert stage.ask("supply", APP, CLAIM, DEAL) == 5
    assert stage.ask("balance", APP, "org1", CLAIM, OTHER_DEAL) == 7
    assert stage.refusal("transfer", APP, args(CLAIM, from_="org1", to="org2", amount=6)) == "asset/6"
    assert stage.ask("supply", APP, SHARE) == 100


def test_state__keeps_nothing_of_what_is_over(stage: Stage) -> None:
    before = dict(stage.world.state.values)
    stage.do("issue", APP, args(CLAIM, to=DEAL, amount=5))
    stage.do("transfer", APP, args(CLAIM, from_=DEAL, to="org2", amount=5))
    stage.do("retire", APP, args(CLAIM, from_="org2", amount=5))
    assert stage.world.state.values == before


def test_parties__pay_nothing_for_the_count_of_records(stage: Stage) -> None:
    """Transfers between parties, which are most of all, read three values and write two, and their event."""
    stage.do("issue", BANK, args(CASH, to="org1", amount=5))
    stage.do("transfer", APP, args(CASH, from_="org1", to="org2", amount=5))
    assert stage.steps == 18


def test_record__costs_more_only_where_it_begins_or_ends_to_hold(stage: Stage) -> None:
    stage.do("issue", BANK, args(CASH, to="org1", amount=9))
    found = []
    for giver, to, amount in (
        ("org1", DEAL, 2),
        ("org1", DEAL, 2),
        (DEAL, OTHER_DEAL, 1),
        (DEAL, OTHER_DEAL, 3),
        (OTHER_DEAL, DEAL, 4),
    ):
        stage.do("transfer", APP, args(CASH, from_=giver, to=to, amount=amount))
        found.append(stage.steps)
    assert found == [24, 18, 24, 24, 30]


def test_holding__is_asked_of_records_only(stage: Stage) -> None:
    holding = AssetModule().holding
    assert not holding.holds(stage.world.state, DEAL)
    stage.do("issue", APP, args(CLAIM, to=DEAL, amount=5))
    assert holding.holds(stage.world.state, DEAL)
    stage.do("retire", APP, args(CLAIM, from_=DEAL, amount=5))
    assert not holding.holds(stage.world.state, DEAL)
    with pytest.raises(Bug):
        holding.holds(stage.world.state, "org1")


def test_share_to_collect__is_held_too(stage: Stage) -> None:
    """A record without units left may still be owed what it earned while it had some."""
    stage.do("issue", APP, args(SHARE, to=DEAL, amount=2))
    stage.do("distribute", APP, args(SHARE, pay=CASH, from_="org1", rest="org1", amount=1000))
    stage.do("transfer", APP, args(SHARE, from_=DEAL, to="org2", amount=2))
    assert AssetModule().holding.holds(stage.world.state, DEAL)
    stage.do("collect_share", APP, args(SHARE, pay=CASH, owner=DEAL))
    stage.do("transfer", APP, args(CASH, from_=DEAL, to="org2", amount=19))
    assert not AssetModule().holding.holds(stage.world.state, DEAL)


def test_record_that_has_left__holds_no_fraction_that_nobody_could_collect(stage: Stage) -> None:
    stage.do("issue", APP, args(SHARE, to=DEAL, amount=2))  # of 102
    stage.do("distribute", APP, args(SHARE, pay=CASH, from_="org1", rest="org3", amount=10))
    stage.do("retire", APP, args(SHARE, from_=DEAL, amount=2))
    assert not AssetModule().holding.holds(stage.world.state, DEAL)
    for each in ("org1", "org2"):
        units = stage.ask("balance", APP, each, SHARE)
        stage.do("transfer", APP, args(SHARE, from_=each, to="org3", amount=units))
        stage.do("collect_share", APP, args(SHARE, pay=CASH, owner=each))
    assert stage.ask("entitled", APP, "org3", SHARE, CASH) == 2  # 0.2 of the record, and what the two left behind
    stage.do("collect_share", APP, args(SHARE, pay=CASH, owner="org3"))
    assert stage.all(CLASSES)["bank", "cash", ""].set_aside == 0


def test_verbs__cost_the_same_for_two_holders_and_two_thousand() -> None:
    def costs(holders: int) -> list[int]:
        stage = Stage()
        stage.do("issue", BANK, args(CASH, to="org1", amount=10**9))
        found = []
        for number in range(holders):
            stage.do("issue", APP, args(SHARE, to=f"~{number:032x}", amount=number + 1))
        for verb, arguments in (
            ("distribute", args(SHARE, pay=CASH, from_="org1", rest="org1", amount=10**8)),
            ("transfer", args(SHARE, from_=f"~{1:032x}", to=f"~{0:032x}", amount=1)),
            ("collect_share", args(SHARE, pay=CASH, owner=f"~{1:032x}")),
            ("issue", args(SHARE, to=f"~{1:032x}", amount=1)),
            ("retire", args(SHARE, from_=f"~{1:032x}", amount=1)),
        ):
            stage.do(verb, APP, arguments)
            found.append(stage.steps)
        return found

    assert costs(2) == costs(2000)
