"""What one may ask of the govern module. All but the first two need a passed proposal."""

from typing import Annotated, Any, Literal

from msgspec import Meta

from zhulian.ledger.genesis import EngineKey, Workdays
from zhulian.ledger.limits import HARD, Limits
from zhulian.ledger.types import Digest, Message, PublicKey, Seal, SignatureHex, Wire

__all__ = ["Propose", "SealedHeader", "Seat", "SetLimits", "SetSealers", "SetVersion", "SetWorkdays", "TakeDown", "Vote"]

Name = Annotated[str, Meta(pattern=r"\A[a-z][a-z0-9-]{0,30}\Z")]


class Propose(Message, frozen=True, tag="govern.propose"):
    """Propose actions that the members decide on together: governed messages, carried out in this order or not at all.

    The proposal's id is the id of this transaction. It counts as a yes of every organisation that signs it.
    """

    actions: Annotated[list[dict[str, Any]], Meta(min_length=1, max_length=16)]


class Vote(Message, frozen=True, tag="govern.vote"):
    """Vote for every organisation that signs. A vote may not be changed. The vote that decides also carries the actions out."""

    proposal: Digest
    vote: Literal["no", "yes"]


class SetLimits(Message, frozen=True, tag="govern.set_limits"):
    """Replace all limits, from the next block. Needs a passed proposal."""

    limits: Limits


class SetVersion(Message, frozen=True, tag="govern.set_version"):
    """Run a module at another version from a height in the future. Needs a passed proposal."""

    from_height: Annotated[int, Meta(ge=1, le=2**53 - 1)]
    module: Name
    version: Annotated[int, Meta(ge=1, le=1_000_000)]


class Seat(Wire, frozen=True):
    """A sealer: an organisation, its seal key and its power; with others, also the key by which its consensus engine votes.

    A key that is new in the set comes with proof of possession (docs/formats.md §2); an engine's key is Ed25519 in every suite.
    """

    power: Annotated[int, Meta(ge=1, le=1_000_000)]
    public_key: PublicKey
    sealer: Name
    possession: SignatureHex | None = None
    validator: EngineKey | None = None
    validator_possession: SignatureHex | None = None


class SealedHeader(Wire, frozen=True):
    """Seals of one header, each by another key of the present set or of the one that is proposed."""

    header: Digest
    seals: Annotated[list[Seal], Meta(min_length=1, max_length=2 * HARD.organisations_max)]


class SetSealers(Message, frozen=True, tag="govern.set_sealers"):
    """Replace the set that seals blocks, from the next block; sorted by sealer. Needs a passed proposal.

    `alive` shows headers that the present set has sealed, and that more than two thirds of the proposed power have sealed one of
    them not long ago: whoever joins has the chain and holds the key. The engines' set follows by the engine's own delay.
    """

    alive: Annotated[list[SealedHeader], Meta(min_length=1, max_length=8)]
    sealers: Annotated[list[Seat], Meta(min_length=1, max_length=HARD.organisations_max)]


class TakeDown(Message, frozen=True, tag="govern.take_down"):
    """Take down a transaction's body on every node; all proofs stay. Needs a passed proposal.

    `basis` is the digest of the document that gives the legal basis.
    """

    basis: Digest
    reason: Literal["infringing", "order", "personal", "unlawful"]
    transaction: Digest


class SetWorkdays(Message, frozen=True, tag="govern.set_workdays"):
    """Replace the calendar of holidays and of weekend days that are worked, each sorted. Needs a passed proposal."""

    workdays: Workdays
