"""What the asset module keeps: one value for each class (and record that it is kept per), one for each balance.

Figures beyond ±(2^53−1) (an index, a share in its smallest part) stand as decimal text, since JSON numbers end there.
"""

from zhulian.ledger.collections import Map
from zhulian.ledger.types import Wire

__all__ = ["BALANCES", "CLASSES", "HOLDINGS", "Balance", "Class", "Payout", "Share"]


class Payout(Wire, frozen=True):
    """What has been paid out to the holders of a class in one other class (`instance`, `asset`, `of`).

    `index` is the sum of what each unit was given since the first payout, in 2^-128 of a unit. `rest` is who gets the
    fractions of a unit that holders leave behind: the owner that the newest payout names.
    """

    asset: str
    index: str
    instance: str
    rest: str
    of: str = ""


class Class(Wire, frozen=True):
    """A class of units that are alike. `set_aside` of its supply lie in payouts, waiting to be collected."""

    supply: int
    payouts: tuple[Payout, ...] = ()
    set_aside: int = 0


class Share(Wire, frozen=True):
    """What an owner has earned by one payout and not collected (2^-128 of a unit), reckoned up to the payout's `index`."""

    index: str
    owed: str


class Balance(Wire, frozen=True):
    """What an owner holds of a class. `shares` has one entry for each payout of the class that was there when it was written."""

    units: int
    shares: tuple[Share, ...] = ()


CLASSES: Map[Class] = Map("asset/classes", Class, ("instance", "asset", "of"))
"""`of` is the record that the class is kept per, as `instance/type/key/…`; empty where there is none."""

BALANCES: Map[Balance] = Map("asset/balances", Balance, ("instance", "asset", "of", "owner"))
"""`owner` is an organisation, a handle, a record as above, or `*/instance/asset/of`: what is set aside for the
holders of that class. The units of all balances of a class add up to its supply."""

HOLDINGS: Map[int] = Map("asset/holdings", int, ("owner",))
"""How many balances an owner has that is a record, as it is written above; absent where it has none. Parties are not counted."""
