"""A record that enters the state that it is in, within one second of block time, has entered it all the same."""

from tests.modules.scenario.timing.court import CLERK, act, case_of, events_of, hold_queue, make_court
from zhulian.modules.scenario.events import TimerRested

SOURCE = """
scenario: again
version: 1
title: {zh: 重入, en: Again}
roles:
  clerk: {title: {zh: 经办, en: Clerk}, admitted_by: operator}
  tax: {title: {zh: 税务, en: Tax}, admitted_by: operator}
  bank: {title: {zh: 银行, en: Bank}, admitted_by: operator}
records:
  case:
    title: {zh: 案件, en: Case}
    key: number
    fields: {number: int}
    states: {start: filed, open: [held], final: [closed]}
refusals:
  not_yet: {zh: 尚未到期, en: Not yet}
actions:
  file: {title: {zh: 立案, en: File}, by: clerk, creates: case, input: [number]}
  hold: {title: {zh: 保留, en: Hold}, by: clerk, on: case, from: [filed, held], to: held}
  close: {title: {zh: 结案, en: Close}, by: clerk, on: case, from: [filed, held], to: closed}
timers:
  late: {on: case, from: held, at: this.since, do: [{refuse: not_yet}]}
"""


def test_rested_timer__waits_again_after_its_record_entered_its_state_in_the_same_second() -> None:
    world = make_court(text=SOURCE)
    block = world.block([world.sign([each], [CLERK]) for each in (act("file", number=1), act("hold", 1), act("hold", 1))])
    assert block.refusals == {}
    assert [each.timer for each in events_of(block) if isinstance(each, TimerRested)] == ["late"], "before the second action"
    case = case_of(world, 1)
    assert case.timers == {"late": case.since}
    hold_queue(world)
    assert [each.timer for each in events_of(world.block([])) if isinstance(each, TimerRested)] == ["late"]
    hold_queue(world)
