"""What guards and pages may ask about assets."""

from zhulian.language.lending import Arguments, Caller, the_owner
from zhulian.ledger.module import Block
from zhulian.ledger.overlay import StateView
from zhulian.modules.asset.book import ONE, Book
from zhulian.modules.asset.names import class_of, owner_name
from zhulian.modules.asset.state import BALANCES, CLASSES

__all__ = ["balance", "entitled", "supply"]


def balance(block: Block, state: StateView, caller: Caller, arguments: Arguments) -> int:
    """The units of a class that an owner holds.

    Raises:
        WrongRecord, NotAnOwner.
    """
    found = BALANCES.find(state, *class_of(arguments), owner_name(the_owner(arguments, "owner")))
    return 0 if found is None else found.units


def supply(block: Block, state: StateView, caller: Caller, arguments: Arguments) -> int:
    """The units of a class that there are, those set aside for others included.

    Raises:
        WrongRecord.
    """
    found = CLASSES.find(state, *class_of(arguments))
    return 0 if found is None else found.supply


def entitled(block: Block, state: StateView, caller: Caller, arguments: Arguments) -> int:
    """The whole units of the class `pay` that an owner of `asset` would get by collecting now.

    Raises:
        WrongRecord, NotAnOwner.
    """
    key, pays = class_of(arguments), class_of(arguments, "pay", "pay_of")
    owner = owner_name(the_owner(arguments, "owner"))
    book = Book(state)
    sheet = book.sheet(key)
    place = sheet.place_of(pays)
    return 0 if place is None else book.account(sheet, owner).owed[place] // ONE
