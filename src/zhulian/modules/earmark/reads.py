"""What guards and pages may ask about funds and gifts."""

from zhulian.language.lending import Arguments, ArgumentWrong, Caller, the_record
from zhulian.ledger.module import Block
from zhulian.ledger.overlay import StateView
from zhulian.modules.earmark.errors import NotPoured
from zhulian.modules.earmark.state import FUNDS, PLACES

__all__ = ["poured", "spent", "unspent_of"]


def poured(block: Block, state: StateView, caller: Caller, arguments: Arguments) -> int:
    """How much was poured into a fund, in the smallest unit."""
    fund = FUNDS.find(state, _name(arguments, "fund"))
    return 0 if fund is None else fund.poured


def spent(block: Block, state: StateView, caller: Caller, arguments: Arguments) -> int:
    """How much of a fund was spent, in the smallest unit."""
    fund = FUNDS.find(state, _name(arguments, "fund"))
    return 0 if fund is None else fund.spent


def unspent_of(block: Block, state: StateView, caller: Caller, arguments: Arguments) -> int:
    """How much of a gift is not spent yet, in the smallest unit.

    Raises:
        NotPoured.
    """
    name = _name(arguments, "gift")
    place = PLACES.find(state, name)
    fund = None if place is None else FUNDS.find(state, place.fund)
    if place is None or fund is None:
        raise NotPoured(record=name[:200])
    return min(place.amount, max(0, place.start + place.amount - fund.spent))


def _name(arguments: Arguments, name: str) -> str:
    record = the_record(arguments, name)
    if record is None:
        raise ArgumentWrong(name=name, wanted="record")
    return record.text
