"""Whether a tree is a sound definition, and what may be checked in one block: the dear part of publishing, in one place."""

from zhulian.errors import Refusal
from zhulian.language.definition.check import Checked, check_definition
from zhulian.language.definition.errors import LanguageFaults
from zhulian.language.definition.limits import BYTES_MAX
from zhulian.language.definition.reading import Definition, load_definition
from zhulian.language.registry import Registry
from zhulian.ledger.module import Context
from zhulian.modules.scenario.limits import CHECKED_PER_BLOCK_MAX, TREE_BYTES_PER_STEP
from zhulian.modules.scenario.publishing.errors import BlockHasChecked, DefinitionFaulty, DigestDiffers, TreeTooLong
from zhulian.modules.scenario.state import CHECKED, CheckedHere

__all__ = ["check_tree", "faulty", "pay_for_check", "read_tree", "require_digest"]


def require_digest(context: Context, definition: str, data: bytes) -> None:
    """That the bytes are no longer than a definition may be and have the digest that was given.

    Raises:
        TreeTooLong, DigestDiffers.
    """
    if len(data) > BYTES_MAX:
        raise TreeTooLong(size=len(data), most=BYTES_MAX)
    found = context.block.hasher.digest("definition", data).hex()
    if found != definition:
        raise DigestDiffers(definition=definition, found=found)


def pay_for_check(context: Context, size: int) -> None:
    """Count the bytes against the block's share and the transaction's steps, so that they count even if it is refused.

    Raises:
        BlockHasChecked, StepsExceeded.
    """
    before = CHECKED.find(context.state)
    used = before.bytes if before is not None and before.height == context.block.height else 0
    if used + size > CHECKED_PER_BLOCK_MAX:
        raise BlockHasChecked(most=CHECKED_PER_BLOCK_MAX)
    context.state.charge(size // TREE_BYTES_PER_STEP)
    value = CheckedHere(bytes=used + size, height=context.block.height)
    context.apart("scenario", lambda part: CHECKED.set(part.state, value))


def read_tree(data: bytes) -> Definition:
    """The tree of exactly these bytes.

    Raises:
        DefinitionFaulty: if they are not RFC 8785, or no tree.
    """
    try:
        return load_definition(data)
    except Refusal as fault:
        raise faulty(fault) from None


def check_tree(definition: Definition, registry: Registry) -> Checked:
    """What the check learns of a sound definition.

    Raises:
        DefinitionFaulty: with the first fault.
    """
    try:
        return check_definition(definition, registry)
    except LanguageFaults as faults:
        raise faulty(faults) from None


def faulty(fault: Refusal) -> DefinitionFaulty:
    """A fault, or the first of several, as the one refusal of publishing."""
    first: Refusal = fault.found[0] if isinstance(fault, LanguageFaults) else fault
    return DefinitionFaulty(fault=first.code, path=str(first.fields.get("path", "$")), why=first.words())
