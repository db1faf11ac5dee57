"""What can be done with assets. Each verb does constant work, however many owners a class has; an amount of 0 does nothing."""

from zhulian.canonical import INTEGER_MAX
from zhulian.language.lending import Arguments, Caller, the_number
from zhulian.ledger.module import Context
from zhulian.modules.asset.book import ONE, PAYOUTS_MAX, Account, Book, is_record, set_aside_for
from zhulian.modules.asset.errors import Insufficient, NegativeAmount, NobodyHolds, RestNotParty, SupplyTooLarge, TooManyPayouts
from zhulian.modules.asset.events import Collected, Distributed, Issued, Retired, Transferred
from zhulian.modules.asset.names import class_of, own_class_of, touched_owner

__all__ = ["collect_share", "distribute", "issue", "retire", "transfer"]


def issue(context: Context, caller: Caller, arguments: Arguments) -> None:
    """Bring units of an own class into being at an owner (`asset`, `of`, `to`, `amount`).

    Raises:
        ClassOfAnother, WrongRecord, RecordElsewhere, NotAnOwner, NegativeAmount, SupplyTooLarge.
    """
    # AUTHORIZE
    key = own_class_of(caller, arguments, "issue")

    # VALIDATE
    owner = touched_owner(caller, arguments, "to")
    amount = _amount(arguments)
    book = Book(context.state)
    sheet = book.sheet(key)
    if sheet.supply + amount > INTEGER_MAX:
        raise SupplyTooLarge(asset=key[1], supply=sheet.supply, amount=amount, most=INTEGER_MAX)
    if not amount:
        return

    # APPLY
    sheet.issue(amount)
    book.account(sheet, owner).add(amount)
    book.save(context.state)

    # EMIT
    context.emit(Issued(amount=amount, asset=key[1], instance=key[0], of=key[2], owner=owner))


def transfer(context: Context, caller: Caller, arguments: Arguments) -> None:
    """Move units from one owner to another (`asset`, `of`, `from`, `to`, `amount`); who signs is the kernel's to ask.

    Raises:
        WrongRecord, RecordElsewhere, NotAnOwner, NegativeAmount, Insufficient.
    """
    # AUTHORIZE
    giver, taker = touched_owner(caller, arguments, "from"), touched_owner(caller, arguments, "to")

    # VALIDATE
    key = class_of(arguments)
    book = Book(context.state)
    sheet = book.sheet(key)
    payer = book.account(sheet, giver)
    amount = _covered(caller, payer, _amount(arguments))
    if not amount:
        return

    # APPLY
    payer.add(-amount)
    book.account(sheet, taker).add(amount)
    book.leave(payer)
    book.save(context.state)

    # EMIT
    context.emit(Transferred(amount=amount, asset=key[1], from_owner=giver, instance=key[0], of=key[2], to_owner=taker))


def retire(context: Context, caller: Caller, arguments: Arguments) -> None:
    """Let units of an own class cease to be (`asset`, `of`, `from`, `amount`).

    Raises:
        ClassOfAnother, WrongRecord, RecordElsewhere, NotAnOwner, NegativeAmount, Insufficient.
    """
    # AUTHORIZE
    key = own_class_of(caller, arguments, "retire")

    # VALIDATE
    owner = touched_owner(caller, arguments, "from")
    book = Book(context.state)
    sheet = book.sheet(key)
    holder = book.account(sheet, owner)
    amount = _covered(caller, holder, _amount(arguments))
    if not amount:
        return

    # APPLY
    holder.add(-amount)
    sheet.issue(-amount)
    book.leave(holder)
    book.save(context.state)

    # EMIT
    context.emit(Retired(amount=amount, asset=key[1], instance=key[0], of=key[2], owner=owner))


