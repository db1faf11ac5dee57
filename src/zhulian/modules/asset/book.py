"""The classes and balances that one verb touches: read once, changed in memory, written once at the end.

Payouts are reckoned per unit, so that none costs more for more holders. A payout of `amount` to `units` raises the index by
`amount × 2^128 / units`, rounded up; an owner is owed `units × (index now − index when last reckoned)`. Rounding up lets
whoever is owed a whole unit be paid that unit. It adds less than 2^-75 of a unit for each payout to what all are owed together, so
that all together are never paid more than was set aside (README, "Why it adds up").
"""

from dataclasses import dataclass, field

from zhulian.errors import check
from zhulian.ledger.overlay import State, StateView
from zhulian.modules.asset.state import BALANCES, CLASSES, HOLDINGS, Balance, Class, Payout, Share

__all__ = ["ONE", "PAYOUTS_MAX", "Account", "Book", "ClassKey", "Sheet", "is_record", "set_aside_for"]

ONE = 1 << 128
"""One unit in the parts that shares are reckoned in."""
PAYOUTS_MAX = 4
"""In how many other classes the holders of one class can be paid; every change of a balance reckons each."""

ClassKey = tuple[str, str, str]
"""Instance, asset, and the record that it is kept per as text, or empty."""


def set_aside_for(key: ClassKey) -> str:
    """The owner of what is set aside for the holders of a class; no party and no record is written like it."""
    return "/".join(("*", *key))


def is_record(owner: str) -> bool:
    """Whether an owner is a record; parties have no `/` in their names, and what is set aside begins with `*`."""
    return "/" in owner and not owner.startswith("*")


@dataclass(slots=True)
class OpenPayout:
    """A payout that may change."""

    pays: ClassKey
    index: int
    rest: str


