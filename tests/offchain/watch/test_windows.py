"""Windows against a naive evaluator that looks at every event each time: in memory, and in the tables from batch to batch."""

import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhulian.offchain.index.database import Database
from zhulian.offchain.watch.tables import SqlStore
from zhulian.offchain.watch.windows import Group, MemoryStore, Seen, Sighting, Store, move

GROUPS = ("org1", "org2", "单位")
SIGHTING = st.builds(
    Sighting, st.sampled_from(GROUPS), st.one_of(st.none(), st.sampled_from(("a", "b", "c"))), st.integers(-5, 1_000_000)
)
BLOCKS = st.lists(st.tuples(st.integers(0, 40), st.lists(SIGHTING, max_size=4)), min_size=1, max_size=30)


def naive(past: list[tuple[int, Sighting]], window: int, now: int, group: str) -> tuple[int, int, int]:
    """Count, different values and sum of a group by looking at everything."""
    within = [each for time, each in past if each.group == group and now - window < time <= now]
    return len(within), len({each.value for each in within if each.value is not None}), sum(each.amount for each in within)


def numbers(group: Group) -> tuple[int, int, int]:
    return group.count, group.different, group.sum


def follow(
    blocks: list[tuple[int, list[Sighting]]], window: int, stores: Callable[[int], Store], done: Callable[[], None]
) -> None:
    past: list[tuple[int, Sighting]] = []
    now = 1_000
    held: dict[str, bool] = {}
    for place, (later, sightings) in enumerate(blocks):
        store = stores(place)
        now += later
        touched = dict(move(store, "rule", window, now, sightings))
        past += [(now, each) for each in sightings]
        for name in GROUPS:
            wanted = naive(past, window, now, name)
            assert numbers(store.group("rule", name)) == wanted
            holds = wanted[0] > 2
            if holds != held.get(name, False):  # whatever changes an answer has touched the group
                assert name in touched
            held[name] = holds
        done()


@given(blocks=BLOCKS, window=st.integers(1, 90))
@settings(max_examples=150, deadline=None)
def test_windows__agree_with_a_naive_evaluator(blocks: list[tuple[int, list[Sighting]]], window: int) -> None:
    store = MemoryStore()
    follow(blocks, window, lambda _: store, lambda: None)


@given(blocks=BLOCKS, window=st.integers(1, 90), cuts=st.sets(st.integers(0, 29)))
@settings(max_examples=25, deadline=None)
def test_windows_in_tables__agree_whatever_the_batches_are(
    blocks: list[tuple[int, list[Sighting]]], window: int, cuts: set[int]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = Database("", Path(folder))
        database.migrate()
        with database.writing() as connection:
            open_now: list[SqlStore] = [SqlStore(connection)]

            def store(place: int) -> Store:
                if place in cuts:
                    open_now[0].flush()
                    open_now[0] = SqlStore(connection)
                return open_now[0]

            follow(blocks, window, store, lambda: None)
            open_now[0].flush()
            kept = connection.exec_driver_sql("SELECT count(*) FROM watch_seen").scalar()
        database.close()
        times = [1_000 + sum(each[0] for each in blocks[: place + 1]) for place in range(len(blocks))]
        within = sum(len(each) for time, (_, each) in zip(times, blocks, strict=True) if time > times[-1] - window)
        assert kept == within  # nothing outlives its window


def test_mark__touches_a_group_when_its_window_is_over() -> None:
    store = MemoryStore()
    store.add("rule", Seen(100, "", None, 0, weight=0))
    assert dict(move(store, "rule", 60, 150, [])) == {}
    assert [(name, group.count) for name, group in move(store, "rule", 60, 160, [])] == [("", 0)]


@pytest.mark.parametrize("value", ["a", "\x00a", "x" * 500])
def test_value__is_told_apart_through_the_tables(tmp_path: Path, value: str) -> None:
    database = Database("", tmp_path)
    database.migrate()
    with database.writing() as connection:
        for time in (10, 20):
            store = SqlStore(connection)
            list(move(store, "rule", 50, time, [Sighting("g", value)]))
            store.flush()
        store = SqlStore(connection)
        ((_, group),) = move(store, "rule", 50, 65, [])
        assert numbers(group) == (1, 1, 0)
        ((_, group),) = move(store, "rule", 50, 80, [])
        assert numbers(group) == (0, 0, 0)
        store.flush()
        assert connection.exec_driver_sql("SELECT count(*) FROM watch_groups").scalar() == 0
    database.close()
