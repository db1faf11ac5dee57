"""The state tree by the native kernel beside the one in Python: the same pages, keys, stale lists and roots, byte for byte."""

import json
from pathlib import Path
from typing import Any

import pytest
import zhulian_native
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.merkle.stores import GM_HASHER, INTL_HASHER, MemoryNodes, PlainKeys, PythonTree
from tests.merkle.test_state_tree import neighbours, numbered
from tests.merkle.test_state_tree_history import History
from zhulian.crypto import GM, native, suite
from zhulian.crypto.hasher import Hasher
from zhulian.errors import Bug
from zhulian.merkle import StateTree, verify_absence, verify_presence
from zhulian.merkle import native as way
from zhulian.merkle.reference import specified_proof, specified_root

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "merkle" / "state-roots.json").read_text(encoding="utf-8"))["cases"]
PLAIN = PlainKeys(GM, bytes(32))
Changes = dict[bytes, bytes | None]


def is_native(tree: StateTree) -> bool:
    return isinstance(tree._pages, way.NativePages)


def test_tree__is_native_where_the_kernel_is() -> None:
    assert way.has_native()
    assert is_native(StateTree(GM_HASHER, MemoryNodes()))
    assert not is_native(PythonTree(GM_HASHER, MemoryNodes()))


class NativeHistory(History):
    """The same life as the Python tree's: updates, discards, prunes, proofs and restarts beside a dict for each version."""

    tree_of = StateTree


TestNativeHistory = NativeHistory.TestCase
TestNativeHistory.settings = settings(max_examples=30, stateful_step_count=25, deadline=None)


class Pair:
    """Both ways on a store each; whatever one writes the other writes as well."""

    def __init__(self, hasher: Hasher, cache_pages: int) -> None:
        self.hasher = hasher
        self.stores = MemoryNodes(), MemoryNodes()
        self.trees: tuple[StateTree, StateTree] = (
            PythonTree(hasher, self.stores[0], cache_pages),
            StateTree(hasher, self.stores[1], cache_pages),
        )
        self.cache_pages = cache_pages
        self.state: dict[bytes, bytes] = {}
        self.version = 0

    def update(self, changes: Changes) -> None:
        self.version += 1
        one, other = (tree.update(self.version, changes) for tree in self.trees)
        assert one.record == other.record
        assert dict(one.writes) == dict(other.writes)
        for store, tree, update in zip(self.stores, self.trees, (one, other), strict=True):
            store.take(tree, update)
        after = {**self.state, **changes}
        self.state = {key: value for key, value in after.items() if value is not None}

    def prune(self, through: int, limit: int) -> None:
        one, other = (tree.prune(through, limit) for tree in self.trees)
        assert (one.oldest, one.writes, sorted(one.deletes)) == (other.oldest, other.writes, sorted(other.deletes))
        for store, tree, prune in zip(self.stores, self.trees, (one, other), strict=True):
            store.take(tree, prune)

    def swap(self, warm: bool) -> None:
        """Each opens what the other has written."""
        self.stores = self.stores[1], self.stores[0]
        self.trees = (
            PythonTree(self.hasher, self.stores[0], self.cache_pages),
            StateTree(self.hasher, self.stores[1], self.cache_pages),
        )
        if warm:
            assert self.trees[0].warm() == self.trees[1].warm() <= self.cache_pages

    def check(self) -> None:
        assert self.stores[0].held == self.stores[1].held
        assert self.trees[0].root() == self.trees[1].root()


@pytest.mark.parametrize("hasher", [GM_HASHER, INTL_HASHER], ids=["gm", "intl"])
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_both__write_the_same_through_versions_prunes_and_swaps(hasher: Hasher, data: st.DataObject) -> None:
    pair = Pair(hasher, data.draw(st.sampled_from([0, 1, 5, 10_000])))
    for _ in range(data.draw(st.integers(1, 5))):
        first = data.draw(st.integers(0, 300))
        chosen = list(numbered(data.draw(st.sampled_from([0, 1, 7, 60, 500])), first))
        deleted = data.draw(st.integers(0, len(chosen)))
        changes: Changes = dict.fromkeys(chosen[:deleted])
        changes |= dict.fromkeys(chosen[deleted:], data.draw(st.sampled_from([b"1", b"2", b"a longer one" * 30])))
        pair.update(changes)
        pair.check()
        if data.draw(st.booleans()):
            pair.prune(pair.version - data.draw(st.integers(0, 2)), data.draw(st.sampled_from([1, 40, 10_000])))
        if data.draw(st.booleans()):
            pair.swap(warm=data.draw(st.booleans()))
    assert pair.trees[1].root() == specified_root(hasher, pair.state)


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_both__place_keys_that_part_late(data: st.DataObject) -> None:
    pool = sorted(set(neighbours()))
    pair = Pair(PLAIN, data.draw(st.sampled_from([0, 50])))
    for _ in range(data.draw(st.integers(1, 3))):
        picked = data.draw(st.lists(st.sampled_from(pool), max_size=60))
        pair.update({key: data.draw(st.sampled_from([None, b"1", b"2"])) for key in picked})
    pair.check()
    key = data.draw(st.sampled_from(pool))
    proof = pair.trees[1].prove(pair.version, key)
    assert list(proof.siblings) == specified_proof(PLAIN, pair.state, key)[0]
    if key in pair.state:
        verify_presence(PLAIN, pair.trees[1].root(), key, pair.state[key], proof)
    else:
        verify_absence(PLAIN, pair.trees[1].root(), key, proof)


