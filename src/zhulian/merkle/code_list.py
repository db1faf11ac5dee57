"""Codes by the million under one root: a list tree over texts in the order of their bytes, each once (docs/formats.md §20).

A path shows that a code is in the list; two neighbours that it would stand between show that it is not. Neither shows that
whoever made the root kept the order: two neighbours out of order show that it was not kept.
"""

import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Self

from zhulian import canonical
from zhulian.crypto.hasher import Hasher
from zhulian.errors import Refusal, check
from zhulian.merkle.errors import CodeTwice, IndexBeyondCount, ItemUnfit, NotNeighbours, TooManyItems, WrongMembers
from zhulian.merkle.form import parse_count, parse_digest, parse_members
from zhulian.merkle.list_tree import ListPath, verify_list_path

__all__ = [
    "CODES_MAX", "CODE_BYTES_MAX", "ROOT_TEXT_MAX", "CodeGap", "CodeList", "CodesRoot", "code_bytes", "read_root_text", "verify_code",
    "verify_no_code",
]  # fmt: skip

CODES_MAX = 1_000_000
"""The most codes under one root."""
CODE_BYTES_MAX = 256
"""The longest code, in bytes of UTF-8."""
ROOT_TEXT_MAX = 256
"""The longest text of a root, in bytes."""
_CHUNK = 8192
"""How many nodes are hashed at once: it bounds the memory that building takes beside the tree itself."""
_ROOT = frozenset(("count", "root"))
_GAP = frozenset(("left", "right"))
_SIDE = frozenset(("code", "path"))


def code_bytes(code: str) -> bytes:
    """The bytes of a code, by which codes are sorted.

    Raises:
        ItemUnfit: if it is empty, too long, or not in normal form.
    """
    data = code.encode("utf-8", "surrogatepass")
    if not 0 < len(data) <= CODE_BYTES_MAX or not unicodedata.is_normalized("NFC", code) or _has_surrogate(code):
        raise ItemUnfit(item=code[:40].encode("utf-8", "replace").decode(), most=CODE_BYTES_MAX)
    return data


def _has_surrogate(code: str) -> bool:
    return not code.isascii() and any("\ud800" <= each <= "\udfff" for each in code)


@dataclass(frozen=True, slots=True)
class CodesRoot:
    """A set of codes as it stands on a chain: how many there are said to be, and the root, 32 bytes."""

    count: int
    root: bytes

    def to_json(self) -> dict[str, Any]:
        """The members of its text."""
        return {"count": self.count, "root": self.root.hex()}

    @property
    def text(self) -> str:
        """The set as one text, in canonical JSON."""
        return canonical.encode(self.to_json()).decode()

    @classmethod
    def of_text(cls, text: str, *, part: str = "codes") -> Self:
        """Read the text.

        Raises:
            ProofMalformed: unless it is exactly what `text` writes.
        """
        members = parse_members(read_root_text(text, part), _ROOT, part=part, place="$")
        count = parse_count(members["count"], part=part, place="count")
        return cls(count, parse_digest(members["root"], part=part, place="root"))


def read_root_text(text: str, part: str, most: int = ROOT_TEXT_MAX) -> Any:
    """The JSON that a text of a root or proof holds.

    Raises:
        ProofMalformed: if it is too long, or no canonical JSON.
    """
    try:
        return canonical.decode(text.encode("utf-8", "surrogatepass"), most)
    except Refusal:
        raise WrongMembers(part=part, place="$") from None


@dataclass(frozen=True, slots=True)
class CodeGap:
    """Where an absent code would stand: its neighbours in the list with their paths; None where there is none on that side."""

    left: tuple[str, ListPath] | None
    right: tuple[str, ListPath] | None

    def to_json(self) -> dict[str, Any]:
        """The gap as it stands in a proof."""
        sides = {"left": self.left, "right": self.right}
        return {name: None if side is None else {"code": side[0], "path": side[1].to_json()} for name, side in sides.items()}

    @classmethod
    def from_json(cls, value: Any, *, part: str = "proof") -> Self:
        """Read a gap.

        Raises:
            ProofMalformed.
        """
        members = parse_members(value, _GAP, part=part, place="$")
        return cls(_side(members["left"], part, "left"), _side(members["right"], part, "right"))


def _side(value: Any, part: str, place: str) -> tuple[str, ListPath] | None:
    if value is None:
        return None
    members = parse_members(value, _SIDE, part=part, place=place)
    code = members["code"]
    if type(code) is not str or not 0 < len(code) <= CODE_BYTES_MAX:
        raise WrongMembers(part=part, place=f"{place}.code")
    return code, ListPath.from_json(members["path"], part=part)


