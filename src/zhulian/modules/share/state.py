"""What the share module keeps. Content itself never comes here, nor any key."""

from typing import Literal

from zhulian.ledger.collections import Map
from zhulian.ledger.genesis import Title
from zhulian.ledger.types import Wire

__all__ = [
    "BLOBS",
    "CATALOGUE",
    "CONTENTS",
    "DESCRIPTORS",
    "GRANTS",
    "OPENINGS",
    "PROPOSED",
    "READERS",
    "REQUESTS",
    "REVIEWS",
    "SHARES",
    "TERMS",
    "Blob",
    "Content",
    "Descriptor",
    "Ended",
    "Grant",
    "KeptShare",
    "Offered",
    "Opening",
    "Proposed",
    "Reader",
    "Requested",
    "ReviewDue",
    "Reviewed",
    "Served",
    "Terms",
]


class Ended(Wire, frozen=True):
    """When something ended and why; block time in Unix milliseconds, `text` the digest of an explanation."""

    height: int
    reason: str
    time_ms: int
    transaction: str
    text: str | None = None


class Content(Wire, frozen=True):
    """Sealed content. Private where there are no keepers; guarded, any `threshold` of them give the key back.

    `blob` is the digest of the sealed bytes, `size` their number, `vault` who operates the vault. Live as long as `erased` is absent;
    while `restricted` it is kept and not read. `describes` is the commitment of what it says in words.
    """

    blob: str
    height: int
    signers: tuple[str, ...]
    size: int
    time_ms: int
    transaction: str
    vault: str
    describes: str | None = None
    emergency: bool = False
    erased: Ended | None = None
    keep_until: int | None = None
    keepers: tuple[str, ...] = ()
    restricted: Ended | None = None
    scope: str | None = None
    threshold: int = 0
    via: str | None = None


class Terms(Wire, frozen=True):
    """What a definition says of content from the moment a field holds its commitment, whether or not it is in a vault yet.

    `depositors` filled the field and may register the content in the owner's name; `threshold` is 0 where it is private;
    `emergency` allows emergency openings, `regulator` openings by mandate; it is not erased before `keep_until` (Unix seconds).
    While `restricted` it is kept and not read.
    """

    depositors: tuple[str, ...]
    field: str
    height: int
    owner: str
    scope: str
    emergency: bool = False
    erased: Ended | None = None
    keep_until: int | None = None
    regulator: bool = True
    restricted: Ended | None = None
    threshold: int = 0


class Proposed(Wire, frozen=True):
    """Content that was registered with a proposal and goes over to its owner once the action is done, with these readers.

    Until then it is its depositor's, who erases it if nothing comes of the proposal.
    """

    depositor: str
    readers: tuple[str, ...] = ()


class Descriptor(Wire, frozen=True):
    """Which content says what another one is."""

    content: str


class Blob(Wire, frozen=True):
    """What a vault object is: the content itself, a wrapped key, a keeper's share, or a share released for an opening."""

    content: str
    kind: Literal["content", "key", "release", "share"]
    owner: str
    reader: str | None = None


class Reader(Wire, frozen=True):
    """Who may fetch content: with a wrapped key (`envelope`, wrapped to `key`), or in guarded content by openings."""

    height: int
    transaction: str
    ended: Ended | None = None
    envelope: str | None = None
    key: str | None = None


class KeptShare(Wire, frozen=True):
    """A keeper's share: its index, its check, the envelope that holds it and the key that this is wrapped to."""

    check: str
    envelope: str
    index: int
    key: str


class Grant(Wire, frozen=True):
    """What a party may open. No purposes or fields: any. `until` in Unix seconds; `used` counts openings."""

    height: int
    transaction: str
    ended: Ended | None = None
    fields: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()
    until: int | None = None
    used: int = 0
    uses: int | None = None
    via: str | None = None


class Served(Wire, frozen=True):
    """A keeper has released its share: the envelope for the reader, and when."""

    envelope: str
    height: int
    keeper: str


class Reviewed(Wire, frozen=True):
    """The owner's verdict on an emergency opening."""

    height: int
    verdict: Literal["justified", "unjustified"]
    text: str | None = None


class Opening(Wire, frozen=True):
    """A logged reading: who, what, why, and which keepers served it.

    `key` is the encryption key that shares are released to; absent where the content is in no vault.
    """

    content: str
    height: int
    kind: Literal["emergency", "granted", "mandate"]
    owner: str
    purpose: str
    reader: str
    signers: tuple[str, ...]
    time_ms: int
    basis: str | None = None
    fields: tuple[str, ...] = ()
    key: str | None = None
    review: Reviewed | None = None
    served: tuple[Served, ...] = ()
    via: str | None = None


class ReviewDue(Wire, frozen=True):
    """The emergency opening that the owner has still to review."""

    height: int
    opening: str


class Offered(Wire, frozen=True):
    """A catalogue entry; its title is public."""

    height: int
    title: Title
    fields: tuple[str, ...] = ()
    withdrawn: bool = False


class Requested(Wire, frozen=True):
    """A request for a grant, and what became of it."""

    height: int
    purpose: str
    status: Literal["declined", "granted", "open"]
    fields: tuple[str, ...] = ()
    until: int | None = None
    via: str | None = None


CONTENTS: Map[Content] = Map("share/contents", Content, ("content", "owner"))
"""By the commitment of what is sealed, and its owner."""

DESCRIPTORS: Map[Descriptor] = Map("share/descriptors", Descriptor, ("content", "owner"))
"""By the commitment of what is described, which may be a deposit that lies in no vault, and its owner."""

BLOBS: Map[Blob] = Map("share/blobs", Blob, ("blob",))
"""Every object in a vault that the chain names; a vault keeps what stands here and belongs to content that is not erased."""

TERMS: Map[Terms] = Map("share/terms", Terms, ("content",))
"""By the commitment; only of content whose field names an owner."""

PROPOSED: Map[Proposed] = Map("share/proposed", Proposed, ("content",))
"""By the commitment; only while the action is proposed and not done."""

READERS: Map[Reader] = Map("share/readers", Reader, ("content", "owner", "reader"))
SHARES: Map[KeptShare] = Map("share/shares", KeptShare, ("content", "owner", "keeper"))
GRANTS: Map[Grant] = Map("share/grants", Grant, ("owner", "scope", "to"))
OPENINGS: Map[Opening] = Map("share/openings", Opening, ("opening",))
"""By the transaction that opened."""

REVIEWS: Map[ReviewDue] = Map("share/reviews", ReviewDue, ("owner", "organisation"))
CATALOGUE: Map[Offered] = Map("share/catalogue", Offered, ("owner", "entry"))
REQUESTS: Map[Requested] = Map("share/requests", Requested, ("owner", "entry", "requester"))
