"""What the credential module announces."""

from zhulian.ledger.module import Event

__all__ = ["Attested", "KeyAdded", "KeyRetired", "ListPublished", "SchemaDefined", "StatusSet"]


class SchemaDefined(Event, frozen=True, tag="credential.schema_defined"):
    """An organisation has defined a schema."""

    owner: str
    schema: str


class KeyAdded(Event, frozen=True, tag="credential.key_added"):
    """An organisation issues with this key from now on."""

    issuer: str
    key: str


class KeyRetired(Event, frozen=True, tag="credential.key_retired"):
    """An organisation issues with this key no more."""

    issuer: str
    key: str
    reason: str


class ListPublished(Event, frozen=True, tag="credential.list_published"):
    """A status list has a new content."""

    digest: str
    issuer: str
    list: str
    sequence: int


class StatusSet(Event, frozen=True, tag="credential.status_set"):
    """An organisation has another standing from now on."""

    holder: str
    issuer: str
    schema: str
    status: str


class Attested(Event, frozen=True, tag="credential.attested"):
    """A verifier says that it has checked a credential off the chain, and that a predicate holds of its holder."""

    by: str
    instance: str
    person: str
    predicate: str
