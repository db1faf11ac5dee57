"""Making statements over headers, and the path that shows one header below a statement's root."""

from collections.abc import Sequence

from zhulian.anchors.shapes import ATTACHED, SPAN_MAX, Anchor, Attached, AttachedAnchor, Statement, canonical_bytes
from zhulian.crypto import Hasher
from zhulian.errors import check
from zhulian.merkle import ListTree

__all__ = ["attach", "make_statement", "statement_data"]


def make_statement(hasher: Hasher, chain: str, first: int, digests: Sequence[bytes]) -> Statement:
    """The statement over the headers with these digests, the first of which has the height `first`; at most `SPAN_MAX`."""
    check(0 < len(digests) <= SPAN_MAX, "a statement covers some headers and not too many")
    root = ListTree(hasher, digests).root.hex()
    return Statement(chain=chain, first=first, header=digests[-1].hex(), height=first + len(digests) - 1, root=root)


def statement_data(hasher: Hasher, statement: Statement) -> bytes:
    """The bytes that are stamped, deposited elsewhere, or co-sealed."""
    return hasher.preimage("anchor", canonical_bytes(statement))


def attach(hasher: Hasher, chain: str, height: int, anchors: Sequence[tuple[Anchor, Sequence[bytes]]]) -> Attached:
    """What goes beside the receipt of `height`: anchors that cover it, each with the digests of all the headers it covers."""
    found = []
    for anchor, digests in anchors:
        path = ListTree(hasher, digests).path(height - anchor.statement.first)
        found.append(AttachedAnchor(anchor=anchor, path=path.to_json()))
    return Attached(anchors=found, chain=chain, format=ATTACHED, height=height)
