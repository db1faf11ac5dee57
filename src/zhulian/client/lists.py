"""Lists of codes and of items with amounts, which stay with whoever made them: their roots, and proofs of single entries.

What comes out are texts as inputs of the types `codes`, `bulk` and `proof` take them. Nothing is sent.
"""

from collections.abc import Iterable

from zhulian.client.core import Core
from zhulian.client.errors import NotInList
from zhulian.client.flow import Flow, work

__all__ = ["bulk_proof", "bulk_root", "code_proof", "codes_root"]


def codes_root(core: Core, codes: Iterable[str]) -> Flow[str]:
    """The root over up to a million codes, for an input of the type `codes`.

    Raises:
        ItemUnfit, CodeTwice, TooManyItems.
    """
    from zhulian.merkle.code_list import CodeList

    return (yield from work(lambda: CodeList(core.hasher, codes).root.text))


def code_proof(core: Core, codes: Iterable[str], code: str, *, absent: bool = False) -> Flow[str]:
    """The proof that a code is in the list, or with `absent` that it is not, for an input of the type `proof`.

    Raises:
        NotInList: it is the other way round. ItemUnfit, CodeTwice, TooManyItems.
    """
    return (yield from work(_code_proof, core, codes, code, absent))


def bulk_root(core: Core, items: Iterable[tuple[str, int]]) -> Flow[str]:
    """The root over up to a million items with amounts in the smallest unit, such as fen, for an input of the type `bulk`.

    Raises:
        ItemUnfit, AmountUnfit, CodeTwice, TooManyItems.
    """
    from zhulian.merkle.sum_tree import SumList

    return (yield from work(lambda: SumList(core.hasher, items).root.text))


def bulk_proof(core: Core, items: Iterable[tuple[str, int]], item: str) -> Flow[str]:
    """The proof that an item counts with its amount, for an input of the type `proof`.

    Raises:
        NotInList. ItemUnfit, AmountUnfit, CodeTwice, TooManyItems.
    """
    return (yield from work(_bulk_proof, core, items, item))


def _code_proof(core: Core, codes: Iterable[str], code: str, absent: bool) -> str:
    from zhulian.merkle.code_list import CodeList
    from zhulian.merkle.proof_texts import proof_text

    found = CodeList(core.hasher, codes)
    if (code in found) == absent:
        raise NotInList.of(code, there=absent)
    return proof_text(found.gap(code) if absent else found.path(code))


def _bulk_proof(core: Core, items: Iterable[tuple[str, int]], item: str) -> str:
    from zhulian.merkle.proof_texts import proof_text
    from zhulian.merkle.sum_tree import SumList

    found = SumList(core.hasher, items)
    if item not in found:
        raise NotInList.of(item, there=False)
    return proof_text(found.path(item))
