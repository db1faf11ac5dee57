"""What a block commits to: roots over transactions, results and sealers, the header's digest, and what a seal signs."""

from collections.abc import Sequence

import msgspec

from zhulian import canonical
from zhulian.crypto import Hasher
from zhulian.ledger.types import Header, Ran, Result, Sealer
from zhulian.merkle import ListTree, list_root

__all__ = [
    "header_digest",
    "result_bytes",
    "result_tree",
    "seal_preimage",
    "sealers_root",
    "transaction_leaf",
    "transaction_tree",
]

_encode = msgspec.json.Encoder(order="sorted").encode


def transaction_leaf(hasher: Hasher, transaction: str, keys: Sequence[str]) -> bytes:
    """The leaf of `transactions_root`: transaction id, then the digest of the accepted keys; 64 bytes."""
    return bytes.fromhex(transaction) + hasher.digest("accepted", _encode(list(keys)))


def transaction_tree(hasher: Hasher, results: Sequence[Result]) -> ListTree:
    """The list tree under `transactions_root`."""
    keys = [_encode(each.keys) for each in results]
    kinds = list(dict.fromkeys(keys))  # few: whoever sends much signs with the same keys
    accepted = dict(zip(kinds, hasher.many("accepted", kinds), strict=True))
    leaves = [bytes.fromhex(each.transaction) + accepted[key] for each, key in zip(results, keys, strict=True)]
    return ListTree(hasher, leaves)


def result_bytes(result: Result | Ran) -> bytes:
    """The canonical bytes of a result, which are its leaf in `results_root`."""
    return _encode(result)


def result_tree(hasher: Hasher, results: Sequence[bytes]) -> ListTree:
    """The list tree under `results_root`, over canonical bytes: the transactions' results, then what ran by itself."""
    return ListTree(hasher, results)


def sealers_root(hasher: Hasher, sealers: Sequence[Sealer]) -> bytes:
    """The root over a sealer set, which must be sorted by name."""
    return list_root(hasher, [_encode(each) for each in sealers])


def header_digest(hasher: Hasher, header: Header) -> bytes:
    """The digest of a header, 32 bytes."""
    return hasher.digest("header", _encode(header))


def seal_preimage(hasher: Hasher, digest: bytes, time_ms: int) -> bytes:
    """The bytes that a sealer signs: the header's digest and its own clock, in Unix milliseconds."""
    return hasher.preimage("seal", canonical.encode({"header": digest.hex(), "time_ms": time_ms}))
