"""What the regulator freezes: who may, for how long, and that nothing goes out while everything still comes in."""

import msgspec
import pytest

from tests.modules.refusals import applied, events, refused, walk
from tests.modules.scenario.acting.stage import CASH, Stage, receivable
from tests.modules.scenario.opening.ground import TEXT, make_ground
from tests.modules.scenario.timing.cans import SOURCE
from tests.world import DAY, make_genesis, make_world
from zhulian.language.lending import RecordName
from zhulian.ledger.types import Applied, Refused
from zhulian.modules.mandate.handlers import DAYS_MAX
from zhulian.modules.mandate.messages import Freeze, Thaw
from zhulian.modules.mandate.state import FROZEN, STANDING
from zhulian.modules.scenario.events import TimerRested
from zhulian.modules.scenario.messages import Act
from zhulian.modules.scenario.state import RECORDS, SWEEPS

PAPER, OTHER = "ab" * 32, "cd" * 32


def freeze(stage: Stage, target: str, days: int = 30) -> None:
    officers = [f"org{len(stage.world.world.genesis.organisations)}.{each}" for each in ("admin", "clerk")]
    applied(stage.world, Freeze(document=PAPER, target=target, until=stage.world.time + days * DAY), officers)


def thaw(stage: Stage, target: str) -> None:
    officers = [f"org{len(stage.world.world.genesis.organisations)}.{each}" for each in ("admin", "clerk")]
    applied(stage.world, Thaw(document=OTHER, target=target), officers)


def test_freeze__refuses_in_this_order() -> None:
    world = make_ground()
    late, soon = world.time + (DAYS_MAX + 1) * DAY, world.time + DAY
    both = ["org3.admin", "org3.clerk"]
    walk(
        world,
        ("mandate/2", Freeze(document=PAPER, target="org2", until=late), "org3.admin"),
        ("mandate/2", Freeze(document=PAPER, target="org2", until=late), ["org1.admin", "org2.admin"]),
        ("mandate/2", Freeze(document=PAPER, target="org2", until=late), ["org1.admin", *both]),
        ("mandate/2", Freeze(document=PAPER, target="org2", until=late), ["org3.clerk", "org3.counter"]),
        ("mandate/3", Freeze(document=PAPER, target="org2", until=late), both),
        ("mandate/3", Freeze(document=PAPER, target="org2", until=world.time - 1), both),
        ("mandate/5", Thaw(document=PAPER, target="org2"), both),
    )
    done = applied(world, Freeze(document=PAPER, target="org2", until=soon), both)
    assert events(done) == ["mandate.frozen"]
    kept = world.find(FROZEN, "org2")
    assert (kept.document, kept.officers, kept.until, kept.transaction) == (PAPER, tuple(both), soon, done.transaction)
    refused(world, "mandate/4", Freeze(document=OTHER, target="org2", until=soon), both)
    applied(world, Freeze(document=OTHER, target="org2", until=soon + DAY), both)
    assert world.find_item(STANDING) == 1


def test_thaw__refuses_in_this_order() -> None:
    world = make_ground()
    both = ["org3.admin", "org3.clerk"]
    message = Thaw(document=OTHER, target="@loans")
    walk(world, ("mandate/2", message, "org3.admin"), ("mandate/2", message, ["org1.admin", *both]), ("mandate/5", message, both))
    applied(world, Freeze(document=PAPER, target="@loans", until=world.time + DAY), both)
    refused(world, "mandate/2", message, "org3.admin")
    assert events(applied(world, message, both)) == ["mandate.thawed"]
    assert (world.find(FROZEN, "@loans"), world.find_item(STANDING)) == (None, 0)
    refused(world, "mandate/5", message, both)


def test_freeze__needs_a_mandate() -> None:
    genesis = make_genesis(2)
    modules = {**genesis.modules, "mandate": 1}
    world = make_world(genesis=msgspec.structs.replace(genesis, modules=modules))
    message = Freeze(document=PAPER, target="org2", until=world.time + DAY)
    refused(world, "mandate/1", message, ["org1.admin", "org1.clerk"])


