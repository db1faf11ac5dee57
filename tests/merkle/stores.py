"""A store in memory that counts, and hashers for the tests of the state tree."""

from collections.abc import Sequence

from zhulian.crypto import GM, INTL
from zhulian.crypto.hasher import Hasher
from zhulian.merkle import StateTree, TreePrune, TreeUpdate
from zhulian.merkle.records import NodeStore
from zhulian.merkle.state_tree import CACHE_PAGES


class PythonTree(StateTree):
    """The tree as Python does it, whether or not the native kernel is there; `tests/native` holds the other way to it."""

    def __init__(self, hasher: Hasher, nodes: NodeStore, cache_pages: int = CACHE_PAGES) -> None:
        super().__init__(hasher, nodes, cache_pages, native=False)


GENESIS = bytes(range(32))
GM_HASHER = Hasher(GM, GENESIS)
INTL_HASHER = Hasher(INTL, GENESIS)


class PlainKeys(Hasher):
    """Takes keys of 32 bytes for their own digests, so that a test can place leaves side by side at any depth."""

    def digest(self, purpose: str, data: bytes) -> bytes:
        return data if purpose == "state-key" else super().digest(purpose, data)

    def many(self, purpose: str, items: Sequence[bytes]) -> list[bytes]:
        return list(items) if purpose == "state-key" else super().many(purpose, items)


class MemoryNodes:
    """Holds what is written; `rounds` has the number of keys of each read."""

    def __init__(self) -> None:
        self.held: dict[bytes, bytes] = {}
        self.rounds: list[int] = []

    def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]:
        self.rounds.append(len(keys))
        return [self.held.get(key) for key in keys]

    def take(self, tree: StateTree, change: TreeUpdate | TreePrune) -> None:
        """Write what the tree asks for and tell it so."""
        if isinstance(change, TreePrune):
            for key in change.deletes:
                del self.held[key]  # only what is there is ever deleted
            self.held.update(change.writes)
            tree.commit_prune(change)
        else:
            fresh = [key for key, _ in change.writes if key != b"tn"]
            assert not [key for key in fresh if key in self.held and key != b"to"]  # a version is written once
            self.held.update(change.writes)
            tree.commit(change)