@dataclass(slots=True)
class Sheet:
    """A class that may change."""

    key: ClassKey
    supply: int = 0
    set_aside: int = 0
    payouts: list[OpenPayout] = field(default_factory=list)
    changed: bool = False

    def issue(self, amount: int) -> None:
        """Change the supply."""
        self.supply += amount
        self.changed = True

    def set_apart(self, amount: int) -> None:
        """Change how much of the supply waits to be collected."""
        self.set_aside += amount
        self.changed = True

    def place_of(self, pays: ClassKey) -> int | None:
        """The place of the payout in the class `pays`; None if there is none."""
        return next((place for place, each in enumerate(self.payouts) if each.pays == pays), None)

    def pay_out(self, pays: ClassKey, amount: int, rest: str) -> None:
        """Credit `amount` to all units that are not set aside themselves."""
        place = self.place_of(pays)
        if place is None:
            place = len(self.payouts)
            self.payouts.append(OpenPayout(pays, 0, rest))
        payout = self.payouts[place]
        payout.index += -(-amount * ONE // (self.supply - self.set_aside))
        payout.rest = rest
        self.changed = True


@dataclass(slots=True)
class Account:
    """A balance that may change; reckoned up to the payout's index whenever it is opened or its units change."""

    sheet: Sheet
    owner: str
    units: int = 0
    seen: list[int] = field(default_factory=list)
    owed: list[int] = field(default_factory=list)
    stored: bool = False
    changed: bool = False

    @property
    def empty(self) -> bool:
        """Whether there is nothing to keep."""
        return not (self.units or (self.owed and any(self.owed)))

    def reckon(self) -> None:
        """Credit what the units have earned since. What is set aside earns nothing, since nobody could collect it."""
        if not self.sheet.payouts or self.owner.startswith("*"):
            return
        for place, payout in enumerate(self.sheet.payouts):
            if place == len(self.seen):
                self.seen.append(0)
                self.owed.append(0)
            self.owed[place] += self.units * (payout.index - self.seen[place])
            self.seen[place] = payout.index

    def add(self, amount: int) -> None:
        """Add to the units, or take from them."""
        self.reckon()
        self.units += amount
        check(self.units >= 0, "no balance is negative")
        self.changed = True

    def owe(self, place: int, parts: int) -> None:
        """Add to what is owed by the payout at `place`, or take from it; in parts of `ONE`."""
        self.owed[place] += parts
        self.changed = True


class Book:
    """Opens classes and balances of a state; nothing is written before `save`."""

    def __init__(self, state: StateView) -> None:
        self._state = state
        self._sheets: dict[ClassKey, Sheet] = {}
        self._accounts: dict[tuple[ClassKey, str], Account] = {}

    def sheet(self, key: ClassKey) -> Sheet:
        """The class at `key`, empty where there is none yet."""
        found = self._sheets.get(key)
        if found is None:
            found = self._sheets[key] = _open_class(key, CLASSES.find(self._state, *key))
        return found

    def account(self, sheet: Sheet, owner: str) -> Account:
        """What an owner holds of a class."""
        place = (sheet.key, owner)
        found = self._accounts.get(place)
        if found is None:
            found = self._accounts[place] = _open_balance(sheet, owner, BALANCES.find(self._state, *sheet.key, owner))
            found.reckon()
        return found

    def leave(self, account: Account) -> None:
        """Where a record has no unit left, give the fractions that it is owed to each payout's `rest`, lest nobody ever could collect them.

        A party keeps its own until it collects; a record may have ended by then.
        """
        if account.units or not is_record(account.owner):
            return
        for place, payout in enumerate(account.sheet.payouts[: len(account.owed)]):
            fraction = account.owed[place] % ONE
            if fraction:
                account.owe(place, -fraction)
                self.account(account.sheet, payout.rest).owe(place, fraction)

    def save(self, state: State) -> None:
        """Write what has changed; what is empty is deleted."""
        for sheet in self._sheets.values():
            if sheet.changed:
                _save_class(state, sheet)
        more: dict[str, int] = {}
        for account in self._accounts.values():
            if account.changed:
                _save_balance(state, account)
                if account.stored == account.empty and is_record(account.owner):
                    more[account.owner] = more.get(account.owner, 0) + (-1 if account.empty else 1)
        for owner, balances in more.items():
            if balances:
                _count(state, owner, balances)


def _open_class(key: ClassKey, value: Class | None) -> Sheet:
    if value is None:
        return Sheet(key)
    payouts = [OpenPayout((each.instance, each.asset, each.of), int(each.index), each.rest) for each in value.payouts]
    return Sheet(key, value.supply, value.set_aside, payouts)


def _open_balance(sheet: Sheet, owner: str, value: Balance | None) -> Account:
    if value is None:
        return Account(sheet, owner)
    if not value.shares:
        return Account(sheet, owner, value.units, stored=True)
    seen = [int(each.index) for each in value.shares]
    return Account(sheet, owner, value.units, seen, [int(each.owed) for each in value.shares], stored=True)


def _count(state: State, owner: str, more: int) -> None:
    count = (HOLDINGS.find(state, owner) or 0) + more
    check(count >= 0, "a record has no fewer than no balances")
    if count:
        HOLDINGS.set(state, owner, value=count)
    else:
        HOLDINGS.delete(state, owner)


def _save_class(state: State, sheet: Sheet) -> None:
    check(0 <= sheet.set_aside <= sheet.supply, "no more is set aside than there is")
    if not sheet.supply and not sheet.payouts:
        CLASSES.delete(state, *sheet.key)
        return
    payouts = tuple(
        Payout(asset=each.pays[1], index=str(each.index), instance=each.pays[0], of=each.pays[2], rest=each.rest)
        for each in sheet.payouts
    )
    CLASSES.set(state, *sheet.key, value=Class(payouts=payouts, set_aside=sheet.set_aside, supply=sheet.supply))


def _save_balance(state: State, account: Account) -> None:
    if account.empty:
        BALANCES.delete(state, *account.sheet.key, account.owner)
        return
    shares: tuple[Share, ...] = ()
    if account.seen:
        shares = tuple(Share(index=str(seen), owed=str(owed)) for seen, owed in zip(account.seen, account.owed, strict=True))
    BALANCES.set(state, *account.sheet.key, account.owner, value=Balance(shares=shares, units=account.units))
