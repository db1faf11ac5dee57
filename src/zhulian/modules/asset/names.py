"""How classes and owners are written in keys and events, and which of them a verb may name."""

import re

from zhulian.language.lending import Arguments, AssetName, Caller, Owner, RecordName, the_asset, the_owner, the_record
from zhulian.modules.asset.book import ClassKey
from zhulian.modules.asset.errors import ClassOfAnother, NotAnOwner, RecordElsewhere, WrongRecord

__all__ = ["class_of", "own_class_of", "owner_name", "touched_owner"]

_PARTY = re.compile(r"[a-z][a-z0-9-]{0,30}|~[0-9a-f]{32}")


def owner_name(owner: Owner) -> str:
    """An owner as keys and events write it: a party as it is, a record as `instance/type/key/…`.

    Raises:
        NotAnOwner.
    """
    if isinstance(owner, RecordName):
        return owner.text
    if _PARTY.fullmatch(owner) is None:
        raise NotAnOwner(owner=owner[:80])
    return owner


def touched_owner(caller: Caller, arguments: Arguments, name: str) -> str:
    """The owner that a verb credits or debits; a record must be one of the caller's instance.

    Raises:
        ArgumentWrong, NotAnOwner, RecordElsewhere.
    """
    owner = the_owner(arguments, name)
    if isinstance(owner, RecordName) and owner.instance != caller.instance:
        raise RecordElsewhere(record=owner.text[:200])
    return owner_name(owner)


def class_of(arguments: Arguments, asset: str = "asset", of: str = "of") -> ClassKey:
    """The class that two arguments name: the asset, and the record that it is kept per.

    Raises:
        ArgumentWrong, WrongRecord.
    """
    return _class(the_asset(arguments, asset), the_record(arguments, of))


def own_class_of(caller: Caller, arguments: Arguments, verb: str) -> ClassKey:
    """The class of the caller's own instance that the arguments `asset` and `of` name.

    Raises:
        ArgumentWrong, ClassOfAnother, WrongRecord.
    """
    asset = the_asset(arguments, "asset")
    if asset.instance != caller.instance:
        raise ClassOfAnother(asset=asset.name, instance=asset.instance, verb=verb)
    return class_of(arguments)


def _class(asset: AssetName, of: RecordName | None) -> ClassKey:
    fits = asset.per is None if of is None else (asset.per == of.record and asset.instance == of.instance)
    if not fits:
        raise WrongRecord(asset=asset.name, per=asset.per or "-", given="-" if of is None else of.text[:200])
    return asset.instance, asset.name, "" if of is None else of.text
