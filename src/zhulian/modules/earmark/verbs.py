"""How gifts are poured in and spent. Both verbs do constant work."""

from typing import NamedTuple

from msgspec.structs import replace

from zhulian.canonical import INTEGER_MAX
from zhulian.language.lending import Arguments, ArgumentWrong, Caller, the_number, the_record
from zhulian.ledger.collections import Map
from zhulian.ledger.module import Context
from zhulian.ledger.overlay import StateView
from zhulian.modules.earmark.errors import AlreadyPlaced, AmountUnfit, FundElsewhere, FundFull, SpentTooMuch
from zhulian.modules.earmark.events import PouredIn, SpentOn
from zhulian.modules.earmark.state import FUNDS, GIFTS, PLACES, SPENDINGS, Fund, Place, Stretch, number_text

__all__ = ["pour", "spend"]

_EMPTY = Fund(gifts=0, poured=0, spendings=0, spent=0)


class _Entry(NamedTuple):
    """What is to be entered: the fund and its line as it is, the record, and how long its stretch is."""

    fund: str
    line: Fund
    record: str
    amount: int


def pour(context: Context, caller: Caller, arguments: Arguments) -> None:
    """Take the next stretch of a fund's line for a gift (`fund`, `gift`, `amount`).

    Raises:
        FundElsewhere, AmountUnfit, AlreadyPlaced, FundFull.
    """
    # AUTHORIZE
    fund, gift = _own(caller, arguments, "fund"), _own(caller, arguments, "gift")

    # VALIDATE
    entry = _entry(context.state, fund, gift, arguments)
    start = entry.line.poured
    if start + entry.amount > INTEGER_MAX:
        raise FundFull(fund=fund)

    # APPLY
    _take(context, GIFTS, entry, start, entry.line.gifts)
    grown = replace(entry.line, gifts=entry.line.gifts + 1, poured=start + entry.amount)
    FUNDS.set(context.state, fund, value=grown)

    # EMIT
    context.emit(PouredIn(amount=entry.amount, fund=fund, gift=gift, start=start))


def spend(context: Context, caller: Caller, arguments: Arguments) -> None:
    """Take the next stretch of what was poured in for a spending (`fund`, `spending`, `amount`).

    Raises:
        FundElsewhere, AmountUnfit, AlreadyPlaced, SpentTooMuch.
    """
    # AUTHORIZE
    fund, spending = _own(caller, arguments, "fund"), _own(caller, arguments, "spending")

    # VALIDATE
    entry = _entry(context.state, fund, spending, arguments)
    start, left = entry.line.spent, entry.line.poured - entry.line.spent
    if entry.amount > left:
        raise SpentTooMuch(fund=fund, left=left, amount=entry.amount)

    # APPLY
    _take(context, SPENDINGS, entry, start, entry.line.spendings)
    grown = replace(entry.line, spendings=entry.line.spendings + 1, spent=start + entry.amount)
    FUNDS.set(context.state, fund, value=grown)

    # EMIT
    context.emit(SpentOn(amount=entry.amount, fund=fund, spending=spending, start=start))


def _entry(state: StateView, fund: str, record: str, arguments: Arguments) -> _Entry:
    amount = the_number(arguments, "amount")
    if amount <= 0:
        raise AmountUnfit(amount=amount)
    if PLACES.has(state, record):
        raise AlreadyPlaced(record=record)
    return _Entry(fund, FUNDS.find(state, fund) or _EMPTY, record, amount)


def _take(context: Context, stretches: Map[Stretch], entry: _Entry, start: int, number: int) -> None:
    stretch = Stretch(
        amount=entry.amount,
        height=context.block.height,
        record=entry.record,
        start=start,
        time_ms=context.block.time_ms,
        transaction=context.transaction,
    )
    stretches.set(context.state, entry.fund, number_text(number), value=stretch)
    place = Place(amount=entry.amount, fund=entry.fund, gift=stretches is GIFTS, number=number, start=start)
    PLACES.set(context.state, entry.record, value=place)


def _own(caller: Caller, arguments: Arguments, name: str) -> str:
    record = the_record(arguments, name)
    if record is None:
        raise ArgumentWrong(name=name, wanted="record")
    if record.instance != caller.instance:
        raise FundElsewhere(record=record.text[:200])
    return record.text
