"""What the identity module keeps. Values come from our own state, so their types carry no patterns; messages do.

No personal name stands here: a signer is a pseudonymous serial of its organisation, a person a fresh handle.
"""

from typing import Literal

from zhulian.ledger.collections import Item, Map
from zhulian.ledger.genesis import Title
from zhulian.ledger.types import Wire
from zhulian.modules.identity.messages import Kind

__all__ = [
    "ADMINS",
    "CERTIFICATES",
    "ENCRYPTION_KEYS",
    "HANDLES",
    "KEYS",
    "MEMBERS",
    "ORGANISATIONS",
    "SIGNERS",
    "Admins",
    "Certificate",
    "EncryptionKey",
    "End",
    "Handle",
    "Key",
    "Members",
    "Organisation",
    "Signer",
    "Status",
]

Status = Literal["active", "left", "suspended"]


class End(Wire, frozen=True):
    """When and why something ended; height and block time (Unix milliseconds)."""

    height: int
    reason: str
    time_ms: int


class Organisation(Wire, frozen=True):
    """A member. `certificates` (DER, hex) are all under which its keys were registered, the newest first.

    Those whose plain digest stands in `retired` issue no more: they only let older receipts be proved. `admitted` is a
    height, 0 for founders. `basis` is the digest of the document behind the newest change of status.
    """

    admitted: int
    certificates: tuple[str, ...]
    status: Status
    title: Title
    basis: str | None = None
    operator: bool = False
    retired: tuple[str, ...] = ()


class Members(Wire, frozen=True):
    """The organisations that are active, sorted: those that have a vote."""

    active: tuple[str, ...]


class Admins(Wire, frozen=True):
    """The officers of an organisation that have the duty `admin` and are not revoked, sorted; never empty."""

    signers: tuple[str, ...]


class Signer(Wire, frozen=True):
    """Who acts for an organisation. `keys` are its fingerprints in the order of registration, without those revoked singly.

    Where `revoked` is present no key of the signer counts, whatever the key's own record says.
    """

    duties: tuple[str, ...]
    keys: tuple[str, ...]
    kind: Kind
    revoked: End | None = None


class Key(Wire, frozen=True):
    """A registered key of a signer or a handle; valid from `not_before` to `not_after` (Unix seconds, both included).

    With a chain, those are the times at which all its certificates are valid, not only the key's own.
    `certificate` is the plain digest of its certificate, absent for a handle. `chain` are the digests of the certificates
    above it, up to the CA's, where they were put on chain; with `vouched` there are none.
    """

    not_after: int
    not_before: int
    public_key: str
    signer: str
    certificate: str | None = None
    chain: tuple[str, ...] = ()
    revoked: End | None = None


class Certificate(Wire, frozen=True):
    """A certificate (DER, hex) that was put on chain."""

    der: str


class EncryptionKey(Wire, frozen=True):
    """To which key content for its holder is sealed. Times in Unix seconds; a bare key of a person has no `certificate`."""

    fingerprint: str
    height: int
    not_after: int
    not_before: int
    public_key: str
    certificate: str | None = None
    chain: tuple[str, ...] = ()


class Handle(Wire, frozen=True):
    """A person in one application. In custody, `agent` acts for it, and every act says so; else the person has an own key.

    `opened_by` is the organisation that opened it and answers for its quota.
    """

    height: int
    instance: str
    opened_by: str
    agent: str | None = None
    closed: End | None = None
    key: str | None = None


ORGANISATIONS: Map[Organisation] = Map("identity/organisations", Organisation, ("organisation",), often=True)
MEMBERS: Item[Members] = Item("identity/members", Members)
ADMINS: Map[Admins] = Map("identity/admins", Admins, ("organisation",))
SIGNERS: Map[Signer] = Map("identity/signers", Signer, ("signer",), often=True)
KEYS: Map[Key] = Map("identity/keys", Key, ("key",), often=True)
CERTIFICATES: Map[Certificate] = Map("identity/certificates", Certificate, ("certificate",))
HANDLES: Map[Handle] = Map("identity/handles", Handle, ("handle",))
ENCRYPTION_KEYS: Map[EncryptionKey] = Map("identity/encryption_keys", EncryptionKey, ("holder",))
"""The newest one of each organisation, signer or handle that has one."""
