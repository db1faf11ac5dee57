"""Codes, lazy records and bulks on chain; and their stories."""

from functools import cache
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.modules.refusals import applied
from tests.modules.scenario.acting.stage import Stage
from zhulian.assure.stories.packs import Packs, read_pack
from zhulian.assure.stories.playing import Report, play_all
from zhulian.ledger.types import Refused
from zhulian.merkle.code_list import CodeList
from zhulian.merkle.proof_texts import proof_text
from zhulian.merkle.sum_tree import SumList
from zhulian.modules.scenario.errors import InputRefused
from zhulian.modules.scenario.messages import Approve, Propose
from zhulian.modules.scenario.state import TOTALS

GOODS = Path(__file__).with_name("goods.yaml")
NAMES = ["CC", "AA", "BB"]
TOGETHER = """
  take_together:
    title: {zh: 共同收货, en: Take in together}
    by: {one: shop, other: maker}
    on: can
    input: {shown: {type: proof, record: lot, optional: true}}
    do: [{set: {holder: by.one}}]"""


@cache
def _report() -> Report:
    return play_all(read_pack(GOODS), Packs(GOODS), folder=GOODS.parent)


def test_stories__come_out_as_they_say() -> None:
    for each in _report().stories:
        faults = [str(step.fault) for step in each.steps if step.fault is not None]
        assert each.passed, (each.name, each.fault, faults)
    assert _report().unplayed == ()


@pytest.fixture
def stage() -> Stage:
    stage = Stage(5)
    text = GOODS.read_text(encoding="utf-8").partition("\nstories:")[0].replace("\nactions:", f"\nactions:{TOGETHER}")
    stage.open("hz", text, {"org2": "maker", "org3": "shop", "org4": "line", "org5": "clearing"})
    stage.act("hz", "fill", "org2", number="L-1", made=3)
    return stage


def tree(stage: Stage, names: list[str] = NAMES) -> CodeList:
    return CodeList(stage.world.world.hasher, names)


def record_codes(stage: Stage, found: str) -> None:
    stage.act("hz", "record_codes", ["org2", "org3"], "L-1", {"of": "org2", "witness": "org3"}, cans=found)


def shown(stage: Stage, code: str) -> str:
    return proof_text(tree(stage).path(code))


def test_take__makes_the_record_with_its_first_event_and_counts_it(stage: Stage) -> None:
    record_codes(stage, tree(stage).root.text)
    result = stage.act("hz", "take", "org3", [("L-1", "AA")], shown=shown(stage, "AA"))
    changed = [each for each in result.events if type(each).__name__ == "RecordChanged"]
    assert [(each.record, each.key, each.new, each.trail.count) for each in changed] == [("can", "L-1/AA", True, 1)]
    can = stage.record("hz", "can", "L-1/AA")
    assert can is not None
    assert can.fields == {"code": "AA", "holder": "org3", "lot": ["L-1"], "touched": 1}
    assert stage.world.find(TOTALS, "hz", "seen", "L-1") == 1
    stage.act("hz", "take", "org3", [("L-1", "AA")], shown=shown(stage, "BB"))  # it is there: nothing is to be shown any more
    assert stage.world.find(TOTALS, "hz", "seen", "L-1") == 1


@pytest.mark.parametrize(
    ("code", "key", "proof"),
    [
        ("scenario/7", "AA", None),
        ("scenario/151", "AA", "BB"),
        ("scenario/151", "AB", "AA"),
        ("scenario/151", "AA", "{}"),
        ("scenario/7", "AA", 7),
    ],
)
def test_take__is_refused_without_a_proof_of_just_this_code(stage: Stage, code: str, key: str, proof: object) -> None:
    record_codes(stage, tree(stage).root.text)
    given = {} if proof is None else {"shown": shown(stage, str(proof)) if proof in NAMES else proof}
    stage.refused(code, "hz", "take", "org3", [("L-1", key)], **given)


def test_take__can_be_proposed_and_touches_when_the_last_has_signed(stage: Stage) -> None:
    record_codes(stage, tree(stage).root.text)
    expires = stage.world.time + 3600
    given = {"shown": shown(stage, "AA")}
    both = Propose(
        action="take_together",
        by={"one": "org3", "other": "org2"},
        expires=expires,
        instance="hz",
        input=given,
        on=(("L-1", "AA"),),
    )
    proposal = applied(stage.world, both, "org3.clerk").transaction
    assert stage.record("hz", "can", "L-1/AA") is None
    applied(stage.world, Approve(instance="hz", proposal=proposal), "org2.clerk")
    can = stage.record("hz", "can", "L-1/AA")
    assert can is not None
    assert can.fields["holder"] == "org3"
    again = applied(stage.world, replace(both, on=(("L-1", "BB"),)), "org3.clerk").transaction
    result = stage.world.run(Approve(instance="hz", proposal=again), "org2.clerk")  # by the proof of another code
    assert isinstance(result, Refused)
    assert result.code == "scenario/151"


