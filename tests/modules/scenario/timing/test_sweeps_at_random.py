"""Lots filled, eaten of and recalled in any order, with room for a page a block: what must hold of sweeps however it goes."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.modules.scenario.timing.cans import CLERK, SOURCE, do, held, make_plant
from tests.modules.scenario.timing.court import due_of
from zhulian.ledger.limits import Limits
from zhulian.modules.scenario.state import SWEEPS, SWEPT, SWEPT_COUNTS
from zhulian.modules.scenario.timing.schedule import OVER

SMALL = Limits(block_steps_max=40_000, organisation_block_steps_max=40_000)
LOTS = st.sampled_from((1, 2))
MOVES = st.one_of(
    st.tuples(st.just("fill"), LOTS, st.booleans()),
    st.tuples(st.just("fill"), LOTS, st.just(False)),
    st.tuples(st.just("eat"), st.integers(0, 20), st.just(False)),
    st.tuples(st.just("recall"), LOTS, st.just(False)),
    st.tuples(st.just("wait"), LOTS, st.just(False)),
)


@given(st.lists(MOVES, max_size=24), st.integers(1, 5))
@settings(max_examples=15, deadline=None)
def test_sweeps__reach_all_that_was_there_before_their_end(moves: list[tuple[str, int, bool]], page: int) -> None:
    world = make_plant(SOURCE.replace("page: 20", f"page: {page}"), limits=SMALL)
    world.run(do("pack", number=2), CLERK)
    lots: dict[int, tuple[int, bool]] = {}
    late: set[int] = set()
    for what, number, bad in moves:
        match what:
            case "fill":
                code = len(lots)
                world.run(do("fill", code=code, lot=[str(number)], bad=bad), CLERK)
                lots[code] = (number, bad)
                sweep = SWEEPS.find(world.state, "first", "stop", str(number))
                if sweep is not None and sweep.queued == OVER:
                    late.add(code)
            case "eat" | "recall":
                world.run(do(what, number), CLERK)
            case _:
                world.block([])
    for _ in range(60):
        if due_of(world):
            world.block([])
    assert due_of(world) == []
    for lot in (1, 2):
        sweep = SWEEPS.find(world.state, "first", "stop", str(lot))
        mine = [code for code, (of, _) in lots.items() if of == lot]
        count = SWEPT_COUNTS.find(world.state, "first", "can.lot", str(lot)) or 0
        assert [SWEPT.get(world.state, "first", "can.lot", str(lot), str(place)) for place in range(count)] == [
            str(each) for each in mine
        ]
        states = {code: held(world, "can", code).state for code in mine}
        stopped = [code for code in mine if states[code] == "stopped"]
        if sweep is None:
            assert stopped == []
            assert held(world, "lot", lot).state == "sold"
            continue
        assert held(world, "lot", lot).state == "told_"
        assert [code for code in mine if states[code] == "full" and code not in late and not lots[code][1]] == []
        assert not any(lots[code][1] or code in late for code in stopped)
        assert sweep.done == held(world, "lot", lot).fields["told"] == len(stopped)
