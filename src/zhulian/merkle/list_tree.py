"""The list tree: one digest over an ordered list, and short paths that show one item's place in it.

The shape is that of RFC 6962 §2.1; every node also hashes how many leaves it covers, so that a path proves the length of
the list along with the place (docs/formats.md §6).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from zhulian.crypto.hasher import Hasher
from zhulian.errors import check
from zhulian.merkle.errors import IndexBeyondCount, RootDiffers, SiblingsMiscounted
from zhulian.merkle.form import COUNT_MAX, parse_count, parse_digests, parse_members

__all__ = ["SIBLINGS_MAX", "ListPath", "ListTree", "list_root", "verify_list_path"]

SIBLINGS_MAX = COUNT_MAX.bit_length()
"""The longest path that a list of `COUNT_MAX` items can have."""

_MEMBERS = frozenset(("count", "index", "siblings"))


@dataclass(frozen=True, slots=True)
class ListPath:
    """Where one item stands in a list: `index` of `count`, and the 32-byte siblings from the leaf up."""

    count: int
    index: int
    siblings: tuple[bytes, ...]

    def to_json(self) -> dict[str, Any]:
        """The path as it stands in a receipt."""
        return {"count": self.count, "index": self.index, "siblings": [sibling.hex() for sibling in self.siblings]}

    @classmethod
    def from_json(cls, value: Any, *, part: str = "path") -> Self:
        """Read a path of a receipt, whose member `part` it is.

        Raises:
            ProofMalformed: for a missing or spare member, a wrong type, upper-case hex or a wrong length.
        """
        members = parse_members(value, _MEMBERS, part=part, place="$")
        return cls(
            count=parse_count(members["count"], part=part, place="count"),
            index=parse_count(members["index"], part=part, place="index"),
            siblings=parse_digests(members["siblings"], most=SIBLINGS_MAX, part=part, place="siblings"),
        )


class ListTree:
    """All levels of the tree over `items`, built once for the paths of a whole block."""

    def __init__(self, hasher: Hasher, items: Sequence[bytes]) -> None:
        self._count = count = len(items)
        level = hasher.many("list-leaf", items)
        self._levels = [level]
        width = 1  # leaves below a full node of `level`
        while len(level) > 1:
            pairs = len(level) // 2
            covered = [(2 * width).to_bytes(8, "big")] * pairs
            if len(level) % 2 == 0:  # only the last node may cover fewer
                covered[-1] = (count - (pairs - 1) * 2 * width).to_bytes(8, "big")
            above = hasher.many("list-node", [n + a + b for n, a, b in zip(covered, level[::2], level[1::2], strict=False)])
            if len(level) % 2:
                above.append(level[-1])  # it stands alone and moves up as it is
            self._levels.append(above)
            level = above
            width *= 2
        self.root: bytes = level[0] if level else hasher.digest("list-node", bytes(8))
        """The digest over the whole list, 32 bytes."""

    def __len__(self) -> int:
        return self._count

    def path(self, index: int) -> ListPath:
        """The path of item `index`, which the caller knows to exist.

        Raises:
            Bug: if the list has no such item.
        """
        check(0 <= index < self._count, "a path is asked for an item of the list")
        siblings = []
        place = index
        for level in self._levels:
            beside = place ^ 1
            if beside < len(level):
                siblings.append(level[beside])
            place >>= 1
        return ListPath(self._count, index, tuple(siblings))


def list_root(hasher: Hasher, items: Sequence[bytes]) -> bytes:
    """The digest over the ordered list `items`, 32 bytes."""
    return ListTree(hasher, items).root


def verify_list_path(hasher: Hasher, root: bytes, item: bytes, path: ListPath, *, part: str = "path") -> None:
    """Hold that `item` stands at `path.index` of a list of `path.count` items whose digest is `root` (RFC 9162 §2.1.3.2).

    Raises:
        ProofFault: if it does not; the fault names `part`.
    """
    if not 0 <= path.index < path.count <= COUNT_MAX:
        raise IndexBeyondCount(part=part, index=path.index, count=path.count)
    turns = _turns(path.index, path.count)
    if len(path.siblings) != len(turns):
        raise SiblingsMiscounted(part=part, found=len(path.siblings), expected=len(turns))
    node = hasher.digest("list-leaf", item)
    for sibling, (covered, is_right) in zip(path.siblings, reversed(turns), strict=True):
        if len(sibling) != 32:  # a path made by hand: one length of node keeps the preimage unambiguous
            raise RootDiffers(part=part)
        pair = sibling + node if is_right else node + sibling
        node = hasher.digest("list-node", covered.to_bytes(8, "big") + pair)
    if node != root:
        raise RootDiffers(part=part)


def _turns(index: int, count: int) -> list[tuple[int, bool]]:
    """The way from the root down to leaf `index`: at each node how many leaves it covers, and whether the way goes right."""
    turns = []
    while count > 1:
        left = 1 << (count - 1).bit_length() - 1  # the largest power of two below count
        is_right = index >= left
        turns.append((count, is_right))
        if is_right:
            index -= left
            count -= left
        else:
            count = left
    return turns
