"""The state tree against its specification, one property at a time."""

import random
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.merkle.stores import GM_HASHER, INTL_HASHER, MemoryNodes, PlainKeys
from tests.merkle.stores import PythonTree as StateTree
from zhulian.crypto import GM
from zhulian.crypto.hasher import Hasher
from zhulian.errors import Bug
from zhulian.merkle import VersionGone, load_tree, verify_absence, verify_presence
from zhulian.merkle.errors import ItemsUnsorted
from zhulian.merkle.reference import specified_proof, specified_root

State = dict[bytes, bytes]


def numbered(count: int, first: int = 0) -> State:
    return {b'["c","%d"]' % n: b"%d" % (n * n) for n in range(first, first + count)}


def grown(
    hasher: Hasher, *steps: dict[bytes, bytes | None], first: int = 1, cache_pages: int = 100
) -> tuple[MemoryNodes, StateTree]:
    nodes = MemoryNodes()
    tree = StateTree(hasher, nodes, cache_pages)
    for version, changes in enumerate(steps, first):
        nodes.take(tree, tree.update(version, changes))
    return nodes, tree


def pages_of(nodes: MemoryNodes) -> set[bytes]:
    """The paths of all pages in the store."""
    return {key[9:] for key in nodes.held if key[:1] == b"t" and len(key) >= 9 and not key.endswith(b"r")}


@pytest.mark.parametrize("hasher", [GM_HASHER, INTL_HASHER], ids=["gm", "intl"])
@pytest.mark.parametrize("count", [0, 1, 2, 3, 7, 8, 9, 10, 64, 65, 300, 1000])
def test_root__is_the_specified_one(hasher: Hasher, count: int) -> None:
    _, tree = grown(hasher, {**numbered(count)})
    assert tree.root() == specified_root(hasher, numbered(count))
    assert tree.root(1) == tree.root()
    assert tree.leaves == count


def test_root__before_the_first_version_is_empty() -> None:
    tree = StateTree(GM_HASHER, MemoryNodes())
    assert tree.root() == bytes(32)
    assert (tree.newest, tree.oldest) == (None, None)
    with pytest.raises(VersionGone):
        tree.root(0)


def test_update__is_pure_and_may_be_thrown_away() -> None:
    nodes, tree = grown(GM_HASHER, {**numbered(50)})
    held = dict(nodes.held)
    root = tree.root()
    one = tree.update(2, {**numbered(20, 40)})
    other = tree.update(2, dict.fromkeys(numbered(30)))
    assert tree.update(2, {**numbered(20, 40)}).root == one.root
    assert (nodes.held, tree.root(), tree.newest) == (held, root, 1)
    assert one.root == specified_root(GM_HASHER, numbered(60))
    assert other.root == specified_root(GM_HASHER, numbered(20, 30))
    tree.discard(one)
    nodes.take(tree, other)
    assert tree.root() == other.root
    with pytest.raises(Bug):
        tree.commit(one)


def test_update__follows_its_predecessor() -> None:
    _, tree = grown(GM_HASHER, {**numbered(3)}, first=7)
    for version in (0, 6, 7, 9):
        with pytest.raises(Bug):
            tree.update(version, {})
    assert tree.update(8, {}).version == 8


@pytest.mark.parametrize("count", [0, 5, 50])
def test_update__without_effect_writes_no_page(count: int) -> None:
    state = numbered(count)
    nodes, tree = grown(GM_HASHER, {**state})
    before = pages_of(nodes)
    for version, changes in enumerate(({}, {**state}, {b'["c","x"]': None}, {**state, b'["c","x"]': None}), 2):
        update = tree.update(version, changes)
        assert update.root == tree.root(1)
        assert {key[:1] + key[9:] for key, _ in update.writes} == {b"tr", b"t"}  # its root record and the newest version
        nodes.take(tree, update)
    assert pages_of(nodes) == before
    assert StateTree(GM_HASHER, nodes).root() == specified_root(GM_HASHER, state)


