"""The queue of due times against a plain sorted list, and how few steps it takes however long it is."""

import random
from bisect import insort

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhulian.errors import Bug
from zhulian.ledger.limits import HARD
from zhulian.ledger.overlay import READ_STEPS, WRITE_STEPS, BlockOverlay, TransactionOverlay
from zhulian.modules.scenario.timing.queue import NODE_MAX, first, insert, remove


class _Empty:
    def get(self, key: bytes) -> bytes | None:
        return None


def overlay(base: BlockOverlay | None = None) -> TransactionOverlay:
    return TransactionOverlay(base or BlockOverlay(_Empty()), 10**9)


TIMES = st.one_of(st.integers(0, 3), st.integers(0, 2**38))
NAMES = st.one_of(st.sampled_from(["a", "a/b", "b"]), st.text(max_size=6))
DOES = st.lists(st.tuples(st.sampled_from(["insert", "insert", "remove", "pop"]), TIMES, NAMES), max_size=300)


@given(DOES)
def test_queue__is_as_a_sorted_list(does: list[tuple[str, int, str]]) -> None:
    state, model = overlay(), list[tuple[int, str]]()
    for what, time, name in does:
        if what == "insert":
            insert(state, time, name)
            if (time, name) not in model:
                insort(model, (time, name))
        elif model:
            entry = model[0] if what == "pop" else model[time % len(model)]
            remove(state, *entry)
            model.remove(entry)
        assert first(state) == (model[0] if model else None)


@settings(max_examples=12)
@given(st.randoms(use_true_random=False), st.sampled_from([40, 400, 2500]))
def test_queue__empties_in_order_whatever_went_in_and_out(chance: random.Random, count: int) -> None:
    state = overlay()
    entries = list(dict.fromkeys((chance.randrange(count), f"r/{chance.randrange(5)}") for _ in range(count)))
    for each in entries:
        insert(state, *each)
    for each in entries[::3]:
        remove(state, *each)
    left = sorted(set(entries) - set(entries[::3]))
    found = []
    while (entry := first(state)) is not None:
        remove(state, *entry)
        found.append(entry)
    assert found == left
    nodes = [key for key, value in state.quiet.writes.items() if value is not None and key.startswith(b'["scenario/due",')]
    assert len(nodes) == 1, "an empty queue keeps one node"


def test_remove__stops_at_what_is_not_there() -> None:
    state = overlay()
    insert(state, 5, "a")
    with pytest.raises(Bug):
        remove(state, 5, "b")


def test_node__stays_within_a_value_with_the_longest_names() -> None:
    state = overlay()
    for number in range(NODE_MAX * 4):
        insert(state, 2**38, "i" * HARD.key_bytes_max + f"/{number:02}" + "t" * 60)
    sizes = [len(value or b"") for key, value in state.quiet.writes.items()]
    assert max(sizes) < HARD.value_bytes_max // 3 * 2


@pytest.mark.parametrize("order", ["ascending", "random", "one second"])
def test_queue__takes_few_steps_at_a_hundred_thousand_entries(order: str) -> None:
    chance = random.Random(7)
    base = BlockOverlay(_Empty())
    state = overlay(base)
    times = [{"ascending": number, "random": chance.randrange(10**9), "one second": 5}[order] for number in range(100_000)]
    names = [f"app/loan/{number:06}/t" for number in range(100_000)]
    if order == "one second":
        chance.shuffle(names)
    most = 0
    count = 100_000 if order == "random" else 10_000
    for time, name in zip(times[:count], names[:count], strict=True):
        before = state.steps
        insert(state, time, name)
        most = max(most, state.steps - before)
    assert most <= 6 * READ_STEPS + 10 * WRITE_STEPS
    assert state.steps <= count * (6 * READ_STEPS + WRITE_STEPS), "in the long run an entry takes one write, seldom more"
    state.merge()
    levels = 0
    for place in range(0, count, 97):
        part = overlay(base)
        first(part)
        levels = part.steps - 1
        insert(part, times[place], "zz")
        usual = part.steps
        remove(part, times[place], "zz")
        assert usual <= 2 * levels + 2 + 10 * WRITE_STEPS
        assert part.steps <= 70
    assert levels <= 5
