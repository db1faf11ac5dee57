"""Both trees as a specification: docs/formats.md §6 and §7 read aloud over plain lists. Slow, and the judge of the fast ones."""

from collections.abc import Mapping, Sequence

from zhulian.crypto.hasher import Hasher

__all__ = ["specified_list_root", "specified_proof", "specified_root"]

EMPTY = bytes(32)

Leaf = tuple[bytes, bytes]
"""Key digest and value digest."""


def specified_list_root(hasher: Hasher, items: Sequence[bytes]) -> bytes:
    """The root over an ordered list, 32 bytes."""
    n = len(items)
    if n == 1:
        return hasher.digest("list-leaf", items[0])
    k = 1
    while 2 * k < n:
        k *= 2
    below = specified_list_root(hasher, items[:k]) + specified_list_root(hasher, items[k:]) if n else b""
    return hasher.digest("list-node", n.to_bytes(8, "big") + below)


def specified_root(hasher: Hasher, state: Mapping[bytes, bytes]) -> bytes:
    """The root over `state` (canonical key bytes to canonical value bytes), 32 bytes."""
    return _subtree(hasher, _leaves(hasher, state), 0)


def specified_proof(hasher: Hasher, state: Mapping[bytes, bytes], key: bytes) -> tuple[list[bytes], Leaf | None]:
    """The siblings from the root down on the way to `key`, and the leaf met there, if any."""
    digest = hasher.digest("state-key", key)
    leaves = _leaves(hasher, state)
    siblings: list[bytes] = []
    while len(leaves) > 1:
        sides = _sides(leaves, len(siblings))
        turn = _bit(digest, len(siblings))
        siblings.append(_subtree(hasher, sides[not turn], len(siblings) + 1))
        leaves = sides[turn]
    return siblings, leaves[0] if leaves else None


def _leaves(hasher: Hasher, state: Mapping[bytes, bytes]) -> list[Leaf]:
    return [(hasher.digest("state-key", key), hasher.digest("state-value", value)) for key, value in state.items()]


def _subtree(hasher: Hasher, leaves: Sequence[Leaf], depth: int) -> bytes:
    """The digest over `leaves`, whose key digests share their first `depth` bits."""
    if not leaves:
        return EMPTY
    if len(leaves) == 1:
        return hasher.digest("tree-leaf", leaves[0][0] + leaves[0][1])
    left, right = _sides(leaves, depth)
    return hasher.digest("tree-node", _subtree(hasher, left, depth + 1) + _subtree(hasher, right, depth + 1))


def _sides(leaves: Sequence[Leaf], depth: int) -> tuple[list[Leaf], list[Leaf]]:
    return [leaf for leaf in leaves if not _bit(leaf[0], depth)], [leaf for leaf in leaves if _bit(leaf[0], depth)]


def _bit(key: bytes, depth: int) -> bool:
    return bool(key[depth // 8] >> (7 - depth % 8) & 1)
