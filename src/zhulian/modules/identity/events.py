"""What the identity module announces."""

from zhulian.ledger.module import Event

__all__ = [
    "CaReplaced",
    "DutiesSet",
    "EncryptionKeySet",
    "Enrolled",
    "HandedOver",
    "HandleClosed",
    "HandleOpened",
    "KeyAdded",
    "OrganisationAdmitted",
    "OrganisationReleased",
    "OrganisationRestored",
    "OrganisationSuspended",
    "Revoked",
]


class Enrolled(Event, frozen=True, tag="identity.enrolled"):
    """A signer was registered, with this key (fingerprint)."""

    key: str
    signer: str


class EncryptionKeySet(Event, frozen=True, tag="identity.encryption_key_set"):
    """Content for this organisation, signer or person is sealed to this key (fingerprint) from now on."""

    holder: str
    key: str


class KeyAdded(Event, frozen=True, tag="identity.key_added"):
    """A signer has another key."""

    key: str
    signer: str


class Revoked(Event, frozen=True, tag="identity.revoked"):
    """This key may sign no more or, without `key`, the signer may not, by any key."""

    reason: str
    signer: str
    key: str | None = None


class DutiesSet(Event, frozen=True, tag="identity.duties_set"):
    """A signer has these duties from now on."""

    duties: tuple[str, ...]
    signer: str


class HandleOpened(Event, frozen=True, tag="identity.handle_opened"):
    """A person has a handle: in custody of `agent`, or with its own `key`."""

    handle: str
    instance: str
    agent: str | None = None
    key: str | None = None


class HandedOver(Event, frozen=True, tag="identity.handed_over"):
    """A handle left the custody of `agent`: its person signs by this key (fingerprint) from now on."""

    agent: str
    handle: str
    key: str


class HandleClosed(Event, frozen=True, tag="identity.handle_closed"):
    """Nobody acts under this handle any more."""

    handle: str


class OrganisationAdmitted(Event, frozen=True, tag="identity.organisation_admitted"):
    """An organisation has joined, with its first admin."""

    admin: str
    organisation: str


class OrganisationSuspended(Event, frozen=True, tag="identity.organisation_suspended"):
    """No signer of the organisation may act."""

    organisation: str
    reason: str


class OrganisationRestored(Event, frozen=True, tag="identity.organisation_restored"):
    """The organisation's signers may act again."""

    organisation: str


class OrganisationReleased(Event, frozen=True, tag="identity.organisation_released"):
    """The organisation has left for good."""

    organisation: str


class CaReplaced(Event, frozen=True, tag="identity.ca_replaced"):
    """New keys of the organisation are registered under these certificates (plain digests)."""

    certificates: tuple[str, ...]
    organisation: str
