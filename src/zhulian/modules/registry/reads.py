"""What guards and pages may ask about numbers."""

from zhulian.language.lending import Arguments, Caller, the_text
from zhulian.ledger.module import Block
from zhulian.ledger.overlay import StateView
from zhulian.modules.registry.folding import claim_digest
from zhulian.modules.registry.state import CLAIMS

__all__ = ["taken"]


def taken(block: Block, state: StateView, caller: Caller, arguments: Arguments) -> bool:
    """Whether a number of an issuer is taken in a space.

    Raises:
        NothingToCompare.
    """
    space = the_text(arguments, "space")
    digest = claim_digest(block.hasher, space, the_text(arguments, "issuer"), the_text(arguments, "number"))
    return CLAIMS.has(state, space, digest)