def test_freeze__is_over_at_its_end() -> None:
    stage = receivable()
    stage.pay_in("cash", "org2", 100)
    freeze(stage, "org2", 3)
    stage.world.time += 4 * DAY
    both = ["org5.admin", "org5.clerk"]
    refused(stage.world, "mandate/5", Thaw(document=OTHER, target="org2"), both)
    stage.act(
        "ar", "draw", "org3", number="AR-000001", debtor="org2", amount=1000, due=stage.world.time // DAY + 90, contract="0" * 64
    )


def drawn(stage: Stage) -> None:
    """A receivable of org3 against org2, confirmed; org2 and org5 have cash."""
    due = stage.world.time // DAY + 90
    stage.act("ar", "draw", "org3", number="AR-000001", debtor="org2", amount=1000, due=due, contract="0" * 64)
    stage.act("ar", "confirm", "org2", "AR-000001")
    stage.pay_in("cash", "org2", 2000)
    stage.pay_in("cash", "org5", 2000)


def test_frozen_party__gives_nothing_and_still_gets_everything() -> None:
    stage = receivable()
    drawn(stage)
    freeze(stage, "org3")
    stage.refused("scenario/118", "ar", "pass_on", "org3", "AR-000001", to="org4", amount=100)
    assert "org3 is frozen" in stage.why()
    thaw(stage, "org3")
    stage.act("ar", "pass_on", "org3", "AR-000001", to="org4", amount=100)
    freeze(stage, "org4")
    stage.act("ar", "pass_on", "org3", "AR-000001", to="org4", amount=100)  # what comes in is never refused
    stage.pay_in("cash", "org4", 5)
    stage.refused("scenario/118", "ar", "pass_on", "org4", "AR-000001", to="org3", amount=100)


def test_frozen_record__is_not_acted_on() -> None:
    stage = receivable()
    drawn(stage)
    name = RecordName("ar", "receivable", ("AR-000001",)).text
    freeze(stage, name)
    stage.refused("scenario/118", "ar", "pass_on", "org3", "AR-000001", to="org4", amount=100)
    due = stage.world.time // DAY + 90
    stage.act("ar", "draw", "org3", number="AR-000002", debtor="org2", amount=1000, due=due, contract="0" * 64)  # others go on
    thaw(stage, name)
    stage.act("ar", "pass_on", "org3", "AR-000001", to="org4", amount=100)


def test_frozen_instance__stands_still_and_others_do_not() -> None:
    stage = receivable()
    drawn(stage)
    freeze(stage, "@ar")
    stage.refused("scenario/118", "ar", "pass_on", "org3", "AR-000001", to="org4", amount=100)
    due = stage.world.time // DAY + 90
    stage.refused(
        "scenario/118", "ar", "draw", "org3", number="AR-000002", debtor="org2", amount=1000, due=due, contract="0" * 64
    )
    stage.pay_in("cash", "org3", 5)


BOX = f"""
scenario: boxes
version: 1
title: {TEXT}
uses: {{cash: {{asset: settlement.cny}}}}
roles:
  bank: {{title: {TEXT}, admitted_by: operator}}
records:
  box:
    title: {TEXT}
    key: id
    fields: {{id: int, giver: party}}
    states: {{start: full, final: [gone]}}
    owned: true
    correct: {{fields: [giver], by: bank}}
actions:
  make: {{title: {TEXT}, by: bank, creates: box, input: [id], do: [{{set: {{giver: actor}}}}]}}
  put: {{title: {TEXT}, by: bank, on: box, do: [{{transfer: {{asset: cash, from: actor, to: this, amount: "'1.00'"}}}}]}}
  feed: {{title: {TEXT}, by: bank, on: instance, input: {{box: box}}, do: [{{transfer: {{asset: cash, from: actor, to: input.box, amount: "'1.00'"}}}}]}}
  back: {{title: {TEXT}, by: this.giver, on: box, from: full, to: gone, do: [{{transfer: {{asset: cash, from: this, to: actor, amount: 'balance(this, cash)'}}}}]}}
  sell: {{title: {TEXT}, by: {{one: this.owner, other: bank}}, on: box, do: [{{pass: {{what: this, to: by.other}}}}]}}
timers:
  end: {{on: box, from: full, at: this.since + 10d, to: gone, do: [{{transfer: {{asset: cash, from: this, to: this.giver, amount: 'balance(this, cash)'}}}}]}}
instance: {{fields: {{seen: {{type: int, default: '0'}}}}}}
"""


