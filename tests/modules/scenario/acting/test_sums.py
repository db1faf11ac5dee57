"""Totals near the end of their range: what counts is where an action leaves them, not the order of its records."""

from tests.modules.scenario.acting.stage import Stage
from zhulian.modules.scenario.state import TOTALS

MOST = 2**53 - 1
T = "{zh: 名称, en: Name}"
PAIRS = f"""
scenario: pairs
version: 1
title: {T}
roles:
  clerk: {{title: {T}, admitted_by: operator}}
records:
  item: {{title: {T}, key: id, fields: {{id: int, worth: int}}, states: {{start: kept}}}}
totals:
  all_worth: {{sum: item.worth}}
actions:
  make: {{title: {T}, by: clerk, creates: item, input: [id, worth]}}
  pair:
    title: {T}
    by: clerk
    creates: item
    input: [id, worth, {{other: int}}]
    do: [{{create: {{item: {{id: 0 - input.id, worth: input.other}}}}}}]
"""


def test_total__may_pass_its_bound_while_the_records_of_one_action_are_counted() -> None:
    stage = Stage(2)
    stage.open("p", PAIRS, {"org1": "clerk"})
    stage.act("p", "make", "org1", id=10, worth=MOST)
    stage.refused("scenario/24", "p", "make", "org1", id=11, worth=1)
    stage.act("p", "pair", "org1", id=1, worth=5, other=-6)
    stage.act("p", "pair", "org1", id=2, worth=-6, other=7)
    assert stage.all(TOTALS) == {("p", "all_worth", ""): MOST}
    stage.refused("scenario/24", "p", "pair", "org1", id=3, worth=MOST, other=-MOST + 1)
    stage.act("p", "pair", "org1", id=3, worth=MOST, other=-MOST)
