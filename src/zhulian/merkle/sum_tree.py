"""The sum tree: one digest over items with amounts, its count and total with it, and short paths for single items (docs/formats.md §21).

The shape is that of the list tree. A node hashes count and total of both its sides beside their digests, so no side can be given
another amount than it was hashed with; amounts are never negative and totals never leave the range of whole numbers, so no
item can take away from the total or make it wrap.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

from zhulian import canonical
from zhulian.canonical import INTEGER_MAX
from zhulian.crypto.hasher import Hasher
from zhulian.merkle.code_list import CODES_MAX, code_bytes, read_root_text
from zhulian.merkle.errors import (
    AmountUnfit,
    CodeTwice,
    IndexBeyondCount,
    RootDiffers,
    SiblingsMiscounted,
    TooManyItems,
    TooManySiblings,
    WrongMembers,
)
from zhulian.merkle.form import COUNT_MAX, parse_count, parse_digest, parse_members

__all__ = ["SumList", "SumPath", "SumRoot", "verify_sum_path"]

_CHUNK = 8192
_SIBLINGS_MAX = COUNT_MAX.bit_length()
_ROOT = frozenset(("count", "root", "total"))
_PATH = frozenset(("count", "index", "siblings"))
_SIBLING = frozenset(("root", "total"))


@dataclass(frozen=True, slots=True)
class SumRoot:
    """Items with amounts as they stand on a chain: how many there are said to be, what they come to, and the root, 32 bytes."""

    count: int
    root: bytes
    total: int

    def to_json(self) -> dict[str, Any]:
        """The members of its text."""
        return {"count": self.count, "root": self.root.hex(), "total": self.total}

    @property
    def text(self) -> str:
        """The root as one text, in canonical JSON."""
        return canonical.encode(self.to_json()).decode()

    @classmethod
    def of_text(cls, text: str, *, part: str = "bulk") -> Self:
        """Read the text.

        Raises:
            ProofMalformed: unless it is exactly what `text` writes.
        """
        members = parse_members(read_root_text(text, part), _ROOT, part=part, place="$")
        return cls(
            count=parse_count(members["count"], part=part, place="count"),
            root=parse_digest(members["root"], part=part, place="root"),
            total=parse_count(members["total"], part=part, place="total"),
        )


@dataclass(frozen=True, slots=True)
class SumPath:
    """Where one item stands: `index` of `count`, and the siblings from the leaf up, each with its digest and total."""

    count: int
    index: int
    siblings: tuple[tuple[bytes, int], ...]

    def to_json(self) -> dict[str, Any]:
        """The path as it stands in a proof."""
        siblings = [{"root": root.hex(), "total": total} for root, total in self.siblings]
        return {"count": self.count, "index": self.index, "siblings": siblings}

    @classmethod
    def from_json(cls, value: Any, *, part: str = "proof") -> Self:
        """Read a path.

        Raises:
            ProofMalformed.
        """
        members = parse_members(value, _PATH, part=part, place="$")
        siblings = members["siblings"]
        if type(siblings) is not list:
            raise WrongMembers(part=part, place="siblings")
        if len(siblings) > _SIBLINGS_MAX:
            raise TooManySiblings(part=part, place="siblings", most=_SIBLINGS_MAX)
        found = []
        for index, each in enumerate(siblings):
            place = f"siblings[{index}]"
            inner = parse_members(each, _SIBLING, part=part, place=place)
            root = parse_digest(inner["root"], part=part, place=place)
            found.append((root, parse_count(inner["total"], part=part, place=place)))
        return cls(
            count=parse_count(members["count"], part=part, place="count"),
            index=parse_count(members["index"], part=part, place="index"),
            siblings=tuple(found),
        )


class SumList:
    """All levels of the tree over items with amounts, sorted here by the bytes of the items."""

    def __init__(self, hasher: Hasher, items: Iterable[tuple[str, int]]) -> None:
        """Sort and hash the items.

        Raises:
            ItemUnfit, AmountUnfit, CodeTwice, TooManyItems.
        """
        pairs = sorted((code_bytes(item), amount) for item, amount in items)
        if len(pairs) > CODES_MAX:
            raise TooManyItems(count=len(pairs), most=CODES_MAX)
        total = 0
        for place, (item, amount) in enumerate(pairs):
            if place and pairs[place - 1][0] == item:
                raise CodeTwice(item=item.decode()[:80])
            if type(amount) is not int or amount < 0 or total + amount > INTEGER_MAX:
                raise AmountUnfit(item=item.decode()[:80])
            total += amount
        self._items = [item for item, _ in pairs]
        self.amounts = array("q", [amount for _, amount in pairs])
        """The amount of each item, in the order of the tree."""
        self._levels, self._totals = _levels(hasher, self._items, self.amounts)
        root = bytes(self._levels[-1]) or hasher.digest("sum-node", b"")
        self.root = SumRoot(len(pairs), root, total)
        """What stands on the chain."""

    def __len__(self) -> int:
        return len(self._items)

    def __contains__(self, item: object) -> bool:
        if not isinstance(item, str):
            return False
        data = item.encode("utf-8", "surrogatepass")
        place = bisect_left(self._items, data)
        return place < len(self._items) and self._items[place] == data

    @property
    def first(self) -> str:
        """The first item; the caller knows that there is one."""
        return self._items[0].decode()

    def amount(self, item: str) -> int:
        """The amount of an item.

        Raises:
            KeyError: if it is not there.
        """
        return self.amounts[self._place(item)]

    def path(self, item: str) -> SumPath:
        """The path of an item.

        Raises:
            KeyError: if it is not there.
        """
        index = place = self._place(item)
        siblings = []
        for level, totals in zip(self._levels, self._totals, strict=True):
            beside = place ^ 1
            if beside < len(totals):
                siblings.append((bytes(level[32 * beside : 32 * beside + 32]), totals[beside]))
            place >>= 1
        return SumPath(len(self._items), index, tuple(siblings))

    def _place(self, item: str) -> int:
        data = code_bytes(item)
        place = bisect_left(self._items, data)
        if place == len(self._items) or self._items[place] != data:
            raise KeyError(item)
        return place


def _u64(number: int) -> bytes:
    return number.to_bytes(8, "big")


def _levels(hasher: Hasher, items: list[bytes], amounts: "array[int]") -> tuple[list[bytearray], list["array[int]"]]:
    """The levels from the leaves up, the nodes of each side by side, and the totals of the nodes."""
    count, width = len(items), 1
    level, totals = bytearray(), amounts
    for start in range(0, count, _CHUNK):
        end = min(start + _CHUNK, count)
        level += b"".join(hasher.many("sum-leaf", [_u64(amounts[at]) + items[at] for at in range(start, end)]))
    levels, sums = [level], [totals]
    while len(totals) > 1:
        nodes = len(totals)
        above, added = bytearray(), array("q")
        for start in range(0, nodes // 2, _CHUNK):
            pairs = []
            for at in range(start, min(start + _CHUNK, nodes // 2)):
                right = min(width, count - width * (2 * at + 1))
                one, other = totals[2 * at], totals[2 * at + 1]
                pairs.append(_node(width, one, level[64 * at : 64 * at + 32], right, other, level[64 * at + 32 : 64 * at + 64]))
                added.append(one + other)
            above += b"".join(hasher.many("sum-node", pairs))
        if nodes % 2:  # it stands alone and moves up as it is
            above += level[-32:]
            added.append(totals[-1])
        levels.append(above)
        sums.append(added)
        level, totals, width = above, added, 2 * width
    return levels, sums


def _node(
    count: int, total: int, root: bytes | bytearray, other_count: int, other_total: int, other_root: bytes | bytearray
) -> bytes:
    return b"".join((_u64(count), _u64(total), root, _u64(other_count), _u64(other_total), other_root))


def verify_sum_path(hasher: Hasher, root: SumRoot, item: str, amount: int, path: SumPath, *, part: str = "proof") -> None:
    """Hold that an item with this amount stands under the root, whose count and total are those that its sides add up to.

    Raises:
        ProofFault: if the path does not show it.
    """
    if path.count != root.count or not 0 <= path.index < path.count <= COUNT_MAX:
        raise IndexBeyondCount(part=part, index=path.index, count=root.count)
    turns = _turns(path.index, path.count)
    if len(path.siblings) != len(turns):
        raise SiblingsMiscounted(part=part, found=len(path.siblings), expected=len(turns))
    if not 0 <= amount <= INTEGER_MAX:
        raise RootDiffers(part=part)
    total = amount
    node = hasher.digest("sum-leaf", _u64(amount) + item.encode("utf-8", "surrogatepass"))
    for (sibling, more), (left, right, is_right) in zip(path.siblings, reversed(turns), strict=True):
        if len(sibling) != 32 or not 0 <= more <= INTEGER_MAX - total:  # a negative side, or one that wraps, proves nothing
            raise RootDiffers(part=part)
        pair = _node(left, more, sibling, right, total, node) if is_right else _node(left, total, node, right, more, sibling)
        node = hasher.digest("sum-node", pair)
        total += more
    if node != root.root or total != root.total:
        raise RootDiffers(part=part)


def _turns(index: int, count: int) -> list[tuple[int, int, bool]]:
    """The way from the root down to leaf `index`: at each node the counts of both sides, and whether the way goes right."""
    turns = []
    while count > 1:
        left = 1 << (count - 1).bit_length() - 1
        is_right = index >= left
        turns.append((left, count - left, is_right))
        if is_right:
            index -= left
            count -= left
        else:
            count = left
    return turns
