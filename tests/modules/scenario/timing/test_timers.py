"""Timers on a chain: at their time and once, in order, by themselves, bounded, and the same on every node."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from tests.modules.refusals import applied
from tests.modules.scenario.opening.ground import open_instance, publish
from tests.modules.scenario.timing.court import (
    CLERK,
    SOURCE,
    act,
    case_of,
    copy_cases,
    due_of,
    events_of,
    file,
    hold_queue,
    make_court,
)
from tests.world import TestWorld
from zhulian.ledger.limits import HARD, due_steps_max
from zhulian.ledger.transition import Proposal, apply_block
from zhulian.ledger.types import Applied, Refused
from zhulian.modules.scenario.errors import WrongState
from zhulian.modules.scenario.events import Alerted, RecordChanged, TimerRan, TimerRested
from zhulian.modules.scenario.messages import Admit, Upgrade
from zhulian.modules.scenario.timing.schedule import OVER

DAY = 86_400


def ran_of(world: TestWorld, **more: Any) -> list[tuple[str, str, str]]:
    """Make a block and say which timers ran, in order: instance, key, timer."""
    return [(each.instance, each.key, each.timer) for each in events_of(world.block([], **more)) if isinstance(each, TimerRan)]


def test_timer__runs_at_its_time_and_tells() -> None:
    world = make_court()
    due = world.time + 10 * DAY
    file(world, 1, due)
    world.time = due - DAY - 1
    assert ran_of(world) == []
    world.time = due - DAY
    assert ran_of(world) == [("first", "1", "remind")]
    world.time = due
    block = world.block([])
    changed, alerted, ran = _in_order(block, RecordChanged, Alerted, TimerRan)
    assert (changed.cause, changed.state, changed.trail.count) == ("lapse", "lapsed", 3)
    assert (alerted.name, alerted.level, alerted.key) == ("lapse", "low", "1")
    assert (ran.due, ran.timer) == (due, "lapse")
    assert case_of(world, 1).timers == {}
    assert case_of(world, 1).fields["count"] == 1
    hold_queue(world)


def _in_order(block: Any, *kinds: type) -> Iterator[Any]:
    events = events_of(block)
    yield from (next(each for each in events if isinstance(each, kind)) for kind in kinds)


def test_timer__runs_once_in_a_state_and_again_in_the_next_stay() -> None:
    world = make_court()
    due = world.time + 3 * DAY
    file(world, 1, due)
    world.time = due - DAY
    assert ran_of(world) == [("first", "1", "remind")]
    applied(world, act("shift", 1, due=due + 9 * DAY), CLERK)
    assert case_of(world, 1).timers["remind"] == OVER
    assert [time for time, _ in due_of(world)] == [due + 9 * DAY], "its time changed, but once is once"
    world.block([])
    assert case_of(world, 1).fields["count"] == 1
    applied(world, act("hear", 1), CLERK)
    assert sorted(case_of(world, 1).timers) == ["remind", "tasks.within"]
    world.time = due + 8 * DAY
    assert ran_of(world) == [("first", "1", "tasks.within")], "its tasks' time was over first, and it left for another state"
    hold_queue(world)


def test_timers__run_by_time_and_then_by_name_over_all_instances() -> None:
    world = make_court(names=("first", "a-court"))
    due = world.time + 2 * DAY
    for instance, number in (("first", 10), ("a-court", 3), ("first", 9), ("a-court", 20)):
        file(world, number, due, instance)
    file(world, 5, due - 7)
    world.time = due + 1
    found = ran_of(world)
    reminded = [each for each in found if each[2] == "remind"]
    lapsed = [each for each in found if each[2] == "lapse"]
    assert found == reminded + lapsed
    assert lapsed == [("first", "5", "lapse")] + [
        (instance, key, "lapse") for instance, key in (("a-court", "20"), ("a-court", "3"), ("first", "10"), ("first", "9"))
    ]


def test_refused_timer__rests_and_somebody_is_told() -> None:
    world = make_court()
    due = world.time + 3 * DAY
    file(world, 1, due)
    file(world, 2, due)
    applied(world, act("bound", 1, most=0), CLERK)
    world.time = due - DAY
    block = world.block([])
    rested = [each for each in events_of(block) if isinstance(each, TimerRested)]
    assert [(each.key, each.timer, each.code) for each in rested] == [("1", "remind", "scenario/20")]
    assert [each.level for each in events_of(block) if isinstance(each, Alerted)] == ["high"]
    assert [each.key for each in events_of(block) if isinstance(each, TimerRan)] == ["2"], "the others go on"
    held = case_of(world, 1)
    assert (held.fields["count"], held.timers["remind"], held.trail.count) == (0, OVER, 2)
    hold_queue(world)
    world.block([])
    applied(world, act("bound", 1, most=5), CLERK)
    applied(world, act("hear", 1), CLERK)
    assert [each[:2] for each in ran_of(world)] == [("first", "1")], "it enters a state, and the timer is there again"
    assert case_of(world, 1).fields["count"] == 1


def test_action__comes_after_what_is_due_of_its_record() -> None:
    world = make_court()
    file(world, 1, world.time + 100 * DAY)
    past = world.time - 5
    first, second = world.sign([act("shift", 1, due=past)], [CLERK]), world.sign([act("hear", 1)], [CLERK])
    block = world.block([first, second])
    assert isinstance(block.results[0], Applied)
    assert isinstance(block.results[1], Refused)
    assert block.results[1].code == WrongState.code, "the record had lapsed before it"
    assert [(each.transaction, [type(event).__name__ for event in each.events]) for each in block.ran] == [
        (block.results[1].transaction, ["RecordChanged", "TimerRan"]),
        (block.results[1].transaction, ["Alerted", "RecordChanged", "TimerRan"]),
    ]
    assert case_of(world, 1).state == "lapsed", "it stays, though the action was refused"
    hold_queue(world)


def test_action_in_one_transaction_with_the_change__is_undone_with_it() -> None:
    world = make_court()
    file(world, 1, world.time + 100 * DAY)
    result = world.run([act("shift", 1, due=world.time - 5), act("hear", 1)], CLERK)
    assert isinstance(result, Refused)
    assert world.blocks[-1].ran == ()
    assert case_of(world, 1).state == "filed"
    hold_queue(world)


def test_storm__runs_in_bounded_blocks_and_leaves_room() -> None:
    world = make_court()
    due = world.time + 30 * DAY
    applied(world, act("flood", None, numbers=list(range(100)), due=due), CLERK)
    copy_cases(world, range(100, 10_000))
    hold_queue(world)
    limits = world.world.genesis.limits
    world.time = due - DAY
    seen: list[str] = []
    while world.world.clockwork.due(world.state) <= world.time:  # type: ignore[operator]
        block = world.block([world.sign([act("file", None, number=20_000 + len(world.blocks), due=due + 10 * DAY)], [CLERK])])
        assert isinstance(block.results[0], Applied)
        assert 0 < len(block.ran) <= HARD.due_per_block_max
        assert sum(each.cost.steps for each in block.ran) <= due_steps_max(limits)
        seen += [each.key for each in events_of(block) if isinstance(each, TimerRan) and int(each.key) < 20_000]
    assert sorted(seen, key=int) == [str(each) for each in range(10_000)]
    assert seen == sorted(seen)


def test_blocks__come_out_the_same_again() -> None:
    world = make_court()
    start = dict(world.state.values)
    parent, recent = world.parent, world.recent
    due = world.time + 3 * DAY
    proposals: list[Proposal] = []
    headers = []
    for step in range(12):
        messages = [act("file", None, number=step, due=due + step * 977)]
        if step > 6:
            messages = [act("shift", step - 5, due=world.time - 1), act("hear", step - 5)][step % 2 :]
        raw = world.sign(messages, [CLERK])
        proposals.append(Proposal(height=world.height + 1, time_ms=world.time * 1000, transactions=(world._read(raw),)))
        headers.append(world.block([raw]).header)
        world.time += DAY // 3
    assert sum(len(each.ran) for each in world.blocks) > 4

    again = msgspec.structs.replace(world.world)
    state = type(world.state)(start)
    minutes: Any = type(recent)({})
    for proposal, header in zip(proposals, headers, strict=True):
        one = apply_block(again, state, minutes, parent, proposal, state.root)
        two = apply_block(again, state, minutes, parent, proposal, state.root)
        assert one.header == two.header
        assert one.changes == two.changes
        assert one.ran == two.ran
        parent = type(parent)(height=one.header.height, digest=bytes.fromhex(header.state_root), time_ms=one.header.time_ms)
        assert one.header.state_root == header.state_root or minutes is not recent
        state.apply(one.changes)
    assert {key: value for key, value in state.values.items() if b"ledger/ids" not in key} == {
        key: value for key, value in world.state.values.items() if b"ledger/ids" not in key
    }


@pytest.mark.parametrize("kept", [True, False])
def test_timer_after_an_upgrade__is_that_of_the_version_that_its_record_lives_under(kept: bool) -> None:
    world = make_court()
    due = world.time + 10 * DAY
    file(world, 1, due)
    way = "keep: [case]" if kept else "move: {case: {}}"
    later = SOURCE.replace("version: 1", f"version: 2\nupgrade: {{from: 1, {way}, notice: 1d}}")
    later = later.replace("at: this.due, to: lapsed", "at: 'this.due + 5d', to: lapsed")
    applied(world, Upgrade(definition=publish(world, later), instance="first"), CLERK)
    world.time = due - DAY
    assert [key for _, key, _ in ran_of(world)] == ["1"]
    hold_queue(world)
    world.time = due
    assert [timer for _, _, timer in ran_of(world)] == (["lapse"] if kept else [])
    world.time = due + 5 * DAY
    assert [timer for _, _, timer in ran_of(world)] == ([] if kept else ["lapse"])
    held = case_of(world, 1)
    assert (held.version, held.state, held.fields["count"]) == (1 if kept else 2, "lapsed", 1)
    hold_queue(world)


CALLING = """
scenario: caller
version: 1
title: {zh: 调用方, en: Caller}
uses:
  court: {record: waiting.case, key: number, fields: {number: int, due: time}, actions: [file]}
