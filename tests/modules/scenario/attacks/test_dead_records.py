"""Nobody fills a record so that nothing can be done with it any more: neither its rules nor its timers run out of room."""

import pytest

from tests.modules.scenario.acting.stage import Stage
from zhulian.ledger.types import Applied
from zhulian.modules.scenario.acting.room import is_leaf_short
from zhulian.modules.scenario.limits import LEAF_BYTES_MAX, LONG_BYTES_MAX
from zhulian.modules.scenario.state import RECORDS
from zhulian.modules.scenario.timing.schedule import OVER

T = "{zh: 名称, en: Name}"
TEXTS = [f"t{number}" for number in range(15)]
FIELDS = ", ".join(f"{each}: {{type: text, public: true, optional: true}}" for each in TEXTS)
FAT = f"""
scenario: fat
version: 1
title: {T}
roles:
  user: {{title: {T}, admitted_by: operator}}
refusals: {{no: {{zh: 到此为止，请勿再试, en: No more. Do not try again}}}}
records:
  a:
    title: {T}
    key: id
    fields: {{id: {{type: text, pattern: '[!-龥]{{1,256}}'}}, due: time, paid: {{type: money, default: '0'}}, last: {{type: text, public: true}}, {FIELDS}}}
    states: {{start: x, open: [a_rather_long_name_of_a_state], final: [y]}}
  many:
    title: {T}
    key: [one, two, three]
    fields: {{one: {{type: text, pattern: '[!-龥]{{1,256}}'}}, two: {{type: text, pattern: '[!-龥]{{1,256}}'}}, three: int}}
actions:
  make:
    title: {T}
    by: user
    creates: a
    input: [id, due, last, {{full: {{type: text, public: true}}}}]
    do: [{{set: {{{", ".join(f"{each}: input.full" for each in TEXTS[:8])}}}}}]
  more:
    title: {T}
    by: user
    on: a
    input: {{full: {{type: text, public: true}}}}
    do: [{{set: {{{", ".join(f"{each}: input.full" for each in TEXTS[8:])}}}}}]
  pay: {{title: {T}, by: user, on: a, to: a_rather_long_name_of_a_state, input: {{amount: money}}, do: [{{set: {{paid: input.amount}}}}]}}
  name: {{title: {T}, by: user, creates: many, input: [one, two, three]}}
timers:
  go: {{on: a, from: x, at: this.due, do: [{{refuse: no}}]}}
"""


@pytest.fixture(scope="module")
def fat() -> Stage:
    stage = Stage(2)
    stage.open("f", FAT, {"org1": "user"})
    return stage


def size(stage: Stage, key: str) -> int:
    held = stage.record("f", "a", key)
    assert held is not None
    return len(RECORDS._encode(held))


def test_full_record__takes_every_change_of_what_is_short(fat: Stage) -> None:
    full = 8 * (4096 + 2)
    fat.act("f", "make", "org1", id="1", due=9_000_000_000, last="x" * (LONG_BYTES_MAX - full - 2 - 3), full="x" * 4096)
    fat.act("f", "pay", "org1", "1", amount=2**53 - 1)
    fat.refused("scenario/28", "f", "more", "org1", "1", full="x" * 4096)
    fat.refused("scenario/28", "f", "make", "org1", id="2", due=0, last="x" * (LONG_BYTES_MAX - full - 2 - 2), full="x" * 4096)
    fat.refused("scenario/28", "f", "make", "org1", id="2", due=0, last="值" * 4096, full="值" * 4096)
    assert size(fat, "1") < 40_000


@pytest.mark.parametrize("due", [-5, 0, 9, 10])
def test_timer_that_is_refused__comes_to_rest_in_a_record_that_can_hold_no_byte_more(
    fat: Stage, due: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = f"full{due + 5}"
    fat.act("f", "make", "org1", id=key, due=due, last="x", full="")
    before = size(fat, key)
    monkeypatch.setattr("zhulian.ledger.overlay._VALUE_MAX", before)
    fat.world.block([])
    held = fat.record("f", "a", key)
    assert held is not None
    assert held.timers == {"go": OVER}
    assert size(fat, key) <= before


def test_key__leaves_room_for_every_state_key_that_names_its_record(fat: Stage) -> None:
    assert is_leaf_short("x" * LEAF_BYTES_MAX)
    assert not is_leaf_short("x" * (LEAF_BYTES_MAX + 1))
    assert not is_leaf_short("值" * (LEAF_BYTES_MAX // 3 + 1))
    assert not is_leaf_short('"' * (LEAF_BYTES_MAX // 2 + 1))
    fat.refused("scenario/14", "f", "name", "org1", one="值" * 100, two="号" * 100, three=1)
    fat.act("f", "name", "org1", one="值" * 100, two="号" * 10, three=1)
    assert isinstance(fat.send("f", "name", "org1", one="x" * 256, two="x", three=2), Applied)