def test_take__needs_the_parent_and_its_codes(stage: Stage) -> None:
    stage.refused("scenario/150", "hz", "take", "org3", [("L-1", "AA")], shown=shown(stage, "AA"))
    stage.refused("scenario/7", "hz", "take", "org3", [("L-9", "AA")], shown=shown(stage, "AA"))


def test_take__keeps_the_form_of_the_key(stage: Stage) -> None:
    names = ["AA", "BB", "no good"]
    record_codes(stage, tree(stage, names).root.text)
    proof = proof_text(tree(stage, names).path("no good"))
    result = stage.send("hz", "take", "org3", [("L-1", "no good")], shown=proof)
    assert isinstance(result, Refused), result
    assert stage.record("hz", "can", "L-1/no good") is None


def test_take__does_not_reach_another_lot(stage: Stage) -> None:
    record_codes(stage, tree(stage).root.text)
    stage.act("hz", "fill", "org2", number="L-2", made=3)
    other = CodeList(stage.world.world.hasher, ["XX", "YY", "ZZ"])
    stage.act("hz", "record_codes", ["org2", "org3"], "L-2", {"of": "org2", "witness": "org3"}, cans=other.root.text)
    stage.refused("scenario/151", "hz", "take", "org3", [("L-2", "AA")], shown=shown(stage, "AA"))
    stage.act("hz", "take", "org3", [("L-1", "AA")], shown=shown(stage, "AA"))


def test_codes__stand_once_recorded_and_are_no_more_than_the_record_lets(stage: Stage) -> None:
    record_codes(stage, tree(stage).root.text)
    by = {"of": "org2", "witness": "org3"}
    stage.refused("scenario/152", "hz", "record_codes", ["org2", "org3"], "L-1", by, cans=tree(stage, ["A", "B", "C"]).root.text)
    stage.act("hz", "fill", "org2", number="L-3", made=5)
    five = CodeList(stage.world.world.hasher, ["A", "B", "C", "D", "E"]).root.text
    result = stage.send("hz", "record_codes", ["org2", "org3"], "L-3", by, cans=five)
    assert isinstance(result, Refused), result  # max: 4


@pytest.mark.parametrize("bad", ["", "x", "{}", 3, '{"count":1000001,"root":"' + "00" * 32 + '"}', '{"count":3,"root":"AA"}'])
def test_codes__are_a_root_with_its_count(stage: Stage, bad: object) -> None:
    result = stage.send("hz", "record_codes", ["org2", "org3"], "L-1", {"of": "org2", "witness": "org3"}, cans=bad)
    assert result.code == InputRefused.code, stage.why()


def test_report__takes_neighbours_for_a_proof_that_a_code_is_not_there(stage: Stage) -> None:
    record_codes(stage, tree(stage).root.text)
    stage.act("hz", "report", "org3", "L-1", code="AB", shown=proof_text(tree(stage).gap("AB")))
    stage.refused("goods:fake_code", "hz", "report", "org3", "L-1", code="BB", shown=proof_text(tree(stage).around("BB")))
    stage.refused("goods:fake_code", "hz", "report", "org3", "L-1", code="AB", shown=shown(stage, "AA"))


def test_bulk__counts_only_where_two_sign_or_an_item_is_shown(stage: Stage) -> None:
    bulk = SumList(stage.world.world.hasher, [("t-1", 200), ("t-2", 350)])
    stage.act("hz", "hand_in", "org4", number="D-1", fares=bulk.root.text)
    stage.act("hz", "agree", ["org4", "org5"], "D-1", {"line": "org4", "clearing": "org5"})
    day = stage.record("hz", "day", "D-1")
    assert day is not None
    assert day.fields["agreed"] == 550
    stage.act("hz", "dispute", "org3", "D-1", trip="t-2", fare=350, shown=proof_text(bulk.path("t-2")))
    stage.refused("goods:not_in_day", "hz", "dispute", "org3", "D-1", trip="t-2", fare=349, shown=proof_text(bulk.path("t-2")))
    stage.refused("goods:not_in_day", "hz", "dispute", "org3", "D-1", trip="t-2", fare=350, shown=shown(stage, "AA"))
