"""What a sweep may be over, who begins it, and how many records it may take at a time."""

import pytest

from tests.language.definition.lent import REGISTRY
from tests.modules.scenario.timing.cans import SOURCE
from zhulian.language.definition.check import check_definition
from zhulian.language.definition.errors import LanguageFaults
from zhulian.language.definition.limits import PAGE_USUAL, STEPS_MAX
from zhulian.language.definition.reading import read_definition

STOP = "page: 20, do: [{set: {this.lot.told: this.lot.told + 1}}]"


def codes(*changes: tuple[str, str]) -> list[str]:
    """The numbers of the faults that `SOURCE` has with these changes."""
    text = SOURCE
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    try:
        check_definition(read_definition(text), REGISTRY)
    except LanguageFaults as faults:
        return [each.code for each in faults.found]
    return []


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (
            "fields: {code: int, lot: lot,",
            "correct: {fields: [lot], by: maker}\n    fields: {code: int, lot: lot,",
            "language/149",
        ),
        ("sweep: lot", "sweep: bad", "language/149"),
        ("on: lot, after: stop, from: recalled, to: told_", "on: can, after: stop, from: full, to: stopped", "language/149"),
        ("to: recalled, do: [{sweep: stop}]", "to: recalled, do: [{sweep: halt}]", "language/90"),
        (
            "from: [full, stopped, eaten], do: [{move: {this.lot: recalled}}, {sweep: {stop: this.lot}}]",
            "do: [{sweep: stop}]",
            "language/149",
        ),
        ("after: stop, from: recalled, to: told_", "after: stop, from: recalled, to: told_, do: [{sweep: stop}]", "language/149"),
        (STOP, STOP.replace("page: 20", "page: 500"), "language/122"),
        (STOP, STOP.replace("page: 20", "page: 501"), "language/79"),
        ("to: stopped, page: 20", "to: stopped, page: 20, after: stop", "language/82"),
        ("this.lot.told + 1}}]", "this.lot.told + 1}}, {create: {can: {code: this.code + 1, lot: this.lot}}}]", "language/121"),
    ],
)
def test_sweep__is_refused(old: str, new: str, code: str) -> None:
    assert codes() == []
    assert code in codes((old, new))


def test_page__is_bounded_by_the_steps_of_one_record() -> None:
    tree = read_definition(SOURCE.replace("page: 20, ", "")).tree
    assert tree.timers[0].page == PAGE_USUAL
    assert codes(("page: 20", "page: 60")) == []
    assert STEPS_MAX // 60 > 100


ASSET = """
assets: {coin: {title: {zh: 款, en: Sum}, unit: fen}}
actions:
  pay: {title: {zh: 付款, en: Pay}, by: maker, on: can, from: full, do: [{transfer: {asset: coin, from: actor, to: this, amount: "'1.00'"}}]}
"""
AFTER = "  all_told: {on: lot, after: stop, from: recalled, to: told_}\n"
OUT = "do: [{transfer: {asset: coin, from: this, to: this.lot.holder, amount: 'balance(this, coin)'}}, {set: {this.lot"


def test_what_a_record_holds__has_no_way_out_by_a_sweep_alone() -> None:
    owner = ("told: {type: int, default: '0'}", "told: {type: int, default: '0'}, holder: party")
    number = ("creates: lot, input: [number]", "creates: lot, input: [number, holder]")
    pay = ("\nactions:\n", ASSET)
    timed = ("on: can, sweep: lot, from: full, to: stopped, page: 20", "on: can, at: this.since + 1d, from: full, to: stopped")
    out = ("do: [{set: {this.lot", OUT)
    assert codes(owner, number, pay, out) == ["language/117"]
    starts = [(", do: [{sweep: stop}]", ""), (", {sweep: {stop: this.lot}}", ""), (AFTER, "")]
    assert codes(owner, number, pay, out, timed, *starts) == [], "a timer that comes by itself is a way out"