def test_update__order_of_changes_does_not_matter() -> None:
    _, tree = grown(GM_HASHER, {**numbered(100)})
    changes: dict[bytes, bytes | None] = {**numbered(100, 80), **dict.fromkeys(numbered(60))}
    update = tree.update(2, changes)
    for seed in range(5):
        keys = sorted(changes)
        random.Random(seed).shuffle(keys)
        again = tree.update(2, {key: changes[key] for key in keys})
        assert again.root == update.root
        assert dict(again.writes) == dict(update.writes)


def test_update__reads_level_by_level() -> None:
    nodes, tree = grown(GM_HASHER, {**numbered(5000)}, cache_pages=0)
    nodes.rounds.clear()
    tree.update(2, {**numbered(300, 4900)})
    assert len(nodes.rounds) <= 6
    assert sum(nodes.rounds) < 1200
    warm = StateTree(GM_HASHER, nodes)
    assert warm.warm() > 300
    nodes.rounds.clear()
    update = warm.update(2, {**numbered(300, 4900)})
    assert sum(nodes.rounds) <= 300  # nothing but the buckets
    assert update.root == tree.update(2, {**numbered(300, 4900)}).root


@pytest.mark.parametrize("cache_pages", [0, 1, 7, 10_000])
def test_cache__is_bounded_and_changes_nothing(cache_pages: int) -> None:
    _, tree = grown(
        GM_HASHER,
        {**numbered(500)},
        dict.fromkeys(numbered(480)),
        {**numbered(300)},
        {**numbered(30, 200)},
        cache_pages=cache_pages,
    )
    assert tree.root() == specified_root(GM_HASHER, {**numbered(300), **numbered(20, 480)})
    assert tree.warm() <= cache_pages
    assert tree.cached <= cache_pages


def test_open__a_store_that_lies_stops_the_node() -> None:
    nodes, _ = grown(GM_HASHER, {**numbered(50)})
    root_page = next(key for key in nodes.held if len(key) == 9)
    whole = nodes.held[root_page]
    for damaged in (whole[:-1], whole + b"\0", bytes([whole[0] ^ 1]) + whole[1:], None):
        if damaged is None:
            del nodes.held[root_page]
        else:
            nodes.held[root_page] = damaged
        with pytest.raises(Bug):
            StateTree(GM_HASHER, nodes).update(2, {**numbered(1)})
        with pytest.raises(Bug):
            StateTree(GM_HASHER, nodes).prove(1, b"x")
        with pytest.raises(Bug):
            StateTree(GM_HASHER, nodes).warm()


def test_prune__leaves_exactly_what_newer_versions_need() -> None:
    steps: list[dict[bytes, bytes | None]] = [{**numbered(100)}]
    steps += [{**numbered(10, 7 * n), **dict.fromkeys(numbered(5, 11 * n))} for n in range(1, 20)]
    nodes, tree = grown(GM_HASHER, *steps)
    roots = [tree.root(version) for version in range(1, 21)]
    for through in (0, 1, 1, 5, 12, 19, 10**9):
        calls = 0
        while True:
            prune = tree.prune(through, limit=30)
            assert len(prune.deletes) < 30 + 258
            nodes.take(tree, prune)
            calls += 1
            if prune.is_done:
                break
        assert calls < 40
        assert tree.oldest == max(1, min(through + 1, 20))
        for version in range(1, 21):
            if version >= tree.oldest:
                assert tree.root(version) == roots[version - 1]
            else:
                with pytest.raises(VersionGone):
                    tree.prove(version, b"k")
    assert tree.prune(10**9).is_done
    assert len([key for key in nodes.held if key[:1] == b"u"]) == 0
    assert sum(1 for key in nodes.held if key.endswith(b"r")) == 1
    newest = [key[9:] for key in nodes.held if key[:1] == b"t" and len(key) >= 9 and not key.endswith(b"r")]
    assert len(newest) == len(set(newest))  # one page for each path


def test_prune__a_torn_step_goes_on_after_a_restart() -> None:
    nodes, tree = grown(GM_HASHER, *[{**numbered(300, 50 * n)} for n in range(10)])
    thrown = tree.prune(9, limit=1)
    assert thrown.deletes
    tree = StateTree(GM_HASHER, nodes)
    while not (prune := tree.prune(9, limit=1)).is_done:
        nodes.take(tree, prune)
        tree = StateTree(GM_HASHER, nodes)
    nodes.take(tree, prune)
    assert (tree.oldest, tree.newest) == (10, 10)
    assert not [key for key in nodes.held if key[:1] == b"u"]


