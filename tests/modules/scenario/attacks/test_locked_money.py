"""No definition locks money for ever: every holder, with states or without, has a way out by time or by its owner."""

import pytest

from tests.modules.scenario.attacks.test_theft import codes_of
from tests.modules.scenario.opening.ground import text_of
from zhulian.language.definition.check import check_definition
from zhulian.language.definition.reading import load_definition
from zhulian.modules import every_word

T = "{zh: 名称, en: Name}"
HOLDER = f"""
scenario: holder
version: 1
title: {T}
roles:
  user: {{title: {T}, admitted_by: operator}}
assets:
  coin: {{unit: fen, title: {T}}}
  part: {{unit: piece, title: {T}}}
records:
  box: {{title: {T}, key: id, fields: {{id: int, giver: party}}}}
instance: {{fields: {{count: {{type: int, default: '0'}}}}}}
actions:
  make: {{title: {T}, by: user, creates: box, input: [id], do: [{{set: {{giver: actor}}}}, {{issue: {{asset: coin, to: actor, amount: "'1.00'"}}}}]}}
  put: {{title: {T}, by: user, on: ON, do: [{{GIFT}}]}}
  OUT
"""
TO_BOX = "transfer: {asset: coin, from: actor, to: this, amount: \"'1.00'\"}"
TO_ALL = "transfer: {asset: coin, from: actor, to: instance, amount: \"'1.00'\"}"
BACK = 'do: [{transfer: {asset: coin, from: this, to: actor, amount: "balance(this, coin)"}}]}'


def text(on: str, gift: str, out: str = "") -> str:
    return HOLDER.replace("ON", on).replace("GIFT", gift).replace("OUT", out)


@pytest.mark.parametrize(("on", "gift"), [("box", TO_BOX), ("instance", TO_ALL)])
def test_holder_without_states__has_a_way_out(on: str, gift: str) -> None:
    assert codes_of(text(on, gift)) == ["language/117"]
    out = f"back: {{title: {T}, by: anyone, on: {on}, {BACK}"
    check_definition(load_definition(text_of(text(on, gift, out)).encode()), every_word())


def test_the_whole__is_emptied_by_its_operator() -> None:
    out = f"back: {{title: {T}, by: operator, on: instance, {BACK}"
    check_definition(load_definition(text_of(text("instance", TO_ALL, out)).encode()), every_word())
    out = f"back: {{title: {T}, by: user, on: instance, {BACK}"
    assert codes_of(text("instance", TO_ALL, out)) == ["language/117"]


def test_way_out__takes_the_class_that_is_held_and_not_one_that_shares_in_it() -> None:
    gift = "transfer: {asset: part, from: actor, to: this, amount: \"'1'\"}"
    pays = 'distribute: {asset: part, pay: coin, from: this, amount: "balance(this, coin)", rest: actor}'
    assert codes_of(text("box", gift, f"back: {{title: {T}, by: anyone, on: box, do: [{{{pays}}}]}}")) == ["language/117"]
    check_definition(
        load_definition(text_of(text("box", TO_BOX, f"back: {{title: {T}, by: anyone, on: box, do: [{{{pays}}}]}}")).encode()),
        every_word(),
    )


def test_share_that_a_record_collects__has_a_way_out() -> None:
    gift = "collect_share: {asset: part, pay: coin, owner: this}"
    assert codes_of(text("box", gift)) == ["language/117"]
