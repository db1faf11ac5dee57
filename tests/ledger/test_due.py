"""What a block does by itself: before its transactions, bounded, in results of its own, and just before a transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest

from tests.solo import Solo, open_solo
from tests.world import TestWorld, make_world
from zhulian.errors import Refusal
from zhulian.ledger.blocks import result_bytes, result_tree, transaction_tree
from zhulian.ledger.collections import COLLECTIONS, Map
from zhulian.ledger.errors import StepsExceeded
from zhulian.ledger.limits import HARD, Limits, due_steps_max
from zhulian.ledger.module import Context, Event
from zhulian.ledger.overlay import StateView
from zhulian.ledger.receipts import verify_receipt
from zhulian.ledger.types import Applied, Message, Refused
from zhulian.modules.evidence.messages import Deposit


class Rang(Event, frozen=True, tag="test.rang"):
    name: str


class Failed(Refusal, code="test/941", zh="测试。", en="A test."):
    pass


BELLS: Map[list[int]] = COLLECTIONS.get("test/bells") or Map("test/bells", list[int], ("all",))  # type: ignore[assignment]
RUNG: Map[int] = COLLECTIONS.get("test/rung") or Map("test/rung", int, ("time",))  # type: ignore[assignment]


@dataclass
class Bells:
    """A list of times in one value; each rings once. `ring` is what it does then."""

    ring: Callable[[Context, int], None] = lambda context, time: None

    def due(self, state: StateView) -> int | None:
        times = BELLS.find(state, "all") or []
        return times[0] if times else None

    def run(self, context: Context) -> None:
        def fire(part: Context) -> None:
            self._take(part)
            self.ring(part, times[0])
            part.emit(Rang(name=str(times[0])))

        times = BELLS.get(context.state, "all")
        try:
            context.apart("test", fire)
        except Refusal:
            context.apart("test", lambda part: (self._take(part), part.emit(Rang(name="rests")))[0])

    def _take(self, part: Context) -> None:
        times = BELLS.get(part.state, "all")
        RUNG.set(part.state, str(times[0]), value=part.block.height)
        BELLS.set(part.state, "all", value=times[1:])


def wound(times: list[int], ring: Callable[[Context, int], None] | None = None, **settings: Any) -> TestWorld:
    world = make_world(**settings)
    clockwork = Bells(ring) if ring else Bells()
    world.world = msgspec.structs.replace(world.world, clockwork=clockwork)
    world.state.values[BELLS.key("all")] = msgspec.json.encode(times)
    return world


def deposit(digit: str = "a") -> Message:
    return Deposit(commitment=digit * 64)


def names(applied: Any) -> list[str]:
    return [each.name for ran in applied.ran for each in ran.events]


def test_block__runs_what_is_due_first_and_once() -> None:
    world = wound([1, 2])
    applied = world.block([world.sign([deposit()], ["org1.clerk"])])
    assert names(applied) == ["1", "2"]
    assert [type(each) for each in applied.results] == [Applied]
    assert names(world.block([])) == []
    roots = applied.header.results_root, applied.header.transactions_root
    leaves = [result_bytes(each) for each in (*applied.results, *applied.ran)]
    assert roots[0] == result_tree(world.world.hasher, leaves).root.hex()
    assert roots[1] == transaction_tree(world.world.hasher, applied.results).root.hex()
    assert msgspec.json.decode(leaves[1]) == {
        "cost": {"bytes": 0, "steps": applied.ran[0].cost.steps},
        "events": [{"name": "1", "type": "test.rang"}],
        "module": "test",
        "status": "ran",
    }


def test_block__leaves_what_is_not_due_yet() -> None:
    world = wound([make_world().time + 100])
    assert names(world.block([])) == []
    world.time += 99
    assert len(names(world.block([]))) == 1


def test_block__runs_a_storm_in_bounded_parts() -> None:
    limits = Limits(transaction_steps_max=2_000, block_steps_max=20_000, organisation_block_steps_max=10_000)
    world = wound(list(range(1, 301)), lambda context, time: context.state.charge(1_000), limits=limits)
    blocks = []
    while world.world.clockwork.due(world.state) is not None:
        blocks.append(world.block([world.sign([Deposit(commitment=f"{len(blocks):064x}")], ["org1.clerk"])]))
    rung = [name for each in blocks for name in names(each)]
    assert rung == [str(each) for each in range(1, 301)]
    for each in blocks:
        assert 0 < sum(ran.cost.steps for ran in each.ran) <= due_steps_max(limits)
        assert [type(result) for result in each.results] == [Applied], "a storm leaves half of the block to transactions"


def test_block__runs_so_many_at_most_however_cheap_they_are() -> None:
    world = wound(
        list(range(1, HARD.due_per_block_max + 3)),
        limits=Limits(block_steps_max=10**9, transaction_steps_max=10**8, organisation_block_steps_max=10**9),
    )
    assert len(names(world.block([]))) == HARD.due_per_block_max
    assert len(names(world.block([]))) == 2


def test_block__undoes_a_part_that_is_refused_and_goes_on() -> None:
    def ring(context: Context, time: int) -> None:
        RUNG.set(context.state, "half", value=1)
        if time == 1:
            raise Failed()
        if time == 2:
            context.state.charge(10**6)

    world = wound([1, 2, 3], ring)
    first = world.block([])
    assert names(first) == ["rests", "rests", "3"]
    assert world.find(RUNG, "half") == 1


def test_apart__stays_when_its_transaction_is_refused() -> None:
    world = wound([10**11])
    raw = acting(world, lambda context: (context.apart("test", lambda part: ringing(part, "7")), refuse())[0])
    applied = world.block([raw])
    assert isinstance(applied.results[0], Refused)
    assert applied.results[0].code == "test/941"
    assert names(applied) == ["7"]
    assert applied.ran[0].transaction == applied.results[0].transaction
    assert world.find(RUNG, "7") == 1
    assert applied.results[0].cost.steps > applied.ran[0].cost.steps


def test_apart__is_undone_with_its_transaction_once_that_has_written() -> None:
    def act(context: Context) -> None:
        RUNG.set(context.state, "mine", value=3)
        context.apart("test", lambda part: ringing(part, str(RUNG.get(part.state, "mine"))))
        refuse()

    world = wound([10**11])
    applied = world.block([acting(world, act)])
    assert isinstance(applied.results[0], Refused)
    assert (names(applied), world.find(RUNG, "3"), world.find(RUNG, "mine")) == ([], None, None)
    world = wound([10**11])
    applied = world.block([acting(world, act_without)])
    assert isinstance(applied.results[0], Applied)
    assert [each.name for each in applied.results[0].events] == ["3"]
    assert world.find(RUNG, "3") == 1


def act_without(context: Context) -> None:
    RUNG.set(context.state, "mine", value=3)
    context.apart("test", lambda part: ringing(part, str(RUNG.get(part.state, "mine"))))


def test_apart__charges_its_transaction_and_never_fails_for_want_of_its_steps() -> None:
    caught: list[Refusal] = []

    def act(context: Context) -> None:
        context.state.charge(19_000)
        try:
            context.apart("test", lambda part: part.state.charge(1_500))
        except Failed as refusal:
            caught.append(refusal)

    world = wound([10**11])
    applied = world.block([acting(world, act)])
    assert isinstance(applied.results[0], Refused)
    assert applied.results[0].code == StepsExceeded.code
    assert caught == []


def test_application__makes_a_block_without_transactions_when_something_falls_due(tmp_path: Any) -> None:
    solo = open_solo(tmp_path)
    assert solo.step().header is None
    assert solo.application.due() is None
    solo = clocked(solo, [solo.now_ms // 1000 + 5])
    assert solo.application.due() == solo.now_ms // 1000 + 5
    assert solo.step().header is None
    assert not solo.application.is_due(solo.now_ms)
    stepped = solo.step(4)
    assert stepped.header is not None
    assert stepped.outcomes == ()
    assert solo.step().header is None
    record = solo.application.chain_store.block(1)
    assert record is not None
    assert (record.results, record.envelopes, len(record.ran)) == ([], [], 1)


def test_receipt__stands_beside_what_ran_by_itself(tmp_path: Any) -> None:
    solo = clocked(open_solo(tmp_path), [1, 2, 3])
    transaction = solo.run(deposit())
    solo.run(deposit("b"))
    receipt = solo.application.prover.receipt(transaction)
    assert (receipt["transaction_path"]["count"], receipt["result_path"]["count"]) == (1, 4)
    assert verify_receipt(receipt, solo.trusted).transaction == transaction
    receipt["result_path"]["count"] = 0
    with pytest.raises(Refusal):
        verify_receipt(receipt, solo.trusted)


def test_screen__turns_strangers_away_without_a_trace(tmp_path: Any) -> None:
    class Door:
        def require_known(self, state: StateView, message: Message, parties: Any) -> None:
            assert parties == ("org1",)
            if isinstance(message, Deposit):
                raise Failed()

    solo = open_solo(tmp_path)
    solo.application.world = msgspec.structs.replace(solo.application.world, doorkeeper=Door())
    refused = solo.submit([solo.sign(deposit())])
    assert isinstance(refused[0], Failed)
    assert len(solo.application.pool) == 0


def test_screen__asks_the_door_only_once_signatures_are_verified(tmp_path: Any) -> None:
    asked: list[Any] = []

    class Door:
        def require_known(self, state: StateView, message: Message, parties: Any) -> None:
            asked.append(parties)

    solo = open_solo(tmp_path)
    solo.application.world = msgspec.structs.replace(solo.application.world, doorkeeper=Door())
    screened = solo.application.screen([solo.sign(deposit())], solo.clock.now_ms // 1000)
    assert not asked
    refused = solo.application.admit(screened, [[False]])  # type: ignore[arg-type]
    assert isinstance(refused[0], Refusal)
    assert not asked
    assert len(solo.application.pool) == 0


def clocked(solo: Solo, times: list[int]) -> Solo:
    application = solo.application
    application.world = msgspec.structs.replace(application.world, clockwork=Bells())
    get = application.chain_store.get
    key = BELLS.key("all")
    first = msgspec.json.encode(times)
    application.chain_store.get = lambda each: (get(each) or first) if each == key else get(each)  # type: ignore[method-assign]
    return solo


def ringing(part: Context, name: str) -> None:
    RUNG.set(part.state, name, value=1)
    part.emit(Rang(name=name))


def refuse() -> None:
    raise Failed()


def acting(world: TestWorld, act: Callable[[Context], Any]) -> bytes:
    """A transaction whose handler is `act`."""
    handlers = {**world.world.handlers, Deposit: lambda context, message: act(context)}
    world.world = msgspec.structs.replace(world.world, handlers=handlers)
    return world.sign([deposit()], ["org1.clerk"])
