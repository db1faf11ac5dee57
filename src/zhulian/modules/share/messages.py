"""What one may ask of the share module."""

from typing import Annotated, Literal

from msgspec import Meta

from zhulian.ledger.genesis import Title
from zhulian.ledger.types import Digest, Message, Seconds, Wire

__all__ = [
    "BreakGlass",
    "Decline",
    "Entry",
    "Erase",
    "Field",
    "Grant",
    "Guard",
    "KeeperName",
    "KeeperShare",
    "Offer",
    "Open",
    "Organisation",
    "Party",
    "Purpose",
    "Reading",
    "Register",
    "Request",
    "Restrict",
    "Review",
    "Rewrap",
    "Scope",
    "Serve",
    "Withdraw",
]

Organisation = Annotated[str, Meta(pattern=r"\A[a-z][a-z0-9-]{0,30}\Z")]
Party = Annotated[str, Meta(pattern=r"\A(?:[a-z][a-z0-9-]{0,30}|~[0-9a-f]{32})\Z")]
"""An organisation, or a person's handle."""
KeeperName = Annotated[str, Meta(pattern=r"\A[a-z][a-z0-9-]{0,30}\.[a-z0-9][a-z0-9-]{0,30}\Z", max_length=63)]
Entry = Annotated[str, Meta(pattern=r"\A[a-z][a-z0-9-]{0,62}\Z")]
"""The name of a catalogue entry; no digest has this length."""
Scope = Annotated[str, Meta(pattern=r"\A(?:[0-9a-f]{64}|[a-z][a-z0-9-]{0,62}(?:/[^/\x00-\x1f]{1,200}){0,4})\Z", max_length=400)]
"""What a grant is about: one content, a catalogue entry, or a record as `instance/type/key`."""
Purpose = Annotated[str, Meta(pattern=r"\A[^\x00-\x1f\x7f]{1,100}\Z")]
"""Why something is read, in words; it stands on the chain for all members to see."""
Field = Annotated[str, Meta(pattern=r"\A[a-z][a-z0-9_]{0,62}\Z")]
_Purposes = Annotated[list[Purpose], Meta(max_length=16)]
_Fields = Annotated[list[Field], Meta(max_length=64)]


class Reading(Wire, frozen=True):
    """A reader, with the digest of the envelope that holds its wrapped key and the fingerprint of the key that it is wrapped to.

    In guarded content neither is there: the reader gets the key by an opening.
    """

    reader: Party
    envelope: Digest | None = None
    key: Digest | None = None


class KeeperShare(Wire, frozen=True):
    """A keeper with the digest of its wrapped share, the key that it is wrapped to, and the check of the share."""

    check: Digest
    envelope: Digest
    keeper: KeeperName
    key: Digest


class Guard(Wire, frozen=True):
    """How the key is shared: any `threshold` of the shares give it back. Share number i is that of the i-th keeper."""

    shares: Annotated[list[KeeperShare], Meta(min_length=2, max_length=32)]
    threshold: Annotated[int, Meta(ge=2, le=32)]


class Register(Message, frozen=True, tag="share.register"):
    """Name sealed content in a vault: `content` is the salted commitment of what is sealed, `blob` the digest of the sealed bytes.

    `vault` is the organisation that operates the vault. Without `guard` each reader has a wrapped key (private); with it the key
    is shared among keepers (guarded). `keep_until` bars erasure before that time, `emergency` allows `share.break_glass`.
    `proposed`: it is the content of a proposal, and goes over to the owner whom the definition names once the action is done.
    `describes`: it says what the owner's content or deposit with that commitment is, in a name and words, and goes when that goes.
    """

    blob: Digest
    content: Digest
    readers: Annotated[list[Reading], Meta(max_length=64)]
    size: Annotated[int, Meta(ge=1, le=2**50)]
    vault: Organisation
    describes: Digest | None = None
    emergency: bool = False
    guard: Guard | None = None
    keep_until: Seconds | None = None
    party: Party | None = None
    proposed: bool = False
    scope: Scope | None = None


class Rewrap(Message, frozen=True, tag="share.rewrap"):
    """Hand the key of private content to later readers, or to those whose encryption key has changed."""

    content: Digest
    readers: Annotated[list[Reading], Meta(min_length=1, max_length=64)]
    party: Party | None = None


class Grant(Message, frozen=True, tag="share.grant"):
    """Allow a party to open what `scope` covers: for these purposes and fields (none named: any), so many times, until then.

    A grant to the same party replaces the one before.
    """

    scope: Scope
    to: Party
    fields: _Fields = []
    party: Party | None = None
    purposes: _Purposes = []
    until: Seconds | None = None
    uses: Annotated[int, Meta(ge=1, le=1_000_000)] | None = None


class Withdraw(Message, frozen=True, tag="share.withdraw"):
    """Take back what a party may read: its grant for the scope, and its place among the readers of a content."""

    scope: Scope
    to: Party
    party: Party | None = None


class Open(Message, frozen=True, tag="share.open"):
    """Open guarded content for a stated purpose; the keepers then release their shares to the reader.

    The regulator of the genesis may open without a grant: two of its officers sign, and `basis` is the digest of the document
    that orders it.
    """

    content: Digest
    owner: Party
    purpose: Purpose
    basis: Digest | None = None
    fields: _Fields = []
    party: Party | None = None


class BreakGlass(Message, frozen=True, tag="share.break_glass"):
    """Open guarded content in an emergency, without a grant; the owner is alerted, and no second such opening comes before its review.

    `text` is the digest of an explanation kept off the chain.
    """

    content: Digest
    owner: Party
    reason: Literal["danger_to_life", "order", "public_safety"]
    party: Party | None = None
    text: Digest | None = None


class Review(Message, frozen=True, tag="share.review"):
    """The owner's verdict on an emergency opening."""

    opening: Digest
    verdict: Literal["justified", "unjustified"]
    text: Digest | None = None


class Serve(Message, frozen=True, tag="share.serve"):
    """A keeper says that it has released its share for an opening; `envelope` is the digest of the re-encrypted share."""

    envelope: Digest
    opening: Digest


class Erase(Message, frozen=True, tag="share.erase"):
    """Erase content: vaults destroy sealed bytes and wrapped keys. The chain keeps the commitment and this. `text` explains, off the chain."""

    basis: Literal["consent_withdrawn", "order", "request", "retention_over"]
    content: Digest
    party: Party | None = None
    text: Digest | None = None


class Restrict(Message, frozen=True, tag="share.restrict"):
    """Keep content and hand it out no more, but to the regulator by its mandate: for what may not be erased yet. `text` explains, off the chain."""

    content: Digest
    party: Party | None = None
    text: Digest | None = None


class Offer(Message, frozen=True, tag="share.offer"):
    """Put an entry into the catalogue, or change it: what data there is and which fields it has. The title is public."""

    entry: Entry
    title: Title
    fields: _Fields = []
    party: Party | None = None
    withdrawn: bool = False


class Request(Message, frozen=True, tag="share.request"):
    """Ask the owner of a catalogue entry for a grant."""

    entry: Entry
    owner: Party
    purpose: Purpose
    fields: _Fields = []
    party: Party | None = None
    until: Seconds | None = None


class Decline(Message, frozen=True, tag="share.decline"):
    """Decline a request; a grant accepts it."""

    entry: Entry
    requester: Party
    party: Party | None = None