@pytest.fixture
def boxes() -> Stage:
    stage = Stage(4)
    stage.open("cash", CASH, {"org1": "bank"})
    stage.open("x", BOX, {"org1": "bank", "org2": "bank"}, uses={"cash": "cash"})
    stage.pay_in("cash", "org1", 1000)
    stage.act("x", "make", "org1", id=1)
    stage.act("x", "put", "org1", "1")
    return stage


def test_frozen_record__takes_what_comes_in_and_keeps_it(boxes: Stage) -> None:
    freeze(boxes, "x/box/1", 30)
    boxes.act("x", "feed", "org1", box=["1"])
    boxes.refused("scenario/118", "x", "back", "org1", "1")
    boxes.refused("scenario/118", "x", "sell", ["org1", "org2"], "1", {"one": "org1", "other": "org2"})


@pytest.mark.parametrize("target", ["x/box/1", "@x"])
def test_timer__of_what_is_frozen_waits_for_the_end_of_the_freeze(boxes: Stage, target: str) -> None:
    freeze(boxes, target, 30)
    end = boxes.world.time + 30 * DAY
    boxes.world.time += 12 * DAY
    boxes.world.block([])
    held = boxes.world.find(RECORDS, "x", "box", "1")
    assert (held.state, held.timers["end"] // 60) == ("full", end // 60)
    boxes.world.time += 20 * DAY
    boxes.world.block([])
    assert boxes.world.find(RECORDS, "x", "box", "1").state == "gone"


def test_title__of_a_frozen_owner_is_not_passed_on(boxes: Stage) -> None:
    freeze(boxes, "org1")
    boxes.refused("scenario/118", "x", "sell", ["org1", "org2"], "1", {"one": "org1", "other": "org2"})
    thaw(boxes, "org1")
    result = boxes.send("x", "sell", ["org1", "org2"], "1", {"one": "org1", "other": "org2"})
    assert isinstance(result, Applied)
    assert not isinstance(result, Refused)


def test_correction__of_a_frozen_record_waits(boxes: Stage) -> None:
    from zhulian.modules.scenario.messages import Correct, RecordAt

    freeze(boxes, "x/box/1")
    message = Correct(fields={"giver": "org2"}, instance="x", on=RecordAt(key=("1",), record="box"), reason="slip")
    result = boxes.world.run(message, ["org2.clerk"])
    assert isinstance(result, Refused)
    assert result.code == "scenario/118"


@pytest.fixture
def plant() -> Stage:
    stage = Stage(4)
    stage.open("first", SOURCE, {"org1": "maker"})
    stage.act("first", "pack", "org1", number=1)
    for code in range(3):
        stage.act("first", "fill", "org1", code=code, lot=["1"], bad=False)
    return stage


def test_sweep__passes_over_a_frozen_record_and_tells(plant: Stage) -> None:
    freeze(plant, "first/can/1", 30)
    plant.act("first", "recall", "org1", "1")
    rested = [each for ran in plant.world.block([]).ran for each in ran.events if isinstance(each, TimerRested)]
    assert [(each.key, each.code) for each in rested] == [("1", "scenario/118")]
    assert [plant.world.find(RECORDS, "first", "can", str(code)).state for code in range(3)] == ["stopped", "full", "stopped"]


@pytest.mark.parametrize("target", ["first/lot/1", "@first"])
def test_sweep__for_what_is_frozen_waits_for_the_end_of_the_freeze(plant: Stage, target: str) -> None:
    world, end = plant.world, plant.world.time + 30 * DAY
    recall = world.sign([Act(action="recall", instance="first", on=(("1",),))], ["org1.clerk"])
    stop = world.sign([Freeze(document=PAPER, target=target, until=end)], ["org4.admin", "org4.clerk"])
    assert not world.block([recall, stop]).refusals
    world.block([])
    sweep = world.find(SWEEPS, "first", "stop", "1")
    assert (sweep.next, sweep.queued) == (0, end)
    world.time = end
    world.block([])
    assert world.find(SWEEPS, "first", "stop", "1").done == 3
