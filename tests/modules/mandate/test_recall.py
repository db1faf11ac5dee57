"""A recall by order: by two officers of the regulator, for what is followed, whatever its application says; and it is never taken back."""

from typing import Any

import msgspec
import pytest

from tests.modules.refusals import applied, events, refused, walk
from tests.modules.scenario.opening.ground import MODULES
from tests.world import DAY, TestWorld, make_genesis, make_world
from zhulian.ledger.genesis import Mandate
from zhulian.ledger.overlay import BlockOverlay
from zhulian.modules.mandate.handlers import DAYS_MAX
from zhulian.modules.mandate.messages import Recall
from zhulian.modules.mandate.state import RECALLS
from zhulian.modules.trace.state import MARKS, THINGS, Thing, number_text

PAPER = "ab" * 32
BOTH = ["org3.admin", "org3.clerk"]
LOT = "food/lot/L-1"


def world_of(powers: list[str], *more: str) -> TestWorld:
    genesis = make_genesis(3)
    regulator = Mandate(document="ab" * 32, organisation="org3", powers=powers)
    modules = {**genesis.modules, **dict.fromkeys((*MODULES, *more), 1)}
    world = make_world(genesis=msgspec.structs.replace(genesis, modules=modules, regulator=regulator))
    thing = Thing(holder="org1", identifier="https://id.gs1.org/01/06901234567892/10/L-1", maker="org1", number=1)
    overlay = BlockOverlay(world.state)
    THINGS.set(overlay, LOT, value=thing)
    world.state.apply(dict(overlay.changes()))
    return world


def order(world: TestWorld, target: str = LOT, **changed: Any) -> Recall:
    return Recall(**{"document": PAPER, "target": target, "until": world.time + 30 * DAY, **changed})


def test_recall__refuses_in_this_order() -> None:
    world = world_of(["recall"], "trace")
    walk(
        world,
        ("mandate/2", order(world, until=1), "org3.admin"),
        ("mandate/2", order(world, until=1), ["org1.admin", "org1.clerk"]),
        ("mandate/2", order(world, until=1), ["org1.admin", *BOTH]),
        ("mandate/8", order(world, until=1), BOTH),
        ("mandate/8", order(world, until=world.time + (DAYS_MAX + 1) * DAY), BOTH),
        ("trace/6", order(world, "food/lot/L-2"), BOTH),
    )
    done = applied(world, order(world), BOTH)
    assert events(done) == ["trace.recalled", "mandate.recalled"]
    kept = world.find(RECALLS, LOT)
    assert (kept.document, kept.officers, kept.transaction) == (PAPER, tuple(BOTH), done.transaction)
    assert world.find(MARKS, "food", number_text(1)).by == "org3"
    assert world.find(THINGS, LOT).marked
    refused(world, "trace/20", order(world), BOTH)


def test_recall__needs_the_power_and_something_that_is_followed() -> None:
    refused(world_of(["freeze", "open"], "trace"), "mandate/6", order(world_of(["freeze"])), BOTH)
    bare = world_of(["recall"])
    refused(bare, "mandate/9", order(bare), BOTH)


def test_recall__stands_when_its_term_is_over() -> None:
    world = world_of(["recall"], "trace")
    applied(world, order(world), BOTH)
    world.time += 40 * DAY
    refused(world, "trace/20", order(world), BOTH)


@pytest.mark.parametrize("target", ["org2", "@food", "food.coin", "food/lot", "../x", "food/lot/a b"])
def test_recall__takes_records_only(target: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"type": "mandate.recall", "document": PAPER, "target": target, "until": 1}, Recall)
