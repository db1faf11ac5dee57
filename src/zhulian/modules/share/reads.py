"""What guards and pages may ask about grants."""

from zhulian.errors import Refusal
from zhulian.language.lending import Arguments, Caller, the_record, the_text
from zhulian.ledger.module import Block
from zhulian.ledger.overlay import StateView
from zhulian.modules.share.guards import judge_grant
from zhulian.modules.share.state import GRANTS, REVIEWS, Grant

__all__ = ["consented", "opened", "review_due", "scope_of"]


def scope_of(arguments: Arguments) -> str:
    """The scope that the record `of` is."""
    record = the_record(arguments, "of")
    return "" if record is None else record.text


def consented(block: Block, state: StateView, caller: Caller, arguments: Arguments) -> bool:
    """Whether a reader has a grant for the record that holds now for the purpose."""
    owner, reader = the_text(arguments, "owner"), the_text(arguments, "reader")
    try:
        judge_grant(_grant(state, arguments), owner, reader, the_text(arguments, "purpose"), (), block.time)
    except Refusal:
        return False
    return True


def opened(block: Block, state: StateView, caller: Caller, arguments: Arguments) -> int:
    """How often a reader has opened by its present grant for the record."""
    grant = _grant(state, arguments)
    return 0 if grant is None else grant.used


def review_due(block: Block, state: StateView, caller: Caller, arguments: Arguments) -> bool:
    """Whether an emergency opening by a reader waits for the owner's review."""
    return REVIEWS.has(state, the_text(arguments, "owner"), the_text(arguments, "reader"))


def _grant(state: StateView, arguments: Arguments) -> Grant | None:
    return GRANTS.find(state, the_text(arguments, "owner"), scope_of(arguments), the_text(arguments, "reader"))
