"""What guards and pages may ask about deposits."""

from zhulian.language.lending import Arguments, Caller, the_text
from zhulian.ledger.module import Block
from zhulian.ledger.overlay import StateView
from zhulian.modules.evidence.state import DEPOSITS

__all__ = ["deposited"]


def deposited(block: Block, state: StateView, caller: Caller, arguments: Arguments) -> bool:
    """Whether a party has deposited a file, by its commitment or digest, and not withdrawn it."""
    found = DEPOSITS.find(state, the_text(arguments, "file"), the_text(arguments, "party"))
    return found is not None and found.withdrawn is None
