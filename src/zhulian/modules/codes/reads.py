"""What guards and pages may ask about codes."""

from zhulian.language.lending import Arguments, ArgumentWrong, Caller, the_record, the_text
from zhulian.ledger.module import Block
from zhulian.ledger.overlay import StateView
from zhulian.merkle.errors import ProofFault
from zhulian.merkle.proof_texts import require_code
from zhulian.modules.codes.state import BATCHES, MARKS, QUOTAS, Mark

__all__ = ["activated", "activated_in", "codes_left", "in_batch", "sealed_count", "suspected", "touched", "touched_in"]


def in_batch(block: Block, state: StateView, caller: Caller, arguments: Arguments) -> bool:
    """Whether a proof shows that a code is of a batch."""
    there = BATCHES.find(state, _name(arguments, "batch"))
    if there is None:
        return False
    try:
        require_code(block.hasher, there.codes, the_text(arguments, "code"), the_text(arguments, "proof"))
    except ProofFault:
        return False
    return True


def activated(block: Block, state: StateView, caller: Caller, arguments: Arguments) -> bool:
    """Whether a code is used up."""
    mark = _mark(state, arguments)
    return mark is not None and bool(mark.activated)


def suspected(block: Block, state: StateView, caller: Caller, arguments: Arguments) -> bool:
    """Whether a code must have been copied."""
    mark = _mark(state, arguments)
    return mark is not None and bool(mark.suspicion)


def touched(block: Block, state: StateView, caller: Caller, arguments: Arguments) -> int:
    """How often a code was touched."""
    mark = _mark(state, arguments)
    return 0 if mark is None else mark.touches


def touched_in(block: Block, state: StateView, caller: Caller, arguments: Arguments) -> int:
    """How many codes of a batch were touched."""
    there = BATCHES.find(state, _name(arguments, "batch"))
    return 0 if there is None else there.touched


def activated_in(block: Block, state: StateView, caller: Caller, arguments: Arguments) -> int:
    """How many codes of a batch were activated."""
    there = BATCHES.find(state, _name(arguments, "batch"))
    return 0 if there is None else there.activated


def sealed_count(block: Block, state: StateView, caller: Caller, arguments: Arguments) -> int:
    """How many codes a batch has at most; 0 before it is sealed."""
    there = BATCHES.find(state, _name(arguments, "batch"))
    return 0 if there is None else there.count


def codes_left(block: Block, state: StateView, caller: Caller, arguments: Arguments) -> int:
    """How many codes may still be sealed under a quota."""
    there = QUOTAS.find(state, _name(arguments, "quota"))
    return 0 if there is None else there.allowed - there.sealed


def _mark(state: StateView, arguments: Arguments) -> Mark | None:
    return MARKS.find(state, _name(arguments, "batch"), the_text(arguments, "code"))


def _name(arguments: Arguments, name: str) -> str:
    record = the_record(arguments, name)
    if record is None:
        raise ArgumentWrong(name=name, wanted="record")
    return record.text
