"""Whether a tree is a sound definition, and what may be checked in one block: the dear part of publishing, in one place."""

from zhulian.errors import Refusal
from zhulian.language.definition.errors import LanguageFaults
from zhulian.language.definition.limits import BYTES_MAX, WORK_MAX
from zhulian.language.definition.reading import Definition, load_definition
from zhulian.language.definition.work import Work
from zhulian.ledger.module import Context
from zhulian.modules.scenario.limits import TREE_BYTES_PER_STEP, checked_per_block_max
from zhulian.modules.scenario.publishing.errors import BlockHasChecked, DefinitionFaulty, DigestDiffers, TreeTooLong
from zhulian.modules.scenario.state import CHECKED, CheckedHere

__all__ = ["Paid", "faulty", "read_tree", "require_digest"]


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


class Paid:
    """What a check takes, counted against what one block may spend on checks; it counts even if the transaction is refused."""

    def __init__(self, context: Context) -> None:
        """Begin; nothing may be written before.

        Raises:
            BlockHasChecked: if nothing is left for definitions in this block.
        """
        before = CHECKED.find(context.state)
        self._context = context
        self._used = before.steps if before is not None and before.height == context.block.height else 0
        self._most = checked_per_block_max(context.block.rules.limits)
        if self._used >= self._most:
            raise BlockHasChecked(most=self._most)
        self.work = Work(min(WORK_MAX, self._most - self._used))

    def settle(self) -> None:
        """Write down and charge what was spent."""
        value = CheckedHere(height=self._context.block.height, steps=self._used + self.work.steps)
        self._context.state.charge_block(self.work.steps)
        self._context.apart("scenario", lambda part: CHECKED.set(part.state, value))

    def says(self, faults: LanguageFaults) -> Refusal:
        """What the publisher is told: the first fault, or that this block had too little left."""
        if self.work.steps > self.work.most and self._used:
            return BlockHasChecked(most=self._most)
        return faulty(faults)


def read_tree(context: Context, data: bytes) -> Definition:
    """The tree of exactly these bytes; reading it is paid for by their number.

    Raises:
        DefinitionFaulty: if they are not RFC 8785, or no tree. StepsExceeded.
    """
    context.state.charge(len(data) // TREE_BYTES_PER_STEP)
    try:
        return load_definition(data)
    except Refusal as fault:
        raise faulty(fault) from None


def faulty(fault: Refusal) -> DefinitionFaulty:
    """A fault, or the first of several, as the one refusal of publishing."""
    first: Refusal = fault.found[0] if isinstance(fault, LanguageFaults) else fault
    return DefinitionFaulty(fault=first.code, path=str(first.fields.get("path", "$")), why=first.words())
