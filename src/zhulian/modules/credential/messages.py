"""What one may ask of the credential module."""

from typing import Annotated, Literal

from msgspec import Meta

from zhulian.ledger.genesis import Title
from zhulian.ledger.types import Digest, Message, PublicKey, SignatureHex, Wire
from zhulian.modules.credential.limits import CLAIMS_MAX, LIST_SIZE_MAX

__all__ = [
    "AddKey",
    "Bits",
    "Claim",
    "Define",
    "ListName",
    "Organisation",
    "Publish",
    "RetireKey",
    "SchemaName",
    "SetStatus",
    "Size",
    "Status",
]

Organisation = Annotated[str, Meta(pattern=r"\A[a-z][a-z0-9-]{0,30}\Z")]
SchemaName = Annotated[str, Meta(pattern=r"\A[a-z][a-z0-9_-]{0,62}\Z")]
ListName = Annotated[str, Meta(pattern=r"\A[a-z0-9][a-z0-9_-]{0,62}\Z")]
Status = Literal["revoked", "suspended", "valid"]
Bits = Literal[1, 2, 4, 8]
Size = Annotated[int, Meta(ge=8, le=LIST_SIZE_MAX)]


class Claim(Wire, frozen=True):
    """One claim that credentials of a schema may hold; `always` ones are in clear, the others are disclosed as the holder chooses."""

    name: Annotated[str, Meta(pattern=r"\A[a-z][a-z0-9_]{0,62}\Z")]
    title: Title
    always: bool = False


class Define(Message, frozen=True, tag="credential.define"):
    """Define a schema of the own organisation, for ever. It alone issues by it or, with `standing`, whoever has this standing from it."""

    claims: Annotated[list[Claim], Meta(min_length=1, max_length=CLAIMS_MAX)]
    schema: SchemaName
    title: Title
    standing: SchemaName | None = None


class AddKey(Message, frozen=True, tag="credential.add_key"):
    """Register a key with which the own organisation issues; `possession` is its signature over issuer and key (docs/formats.md)."""

    possession: SignatureHex
    public_key: PublicKey


class RetireKey(Message, frozen=True, tag="credential.retire_key"):
    """End an issuing key (fingerprint). What a `superseded` one has signed counts on; what a `compromised` one has signed does not."""

    key: Digest
    reason: Literal["compromised", "superseded"]


class Publish(Message, frozen=True, tag="credential.publish"):
    """Publish the digest of a status list's token; `sequence` counts from 1, so that no two officers overwrite each other."""

    bits: Bits
    digest: Digest
    list: ListName
    sequence: Annotated[int, Meta(ge=1, le=2**53 - 1)]
    size: Size


class SetStatus(Message, frozen=True, tag="credential.set_status"):
    """Say what standing another organisation has from one's own, such as that of a school that grants degrees."""

    holder: Organisation
    schema: SchemaName
    status: Status
