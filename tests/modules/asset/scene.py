"""Classes and owners that the tests of assets play with."""

from typing import Any

from zhulian.language.lending import Arguments, AssetName, Caller, RecordName

__all__ = ["APP", "BANK", "CASH", "CLAIM", "DEAL", "OTHER_DEAL", "PERSON", "SHARE", "args"]

APP, BANK = Caller("app", "act"), Caller("bank", "act")
SHARE = AssetName("app", "share")
CLAIM = AssetName("app", "claim", "deal")
CASH = AssetName("bank", "cash")
DEAL, OTHER_DEAL = RecordName("app", "deal", ("D-1",)), RecordName("app", "deal", ("D-2",))
PERSON = "~" + "1" * 32


def args(asset: AssetName, **more: Any) -> Arguments:
    """Arguments by name; `from_` is `from`, and a class that is kept per record is that of `DEAL` where nothing is said."""
    found = {"asset": asset, **{name.rstrip("_"): value for name, value in more.items()}}
    for name, of in (("asset", "of"), ("pay", "pay_of")):
        named = found.get(name)
        if isinstance(named, AssetName) and named.per is not None:
            found.setdefault(of, DEAL)
    return found