def distribute(context: Context, caller: Caller, arguments: Arguments) -> None:
    """Set `amount` of the class `pay` aside for all who hold the own class `asset` now, in proportion to their units.

    `from` pays; `rest` is the party that gets the fractions of a unit that holders leave behind. Nobody is paid here: each collects.

    Raises:
        ClassOfAnother, WrongRecord, RecordElsewhere, NotAnOwner, RestNotParty, NegativeAmount, Insufficient, NobodyHolds, TooManyPayouts.
    """
    # AUTHORIZE
    key = own_class_of(caller, arguments, "distribute")

    # VALIDATE
    pays = class_of(arguments, "pay", "pay_of")
    giver, rest = touched_owner(caller, arguments, "from"), touched_owner(caller, arguments, "rest")
    if is_record(rest):
        raise RestNotParty(owner=rest)
    book = Book(context.state)
    sheet, paid = book.sheet(key), book.sheet(pays)
    payer = book.account(paid, giver)
    amount = _covered(caller, payer, _amount(arguments))
    if not amount:
        return
    if sheet.supply - sheet.set_aside - (amount if pays == key else 0) <= 0:
        raise NobodyHolds(asset=key[1])
    if sheet.place_of(pays) is None and len(sheet.payouts) == PAYOUTS_MAX:
        raise TooManyPayouts(asset=key[1], most=PAYOUTS_MAX)

    # APPLY
    payer.add(-amount)
    book.account(paid, set_aside_for(key)).add(amount)
    paid.set_apart(amount)
    sheet.pay_out(pays, amount, rest)
    book.save(context.state)

    # EMIT
    event = Distributed(
        amount=amount,
        asset=key[1],
        from_owner=giver,
        instance=key[0],
        of=key[2],
        pay_asset=pays[1],
        pay_instance=pays[0],
        pay_of=pays[2],
        rest=rest,
    )
    context.emit(event)


def collect_share(context: Context, caller: Caller, arguments: Arguments) -> None:
    """Give `owner`, who holds or held `asset`, the whole units of `pay` that are set aside for it; anyone may ask for that.

    A fraction of a unit stays owed and adds up. Who holds none of the class any more leaves it to the payout's `rest`.

    Raises:
        WrongRecord, RecordElsewhere, NotAnOwner.
    """
    # AUTHORIZE
    owner = touched_owner(caller, arguments, "owner")

    # VALIDATE
    key, pays = class_of(arguments), class_of(arguments, "pay", "pay_of")
    book = Book(context.state)
    sheet = book.sheet(key)
    place = sheet.place_of(pays)
    if place is None:
        return
    holder = book.account(sheet, owner)
    whole, fraction = divmod(holder.owed[place], ONE)
    rest = sheet.payouts[place].rest
    leaves = bool(fraction) and not holder.units and owner != rest
    if not whole and not leaves:
        return

    # APPLY
    if leaves:
        holder.owe(place, -fraction)
        book.account(sheet, rest).owe(place, fraction)
    if whole:
        paid = book.sheet(pays)
        holder.owe(place, -whole * ONE)
        book.account(paid, set_aside_for(key)).add(-whole)
        book.account(paid, owner).add(whole)
        paid.set_apart(-whole)
    book.save(context.state)

    # EMIT
    if whole:
        event = Collected(
            amount=whole,
            asset=key[1],
            instance=key[0],
            of=key[2],
            owner=owner,
            pay_asset=pays[1],
            pay_instance=pays[0],
            pay_of=pays[2],
        )
        context.emit(event)


def _amount(arguments: Arguments) -> int:
    amount = the_number(arguments, "amount")
    if amount < 0:
        raise NegativeAmount(amount=amount)
    return amount


def _covered(caller: Caller, payer: Account, amount: int) -> int:
    """The amount, or what there is where the action pays less rather than nothing."""
    if payer.units >= amount:
        return amount
    if caller.pay_less:
        return payer.units
    raise Insufficient(owner=payer.owner, asset=payer.sheet.key[1], holds=payer.units, wanted=amount)
