"""Where a node keeps its anchors: one file each, and beside it the digests of the headers that it covers."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from zhulian.anchors.shapes import Anchor, ChainProof, CoSealProof, StampProof, canonical_bytes
from zhulian.files import write_atomically

__all__ = ["Entry", "Shelf"]

_NAME = re.compile(r"([0-9]{16})-([0-9]{16})-([a-z_]+)-([0-9a-f]{16})\.json")
_DIGEST = 32
_KINDS: dict[type, str] = {StampProof: "timestamp", ChainProof: "chain", CoSealProof: "co_seal"}


@dataclass(frozen=True, order=True)
class Entry:
    """An anchor on the shelf: what it covers, its kind, and the name of its file."""

    height: int
    first: int
    kind: str
    label: str
    name: str


class Shelf:
    """The folder `anchors/` of a home. Several processes read it; each file is there whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def entries(self) -> list[Entry]:
        """Everything on the shelf, the newest height first."""
        found = []
        if self._folder.is_dir():
            for each in self._folder.iterdir():
                match = _NAME.fullmatch(each.name)
                if match is not None:
                    found.append(Entry(int(match[1]), int(match[2]), match[3], match[4], each.name))
        return sorted(found, reverse=True)

    def covering(self, height: int) -> list[Entry]:
        """The anchors that cover `height`: of each maker's the one that came first, which dates it closest."""
        found: dict[tuple[str, str], Entry] = {}
        for each in reversed(self.entries()):
            if each.first <= height <= each.height:
                found.setdefault((each.kind, each.label), each)
        return sorted(found.values())

    def anchored(self, label: str) -> int:
        """Up to which height there is an anchor of this maker's; 0: none."""
        return max((each.height for each in self.entries() if each.label == label[:16]), default=0)

    def read(self, entry: Entry) -> tuple[Anchor, list[bytes]]:
        """An anchor, and the digests of the headers that it covers."""
        anchor = msgspec.json.decode((self._folder / entry.name).read_bytes(), type=Anchor)
        leaves = (self._folder / entry.name).with_suffix(".headers").read_bytes()
        return anchor, [leaves[at : at + _DIGEST] for at in range(0, len(leaves), _DIGEST)]

    def add(self, anchor: Anchor, digests: Sequence[bytes], label: str) -> Entry:
        """Put an anchor on the shelf; the first 16 hex digits of `label` tell its maker."""
        stated = anchor.statement
        kind = _KINDS[type(anchor.proof)]
        name = f"{stated.height:016d}-{stated.first:016d}-{kind}-{label[:16]}.json"
        write_atomically((self._folder / name).with_suffix(".headers"), b"".join(digests))
        write_atomically(self._folder / name, canonical_bytes(anchor) + b"\n")
        return Entry(stated.height, stated.first, kind, label[:16], name)