roles: {clerk: {title: {zh: 经办, en: Clerk}, admitted_by: operator}}
records:
  job:
    title: {zh: 任务, en: Job}
    key: id
    fields: {id: int, at: time}
    states: {start: waiting, final: [gone]}
actions:
  plan: {title: {zh: 计划, en: Plan}, by: clerk, creates: job, input: [id, at]}
timers:
  send: {on: job, from: waiting, at: this.at, to: gone, do: [{call: {use: court, action: file, with: {number: this.id, due: this.at + 10d}}}]}
"""


@pytest.mark.parametrize("admitted", [True, False])
def test_timer__calls_another_instance_as_the_instance_itself(admitted: bool) -> None:
    world = make_court(text=SOURCE)
    open_instance(world, CALLING, "jobs", uses={"court": "first"})
    applied(world, Admit(instance="jobs", party="org1", role="clerk"), CLERK)
    if admitted:
        applied(world, Admit(instance="first", party="@jobs", role="clerk"), CLERK)
    at = world.time + DAY
    applied(world, act("plan", None, "jobs", id=7, at=at), CLERK)
    world.time = at
    block = world.block([])
    if admitted:
        assert [each[2] for each in _timers(block, TimerRan)] == ["send"]
        assert case_of(world, 7).fields["filer"] == "@jobs"
    else:
        assert [each[2] for each in _timers(block, TimerRested)] == ["send"]
    hold_queue(world)


def _timers(block: Any, kind: type) -> list[tuple[str, str, str]]:
    return [(each.instance, each.key, each.timer) for each in events_of(block) if isinstance(each, kind)]
