"""Payments that wait and are settled together, and claims that are paid in their order."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.modules.lent import Stage
from zhulian.canonical import INTEGER_MAX
from zhulian.language.lending import AssetName, Caller, RecordName
from zhulian.ledger.overlay import BlockOverlay
from zhulian.modules.asset.moving import Moving
from zhulian.modules.asset.state import BALANCES, CLASSES, HOLDINGS
from zhulian.modules.mandate.queries import Freezes
from zhulian.modules.mandate.state import FROZEN, STANDING, Frozen
from zhulian.modules.settle.events import PaidInOrder, QueueCleared
from zhulian.modules.settle.limits import CLAIMS_MAX, QUEUE_MAX, RANK_MAX
from zhulian.modules.settle.module import SettleModule
from zhulian.modules.settle.netting import Due, payable
from zhulian.modules.settle.state import FLOWS, PLACES, QUEUES, WAITING

HOUSE, BANK = Caller("house", "clear", parties=("org1",)), Caller("bank", "issue", parties=("org1",))
CASH, OTHER = AssetName("bank", "cash"), AssetName("bank", "gold")
QUEUE, FLOW = RecordName("house", "session", ("S",)), RecordName("house", "flow", ("F",))
ELSEWHERE = RecordName("other", "session", ("S",))


def position(name: str) -> RecordName:
    return RecordName("house", "position", (name,))


def payment(place: int) -> RecordName:
    return RecordName("house", "payment", (f"P-{place}",))


def fill(stage: Stage, **held: int) -> None:
    for name, amount in held.items():
        assert stage.refusal("issue", BANK, {"asset": CASH, "to": f"{name}-bank", "amount": amount}) == "done"
        into: dict[str, Any] = {"asset": CASH, "from": f"{name}-bank", "to": position(name), "amount": amount}
        assert stage.refusal("transfer", HOUSE, into) == "done"


def held(stage: Stage, owner: RecordName | str) -> int:
    name = owner if isinstance(owner, str) else owner.text
    found = BALANCES.find(stage.world.state, "bank", "cash", "", name)
    return 0 if found is None else found.units


def wait(stage: Stage, place: int, giver: str = "a", taker: str = "b", amount: int = 5, rank: int = 1, **changed: Any) -> str:
    arguments = {
        "queue": QUEUE,
        "asset": CASH,
        "payment": payment(place),
        "payer": f"{giver}-bank",
        "from": position(giver),
        "to": position(taker),
        "amount": amount,
        "rank": rank,
        **changed,
    }
    return stage.refusal("queue_payment", HOUSE, arguments)


def clear(stage: Stage) -> QueueCleared:
    """What a clearing says of itself; it comes last."""
    events = stage.do("clear_queue", HOUSE, {"queue": QUEUE, "asset": CASH})
    found = events[-1]
    assert isinstance(found, QueueCleared)
    assert len(events) == found.settled + 1
    return found


def stands(stage: Stage, place: int) -> str:
    return PLACES.get(stage.world.state, payment(place).text).stage


def test_queue_payment__walks_its_refusals() -> None:
    stage = Stage()
    assert wait(stage, 1, queue=ELSEWHERE) == "settle/1"
    assert wait(stage, 1, payment=RecordName("other", "payment", ("P",))) == "settle/1"
    assert wait(stage, 1, to=RecordName("other", "position", ("b",))) == "asset/5"
    assert wait(stage, 1, amount=0) == "settle/3"
    assert wait(stage, 1, taker="a") == "settle/5"
    assert wait(stage, 1, rank=-1) == "settle/4"
    assert wait(stage, 1, rank=RANK_MAX + 1) == "settle/4"
    assert wait(stage, 1) == "done"
    assert wait(stage, 1) == "settle/6"
    assert wait(stage, 2, asset=OTHER) == "settle/2"
    assert stage.ask("waits", HOUSE, payment(1))
    assert not stage.ask("settled", HOUSE, payment(1))


def test_withdraw_payment__takes_out_what_waits_and_nothing_else() -> None:
    stage = Stage()
    assert stage.refusal("withdraw_payment", HOUSE, {"queue": ELSEWHERE, "payment": payment(1)}) == "settle/1"
    assert stage.refusal("withdraw_payment", HOUSE, {"queue": QUEUE, "payment": payment(1)}) == "settle/8"
    assert wait(stage, 1) == "done"
    assert stage.refusal("withdraw_payment", HOUSE, {"queue": FLOW, "payment": payment(1)}) == "settle/8"
    assert stage.refusal("withdraw_payment", HOUSE, {"queue": QUEUE, "payment": payment(1)}) == "done"
    assert stage.refusal("withdraw_payment", HOUSE, {"queue": QUEUE, "payment": payment(1)}) == "settle/8"
    assert (stage.all(WAITING), stage.ask("queue_length", HOUSE, QUEUE), stands(stage, 1)) == ({}, 0, "withdrawn")
    assert wait(stage, 1) == "settle/6"


def test_keep_back__leaves_an_owner_what_it_asked_for() -> None:
    stage = Stage()
    fill(stage, a=10)
    keeping: dict[str, Any] = {"queue": QUEUE, "asset": CASH, "owner": position("a"), "amount": 6}
    assert stage.refusal("keep_back", HOUSE, {**keeping, "queue": ELSEWHERE}) == "settle/1"
    assert stage.refusal("keep_back", HOUSE, {**keeping, "amount": -1}) == "settle/3"
    assert stage.refusal("keep_back", HOUSE, keeping) == "done"
    assert stage.refusal("keep_back", HOUSE, {**keeping, "asset": OTHER}) == "settle/2"
    wait(stage, 1, amount=5)
    assert clear(stage).settled == 0
    assert stage.refusal("keep_back", HOUSE, {**keeping, "amount": 0}) == "done"
    assert clear(stage).settled == 1
    assert stage.refusal("clear_queue", HOUSE, {"queue": QUEUE, "asset": OTHER}) == "settle/2"


def test_clear_queue__frees_a_gridlock_and_says_what_it_moved() -> None:
    stage = Stage()
    fill(stage, a=1)
    for place, (giver, taker, amount) in enumerate([("a", "b", 5), ("b", "c", 5), ("c", "a", 4), ("c", "b", 9)]):
        assert wait(stage, place, giver, taker, amount) == "done"
    done = clear(stage)
    assert (done.settled, done.moved, done.left, done.held_up) == (3, 1, 1, 0)
    assert [stands(stage, place) for place in range(4)] == ["settled", "settled", "settled", "waiting"]
    assert [held(stage, position(name)) for name in "abc"] == [0, 0, 1]
    assert HOLDINGS.find(stage.world.state, position("a").text) is None
    assert CLASSES.get(stage.world.state, "bank", "cash", "").supply == 1
    assert clear(stage).settled == 0


def test_clear_queue__goes_by_rank_and_then_by_who_came_first() -> None:
    stage = Stage()
    fill(stage, a=5)
    wait(stage, 1, amount=5, rank=2)
    wait(stage, 2, amount=5, rank=2)
    wait(stage, 3, amount=5, rank=0)
    assert [clear(stage).settled, *(stands(stage, place) for place in (1, 2, 3))] == [1, "waiting", "waiting", "settled"]
    fill(stage, a=5)
    assert [clear(stage).settled, stands(stage, 1), stands(stage, 2)] == [1, "settled", "waiting"]


@pytest.mark.parametrize("target", ["b-bank", position("b").text, payment(2).text])
def test_clear_queue__passes_over_what_is_frozen(target: str) -> None:
    """What b owes waits on; what is owed to it arrives, and the others settle as if it were not there."""
    stage = Stage()
    stage.lender["settle"] = SettleModule(Moving(), Freezes())
    fill(stage, a=9, b=9, c=9)
    value = Frozen(document="ab" * 32, height=1, officers=(), transaction="ab" * 32, until=stage.world.time + 10)
    overlay = BlockOverlay(stage.world.state)
    FROZEN.set(overlay, target, value=value)
    STANDING.set(overlay, 1)
    stage.world.state.apply(dict(overlay.changes()))
    wait(stage, 1, "a", "b", 5)
    wait(stage, 2, "b", "a", 9, rank=0)
    wait(stage, 3, "c", "a", 5)
    wait(stage, 4, "a", "c", 7)
    done = clear(stage)
    assert (done.settled, done.held_up, done.left) == (3, 1, 1)
    assert [held(stage, position(name)) for name in "abc"] == [2, 14, 11]
    stage.world.time += 20
    assert clear(stage).settled == 1


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc"), st.integers(1, 9), st.integers(0, 2)), max_size=10),
    st.fixed_dictionaries({name: st.integers(1, 9) for name in "abc"}),
    st.fixed_dictionaries({name: st.integers(0, 6) for name in "abc"}),
)
@settings(max_examples=40, deadline=None)
def test_clear_queue__keeps_every_unit_and_nobody_below_its_limit(
    several: list[tuple[str, str, int, int]], has: dict[str, int], keeps: dict[str, int]
) -> None:
    """Against balances in a plain table: the same payments, the same ends, and a second clearing finds nothing to do."""
    stage = Stage()
    fill(stage, **has)
    for name, amount in keeps.items():
        stage.do("keep_back", HOUSE, {"queue": QUEUE, "asset": CASH, "owner": position(name), "amount": amount})
    entered = [
        (rank, place, Due(giver, taker, amount))
        for place, (giver, taker, amount, rank) in enumerate(several)
        if wait(stage, place, giver, taker, amount, rank) == "done"
    ]
    entered.sort()
    made = payable([each[2] for each in entered], {name: has[name] - keeps[name] for name in has})
    assert clear(stage).settled == sum(made)
    ends = dict(has)
    for (_, place, due), pays in zip(entered, made, strict=True):
        assert stands(stage, place) == ("settled" if pays else "waiting")
        if pays:
            ends[due.giver] -= due.amount
            ends[due.taker] += due.amount
    assert {name: held(stage, position(name)) for name in has} == ends
    assert all(ends[name] >= min(has[name], keeps[name]) for name in has)
    assert sum(ends.values()) == CLASSES.get(stage.world.state, "bank", "cash", "").supply
    assert clear(stage).settled == 0


def test_clear_queue__costs_as_declared_and_in_proportion() -> None:
    """A full queue, every payment between two positions of its own: what a clearing costs grows with the queue, no faster."""
    taken = {}
    for size in (QUEUE_MAX // 4, QUEUE_MAX // 2, QUEUE_MAX):
        stage = Stage()
        for place in range(size):
            fill(stage, **{f"g{place}": 5})
            assert wait(stage, place, f"g{place}", f"t{place}") == "done"
        assert clear(stage).settled == size
        taken[size] = stage.steps
    quarter, half, full = taken.values()
    assert full <= 2 * half <= 4 * quarter
    stage = Stage()
    for place in range(QUEUE_MAX):
        assert wait(stage, place) == "done"
    assert wait(stage, QUEUE_MAX) == "settle/7"
    assert len(QUEUES.get(stage.world.state, QUEUE.text).order) == QUEUE_MAX


def owe(stage: Stage, to: str, amount: int, rank: int = 1, **changed: Any) -> str:
    return stage.refusal("owe", HOUSE, {"flow": FLOW, "asset": CASH, "to": to, "amount": amount, "rank": rank, **changed})


def flow(stage: Stage, amount: int, **changed: Any) -> str:
    arguments: dict[str, Any] = {
        "flow": FLOW,
        "asset": CASH,
        "from": position("a"),
        "odd": "keeper",
        "rest": "owner",
        "amount": amount,
    }
    return stage.refusal("waterfall", HOUSE, {**arguments, **changed})


def test_owe__walks_its_refusals() -> None:
    stage = Stage()
    assert owe(stage, "one", 5, flow=ELSEWHERE) == "settle/1"
    assert owe(stage, "one", 0) == "settle/3"
    assert owe(stage, "one", 5, rank=100) == "settle/4"
    assert owe(stage, "one", INTEGER_MAX) == "done"
    assert owe(stage, "one", 1) == "settle/3"
    assert owe(stage, "two", 1, asset=OTHER) == "settle/2"
    stage = Stage()
    for place in range(CLAIMS_MAX):
        assert owe(stage, f"org{place}", 5) == "done"
    assert owe(stage, "late", 5) == "settle/9"
    assert owe(stage, "org1", 5) == "done"
    assert stage.ask("claims_left", HOUSE, FLOW) == CLAIMS_MAX


def test_waterfall__pays_rank_by_rank_and_leaves_the_rest_owed() -> None:
    stage = Stage()
    fill(stage, a=1000)
    assert flow(stage, 5, flow=ELSEWHERE) == "settle/1"
    assert flow(stage, -1) == "settle/3"
    owe(stage, "trustee", 10, 0)
    for name, amount in (("senior1", 100), ("senior2", 200), ("senior3", 50)):
        owe(stage, name, amount, 1)
    owe(stage, "junior", 70, 2)
    assert flow(stage, 5, asset=OTHER) == "settle/2"
    assert flow(stage, 1001) == "asset/6"
    assert flow(stage, 130) == "done"  # 120 for 350: 34.28, 68.57, 17.14
    assert [held(stage, each) for each in ("trustee", "senior1", "senior2", "senior3", "junior", "keeper", "owner")] == [
        10, 34, 68, 17, 0, 1, 0,
    ]  # fmt: skip
    assert stage.ask("claims_left", HOUSE, FLOW) == 4
    assert [each.amount for each in FLOWS.get(stage.world.state, FLOW.text).claims] == [66, 132, 33, 70]
    events = stage.do(
        "waterfall", HOUSE, {"flow": FLOW, "asset": CASH, "from": position("a"), "odd": "keeper", "rest": "owner", "amount": 400}
    )
    assert isinstance(events[-1], PaidInOrder)
    assert (events[-1].paid, events[-1].odd, events[-1].rest) == (301, 0, 99)
    assert [held(stage, each) for each in ("senior1", "junior", "owner")] == [100, 70, 99]
    assert stage.ask("claims_left", HOUSE, FLOW) == 0
    assert CLASSES.get(stage.world.state, "bank", "cash", "").supply == 1000


def test_waterfall__pays_what_there_is_where_less_will_do() -> None:
    stage = Stage()
    fill(stage, a=7)
    owe(stage, "one", 10)
    stage.do(
        "waterfall",
        HOUSE._replace(pay_less=True),
        {"flow": FLOW, "asset": CASH, "from": position("a"), "odd": "keeper", "rest": position("a"), "amount": 10},
    )
    assert (held(stage, "one"), held(stage, position("a"))) == (7, 0)


def test_waterfall__costs_as_declared_at_its_longest() -> None:
    stage = Stage()
    fill(stage, a=10_000)
    for place in range(CLAIMS_MAX):
        to = RecordName("house", "position", ("x" * 200 + str(place),))
        assert stage.refusal("owe", HOUSE, {"flow": FLOW, "asset": CASH, "to": to, "amount": 50, "rank": place % 3}) == "done"
    assert flow(stage, 801) == "done"
    assert flow(stage, 801) == "done"
