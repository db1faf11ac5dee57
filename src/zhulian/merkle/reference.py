"""The state tree as a specification: docs/formats.md §7 read aloud over a plain dict. Slow, and the judge of the fast one."""

from collections.abc import Mapping

from zhulian.crypto.hasher import Hasher

__all__ = ["EMPTY", "specified_root"]

EMPTY = bytes(32)


def specified_root(hasher: Hasher, state: Mapping[bytes, bytes]) -> bytes:
    """The root over `state` (canonical key bytes to canonical value bytes), 32 bytes."""
    leaves = [(hasher.digest("state-key", key), hasher.digest("state-value", value)) for key, value in state.items()]
    return _subtree(hasher, leaves, 0)


def _subtree(hasher: Hasher, leaves: list[tuple[bytes, bytes]], depth: int) -> bytes:
    """The digest over `leaves`, whose key digests share their first `depth` bits."""
    if not leaves:
        return EMPTY
    if len(leaves) == 1:
        key, value = leaves[0]
        return hasher.digest("tree-leaf", key + value)
    left = [leaf for leaf in leaves if not bit(leaf[0], depth)]
    right = [leaf for leaf in leaves if bit(leaf[0], depth)]
    return hasher.digest("tree-node", _subtree(hasher, left, depth + 1) + _subtree(hasher, right, depth + 1))


def bit(key: bytes, depth: int) -> bool:
    """Bit `depth` of a key digest, the most significant first."""
    return bool(key[depth // 8] >> (7 - depth % 8) & 1)
