"""What the regulator's officers may ask for under the mandate in genesis."""

from typing import Annotated

from msgspec import Meta

from zhulian.ledger.types import Digest, Message, Seconds

__all__ = ["Freeze", "Inspect", "Recall", "RecordTarget", "Scope", "Target", "Thaw"]

Target = Annotated[
    str,
    Meta(
        pattern=r"\A(?:@?[a-z][a-z0-9-]{0,30}|~[0-9a-f]{32}|[a-z][a-z0-9-]{0,30}/[a-z][a-z0-9_]{0,30}(?:/[^/\x00-\x20\x7f]{1,256}){0,4})\Z",
        max_length=400,
    ),
]
"""A party (`org2`, `~…`), an instance (`@name`), or a record (`instance/type/key/…`, `%25` and `%2F` for `%` and `/`): the scope of the use."""


RecordTarget = Annotated[
    str,
    Meta(
        pattern=r"\A[a-z][a-z0-9-]{0,30}/[a-z][a-z0-9_]{0,30}(?:/[^/\x00-\x20\x7f]{1,256}){1,4}\Z",
        max_length=400,
    ),
]
"""A record (`instance/type/key/…`, `%25` and `%2F` for `%` and `/`)."""


Scope = Annotated[
    str,
    Meta(
        pattern=r"\A(?:@?[a-z][a-z0-9-]{0,30}|~[0-9a-f]{32}|[a-z][a-z0-9-]{0,30}\.[a-z][a-z0-9_]{0,30}|[a-z][a-z0-9-]{0,30}/[a-z][a-z0-9_]{0,30}(?:/[^/\x00-\x20\x7f]{1,256}){0,4})\Z",
        max_length=400,
    ),
]
"""What a case is about: a target, or an asset class (`instance.class`)."""


class Freeze(Message, frozen=True, tag="mandate.freeze"):
    """Let nothing go out of a party, an instance or a record until `until`, block time in Unix seconds; what comes in still may.

    `document` is the digest of the legal document that orders it. A freeze that stands is prolonged by another, never shortened.
    """

    document: Digest
    target: Target
    until: Seconds


class Thaw(Message, frozen=True, tag="mandate.thaw"):
    """End a freeze before its time; `document` is the digest of what orders that."""

    document: Digest
    target: Target


class Inspect(Message, frozen=True, tag="mandate.inspect"):
    """Follow a party, record, instance or asset class through all instances until `until`, block time in Unix seconds.

    It opens nothing that members do not see; it says to all of them that the regulator gathers a case, under which `document`.
    """

    document: Digest
    scope: Scope
    until: Seconds


class Recall(Message, frozen=True, tag="mandate.recall"):
    """Recall a thing that is followed (module trace) and all that comes from it, to be carried out until `until`, block time in Unix seconds.

    `document` is the digest of the legal document that orders it. What is recalled stays so: the end is a term, not an expiry.
    """

    document: Digest
    target: RecordTarget
    until: Seconds
