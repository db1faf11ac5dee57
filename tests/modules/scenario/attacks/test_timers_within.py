"""Timers that run within a transaction: a block tells of them just where they stay, however deep they were called."""

import pytest

from tests.modules.scenario.acting.stage import Stage
from tests.modules.scenario.attacks.ledger import require_told_trails
from zhulian.ledger.types import Applied, Refused
from zhulian.modules.scenario.messages import Act

T = "{zh: 名称, en: Name}"
LOWER = f"""
scenario: lower
version: 1
title: {T}
roles:
  user: {{title: {T}, admitted_by: operator}}
records:
  b: {{title: {T}, key: id, fields: {{id: int, due: time}}, states: {{start: x, final: [z]}}}}
actions:
  make: {{title: {T}, by: user, creates: b, input: [id, due]}}
  poke: {{title: {T}, by: anyone, on: b, from: [x, z]}}
timers:
  lapse: {{on: b, from: x, at: this.due, to: z}}
"""
UPPER = f"""
scenario: upper
version: 1
title: {T}
uses: {{lower: {{record: lower.b, key: [id], fields: {{id: int}}, actions: [poke]}}}}
roles:
  user: {{title: {T}, admitted_by: operator}}
refusals: {{no: {{zh: 到此为止，请勿再试, en: No more. Do not try again}}}}
records:
  a: {{title: {T}, key: id, fields: {{id: int, due: time}}, states: {{start: x, final: [z]}}}}
actions:
  make: {{title: {T}, by: user, creates: a, input: [id, due]}}
  poke: {{title: {T}, by: user, on: a, from: [x, z]}}
  balk: {{title: {T}, by: user, on: a, from: [x, z], do: [{{refuse: no}}]}}
timers:
  lapse: {{on: a, from: x, at: this.due, to: z, do: [{{call: {{use: lower, action: poke, on: [this.id]}}}}AFTER]}}
"""


def two(after: str = "") -> Stage:
    stage = Stage(2)
    stage.open("low", LOWER, {"org1": "user"})
    stage.open("up", UPPER.replace("AFTER", after), {"org1": "user"}, uses={"lower": "low"})
    return stage


def made(instance: str, due: int = 0) -> Act:
    return Act(instance=instance, action="make", input={"id": 1, "due": due})


@pytest.mark.parametrize("after", ["", ", {refuse: no}"])
def test_timers_of_a_refused_transaction_that_wrote_before__are_not_told(after: str) -> None:
    stage = two(after)
    balk = Act(instance="up", action="balk", on=(("1",),))
    result = stage.world.run([made("low"), made("up"), balk], "org1.clerk")
    assert isinstance(result, Refused)
    assert stage.world.blocks[-1].ran == ()
    assert stage.record("low", "b", "1") is stage.record("up", "a", "1") is None
    require_told_trails(stage)


@pytest.mark.parametrize("after", ["", ", {refuse: no}"])
def test_timers_of_an_applied_transaction__are_told_where_they_stay(after: str) -> None:
    stage = two(after)
    result = stage.world.run([made("low"), made("up"), Act(instance="up", action="poke", on=(("1",),))], "org1.clerk")
    assert isinstance(result, Applied)
    require_told_trails(stage)
    lower, upper = stage.record("low", "b", "1"), stage.record("up", "a", "1")
    assert lower is not None
    assert upper is not None
    # what a timer's timer did is undone with it, since it may have seen what the transaction wrote
    assert (upper.state, lower.state) == (("x", "x") if after else ("z", "z"))


def test_timers_of_a_transaction_that_wrote_nothing_before__stay_when_it_is_refused() -> None:
    stage = two()
    due = stage.world.time + 3
    result = stage.world.run([made("low", due), made("up", due)], "org1.clerk")
    assert isinstance(result, Applied)
    stage.world.time = due
    assert isinstance(stage.send("up", "balk", "org1", "1"), Refused)
    require_told_trails(stage)
    assert stage.record("low", "b", "1").state == stage.record("up", "a", "1").state == "z"  # type: ignore[union-attr]
