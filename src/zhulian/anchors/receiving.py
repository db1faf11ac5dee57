"""What a node takes from others: co-seals, held against its own genesis and headers before they go on the shelf."""

from collections.abc import Sequence
from typing import Any

from zhulian.anchors.errors import AnchorMalformed, NotOfThisHeader
from zhulian.anchors.shapes import Anchor, CoSealProof
from zhulian.anchors.statement import make_statement
from zhulian.anchors.verifying import read_anchor, verify_anchor
from zhulian.errors import Words
from zhulian.ledger.receipts import trust

__all__ = ["TAKEN_SPAN_MAX", "take_co_seal", "take_up"]

TAKEN_SPAN_MAX = 10_000
"""The most headers that a co-seal from elsewhere covers, since each of them is looked up."""


def take_co_seal(document: Any, genesis: bytes) -> Anchor:
    """A co-seal that holds by itself.

    Raises:
        AnchorFault: it is no anchor, no co-seal, covers too many headers, or does not hold.
    """
    anchor = read_anchor(document)
    if not isinstance(anchor.proof, CoSealProof):
        raise AnchorMalformed(why=Words("只接收见证签章", "only co-seals are taken from others"))
    stated = anchor.statement
    if stated.height - stated.first >= TAKEN_SPAN_MAX:
        why = Words(f"所涉区块头超过 {TAKEN_SPAN_MAX} 个", f"it covers more than {TAKEN_SPAN_MAX} headers")
        raise AnchorMalformed(why=why)
    verify_anchor(anchor, trust(genesis))
    return anchor


def take_up(anchor: Anchor, genesis: bytes, digests: Sequence[bytes]) -> None:
    """Hold that an anchor is of the headers that this node has.

    Raises:
        NotOfThisHeader.
    """
    stated = anchor.statement
    trusted = trust(genesis)
    if not digests or make_statement(trusted.hasher, trusted.chain, stated.first, digests) != stated:
        raise NotOfThisHeader(why=Words("与本节点的区块头不同", "this node has other headers there"))
