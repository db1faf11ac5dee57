"""What guards and pages may ask about assets."""

from zhulian.errors import check
from zhulian.language.lending import Arguments, Caller, Owner, the_owner
from zhulian.ledger.module import Block
from zhulian.ledger.overlay import StateView
from zhulian.modules.asset.book import ONE, Book, is_record
from zhulian.modules.asset.names import class_of, owner_name
from zhulian.modules.asset.state import BALANCES, CLASSES, HOLDINGS

__all__ = ["RecordHolding", "balance", "entitled", "supply"]


class RecordHolding:
    """What others ask about records as owners."""

    def holds(self, state: StateView, owner: Owner) -> bool:
        """Whether a record has units of any class, or a share of a payout still to collect; one read, however many classes there are.

        Raises:
            NotAnOwner.
        """
        name = owner_name(owner)
        check(is_record(name), "only of records it is known what they hold in all")
        return HOLDINGS.has(state, name)


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
