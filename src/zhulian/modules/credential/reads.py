"""What guards and pages may ask about standings and attestations."""

from zhulian.language.lending import Arguments, Caller, the_number, the_text
from zhulian.ledger.module import Block
from zhulian.ledger.overlay import StateView
from zhulian.modules.credential.guards import has_standing
from zhulian.modules.credential.state import ATTESTED

__all__ = ["attested", "holds"]


def holds(block: Block, state: StateView, caller: Caller, arguments: Arguments) -> bool:
    """Whether an organisation has a valid standing from another now."""
    return has_standing(state, the_text(arguments, "issuer"), the_text(arguments, "schema"), the_text(arguments, "holder"))


def attested(block: Block, state: StateView, caller: Caller, arguments: Arguments) -> bool:
    """Whether a verifier of this instance has attested that a predicate holds of a person, no longer than `max_age` ago (below 0: as 0)."""
    found = ATTESTED.find(state, caller.instance, the_text(arguments, "person"), the_text(arguments, "predicate"))
    return found is not None and block.time - found.time_ms // 1000 <= max(0, the_number(arguments, "max_age"))
