"""Corrections: by whom, until when, of what; old, new and reason stay."""

import pytest

from tests.modules.refusals import applied, events, refused, walk
from tests.modules.scenario.timing.court import CLERK, case_of, correct, due_of, file, hold_queue, make_court
from tests.world import TestWorld
from zhulian.modules.scenario.correcting.errors import CorrectionLate, NotCorrectable, NothingCorrected
from zhulian.modules.scenario.correcting.state import CORRECTIONS
from zhulian.modules.scenario.errors import InputRefused, NoSuchRecord, NotUnique, PromiseBroken
from zhulian.modules.scenario.messages import Act, Admit
from zhulian.modules.scenario.state import INDEXES
from zhulian.modules.scenario.who.errors import NotYours

DAY = 86_400


@pytest.fixture
def world() -> TestWorld:
    world = make_court()
    file(world, 1, world.time + 100 * DAY)
    file(world, 2, world.time + 100 * DAY)
    applied(world, Admit(instance="first", party="org4", role="clerk"), CLERK)
    return world


def test_correct__walks_its_refusals(world: TestWorld) -> None:
    due = case_of(world, 1).fields["due"]
    applied(world, correct(2, plate="B2"), CLERK)
    walk(
        world,
        (NoSuchRecord.code, correct(9, plate="A1"), CLERK),
        (NotCorrectable.code, correct(1, number=5), CLERK),
        (NotCorrectable.code, correct(1, due=due, plate="A1"), CLERK),
        (NotYours.code, correct(1, plate="A1"), "org2.clerk"),
        (NotYours.code, correct(1, due=due + 1), "org4.clerk"),
        (InputRefused.code, correct(1, plate="a!"), CLERK),
        (InputRefused.code, correct(1, most=None), CLERK),
        (NothingCorrected.code, correct(1, due=due), CLERK),
        (PromiseBroken.code, correct(1, most=-1), CLERK),
        (NotUnique.code, correct(1, plate="B2"), CLERK),
    )
    world.time = case_of(world, 1).since + 3600
    refused(world, CorrectionLate.code, correct(1, due=due + 1), CLERK)
    applied(world, correct(1, plate="A1"), "org4.clerk")


def test_correction__keeps_old_new_and_reason(world: TestWorld) -> None:
    due = case_of(world, 1).fields["due"]
    result = applied(world, correct(1, "到期日录错", due=due + DAY), CLERK)
    assert events(result) == ["scenario.record_changed", "scenario.corrected"]
    held = case_of(world, 1)
    assert (held.fields["due"], held.trail.count) == (due + DAY, 2)
    kept = CORRECTIONS.get(world.state, "first", "case", "1", "0000000002")
    assert (kept.old, kept.new, kept.reason, kept.by) == ({"due": due}, {"due": due + DAY}, "到期日录错", {"actor": "org1"})
    assert (kept.height, kept.time) == (world.height, world.time - 1)
    assert due + DAY in [time for time, _ in due_of(world)], "what depends on it follows: the timer"
    hold_queue(world)


def test_correction__moves_indexes_and_unique_values(world: TestWorld) -> None:
    applied(world, correct(1, plate="A1"), CLERK)
    applied(world, correct(1, plate="A2"), CLERK)
    assert INDEXES.find(world.state, "first", "by_plate", "A1") is None
    assert INDEXES.find(world.state, "first", "by_plate", "A2") == "1"
    applied(world, correct(2, plate="A1"), CLERK)
    applied(world, correct(1, plate=None), CLERK)
    assert "plate" not in case_of(world, 1).fields
    assert CORRECTIONS.get(world.state, "first", "case", "1", "0000000004").new == {"plate": None}


def test_action__may_read_what_was_corrected(world: TestWorld) -> None:
    applied(world, correct(1, filer="org4"), CLERK)
    due = case_of(world, 1).fields["due"]
    refused(world, NotYours.code, correct(1, due=due + 9), CLERK)
    applied(world, correct(1, due=due + 9), "org4.clerk")
    applied(world, Act(action="hear", instance="first", on=(("1",),)), CLERK)
