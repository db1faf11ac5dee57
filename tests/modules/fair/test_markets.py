"""Markets that clear at one price: against a plain search of all prices, and order by order."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.modules.fair.test_draws import CONTRIBUTORS, RECORD, Lottery
from zhulian.crypto import GM, Hasher
from zhulian.language.lending import Caller, RecordName
from zhulian.modules.fair.limits import ORDERS_MAX
from zhulian.modules.fair.matching import Bid, clear

MARKET = RecordName("housing", "hour", ("10",))
CALLER = Caller("housing", "act", parties=("org1",))
BIDS = st.lists(st.tuples(st.booleans(), st.integers(1, 12), st.integers(1, 20)), max_size=12)


def bids_of(several: list[tuple[bool, int, int]]) -> list[Bid]:
    return [Bid(f"p{place}", *each) for place, each in enumerate(several)]


@given(BIDS, st.binary(min_size=32, max_size=32))
@settings(max_examples=300)
def test_clear__trades_as_much_as_any_price_could_and_treats_all_alike(several: list[tuple[bool, int, int]], seed: bytes) -> None:
    bids = bids_of(several)
    found = clear(Hasher(GM), seed, bids)
    volumes = {
        price: min(
            sum(each.quantity for each in bids if each.buys and each.price >= price),
            sum(each.quantity for each in bids if not each.buys and each.price <= price),
        )
        for price in range(1, 13)
    }
    assert found.volume == max(volumes.values())
    bought = sum(found.filled[each.party] for each in bids if each.buys)
    sold = sum(found.filled[each.party] for each in bids if not each.buys)
    assert bought == sold == found.volume
    for each in bids:
        got = found.filled[each.party]
        assert 0 <= got <= each.quantity
        if got:
            assert each.price >= found.price if each.buys else each.price <= found.price
    if found.volume:
        assert volumes[found.price] == found.volume
    for buys in (True, False):
        side = [each for each in bids if each.buys is buys]
        for better in side:
            for worse in side:
                if (better.price > worse.price) is buys and better.price != worse.price and found.filled[worse.party]:
                    assert found.filled[better.party] == better.quantity
                if better.price == worse.price and better.quantity == worse.quantity:
                    assert abs(found.filled[better.party] - found.filled[worse.party]) <= 1
    assert clear(Hasher(GM), seed, bids[::-1]) == found  # whoever comes first has nothing of it


def test_clear__breaks_ties_by_the_seed_alone() -> None:
    bids = [Bid("seller", False, 5, 1), *[Bid(f"p{place}", True, 5, 1) for place in range(4)]]
    winners = {
        next(p for p, got in clear(Hasher(GM), bytes([n]) * 32, bids).filled.items() if got and p != "seller") for n in range(40)
    }
    assert winners == {"p0", "p1", "p2", "p3"}


def order(party: str, buys: bool, price: int, quantity: int) -> dict[str, Any]:
    return {"market": MARKET, "party": party, "buys": buys, "price": price, "quantity": quantity}


def test_market__takes_orders_until_it_clears_by_a_draw() -> None:
    lottery = Lottery().dealt()
    stage = lottery.stage
    assert stage.refusal("place_order", CALLER, order("org1", True, 10, 5)) == "fair/14"
    assert stage.refusal("open_market", CALLER, {"market": MARKET}) == "done"
    assert stage.refusal("open_market", CALLER, {"market": MARKET}) == "fair/13"
    assert stage.refusal("open_market", CALLER, {"market": RecordName("other", "hour", ("10",))}) == "fair/3"
    for wrong in (
        order("org1", True, 0, 5),
        order("org1", True, 10, 0),
        order("org1", True, 2**53 - 1, 5),
        order("org1", True, 1, -5),
    ):
        assert stage.refusal("place_order", CALLER, wrong) == "fair/17"
    assert stage.refusal("place_order", CALLER, order("org1", True, 10, 5)) == "done"
    assert stage.refusal("place_order", CALLER, order("org1", False, 1, 5)) == "fair/16"
    assert stage.refusal("place_order", CALLER, order("org2", False, 8, 3)) == "done"
    clearing = {"market": MARKET, "draw": RECORD}
    assert stage.refusal("match", CALLER, {"market": MARKET, "draw": MARKET}) == "fair/4"
    assert stage.refusal("match", CALLER, clearing) == "fair/12"
    for each in CONTRIBUTORS:
        lottery.hand("reveal_secret", each, lottery.reveal(each))
    lottery.do("draw")
    assert stage.ask("market_cleared", CALLER, MARKET) is False
    assert stage.refusal("match", CALLER, clearing) == "done"
    assert stage.refusal("match", CALLER, clearing) == "fair/15"
    assert stage.refusal("place_order", CALLER, order("org3", True, 10, 5)) == "fair/15"
    assert stage.ask("market_cleared", CALLER, MARKET) is True
    assert stage.ask("clearing_price", CALLER, MARKET) == 9
    assert [stage.ask("filled", CALLER, MARKET, each) for each in ("org1", "org2", "org3")] == [3, 3, 0]


def test_market__has_room_for_so_many_orders() -> None:
    stage = Lottery().stage
    stage.refusal("open_market", CALLER, {"market": MARKET})
    for place in range(ORDERS_MAX):
        assert stage.refusal("place_order", CALLER, order(f"p{place}", place % 2 == 0, 10, 5)) == "done"
    assert stage.refusal("place_order", CALLER, order("late", True, 10, 5)) == "fair/18"


@pytest.mark.parametrize("several", [[], [(True, 3, 5)], [(True, 3, 5), (False, 4, 5)]])
def test_clear__finds_no_price_where_nobody_agrees(several: list[tuple[bool, int, int]]) -> None:
    found = clear(Hasher(GM), bytes(32), bids_of(several))
    assert (found.price, found.volume, set(found.filled.values()) <= {0}) == (0, 0, True)
