"""What one may ask of the identity module. The last five need a passed proposal of the govern module."""

from typing import Annotated, Literal

from msgspec import Meta

from zhulian.ledger.genesis import Title
from zhulian.ledger.limits import HARD
from zhulian.ledger.types import Digest, Message, PublicKey, Seconds, SignatureHex, Wire

__all__ = [
    "AddKey",
    "AdmitOrganisation",
    "CertificateHex",
    "Chain",
    "CloseHandle",
    "Enrol",
    "FirstAdmin",
    "HandOver",
    "HandleName",
    "Kind",
    "Name",
    "OfficeName",
    "OpenHandle",
    "OwnKey",
    "ReleaseOrganisation",
    "ReplaceCa",
    "RestoreOrganisation",
    "Revoke",
    "SetDuties",
    "SetEncryptionKey",
    "SuspendOrganisation",
    "Vouched",
]

Name = Annotated[str, Meta(pattern=r"\A[a-z][a-z0-9-]{0,30}\Z")]
"""The name of an organisation or a duty."""

OfficeName = Annotated[str, Meta(pattern=r"\A[a-z][a-z0-9-]{0,30}\.[a-z0-9][a-z0-9-]{0,30}\Z", max_length=63)]
"""`org.serial`: who acts for an organisation. The serial is a pseudonym, never a personal name."""

HandleName = Annotated[str, Meta(pattern=r"\A~[0-9a-f]{32}\Z")]
"""`~` and 16 random bytes in hex: one person in one application."""

Kind = Literal["officer", "service", "device"]
CertificateHex = Annotated[str, Meta(pattern=r"\A(?:[0-9a-f]{2})+\Z", max_length=2 * HARD.certificate_bytes_max)]

Chain = Annotated[list[CertificateHex], Meta(min_length=2, max_length=HARD.certificate_chain_max)]
"""Certificates in DER from the signer's own to the organisation's CA certificate, both included."""

Duties = Annotated[list[Name], Meta(max_length=16)]


class Vouched(Wire, frozen=True):
    """A key whose certificate stays off the chain because it names a person; an admin vouches for what it says.

    `certificate` is the plain suite digest of the DER; the times are those of the certificate.
    """

    certificate: Digest
    not_after: Seconds
    not_before: Seconds
    public_key: PublicKey


class Enrol(Message, frozen=True, tag="identity.enrol"):
    """Register a signer of the admin's own organisation with its first key, by `chain` or `vouched`.

    `possession` is the new key's signature over the `possession` preimage (docs/formats.md §2).
    """

    duties: Duties
    kind: Kind
    possession: SignatureHex
    signer: OfficeName
    chain: Chain | None = None
    vouched: Vouched | None = None


class AddKey(Message, frozen=True, tag="identity.add_key"):
    """Register another key of a signer, as at the renewal of its certificate; older keys stay until they expire or are revoked."""

    possession: SignatureHex
    signer: OfficeName
    chain: Chain | None = None
    vouched: Vouched | None = None


class Revoke(Message, frozen=True, tag="identity.revoke"):
    """End one key of a signer or, without `key`, the signer whatever its keys. There is no way back."""

    reason: Literal["compromised", "departed", "lost", "superseded"]
    signer: OfficeName
    key: Digest | None = None


class SetDuties(Message, frozen=True, tag="identity.set_duties"):
    """Give another signer of the admin's organisation these duties instead of the present ones."""

    duties: Duties
    signer: OfficeName


Holder = Annotated[
    str,
    Meta(pattern=r"\A(?:[a-z][a-z0-9-]{0,30}(?:\.[a-z0-9][a-z0-9-]{0,30})?|~[0-9a-f]{32})\Z", max_length=63),
]
"""Who can have an encryption key: an organisation, a signer of one, or a person's handle."""


class SetEncryptionKey(Message, frozen=True, tag="identity.set_encryption_key"):
    """Set the key to which content for `holder` is sealed from now on; what was sealed before stays with the older key.

    An organisation and a signer show the `chain` of the encryption certificate; a person's own key gives a bare `public_key`.
    """

    holder: Holder
    chain: Chain | None = None
    public_key: PublicKey | None = None


class OwnKey(Wire, frozen=True):
    """The key that a person holds itself, with proof of possession."""

    not_after: Seconds
    possession: SignatureHex
    public_key: PublicKey


class OpenHandle(Message, frozen=True, tag="identity.open_handle"):
    """Open a fresh handle for a person in one application: in custody of the agent that signs, or with the person's own key."""

    handle: HandleName
    instance: Annotated[str, Meta(pattern=r"\A[a-z][a-z0-9-]{0,62}\Z")]
    own: OwnKey | None = None


class HandOver(Message, frozen=True, tag="identity.hand_over"):
    """Give a handle in custody its person's own key; from then on the person signs, and the agent acts for it no more."""

    handle: HandleName
    own: OwnKey


class CloseHandle(Message, frozen=True, tag="identity.close_handle"):
    """Close a handle for good."""

    handle: HandleName


class FirstAdmin(Wire, frozen=True):
    """An officer with the duty `admin`, with whom an organisation begins, or begins again."""

    possession: SignatureHex
    signer: OfficeName
    chain: Chain | None = None
    vouched: Vouched | None = None


Certificates = Annotated[list[CertificateHex], Meta(min_length=1, max_length=4)]


class AdmitOrganisation(Message, frozen=True, tag="identity.admit_organisation"):
    """Admit an organisation with its CA certificates (DER, hex) and its first admin. Needs a passed proposal."""

    admin: FirstAdmin
    certificates: Certificates
    organisation: Name
    title: Title
    operator: bool = False


class SuspendOrganisation(Message, frozen=True, tag="identity.suspend_organisation"):
    """Suspend an organisation: none of its signers may act until it is restored. Needs a passed proposal.

    `basis` is the digest of the document that gives the grounds.
    """

    organisation: Name
    reason: Literal["breach", "inactive", "order", "request"]
    basis: Digest | None = None


class RestoreOrganisation(Message, frozen=True, tag="identity.restore_organisation"):
    """Let a suspended organisation act again. Needs a passed proposal."""

    organisation: Name


class ReleaseOrganisation(Message, frozen=True, tag="identity.release_organisation"):
    """Let an organisation leave for good; its name is never given again. Needs a passed proposal."""

    organisation: Name


class ReplaceCa(Message, frozen=True, tag="identity.replace_ca"):
    """Set the CA certificates under which an organisation's new keys are registered. Needs a passed proposal.

    Registered keys stay valid. `admin` adds an admin, for an organisation that has lost the keys of all its admins.
    """

    certificates: Certificates
    organisation: Name
    admin: FirstAdmin | None = None
