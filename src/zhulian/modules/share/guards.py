"""Guards that several handlers and words share: what there is, who may read it, and on what grant."""

from collections.abc import Sequence
from typing import NamedTuple

from zhulian.errors import Words
from zhulian.ledger.module import Context
from zhulian.ledger.overlay import StateView
from zhulian.modules.share.errors import (
    ContentRestricted,
    FieldNotGranted,
    GrantExpired,
    GrantUsedUp,
    GrantWithdrawn,
    NotAParty,
    NotGranted,
    OtherKind,
    OtherPurpose,
    SameParty,
    UnknownContent,
    WasErased,
)
from zhulian.modules.share.needs import People
from zhulian.modules.share.state import CONTENTS, GRANTS, TERMS, Content, Ended, Grant, Terms

__all__ = [
    "GUARDED_DUE",
    "Guarded",
    "ended",
    "find_grant",
    "guarded_content",
    "judge_grant",
    "live_content",
    "require_open",
    "require_party",
    "restricted_since",
    "signers",
    "terms_of",
]


GUARDED_DUE = Words("该内容为定向可见，密钥在登记时已交付", "it is private: its key was handed over when it was registered")
"""Why private content is not opened."""


class Guarded(NamedTuple):
    """Guarded content: as it is in a vault (None: not yet), and what a definition says of it (None: nothing)."""

    content: Content | None
    terms: Terms | None

    @property
    def scope(self) -> str | None:
        """The record that it belongs to."""
        if self.terms is not None:
            return self.terms.scope
        return None if self.content is None else self.content.scope

    @property
    def emergency(self) -> bool:
        """Whether it may be opened in an emergency."""
        if self.terms is not None:
            return self.terms.emergency
        return self.content is not None and self.content.emergency


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


def terms_of(state: StateView, content: str, owner: str) -> Terms | None:
    """What a definition says of the owner's content."""
    found = TERMS.find(state, content)
    return found if found is not None and found.owner == owner else None


def guarded_content(state: StateView, name: str, owner: str) -> Guarded:
    """Guarded content that is not erased.

    Raises:
        UnknownContent, WasErased, OtherKind.
    """
    content, terms = CONTENTS.find(state, name, owner), terms_of(state, name, owner)
    if content is None and terms is None:
        raise UnknownContent(content=name, owner=owner)
    for each in (content, terms):
        if each is not None and each.erased is not None:
            raise WasErased(content=name, height=each.erased.height)
    if not (content.keepers if content is not None else terms is not None and terms.threshold):
        raise OtherKind(content=name, why=GUARDED_DUE)
    return Guarded(content, terms)


def restricted_since(content: Content | None, terms: Terms | None) -> int | None:
    """The height since which content is kept and handed out no more; None where it may be read."""
    found = [each.restricted.height for each in (content, terms) if each is not None and each.restricted is not None]
    return min(found, default=None)


def require_open(name: str, content: Content | None, terms: Terms | None) -> None:
    """Check that content may be handed out.

    Raises:
        ContentRestricted.
    """
    height = restricted_since(content, terms)
    if height is not None:
        raise ContentRestricted(content=name, height=height)


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
