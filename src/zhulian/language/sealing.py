"""Sealed groups: the commitment to several values at once, bound to where and by whom it is made (docs/formats.md §19)."""

from collections.abc import Mapping
from typing import Any, Final

from zhulian import canonical
from zhulian.crypto.hasher import Hasher
from zhulian.errors import check

__all__ = ["SALT_BYTES", "reveal_of", "sealed_commitment"]

SALT_BYTES: Final = 32


def sealed_commitment(
    hasher: Hasher, instance: str, record: str, group: str, party: str, salt: bytes, values: Mapping[str, Any]
) -> bytes:
    """`H("sealed", D(instance) ‖ D(record) ‖ D(group) ‖ D(party) ‖ salt ‖ D(jcs(values)))`, D being the plain digest of UTF-8.

    `record` is the type, a slash, and the key as it stands in state keys. `values` are all fields of the group in the form of the
    chain. Every part is of fixed length, so no two openings share a preimage, and nobody else's commitment fits another record,
    group or party.

    Raises:
        Refusal: if the values are no canonical JSON.
    """
    check(len(salt) == SALT_BYTES, "a salt has 32 bytes")
    plain = hasher.suite.digest
    named = b"".join([plain(each.encode()) for each in (instance, record, group, party)])
    return hasher.digest("sealed", named + salt + plain(canonical.encode(dict(values))))


def reveal_of(salt: bytes, values: Mapping[str, Any]) -> dict[str, Any]:
    """What an action that opens a group is handed under the group's name."""
    return {"salt": salt.hex(), "values": dict(values)}
