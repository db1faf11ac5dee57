"""Netting and sharing out, each held to a plain reference that tries everything."""

from fractions import Fraction
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from zhulian.modules.settle.netting import Due, payable
from zhulian.modules.settle.sharing import share_out

OWNERS = "abcd"
dues = st.lists(
    st.tuples(st.sampled_from(OWNERS), st.sampled_from(OWNERS), st.integers(1, 9))
    .filter(lambda each: each[0] != each[1])
    .map(lambda each: Due(*each)),
    max_size=8,
)
rooms = st.fixed_dictionaries({name: st.integers(-3, 12) for name in OWNERS})


def sets_that_work(waiting: list[Due], room: dict[str, int]) -> list[frozenset[int]]:
    """Every set in which each giver pays its first so many, and ends with what it may or more if it pays anything."""
    own = {name: [place for place, due in enumerate(waiting) if due.giver == name] for name in OWNERS}
    found = []
    for firsts in product(*(range(len(own[name]) + 1) for name in OWNERS)):
        chosen = frozenset(place for name, first in zip(OWNERS, firsts, strict=True) for place in own[name][:first])
        ends = dict(room)
        for place in chosen:
            ends[waiting[place].giver] -= waiting[place].amount
            ends[waiting[place].taker] += waiting[place].amount
        if all(ends[name] >= 0 for name, first in zip(OWNERS, firsts, strict=True) if first):
            found.append(chosen)
    return found


@given(dues, rooms)
@settings(max_examples=150, deadline=None)
def test_payable__is_the_greatest_set_that_works(waiting: list[Due], room: dict[str, int]) -> None:
    made = frozenset(place for place, pays in enumerate(payable(waiting, room)) if pays)
    working = sets_that_work(waiting, room)
    assert made in working
    assert all(each <= made for each in working)


def test_payable__frees_a_ring_of_owners_with_nothing() -> None:
    ring = [Due("a", "b", 5), Due("b", "c", 5), Due("c", "a", 5)]
    assert payable(ring, dict.fromkeys("abc", 0)) == [True] * 3
    assert payable([*ring[:2], Due("c", "a", 4)], dict.fromkeys("abc", 0)) == [False] * 3
    assert payable([*ring[:2], Due("c", "a", 4)], {"a": 1, "b": 0, "c": 0}) == [True] * 3


def test_payable__lets_nothing_overtake_a_payment_of_the_same_giver() -> None:
    assert payable([Due("a", "b", 9), Due("a", "b", 1), Due("c", "b", 1)], {"a": 5, "c": 1}) == [False, False, True]


claims = st.lists(st.tuples(st.integers(0, 3), st.integers(1, 40)), max_size=8)


@given(st.integers(0, 200), claims)
@settings(max_examples=150, deadline=None)
def test_share_out__pays_whole_ranks_and_the_next_in_exact_proportion(amount: int, several: list[tuple[int, int]]) -> None:
    shares = share_out(amount, several)
    assert sum(shares.paid) + shares.odd + shares.rest == amount
    left = Fraction(amount)
    for rank in range(4):
        whole = sum(units for level, units in several if level == rank)
        part = min(left, Fraction(whole))
        for (level, units), paid in zip(several, shares.paid, strict=True):
            if level == rank:
                exact = part * units / whole
                assert paid <= exact < paid + 1
                assert paid == units or part < whole
        left -= part
    assert shares.rest == left
    assert shares.odd < max(1, len(several))
    assert shares.odd == 0 or shares.rest == 0
