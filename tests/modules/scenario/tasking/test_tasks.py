"""Tasks that agencies do side by side: who, when, once, and what happens when their time is over."""

import pytest

from tests.modules.refusals import applied, events, refused, walk
from tests.modules.scenario.timing.court import CLERK, SOURCE, act, case_of, complete, events_of, file, hold_queue, make_court
from tests.world import TestWorld
from zhulian.modules.scenario.errors import NoSuchRecord, WrongState
from zhulian.modules.scenario.events import TimerRan
from zhulian.modules.scenario.messages import Complete, RecordAt
from zhulian.modules.scenario.tasking.errors import NoSuchTask, TaskDone, TasksClosed, TasksOver
from zhulian.modules.scenario.timing.schedule import OVER, TASKS
from zhulian.modules.scenario.who.errors import NotYours

DAY = 86_400


@pytest.fixture
def world() -> TestWorld:
    """Case 1 is being heard, case 2 is filed."""
    world = make_court()
    file(world, 1, world.time + 100 * DAY)
    file(world, 2, world.time + 100 * DAY)
    applied(world, act("hear", 1), CLERK)
    return world


def test_complete__walks_its_refusals(world: TestWorld) -> None:
    walk(
        world,
        (NoSuchRecord.code, complete(9, "tax"), "org2.clerk"),
        (NoSuchTask.code, complete(1, "court"), "org2.clerk"),
        (NotYours.code, complete(1, "tax"), "org3.clerk"),
        (NotYours.code, complete(2, "tax"), CLERK),
        (TasksClosed.code, complete(2, "tax"), "org2.clerk"),
    )
    done = applied(world, complete(1, "tax"), "org2.clerk")
    assert events(done) == ["scenario.record_changed", "scenario.completed"]
    refused(world, TaskDone.code, complete(1, "tax"), "org2.clerk")
    assert case_of(world, 1).done == {"tax": "org2"}


def test_tasks__are_done_in_any_order_and_open_the_way(world: TestWorld) -> None:
    applied(world, complete(1, "loan"), "org3.clerk")
    refused(world, "waiting:unfinished", act("close", 1), CLERK)
    applied(world, complete(1, "tax"), "org2.clerk")
    assert case_of(world, 1).timers[TASKS] == OVER, "what was done in time does not expire"
    world.time += 3 * DAY
    world.block([])
    assert case_of(world, 1).state == "heard"
    applied(world, act("close", 1), CLERK)
    hold_queue(world)


def test_time_that_is_over__voids_and_moves(world: TestWorld) -> None:
    applied(world, complete(1, "tax"), "org2.clerk")
    since = case_of(world, 1).since
    world.time = since + 2 * DAY
    block = world.block([world.sign([complete(1, "loan")], ["org3.clerk"])])
    assert [each.timer for each in events_of(block) if isinstance(each, TimerRan)] == [TASKS]
    assert getattr(block.results[0], "code", None) == TasksClosed.code
    held = case_of(world, 1)
    assert (held.state, held.done) == ("parked", {})
    refused(world, WrongState.code, act("close", 1), CLERK)
    applied(world, act("back", 1), CLERK)
    applied(world, act("hear", 1), CLERK)
    applied(world, complete(1, "tax"), "org2.clerk")
    hold_queue(world)


def test_time_that_is_over__closes_tasks_also_where_no_state_is_named() -> None:
    text = SOURCE.replace("    expired: parked\n", "")
    world = make_court(text=text)
    file(world, 1, world.time + 100 * DAY)
    applied(world, act("hear", 1), CLERK)
    world.time += 2 * DAY
    world.block([])
    assert case_of(world, 1).state == "heard"
    refused(world, TasksOver.code, complete(1, "tax"), "org2.clerk")


def test_message__may_say_who_is_who(world: TestWorld) -> None:
    message = Complete(by={"actor": "org2"}, instance="first", on=RecordAt(record="case", key=("1",)), task="tax")
    applied(world, message, "org2.clerk")
