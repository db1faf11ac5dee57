"""Seats of parties that an expression names, and how totals and indexes are said with what they are asked for."""

import pytest

from zhulian.language.definition.check import Checked, check_definition
from zhulian.language.definition.errors import LanguageFaults
from zhulian.language.definition.reading import read_definition
from zhulian.language.expressions.explain import explain
from zhulian.modules import every_word

DEFINITION = """
scenario: cars
version: 1
title: {zh: 车辆, en: Cars}
roles:
  bureau: {title: {zh: 车管所, en: Bureau}, admitted_by: operator, seats: {checker: {zh: 复核, en: Checker}}}
refusals:
  many: {zh: 车辆过多，请先注销, en: Too many cars. Write one off first}
records:
  car:
    title: {zh: '车辆{0}', en: 'Car{0}'}
    key: number
    fields: {number: int, plate: {type: text, pattern: '[A-Z]{3}', optional: true}, owner_of: {type: party, role: bureau}}
    indexes: {by_plate: plate}
totals:
  owned: {count: car, of: car.owner_of, title: {zh: '在册{车辆}', en: 'Cars {on} the roll'}}
actions:
  enter:
    title: {zh: 登记, en: Enter}
    by: bureau
    creates: car
    input: [number, plate]
    require: [{many: 'owned(actor) < 3'}]
    do: [{set: {owner_of: actor}}]
  check:
    title: {zh: 复核, en: Check}
    by: this.owner_of
    seats: {checker: 1}
    on: car
    require: [{many: 'by_plate("ABC").number > 0'}]
"""


def _checked(text: str = DEFINITION) -> Checked:
    return check_definition(read_definition(text), every_word())


@pytest.mark.parametrize("by", ["this.owner_of", "{role: bureau, is: this.owner_of}", "bureau"])
def test_seats__must_be_ones_that_some_role_has(by: str) -> None:
    text = DEFINITION.replace("by: this.owner_of", f"by: {by}")
    assert _checked(text)
    with pytest.raises(LanguageFaults) as faults:
        _checked(text.replace("seats: {checker: 1}", "seats: {cheker: 1}"))
    (found,) = faults.value.found
    assert (found.code, found.line) == ("language/90", DEFINITION[: DEFINITION.index("seats: {checker: 1}")].count("\n") + 1)
    assert "checker" in found.say("en")


@pytest.mark.parametrize(
    ("path", "zh", "en"),
    [
        ("actions.enter.require[0].that", "的在册{车辆}", "Cars {on} the roll for"),
        ("actions.check.require[0].that", "查得的车辆{0}", "the Car{0} found by"),
    ],
)
def test_explain__says_what_totals_and_indexes_are_asked_for(path: str, zh: str, en: str) -> None:
    checked = _checked()
    said = explain(checked.typed[path], {**checked.registry.reads, **checked.scopes.base.reads}, {})
    assert zh in said.zh
    assert en in said.en
