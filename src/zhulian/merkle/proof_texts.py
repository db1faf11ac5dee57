"""Proofs about codes and bulks as one text, in canonical JSON: `{"in": path}`, `{"out": gap}` or `{"leaf": path with totals}`."""

from zhulian import canonical
from zhulian.merkle.code_list import CodeGap, read_root_text
from zhulian.merkle.errors import WrongMembers
from zhulian.merkle.list_tree import ListPath
from zhulian.merkle.sum_tree import SumPath

__all__ = ["PROOF_TEXT_MAX", "Proof", "proof_text", "read_proof_text"]

PROOF_TEXT_MAX = 8192
"""The longest proof, in bytes: the two paths of a gap among a million codes need less than half."""
Proof = ListPath | CodeGap | SumPath
_PART = "proof"


def proof_text(proof: Proof) -> str:
    """The text of a proof, as inputs hold it."""
    match proof:
        case ListPath():
            return canonical.encode({"in": proof.to_json()}).decode()
        case CodeGap():
            return canonical.encode({"out": proof.to_json()}).decode()
        case SumPath():
            return canonical.encode({"leaf": proof.to_json()}).decode()


def read_proof_text(text: str) -> Proof:
    """Read the text of a proof.

    Raises:
        ProofMalformed: unless it is exactly what `proof_text` writes.
    """
    found = read_root_text(text, _PART, PROOF_TEXT_MAX)
    if type(found) is dict and len(found) == 1:
        ((kind, value),) = found.items()
        if kind == "in":
            return ListPath.from_json(value, part=_PART)
        if kind == "out":
            return CodeGap.from_json(value, part=_PART)
        if kind == "leaf":
            return SumPath.from_json(value, part=_PART)
    raise WrongMembers(part=_PART, place="$")
