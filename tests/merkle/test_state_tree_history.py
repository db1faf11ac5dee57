"""A state tree lives through updates, deletes, discards, prunes and restarts beside a plain dict for each version."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.merkle.stores import GM_HASHER, MemoryNodes, PythonTree
from zhulian.merkle import StateTree, load_tree, verify_absence, verify_presence
from zhulian.merkle.reference import specified_proof, specified_root

KEYS = [b'["k","%d"]' % n for n in range(60)]
CHANGES = st.dictionaries(st.sampled_from(KEYS), st.sampled_from([None, b"1", b"2", b"3"]), max_size=40)


class History(RuleBasedStateMachine):
    tree_of: type[StateTree] = PythonTree

    @initialize(first=st.sampled_from([0, 1, 1_000_000]), cache_pages=st.sampled_from([0, 3, 1000]))
    def begin(self, first: int, cache_pages: int) -> None:
        self.nodes = MemoryNodes()
        self.cache_pages = cache_pages
        self.tree = self.tree_of(GM_HASHER, self.nodes, cache_pages)
        self.next = first
        self.states: dict[int, dict[bytes, bytes]] = {}  # of the versions kept
        self.newest: dict[bytes, bytes] = {}

    @rule(changes=CHANGES, thrown_away=st.none() | CHANGES, reverse=st.booleans())
    def update(self, changes: dict[bytes, bytes | None], thrown_away: dict[bytes, bytes | None] | None, reverse: bool) -> None:
        if thrown_away is not None:
            self.tree.discard(self.tree.update(self.next, thrown_away))
        items = list(changes.items())
        self.nodes.take(self.tree, self.tree.update(self.next, dict(items[::-1] if reverse else items)))
        after = {**self.newest, **changes}
        self.newest = {key: value for key, value in after.items() if value is not None}
        self.states[self.next] = self.newest
        self.next += 1

    @rule()
    def empty_it(self) -> None:
        self.update(dict.fromkeys(KEYS), None, reverse=False)

    @rule(back=st.integers(0, 4), limit=st.sampled_from([1, 10, 1000]), steps=st.integers(1, 5))
    def prune(self, back: int, limit: int, steps: int) -> None:
        for _ in range(steps):
            self.nodes.take(self.tree, self.tree.prune(self.next - 1 - back, limit))
        oldest = self.tree.oldest
        self.states = {version: state for version, state in self.states.items() if version >= (oldest or 0)}

    @rule(warm=st.booleans())
    def restart(self, warm: bool) -> None:
        self.tree = self.tree_of(GM_HASHER, self.nodes, self.cache_pages)
        if warm:
            assert self.tree.warm() <= self.cache_pages

    @rule(key=st.sampled_from(KEYS))
    def prove(self, key: bytes) -> None:
        for version, state in self.states.items():
            root = self.tree.root(version)
            proof = self.tree.prove(version, key)
            siblings, met = specified_proof(GM_HASHER, state, key)
            assert list(proof.siblings) == siblings
            assert proof.other == (None if key in state else met)
            if key in state:
                verify_presence(GM_HASHER, root, key, state[key], proof)
            else:
                verify_absence(GM_HASHER, root, key, proof)

    @invariant()
    def roots_are_the_specified_ones(self) -> None:
        if self.states:
            assert (self.tree.oldest, self.tree.newest) == (min(self.states), max(self.states))
        newest = max(self.states, default=None)
        if newest is not None:
            assert self.tree.root(newest) == self.tree.root() == specified_root(GM_HASHER, self.newest)
            assert self.tree.leaves == len(self.newest)

    def teardown(self) -> None:
        """When everything old is pruned, the store holds the pages of a tree that was loaded at once, and no more."""
        if not getattr(self, "states", None):
            return
        done = False
        while not done:
            prune = self.tree.prune(self.next, 5)
            self.nodes.take(self.tree, prune)
            done = prune.is_done
        by_digest = sorted(self.newest, key=lambda key: GM_HASHER.digest("state-key", key))
        loaded: list[bytes] = []
        for writes in load_tree(GM_HASHER, 0, ((key, self.newest[key]) for key in by_digest)):
            loaded += [key[9:] for key, _ in writes]
        assert sorted(key[9:] for key in self.nodes.held) == sorted(loaded)


TestHistory = History.TestCase
TestHistory.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
