"""One suite for every `Store`: what the ledger relies on, whatever lies beneath."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zhulian.ledger.store import MemoryStore, Store
from zhulian.node.rocks import RocksStore

BOTTOM, TOP = b"", b"\xff" * 40


@pytest.fixture(params=["memory", "rocks"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "memory":
        yield MemoryStore()
        return
    with RocksStore(tmp_path / "db", cache_bytes=1 << 20) as rocks:
        yield rocks


def test_get__knows_what_was_put_and_nothing_else(store: Store) -> None:
    store.write([(b"a", b"1"), (b"\x00", b""), (b"a\x00", b"2")])
    assert store.get(b"a") == b"1"
    assert store.get(b"\x00") == b""
    assert store.get(b"a\x00") == b"2"
    assert store.get(b"b") is None


def test_get_many__keeps_the_order_and_repeats(store: Store) -> None:
    store.write([(b"a", b"1"), (b"b", b"2")])
    assert store.get_many([b"b", b"x", b"a", b"b"]) == [b"2", None, b"1", b"2"]
    assert store.get_many([b"a"]) == [b"1"]
    assert store.get_many([]) == []


def test_write__deletes_and_overwrites(store: Store) -> None:
    store.write([(b"a", b"1"), (b"b", b"2")])
    store.write([(b"a", b"3")], [b"b", b"never there"])
    assert store.get_many([b"a", b"b"]) == [b"3", None]


def test_write__puts_win_over_deletes_and_the_last_put_wins(store: Store) -> None:
    store.write([(b"a", b"1"), (b"a", b"2")], [b"a"])
    assert store.get(b"a") == b"2"


def test_write__of_nothing_is_allowed(store: Store) -> None:
    store.write([])
    assert list(store.scan(BOTTOM, TOP)) == []


def test_scan__takes_the_start_and_leaves_the_end(store: Store) -> None:
    store.write([(bytes([n]), str(n).encode()) for n in range(10)])
    assert [key[0] for key, _ in store.scan(b"\x02", b"\x05")] == [2, 3, 4]
    assert [key[0] for key, _ in store.scan(b"\x02", b"\x05", reverse=True)] == [4, 3, 2]
    assert [key[0] for key, _ in store.scan(b"\x08", TOP, reverse=True)] == [9, 8]


def test_scan__bounds_need_not_exist(store: Store) -> None:
    store.write([(b"b", b"1"), (b"d", b"2"), (b"f", b"3")])
    assert [key for key, _ in store.scan(b"c", b"e")] == [b"d"]
    assert [key for key, _ in store.scan(b"c", b"g", reverse=True)] == [b"f", b"d"]
    assert list(store.scan(b"g", b"z")) == []
    assert list(store.scan(b"a", b"b", reverse=True)) == []


def test_scan__of_an_empty_or_turned_range_is_empty(store: Store) -> None:
    store.write([(b"a", b"1"), (b"b", b"2")])
    assert list(store.scan(b"a", b"a")) == []
    assert list(store.scan(b"b", b"a")) == []
    assert list(store.scan(b"b", b"a", reverse=True)) == []


def test_scan__can_stop_half_way(store: Store) -> None:
    store.write([(b"k%04d" % n, b"") for n in range(1000)])
    taken = []
    for key, _ in store.scan(b"k", b"l"):
        taken.append(key)
        if len(taken) == 3:
            break
    assert taken == [b"k0000", b"k0001", b"k0002"]
    store.write([], taken)
    assert next(iter(store.scan(b"k", b"l")))[0] == b"k0003"


History = list[tuple[list[tuple[bytes, bytes]], list[bytes]]]
KEYS = st.binary(max_size=3)
STEPS = st.lists(st.tuples(st.lists(st.tuples(KEYS, st.binary(max_size=8)), max_size=6), st.lists(KEYS, max_size=4)), max_size=12)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, low=KEYS, high=KEYS)
def test_stores__agree_on_any_history(steps: History, low: bytes, high: bytes, tmp_path: Path) -> None:
    memory = MemoryStore()
    with RocksStore(Path(tempfile.mkdtemp(dir=tmp_path)), cache_bytes=1 << 20) as rocks:
        for puts, deletes in steps:
            memory.write(puts, deletes)
            rocks.write(puts, deletes)
        everything = list(memory.scan(BOTTOM, TOP))
        assert list(rocks.scan(BOTTOM, TOP)) == everything
        for reverse in (False, True):
            assert list(rocks.scan(low, high, reverse=reverse)) == list(memory.scan(low, high, reverse=reverse))
        keys = [key for key, _ in everything] + [b"none", low]
        assert rocks.get_many(keys) == memory.get_many(keys)


def test_rocks__keeps_everything_over_a_restart(tmp_path: Path) -> None:
    with RocksStore(tmp_path / "db") as rocks:
        rocks.write([(b"k%d" % n, b"v" * n) for n in range(200)])
        size = rocks.bytes_on_disk()
    with RocksStore(tmp_path / "db") as rocks:
        assert rocks.get(b"k150") == b"v" * 150
        assert len(list(rocks.scan(b"k", b"l"))) == 200
    assert size > 0


def test_rocks__reads_only_where_it_is_asked_to(tmp_path: Path) -> None:
    with RocksStore(tmp_path / "db") as rocks:
        rocks.write([(b"a", b"1")])
    with RocksStore(tmp_path / "db", read_only=True) as rocks:
        assert rocks.get(b"a") == b"1"
