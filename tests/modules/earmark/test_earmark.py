"""Gifts and spendings on one line: every unit is one gift's and is spent once."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.modules.lent import Stage
from zhulian.canonical import INTEGER_MAX
from zhulian.language.lending import Caller, RecordName
from zhulian.modules.earmark.errors import NotPoured
from zhulian.modules.earmark.state import FUNDS, GIFTS, PLACES, SPENDINGS

FUND = RecordName("charity", "project", ("P",))
CALLER = Caller("charity", "give", parties=("org1",))


def gift(place: int) -> RecordName:
    return RecordName("charity", "gift", ("P", f"G-{place}"))


def payment(place: int) -> RecordName:
    return RecordName("charity", "payment", ("P", f"B-{place}"))


def pour(stage: Stage, place: int, amount: int, **changed: Any) -> str:
    return stage.refusal("pour", CALLER, {"fund": FUND, "gift": gift(place), "amount": amount, **changed})


def spend(stage: Stage, place: int, amount: int, **changed: Any) -> str:
    return stage.refusal("spend", CALLER, {"fund": FUND, "spending": payment(place), "amount": amount, **changed})


def test_pour__walks_its_refusals() -> None:
    stage = Stage()
    assert pour(stage, 1, 100, fund=RecordName("other", "project", ("P",))) == "earmark/1"
    assert pour(stage, 1, 0) == "earmark/3"
    assert pour(stage, 1, -5) == "earmark/3"
    assert pour(stage, 1, 100) == "done"
    assert pour(stage, 1, 100) == "earmark/2"
    assert pour(stage, 2, INTEGER_MAX) == "earmark/5"


def test_spend__never_takes_more_than_was_poured_in() -> None:
    stage = Stage()
    assert spend(stage, 1, 1) == "earmark/4"
    assert pour(stage, 1, 100) == "done"
    assert spend(stage, 1, 100, fund=RecordName("other", "project", ("P",))) == "earmark/1"
    assert spend(stage, 1, 0) == "earmark/3"
    assert spend(stage, 1, 101) == "earmark/4"
    assert spend(stage, 1, 60) == "done"
    assert spend(stage, 1, 10) == "earmark/2"
    assert spend(stage, 2, 41) == "earmark/4"
    assert spend(stage, 2, 40) == "done"


def test_unspent__is_what_lies_behind_everything_spent() -> None:
    stage = Stage()
    with pytest.raises(NotPoured):
        stage.ask("unspent_of", CALLER, gift(1))
    pour(stage, 1, 60)
    pour(stage, 2, 40)
    spend(stage, 1, 50)
    assert [stage.ask("unspent_of", CALLER, gift(each)) for each in (1, 2)] == [10, 40]
    spend(stage, 2, 30)
    assert [stage.ask("unspent_of", CALLER, gift(each)) for each in (1, 2)] == [0, 20]
    assert (stage.ask("poured", CALLER, FUND), stage.ask("spent", CALLER, FUND)) == (100, 80)


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 50)), max_size=25))
@settings(max_examples=40, deadline=None)
def test_line__has_no_gap_and_no_overlap(several: list[tuple[bool, int]]) -> None:
    """Against a plain list of units: each spending takes the oldest units that are left."""
    stage = Stage()
    units: list[int] = []
    taken: dict[int, list[int]] = {}
    for place, (is_gift, amount) in enumerate(several):
        if is_gift:
            assert pour(stage, place, amount) == "done"
            units += [place] * amount
        elif spend(stage, place, amount) == "done":
            done = sum(map(len, taken.values()))
            taken[place] = units[done : done + amount]
            assert len(taken[place]) == amount
        else:
            assert amount > len(units) - sum(map(len, taken.values()))
    for stretches, count in ((GIFTS, "gifts"), (SPENDINGS, "spendings")):
        found = sorted(stage.all(stretches).items())
        ends = 0
        for _, stretch in found:
            assert stretch.start == ends
            assert PLACES.get(stage.world.state, stretch.record).start == ends
            ends += stretch.amount
        fund = FUNDS.find(stage.world.state, FUND.text)
        assert len(found) == (0 if fund is None else getattr(fund, count))
    spent = sum(map(len, taken.values()))
    for place, (is_gift, amount) in enumerate(several):
        if is_gift:
            first = units.index(place)
            assert stage.ask("unspent_of", CALLER, gift(place)) == min(amount, max(0, first + amount - spent))
