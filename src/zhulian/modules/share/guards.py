"""Guards that several handlers and words share: what there is, who may read it, and on what grant."""

from collections.abc import Sequence

from zhulian.errors import Words
from zhulian.ledger.module import Context
from zhulian.ledger.overlay import StateView
from zhulian.modules.share.errors import (
    FieldNotGranted,
    GrantExpired,
    GrantUsedUp,
    GrantWithdrawn,
    NotAParty,
    NotGranted,
    OtherPurpose,
    SameParty,
    UnknownContent,
    WasErased,
)
from zhulian.modules.share.needs import People
from zhulian.modules.share.state import CONTENTS, GRANTS, Content, Ended, Grant

__all__ = ["GUARDED_DUE", "ended", "find_grant", "judge_grant", "live_content", "require_party", "signers"]


GUARDED_DUE = Words("该内容为定向可见，密钥在登记时已交付", "it is private: its key was handed over when it was registered")
"""Why private content is not opened."""


def signers(context: Context) -> tuple[str, ...]:
    """Who signs."""
    return tuple(each.signer for each in context.acting)


def ended(context: Context, reason: str, text: str | None = None) -> Ended:
    """The note of an end that comes with this transaction."""
    block = context.block
    return Ended(height=block.height, reason=reason, time_ms=block.time_ms, transaction=context.transaction, text=text)


def require_party(people: People, state: StateView, party: str, owner: str) -> None:
    """Check that a party that a message names is there, and is another than the owner.

    Raises:
        SameParty, NotAParty.
    """
    if party == owner:
        raise SameParty(party=party)
    known = people.person(state, party) is not None if party.startswith("~") else people.is_organisation(state, party)
    if not known:
        raise NotAParty(party=party)


def live_content(state: StateView, content: str, owner: str) -> Content:
    """The content, which is not erased.

    Raises:
        UnknownContent, WasErased.
    """
    found = CONTENTS.find(state, content, owner)
    if found is None:
        raise UnknownContent(content=content, owner=owner)
    if found.erased is not None:
        raise WasErased(content=content, height=found.erased.height)
    return found


def find_grant(state: StateView, owner: str, scopes: Sequence[str | None], reader: str) -> tuple[str, Grant] | None:
    """The first grant to `reader` among those for `scopes`, a live one before one that has ended."""
    found = [(scope, GRANTS.find(state, owner, scope, reader)) for scope in scopes if scope is not None]
    there = [(scope, grant) for scope, grant in found if grant is not None]
    return next((each for each in there if each[1].ended is None), there[0] if there else None)


def judge_grant(grant: Grant | None, owner: str, reader: str, purpose: str, fields: Sequence[str], time: int) -> Grant:
    """The grant, where it covers an opening for `purpose` at `time` (Unix seconds).

    Raises:
        NotGranted, GrantWithdrawn, GrantExpired, GrantUsedUp, OtherPurpose, FieldNotGranted: in this order.
    """
    if grant is None:
        raise NotGranted(owner=owner, reader=reader)
    if grant.ended is not None:
        raise GrantWithdrawn(owner=owner, reader=reader, height=grant.ended.height)
    if grant.until is not None and time > grant.until:
        raise GrantExpired(reader=reader, until=grant.until)
    if grant.uses is not None and grant.used >= grant.uses:
        raise GrantUsedUp(reader=reader, uses=grant.uses)
    if grant.purposes and purpose not in grant.purposes:
        raise OtherPurpose(granted=", ".join(grant.purposes), purpose=purpose)
    if grant.fields:
        for field in fields:
            if field not in grant.fields:
                raise FieldNotGranted(field=field)
    return grant
