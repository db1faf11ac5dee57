"""What the asset module announces. A class is named by `instance`, `asset` and, where it is kept per record, `of`."""

from zhulian.ledger.module import Event

__all__ = ["Collected", "Distributed", "Issued", "Retired", "Transferred"]


class Issued(Event, frozen=True, tag="asset.issued"):
    """Units came into being at an owner."""

    amount: int
    asset: str
    instance: str
    owner: str
    of: str = ""


class Transferred(Event, frozen=True, tag="asset.transferred"):
    """Units went from one owner to another."""

    amount: int
    asset: str
    from_owner: str
    instance: str
    to_owner: str
    of: str = ""


class Retired(Event, frozen=True, tag="asset.retired"):
    """Units of an owner ceased to be."""

    amount: int
    asset: str
    instance: str
    owner: str
    of: str = ""


class Distributed(Event, frozen=True, tag="asset.distributed"):
    """An owner set units of the class `pay_…` aside for the holders of a class, in proportion to what they hold now."""

    amount: int
    asset: str
    from_owner: str
    instance: str
    pay_asset: str
    pay_instance: str
    rest: str
    of: str = ""
    pay_of: str = ""


class Collected(Event, frozen=True, tag="asset.collected"):
    """A holder of a class got what was set aside for it in the class `pay_…`."""

    amount: int
    asset: str
    instance: str
    owner: str
    pay_asset: str
    pay_instance: str
    of: str = ""
    pay_of: str = ""
