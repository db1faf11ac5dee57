"""The record of the whole instance, before and after anything was written to it."""

from tests.modules.scenario.acting.stage import Stage

WHOLE = """
scenario: counter
version: 1
title: {zh: 计数, en: Counter}
roles:
  clerk: {title: {zh: 经办, en: Clerk}, admitted_by: operator}
instance:
  fields: {seen: {type: int, default: '7'}}
records:
  note: {title: {zh: 记录, en: Note}, key: number, fields: {number: int}, states: {start: kept}}
actions:
  look: {title: {zh: 查看, en: Look}, by: clerk, on: instance}
  count: {title: {zh: 计数, en: Count}, by: clerk, on: instance, do: [{set: {instance.seen: instance.seen + 1}}]}
"""


def test_whole__keeps_its_defaults_when_the_first_action_on_it_changes_nothing() -> None:
    stage = Stage(2)
    stage.open("c", WHOLE, {"org1": "clerk"})
    stage.act("c", "look", "org1")
    held = stage.record("c", "instance", "")
    assert held is not None
    assert held.fields == {"seen": 7}
    stage.act("c", "count", "org1")
    stage.act("c", "look", "org1")
    held = stage.record("c", "instance", "")
    assert held is not None
    assert held.fields == {"seen": 8}
    assert held.trail.count == 3
