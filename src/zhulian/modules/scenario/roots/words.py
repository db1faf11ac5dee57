"""What guards may ask of codes and bulks (docs/scenario-language.md §12): whether a proof shows one item, and what a root says of itself."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from zhulian.crypto import Hasher
from zhulian.language.expressions.tree import Value
from zhulian.merkle.code_list import CodesRoot
from zhulian.merkle.errors import ProofFault
from zhulian.merkle.proof_texts import require_code, require_item, require_no_code
from zhulian.merkle.sum_tree import SumRoot

__all__ = ["READS"]


def _shows(require: Callable[..., None]) -> Callable[[Hasher, tuple[Any, ...]], bool]:
    """Whether a proof shows what is asked; one that does not is no reason to refuse by itself."""

    def read(hasher: Hasher, arguments: tuple[Any, ...]) -> bool:
        try:
            require(hasher, *arguments)
        except ProofFault:
            return False
        return True

    return read


def _codes_count(hasher: Hasher, arguments: tuple[Any, ...]) -> int:
    return CodesRoot.of_text(arguments[0]).count


def _bulk_count(hasher: Hasher, arguments: tuple[Any, ...]) -> int:
    return SumRoot.of_text(arguments[0]).count


def _bulk_total(hasher: Hasher, arguments: tuple[Any, ...]) -> int:
    return SumRoot.of_text(arguments[0]).total


READS: Final[Mapping[str, Callable[[Hasher, tuple[Any, ...]], Value]]] = MappingProxyType(
    {
        "in_codes": _shows(require_code),
        "not_in_codes": _shows(require_no_code),
        "codes_count": _codes_count,
        "in_bulk": _shows(require_item),
        "bulk_count": _bulk_count,
        "bulk_total": _bulk_total,
    }
)
"""By name; the words themselves stand in the kernel's registry. What they take was judged when it was handed in."""
