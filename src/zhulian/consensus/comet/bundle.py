"""Transactions that travel together: one entry of the engine's mempool for many, so that its cost for each entry is shared.

A bundle lives in mempools only. Blocks hold single transactions; a bundle in a block would be no transaction and make it invalid.
"""

from collections.abc import Sequence

__all__ = ["BUNDLE_BYTES_MAX", "BUNDLE_COUNT_MAX", "decode_bundle", "encode_bundle", "is_bundle"]

BUNDLE_BYTES_MAX = 200 * 1024
"""Below what one entry of the mempool may have. A transaction that is longer than the rest leaves room for travels alone."""
BUNDLE_COUNT_MAX = 64
"""One bundle is screened in one go: some milliseconds, after which consensus calls have their turn."""
_PREFIX = b"zhulian/bundle/1\n"
_LENGTH = 4


def is_bundle(raw: bytes) -> bool:
    """Whether an entry of the mempool holds several transactions."""
    return raw.startswith(_PREFIX)


def encode_bundle(raws: Sequence[bytes]) -> bytes:
    """The entry of these transactions; one alone stays as it is."""
    if len(raws) == 1:
        return raws[0]
    return _PREFIX + b"".join(len(raw).to_bytes(_LENGTH, "big") + raw for raw in raws)


def decode_bundle(entry: bytes) -> list[bytes] | None:
    """The transactions of an entry; None where its form is wrong. An entry that is no bundle is one transaction."""
    if not is_bundle(entry):
        return [entry]
    found: list[bytes] = []
    at = len(_PREFIX)
    while at < len(entry):
        start = at + _LENGTH
        at = start + int.from_bytes(entry[at:start], "big")
        if at > len(entry) or at == start or len(found) == BUNDLE_COUNT_MAX:
            return None
        found.append(entry[start:at])
    return found or None
