"""What the credential module keeps. No credential, no presentation and nothing of a person's comes here but a handle of one instance."""

from typing import Literal

from zhulian.ledger.collections import Map
from zhulian.ledger.genesis import Title
from zhulian.ledger.types import Wire
from zhulian.modules.credential.messages import Bits, Claim, Status

__all__ = [
    "ATTESTED",
    "ISSUERS",
    "LISTS",
    "SCHEMAS",
    "STANDINGS",
    "AttestedThat",
    "Issuer",
    "IssuingKey",
    "Retired",
    "Schema",
    "Standing",
    "StatusList",
]


class Schema(Wire, frozen=True):
    """What credentials of a kind hold; `standing` is what an issuer needs from the owner, absent where the owner alone issues."""

    claims: tuple[Claim, ...]
    height: int
    title: Title
    transaction: str
    standing: str | None = None


class Retired(Wire, frozen=True):
    """When an issuing key ended and why; block time in Unix milliseconds."""

    height: int
    reason: Literal["compromised", "superseded"]
    time_ms: int


class IssuingKey(Wire, frozen=True):
    """A key with which an organisation issues, since block time `since_ms`."""

    height: int
    public_key: str
    since_ms: int
    retired: Retired | None = None


class Issuer(Wire, frozen=True):
    """All keys with which an organisation ever issued, in the order of their registration: one proof shows them all."""

    keys: tuple[IssuingKey, ...]


class StatusList(Wire, frozen=True):
    """The newest content of a status list, by the digest of its token; `size` entries of `bits` each."""

    bits: Bits
    digest: str
    height: int
    sequence: int
    size: int
    time_ms: int
    transaction: str


class Standing(Wire, frozen=True):
    """What standing an organisation has from another, since when."""

    height: int
    status: Status
    time_ms: int
    transaction: str


class AttestedThat(Wire, frozen=True):
    """That a verifier checked a credential at `checked` (Unix seconds, its clock), and on which status list that rests."""

    by: str
    checked: int
    height: int
    issuer: str
    list: str
    schema: str
    sequence: int
    time_ms: int
    transaction: str


SCHEMAS: Map[Schema] = Map("credential/schemas", Schema, ("owner", "schema"))
ISSUERS: Map[Issuer] = Map("credential/issuers", Issuer, ("issuer",))
LISTS: Map[StatusList] = Map("credential/lists", StatusList, ("issuer", "list"))
STANDINGS: Map[Standing] = Map("credential/standings", Standing, ("issuer", "schema", "holder"))
ATTESTED: Map[AttestedThat] = Map("credential/attested", AttestedThat, ("instance", "person", "predicate"))
