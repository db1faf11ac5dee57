"""What other modules ask of assets: what an owner holds of a class, and many moves at once."""

from collections.abc import Sequence
from typing import TypeAlias

from zhulian.language.lending import Arguments, Caller
from zhulian.ledger.module import Context
from zhulian.ledger.overlay import StateView
from zhulian.modules.asset.book import Book, ClassKey
from zhulian.modules.asset.errors import Insufficient
from zhulian.modules.asset.events import Transferred
from zhulian.modules.asset.names import class_of, touched_owner
from zhulian.modules.asset.state import BALANCES

__all__ = ["Move", "Moving"]

Move: TypeAlias = tuple[str, str, int]
"""Giver, taker and units, which are above 0."""


class Moving:
    """Who may take from whom is asked by whoever orders the moves."""

    def class_of(self, arguments: Arguments) -> ClassKey:
        """The class that the arguments `asset` and `of` name: instance, asset, and the record that it is kept per or empty.

        Raises:
            ArgumentWrong, WrongRecord.
        """
        return class_of(arguments)

    def owner(self, caller: Caller, arguments: Arguments, name: str) -> str:
        """The owner that an argument names, as keys write it; a record must be one of the caller's instance.

        Raises:
            ArgumentWrong, NotAnOwner, RecordElsewhere.
        """
        return touched_owner(caller, arguments, name)

    def held(self, state: StateView, key: ClassKey, owner: str) -> int:
        """The units of a class that an owner holds."""
        found = BALANCES.find(state, *key, owner)
        return 0 if found is None else found.units

    def move(self, context: Context, key: ClassKey, moves: Sequence[Move]) -> None:
        """Carry out all moves as one: each owner's balance changes once, by what they come to together.

        So a ring of owners with nothing can pay each other. Each move is announced by itself.

        Raises:
            Insufficient: if all together leave an owner with less than nothing; then nothing is moved.
        """
        book = Book(context.state)
        sheet = book.sheet(key)
        changes: dict[str, int] = {}
        for giver, taker, amount in moves:
            changes[giver] = changes.get(giver, 0) - amount
            changes[taker] = changes.get(taker, 0) + amount
        accounts = {owner: book.account(sheet, owner) for owner, change in changes.items() if change}
        for owner, account in accounts.items():
            if account.units + changes[owner] < 0:
                raise Insufficient(owner=owner, asset=key[1], holds=account.units, wanted=-changes[owner])
        for owner, account in accounts.items():
            account.add(changes[owner])
            book.leave(account)
        book.save(context.state)
        for giver, taker, amount in moves:
            event = Transferred(amount=amount, asset=key[1], from_owner=giver, instance=key[0], of=key[2], to_owner=taker)
            context.emit(event)