class CodeList:
    """All levels of the tree over `codes`, sorted here, each level in one piece of memory: 64 bytes a code beside the codes."""

    def __init__(self, hasher: Hasher, codes: Iterable[str]) -> None:
        """Sort and hash the codes.

        Raises:
            ItemUnfit, CodeTwice, TooManyItems.
        """
        self._codes = found = sorted(code_bytes(each) for each in codes)
        if len(found) > CODES_MAX:
            raise TooManyItems(count=len(found), most=CODES_MAX)
        for before, each in pairwise(found):
            if before == each:
                raise CodeTwice(item=each.decode()[:80])
        self._levels = packed_levels(hasher, found)
        root = bytes(self._levels[-1]) or hasher.digest("list-node", bytes(8))
        self.root = CodesRoot(len(found), root)
        """What stands on the chain."""

    def __len__(self) -> int:
        return len(self._codes)

    def __iter__(self) -> Iterator[str]:
        """The codes in their order."""
        return (each.decode() for each in self._codes)

    def path(self, code: str) -> ListPath:
        """The path of a code of the list.

        Raises:
            KeyError: if the list does not have it.
        """
        data = code_bytes(code)
        place = self._place(data)
        if place == len(self._codes) or self._codes[place] != data:
            raise KeyError(code)
        return self._path(place)

    def gap(self, code: str) -> CodeGap:
        """The neighbours of a code that the list does not have.

        Raises:
            KeyError: if the list has it.
        """
        data = code_bytes(code)
        place = self._place(data)
        if place < len(self._codes) and self._codes[place] == data:
            raise KeyError(code)
        return CodeGap(self._at(place - 1) if place else None, self._at(place) if place < len(self._codes) else None)

    def around(self, code: str) -> CodeGap:
        """The neighbours of a code that the list has: no gap, and so no proof of absence.

        Raises:
            KeyError: if the list does not have it.
        """
        at = self.path(code).index
        return CodeGap(self._at(at - 1) if at else None, self._at(at + 1) if at + 1 < len(self._codes) else None)

    def __contains__(self, code: object) -> bool:
        if not isinstance(code, str):
            return False
        data = code.encode("utf-8", "surrogatepass")
        place = self._place(data)
        return place < len(self._codes) and self._codes[place] == data

    def _at(self, index: int) -> tuple[str, ListPath]:
        return self._codes[index].decode(), self._path(index)

    def _place(self, data: bytes) -> int:
        return bisect_left(self._codes, data)

    def _path(self, index: int) -> ListPath:
        check(0 <= index < len(self._codes), "a path is asked for a code of the list")
        siblings = []
        place = index
        for level in self._levels:
            beside = place ^ 1
            if 32 * beside < len(level):
                siblings.append(bytes(level[32 * beside : 32 * beside + 32]))
            place >>= 1
        return ListPath(len(self._codes), index, tuple(siblings))


def packed_levels(hasher: Hasher, items: Sequence[bytes]) -> list[bytearray]:
    """The levels of a list tree from the leaves up, the nodes of each side by side."""
    count, width = len(items), 1
    level = bytearray()
    for start in range(0, count, _CHUNK):
        level += b"".join(hasher.many("list-leaf", items[start : start + _CHUNK]))
    levels = [level]
    while len(level) > 32:
        nodes = len(level) // 32
        above = bytearray()
        for start in range(0, nodes // 2, _CHUNK):
            end = min(start + _CHUNK, nodes // 2)
            pairs = [
                min(2 * width, count - 2 * width * at).to_bytes(8, "big") + level[64 * at : 64 * at + 64]
                for at in range(start, end)
            ]
            above += b"".join(hasher.many("list-node", pairs))
        if nodes % 2:
            above += level[-32:]  # it stands alone and moves up as it is
        levels.append(above)
        level, width = above, 2 * width
    return levels


def verify_code(hasher: Hasher, root: CodesRoot, code: str, path: ListPath, *, part: str = "proof") -> None:
    """Hold that a code stands in the list.

    Raises:
        ProofFault: if the path does not show it.
    """
    if path.count != root.count:
        raise IndexBeyondCount(part=part, index=path.index, count=root.count)
    verify_list_path(hasher, root.root, code.encode("utf-8", "surrogatepass"), path, part=part)


def verify_no_code(hasher: Hasher, root: CodesRoot, code: str, gap: CodeGap, *, part: str = "proof") -> None:
    """Hold that a code does not stand in the list, if the list is in order: its neighbours stand side by side.

    Raises:
        ProofFault: if the gap does not show it.
    """
    data = code.encode("utf-8", "surrogatepass")
    before, behind = -1, root.count  # the places beyond both ends
    if gap.left is not None:
        verify_code(hasher, root, *gap.left, part=part)
        before = gap.left[1].index
        if not gap.left[0].encode("utf-8", "surrogatepass") < data:
            raise NotNeighbours(part=part)
    if gap.right is not None:
        verify_code(hasher, root, *gap.right, part=part)
        behind = gap.right[1].index
        if not data < gap.right[0].encode("utf-8", "surrogatepass"):
            raise NotNeighbours(part=part)
    if before + 1 != behind:
        raise NotNeighbours(part=part)
    if root.count == 0 and root.root != hasher.digest("list-node", bytes(8)):
        raise NotNeighbours(part=part)