def test_version_gone__says_what_is_kept() -> None:
    nodes, tree = grown(GM_HASHER, *[{**numbered(9, n)} for n in range(5)])
    nodes.take(tree, tree.prune(2))
    for version in (0, 2, 6):
        with pytest.raises(VersionGone) as caught:
            tree.root(version)
        assert (caught.value.oldest, caught.value.newest) == (3, 5)


@pytest.mark.parametrize("count", [0, 1, 8, 9, 40, 700])
def test_load__makes_the_same_pages_as_updates(count: int) -> None:
    state = numbered(count)
    by_digest = sorted(state, key=lambda key: GM_HASHER.digest("state-key", key))
    loaded = MemoryNodes()
    for writes in load_tree(GM_HASHER, 1, ((key, state[key]) for key in by_digest)):
        loaded.held.update(writes)
    grown_at_once, tree = grown(GM_HASHER, {**state})
    assert loaded.held == grown_at_once.held
    again = StateTree(GM_HASHER, loaded)
    assert (again.root(), again.newest, again.oldest, again.leaves) == (tree.root(), 1, 1, count)
    loaded.take(again, again.update(2, {**numbered(20, 1)}))
    assert again.root() == specified_root(GM_HASHER, {**state, **numbered(20, 1)})


def test_load__does_not_exist_before_its_end_and_refuses_disorder() -> None:
    state = numbered(100)
    by_digest = sorted(state, key=lambda key: GM_HASHER.digest("state-key", key))
    *most, _ = list(load_tree(GM_HASHER, 1, ((key, b"v") for key in by_digest)))
    nodes = MemoryNodes()
    for writes in most:
        nodes.held.update(writes)
    assert StateTree(GM_HASHER, nodes).newest is None
    for wrong in (by_digest[::-1], [by_digest[0], by_digest[0]]):
        with pytest.raises(ItemsUnsorted):
            list(load_tree(GM_HASHER, 1, ((key, b"v") for key in wrong)))


PLAIN = PlainKeys(GM, bytes(32))


def neighbours() -> Iterator[bytes]:
    """Key digests that part as late as the bits allow, at several places."""
    for base in (0, 1 << 255, (1 << 256) - 16, 0xABCD << 200):
        for offset in range(16):
            yield (base + offset).to_bytes(32, "big")
    for shift in range(256):
        yield (1 << shift).to_bytes(32, "big")


@given(data=st.data())
def test_deep__keys_that_part_late(data: st.DataObject) -> None:
    pool = sorted(set(neighbours()))
    state: State = {}
    nodes = MemoryNodes()
    tree = StateTree(PLAIN, nodes, 50)
    for version in range(1, data.draw(st.integers(2, 4))):
        picked = data.draw(st.lists(st.sampled_from(pool), max_size=60))
        changes = {key: data.draw(st.sampled_from([None, b"1", b"2"])) for key in picked}
        nodes.take(tree, tree.update(version, changes))
        for key, value in changes.items():
            if value is None:
                state.pop(key, None)
            else:
                state[key] = value
        assert tree.root() == specified_root(PLAIN, state)
        for key in data.draw(st.lists(st.sampled_from(pool), max_size=4)):
            proof = tree.prove(version, key)
            siblings, other = specified_proof(PLAIN, state, key)
            assert list(proof.siblings) == siblings
            assert proof.other == (other if key not in state else None)
            if key in state:
                verify_presence(PLAIN, tree.root(), key, state[key], proof)
            else:
                verify_absence(PLAIN, tree.root(), key, proof)


def test_deep__all_neighbours_at_once_and_gone_again() -> None:
    pool = sorted(set(neighbours()))
    _, tree = grown(PLAIN, dict.fromkeys(pool, b"1"), dict.fromkeys(pool[3:]), dict.fromkeys(pool))
    assert tree.root(1) == specified_root(PLAIN, dict.fromkeys(pool, b"1"))
    assert tree.root(2) == specified_root(PLAIN, dict.fromkeys(pool[:3], b"1"))
    assert tree.root(3) == bytes(32)
    assert len(tree.prove(1, (1).to_bytes(32, "big")).siblings) == 256
