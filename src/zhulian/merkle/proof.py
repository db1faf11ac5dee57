"""Proofs that a key has a value in the state, or that it has none, and their verification (docs/formats.md §7)."""

from dataclasses import dataclass
from typing import Any, Self

from zhulian.crypto.hasher import Hasher
from zhulian.merkle.errors import LeafNotInTheWay, RootDiffers, TooManySiblings, WrongKindOfProof
from zhulian.merkle.form import parse_digest, parse_digests, parse_members

__all__ = ["DEPTH", "StateProof", "verify_absence", "verify_presence"]

DEPTH = 256
"""The depth of the state tree: the bits of a key digest, and the longest proof."""

_MEMBERS = frozenset(("siblings",))
_OPTIONAL = frozenset(("other",))
_OTHER = frozenset(("key", "value"))


@dataclass(frozen=True, slots=True)
class StateProof:
    """The 32-byte siblings from the root down, and for some absences the other leaf: its key digest and value digest."""

    siblings: tuple[bytes, ...]
    other: tuple[bytes, bytes] | None = None

    def to_json(self) -> dict[str, Any]:
        """The proof as it stands in a state fact."""
        value: dict[str, Any] = {"siblings": [sibling.hex() for sibling in self.siblings]}
        if self.other is not None:
            value["other"] = {"key": self.other[0].hex(), "value": self.other[1].hex()}
        return value

    @classmethod
    def from_json(cls, value: Any, *, part: str = "proof") -> Self:
        """Read a proof of a state fact, whose member `part` it is.

        Raises:
            ProofMalformed: for a missing or spare member, a wrong type, upper-case hex or a wrong length.
        """
        members = parse_members(value, _MEMBERS, part=part, place="$", optional=_OPTIONAL)
        other = None
        if "other" in members:
            leaf = parse_members(members["other"], _OTHER, part=part, place="other")
            other = (
                parse_digest(leaf["key"], part=part, place="other.key"),
                parse_digest(leaf["value"], part=part, place="other.value"),
            )
        return cls(parse_digests(members["siblings"], most=DEPTH, part=part, place="siblings"), other)


def verify_presence(hasher: Hasher, root: bytes, key: bytes, value: bytes, proof: StateProof, *, part: str = "proof") -> None:
    """Hold that `key` has `value` (canonical bytes both) in the state whose digest is `root`.

    Raises:
        ProofFault: if `proof` does not show it; the fault names `part`.
    """
    if proof.other is not None:
        raise WrongKindOfProof(part=part)
    key_digest = hasher.digest("state-key", key)
    leaf = hasher.digest("tree-leaf", key_digest + hasher.digest("state-value", value))
    _fold(hasher, root, key_digest, leaf, proof, part)


def verify_absence(hasher: Hasher, root: bytes, key: bytes, proof: StateProof, *, part: str = "proof") -> None:
    """Hold that `key` (canonical bytes) has no value in the state whose digest is `root`.

    Raises:
        ProofFault: if `proof` does not show it; the fault names `part`.
    """
    key_digest = hasher.digest("state-key", key)
    if proof.other is None:
        _fold(hasher, root, key_digest, bytes(32), proof, part)
        return
    other_key, other_value = proof.other
    if len(other_key) != 32 or len(other_value) != 32 or other_key == key_digest:
        raise LeafNotInTheWay(part=part)
    shared = 256 - (int.from_bytes(other_key, "big") ^ int.from_bytes(key_digest, "big")).bit_length()
    if shared < len(proof.siblings):
        raise LeafNotInTheWay(part=part)
    _fold(hasher, root, key_digest, hasher.digest("tree-leaf", other_key + other_value), proof, part)


def _fold(hasher: Hasher, root: bytes, key_digest: bytes, node: bytes, proof: StateProof, part: str) -> None:
    """Climb from `node`, which stands where `key_digest` leads after all siblings, and hold that the top is `root`."""
    depth = len(proof.siblings)
    if depth > DEPTH:
        raise TooManySiblings(part=part, place="siblings", most=DEPTH)
    turns = int.from_bytes(key_digest, "big") >> (DEPTH - depth)
    for sibling in reversed(proof.siblings):
        if len(sibling) != 32:  # a proof made by hand: one length of node keeps the preimage unambiguous
            raise RootDiffers(part=part)
        node = hasher.digest("tree-node", sibling + node if turns & 1 else node + sibling)
        turns >>= 1
    if node != root:
        raise RootDiffers(part=part)
