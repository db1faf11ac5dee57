"""Proofs about codes and bulks as one text, in canonical JSON: `{"in": path}`, `{"out": gap}` or `{"leaf": path with totals}`.

What the chain is handed are such texts; `require_code` and the others take them as they stand.
"""

from zhulian import canonical
from zhulian.crypto.hasher import Hasher
from zhulian.merkle.code_list import CodeGap, CodesRoot, read_root_text, verify_code, verify_no_code
from zhulian.merkle.errors import OtherProof, WrongMembers
from zhulian.merkle.list_tree import ListPath
from zhulian.merkle.sum_tree import SumPath, SumRoot, verify_sum_path

__all__ = ["PROOF_TEXT_MAX", "Proof", "proof_text", "read_proof_text", "require_code", "require_item", "require_no_code"]

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


def require_code(hasher: Hasher, codes: str, code: str, proof: str) -> None:
    """Hold that a code is one of a set.

    Raises:
        ProofFault: if the proof does not show it.
    """
    found = read_proof_text(proof)
    if not isinstance(found, ListPath):
        raise OtherProof(part=_PART)
    verify_code(hasher, CodesRoot.of_text(codes), code, found)


def require_no_code(hasher: Hasher, codes: str, code: str, proof: str) -> None:
    """Hold that a code is none of a set.

    Raises:
        ProofFault: if the proof does not show it.
    """
    found = read_proof_text(proof)
    if not isinstance(found, CodeGap):
        raise OtherProof(part=_PART)
    verify_no_code(hasher, CodesRoot.of_text(codes), code, found)


def require_item(hasher: Hasher, bulk: str, item: str, amount: int, proof: str) -> None:
    """Hold that an item stands in a bulk with this amount.

    Raises:
        ProofFault: if the proof does not show it.
    """
    found = read_proof_text(proof)
    if not isinstance(found, SumPath):
        raise OtherProof(part=_PART)
    verify_sum_path(hasher, SumRoot.of_text(bulk), item, amount, found)
