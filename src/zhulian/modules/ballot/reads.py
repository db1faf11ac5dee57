"""What guards and pages may ask about votes."""

from zhulian.language.lending import Arguments, ArgumentWrong, Caller, the_number, the_record, the_text
from zhulian.ledger.module import Block
from zhulian.ledger.overlay import StateView
from zhulian.modules.ballot.errors import NotCounted
from zhulian.modules.ballot.state import BALLOTS, BOXES, Box

__all__ = ["ballots_in", "box_counted", "box_open", "result", "voted"]


def box_open(block: Block, state: StateView, caller: Caller, arguments: Arguments) -> bool:
    """Whether ballots can be cast."""
    box = _find(state, arguments)
    return box is not None and box.stage == "open"


def box_counted(block: Block, state: StateView, caller: Caller, arguments: Arguments) -> bool:
    """Whether the counts are proved and announced."""
    box = _find(state, arguments)
    return box is not None and box.stage == "counted"


def ballots_in(block: Block, state: StateView, caller: Caller, arguments: Arguments) -> int:
    """How many ballots lie in the box, those that were merged into it included."""
    box = _find(state, arguments)
    return 0 if box is None else box.ballots + box.merged


def voted(block: Block, state: StateView, caller: Caller, arguments: Arguments) -> bool:
    """Whether a voter has voted in the box."""
    return BALLOTS.has(state, _name(arguments), the_text(arguments, "voter"))


def result(block: Block, state: StateView, caller: Caller, arguments: Arguments) -> int:
    """How many ballots mark a choice, counted from 1.

    Raises:
        NotCounted: before the counts are announced, or if there is no such choice.
    """
    box, choice = _find(state, arguments), the_number(arguments, "choice")
    if box is None or box.stage != "counted" or not 1 <= choice <= box.choices:
        raise NotCounted(box=_name(arguments)[:200], choice=choice)
    return box.counts[choice - 1]


def _find(state: StateView, arguments: Arguments) -> Box | None:
    return BOXES.find(state, _name(arguments))


def _name(arguments: Arguments) -> str:
    record = the_record(arguments, "box")
    if record is None:
        raise ArgumentWrong(name="box", wanted="record")
    return record.text
