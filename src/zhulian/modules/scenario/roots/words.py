"""What guards may ask of codes and bulks (docs/scenario-language.md §9): whether a proof shows one item, and what a root says of itself."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from zhulian.crypto import Hasher
from zhulian.language.expressions.tree import Value
from zhulian.merkle.code_list import CodeGap, CodesRoot, verify_code, verify_no_code
from zhulian.merkle.errors import ProofFault
from zhulian.merkle.list_tree import ListPath
from zhulian.merkle.proof_texts import read_proof_text
from zhulian.merkle.sum_tree import SumPath, SumRoot, verify_sum_path

__all__ = ["READS"]


def _in_codes(hasher: Hasher, arguments: tuple[Any, ...]) -> bool:
    codes, code, proof = arguments
    path = read_proof_text(proof)
    try:
        if not isinstance(path, ListPath):
            return False
        verify_code(hasher, CodesRoot.of_text(codes), code, path)
    except ProofFault:
        return False
    return True


def _not_in_codes(hasher: Hasher, arguments: tuple[Any, ...]) -> bool:
    codes, code, proof = arguments
    gap = read_proof_text(proof)
    try:
        if not isinstance(gap, CodeGap):
            return False
        verify_no_code(hasher, CodesRoot.of_text(codes), code, gap)
    except ProofFault:
        return False
    return True


def _in_bulk(hasher: Hasher, arguments: tuple[Any, ...]) -> bool:
    bulk, item, amount, proof = arguments
    path = read_proof_text(proof)
    try:
        if not isinstance(path, SumPath):
            return False
        verify_sum_path(hasher, SumRoot.of_text(bulk), item, amount, path)
    except ProofFault:
        return False
    return True


def _codes_count(hasher: Hasher, arguments: tuple[Any, ...]) -> int:
    return CodesRoot.of_text(arguments[0]).count


def _bulk_count(hasher: Hasher, arguments: tuple[Any, ...]) -> int:
    return SumRoot.of_text(arguments[0]).count


def _bulk_total(hasher: Hasher, arguments: tuple[Any, ...]) -> int:
    return SumRoot.of_text(arguments[0]).total


READS: Final[Mapping[str, Callable[[Hasher, tuple[Any, ...]], Value]]] = MappingProxyType(
    {
        "in_codes": _in_codes,
        "not_in_codes": _not_in_codes,
        "codes_count": _codes_count,
        "in_bulk": _in_bulk,
        "bulk_count": _bulk_count,
        "bulk_total": _bulk_total,
    }
)
"""By name; the words themselves stand in the kernel's registry. What they take was judged when it was handed in."""