def test_both__take_all_neighbours_at_once_and_let_them_go() -> None:
    pool = sorted(set(neighbours()))
    pair = Pair(PLAIN, 50)
    for changes in (dict.fromkeys(pool, b"1"), dict.fromkeys(pool[3:]), dict.fromkeys(pool)):
        pair.update(changes)  # type: ignore[arg-type] # a dict of one value type is a dict of either
        pair.check()
    assert pair.trees[1].root() == bytes(32)


@pytest.mark.parametrize("case", VECTORS, ids=[f"{case['suite']}: {case['description']}" for case in VECTORS])
def test_vectors__have_their_roots(case: dict[str, Any]) -> None:
    nodes = MemoryNodes()
    tree = StateTree(Hasher(suite(case["suite"]), bytes.fromhex(case["genesis"])), nodes)
    for version, (key, value) in enumerate(case["state"]):
        nodes.take(tree, tree.update(version, {key.encode(): value.encode()}))
    assert is_native(tree)
    assert tree.root().hex() == case["expected"]


def test_update__reads_nothing_that_is_remembered() -> None:
    nodes = MemoryNodes()
    tree = StateTree(GM_HASHER, nodes)
    nodes.take(tree, tree.update(1, {**numbered(5000)}))
    nodes.rounds.clear()
    update = tree.update(2, {**numbered(300, 4900)})
    assert nodes.rounds == []
    warm = StateTree(GM_HASHER, nodes)
    assert warm.warm() == warm.cached > 300
    nodes.rounds.clear()
    assert warm.update(2, {**numbered(300, 4900)}).root == update.root
    assert nodes.rounds == []
    cold = StateTree(GM_HASHER, nodes, 0)
    assert cold.update(2, {**numbered(300, 4900)}).root == update.root
    assert len(nodes.rounds) <= 10  # two for each level at most


def test_update__is_committed_once_on_its_base_or_thrown_away() -> None:
    nodes = MemoryNodes()
    tree = StateTree(GM_HASHER, nodes)
    nodes.take(tree, tree.update(1, {**numbered(50)}))
    one, other = tree.update(2, {**numbered(20, 40)}), tree.update(2, dict.fromkeys(numbered(30)))
    tree.discard(one)
    nodes.take(tree, other)
    for update in (one, other):
        with pytest.raises(Bug):
            tree.commit(update)
    assert tree.root() == specified_root(GM_HASHER, numbered(20, 30))


def test_store__that_lies_stops_the_node() -> None:
    nodes = MemoryNodes()
    tree = StateTree(GM_HASHER, nodes)
    nodes.take(tree, tree.update(1, {**numbered(200)}))
    for key in [each for each in nodes.held if each[:1] == b"t" and len(each) in (9, 10, 11) and not each.endswith(b"r")]:
        whole = nodes.held[key]
        for damaged in (whole[:-1], whole + b"\0", None):
            if damaged is None:
                del nodes.held[key]
            else:
                nodes.held[key] = damaged
            with pytest.raises(Bug, match=key.hex()):
                StateTree(GM_HASHER, nodes).update(2, dict.fromkeys(numbered(200), b"2"))
        nodes.held[key] = whole
    root_page = next(key for key in nodes.held if len(key) == 9)
    nodes.held[root_page] = bytes([nodes.held[root_page][0] ^ 1]) + nodes.held[root_page][1:]
    with pytest.raises(Bug):
        StateTree(GM_HASHER, nodes).warm()


class Stuck(MemoryNodes):
    def get_many(self, keys: Any) -> list[bytes | None]:
        raise OSError("the disk is gone")


def test_store__that_fails_says_what_it_said() -> None:
    nodes = MemoryNodes()
    tree = StateTree(GM_HASHER, nodes)
    nodes.take(tree, tree.update(1, {**numbered(200)}))
    failing = Stuck()
    failing.held = nodes.held
    tree = StateTree.__new__(StateTree)
    tree.__dict__.update(StateTree(GM_HASHER, nodes).__dict__, _pages=way.NativePages(GM_HASHER, failing, 10))
    with pytest.raises(OSError, match="the disk is gone"):
        tree.update(2, {**numbered(3)})


def test_boundary__refuses_what_has_the_wrong_form() -> None:
    make = zhulian_native.StateTree
    with pytest.raises(ValueError, match="suite"):
        make("sm9", b"n", b"v", b"l", 1, 1)
    tree = make("gm", b"n", b"v", b"l", 1, 1)
    base = (bytes(32), 0, 0)
    for keys, values in (([bytes(31)], [b""]), ([bytes(32)], []), ([], [b"v"])):
        with pytest.raises(ValueError, match=r"digest|value"):
            tree.update(lambda keys: [], base, 1, keys, values)
    with pytest.raises(ValueError, match="32 bytes"):
        tree.update(lambda keys: [], (b"", 0, 0), 1, [], [])
    with pytest.raises(ValueError, match="its answer"):
        tree.update(lambda keys: [], (bytes(32), 9, 1), 2, [bytes(32)], [b""])
    step = tree.update(lambda keys: [], base, 1, [bytes(32)], [b""])
    tree.commit(step)
    for act in (step.root, step.writes, lambda: step.stale(1), lambda: tree.commit(step)):
        with pytest.raises(ValueError, match="committed"):
            act()


def test_fallback__python_does_what_a_wrong_kernel_would(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    class Wrong:
        PageFault = zhulian_native.PageFault

        @staticmethod
        def StateTree(*_: Any) -> Any:
            raise RuntimeError("panicked")

    way.has_native.cache_clear()
    monkeypatch.setattr(way, "kernel", lambda: Wrong)
    assert not way.has_native()
    assert "StateTree: panicked" in caplog.text
    assert not is_native(StateTree(GM_HASHER, MemoryNodes()))
    monkeypatch.undo()
    way.has_native.cache_clear()
    assert native.state().used
    assert way.has_native()
