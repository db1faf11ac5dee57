"""The log of custody: append-only, each entry's digest covering the one before, and its head deposited on the chain.

No name stands in it, only accounts' ids; so it can outlive an account that is erased.
"""

from collections.abc import Mapping
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from zhulian import canonical
from zhulian.crypto import Hasher
from zhulian.offchain.custody.errors import LogBroken
from zhulian.offchain.custody.models import Entry, HeadDeposit

__all__ = ["PURPOSE", "entry_digest", "head", "shown", "verify", "write"]

PURPOSE: Final = "custody-log"
_PAGE: Final = 1000


def write(session: Session, hasher: Hasher, now_ms: int, actor: str, act: str, subject: str = "", **details: Any) -> int:
    """Add an entry in the transaction of what it tells of: `actor` and most subjects are accounts' ids; answers its number."""
    number, previous = head(session, hasher)
    entry = Entry(
        number=number + 1,
        at_ms=now_ms,
        actor=actor,
        act=act,
        subject=subject,
        details=canonical.encode(details).decode(),
        digest="",
    )
    entry.digest = entry_digest(hasher, previous, entry)
    session.add(entry)
    session.flush()
    return entry.number


def head(session: Session, hasher: Hasher) -> tuple[int, str]:
    """Number and digest of the newest entry; 0 and the digest of nothing where there is none."""
    found = session.execute(sa.select(Entry.number, Entry.digest).order_by(Entry.number.desc()).limit(1)).first()
    return (0, hasher.digest(PURPOSE, b"").hex()) if found is None else (found.number, found.digest)


def entry_digest(hasher: Hasher, previous: str, entry: Entry) -> str:
    """The digest of an entry behind `previous` (docs/formats.md §2)."""
    told = {**shown(entry), "previous": previous}
    told.pop("digest")
    return hasher.digest(PURPOSE, canonical.encode(told)).hex()


def shown(entry: Entry) -> dict[str, Any]:
    """An entry as JSON."""
    details: Mapping[str, Any] = canonical.decode(entry.details.encode())
    return {
        "act": entry.act,
        "actor": entry.actor,
        "at_ms": entry.at_ms,
        "details": dict(details),
        "digest": entry.digest,
        "number": entry.number,
        "subject": entry.subject,
    }


def verify(session: Session, hasher: Hasher) -> dict[str, Any]:
    """Work out every digest again, and hold the deposited heads against them; how long the log is, and what is deposited.

    Raises:
        LogBroken: naming the first entry that does not fit.
    """
    previous, number = hasher.digest(PURPOSE, b"").hex(), 0
    deposits = {each.number: each for each in session.scalars(sa.select(HeadDeposit))}
    while page := session.scalars(sa.select(Entry).where(Entry.number > number).order_by(Entry.number).limit(_PAGE)).all():
        for entry in page:
            right = entry_digest(hasher, previous, entry)
            deposited = deposits.get(entry.number)
            if entry.number != number + 1 or entry.digest != right or (deposited is not None and deposited.digest != right):
                raise LogBroken(number=number + 1)
            previous, number = right, entry.number
    if any(each > number for each in deposits):
        raise LogBroken(number=number + 1)
    return {
        "deposits": [
            {"digest": each.digest, "height": each.height, "number": each.number, "transaction": each.transaction}
            for _, each in sorted(deposits.items())
        ],
        "digest": previous,
        "number": number,
    }
