"""What the govern module keeps."""

from typing import Any, Literal

from zhulian.ledger.collections import Item, Map
from zhulian.ledger.genesis import EngineKey, Workdays
from zhulian.ledger.limits import Limits
from zhulian.ledger.types import Sealer, Wire

__all__ = [
    "PROPOSALS",
    "RECOVERIES",
    "RETIRED_KEYS",
    "RULES",
    "SEALERS",
    "TAKEN_DOWN",
    "VALIDATORS",
    "WORKDAYS",
    "Proposal",
    "Recovery",
    "RetiredKey",
    "RuleBook",
    "Sealers",
    "Switch",
    "TakenDown",
    "Validators",
]


class Switch(Wire, frozen=True):
    """A module runs this version from this height on."""

    from_height: int
    version: int


class RuleBook(Wire, frozen=True):
    """What rules a block: the limits, and for each module its versions in the order of their heights.

    One value, since it is read once for every block.
    """

    limits: Limits
    versions: dict[str, tuple[Switch, ...]]


class Sealers(Wire, frozen=True):
    """The set that seals the next block, sorted by name."""

    sealers: tuple[Sealer, ...]


class Validators(Wire, frozen=True):
    """By which key each sealer's consensus engine votes (Ed25519, hex); empty on a chain that one node makes alone."""

    keys: dict[str, EngineKey]


class RetiredKey(Wire, frozen=True):
    """A seal key or an engine's key that left the set at `height`; it never comes back, since its log may be lost."""

    height: int
    organisation: str


class Proposal(Wire, frozen=True):
    """Actions that the members decide on. `closes` is block time in Unix seconds; `votes` is by organisation.

    A proposal that nobody decided in time stays `open` here and counts as expired once block time reaches `closes`.
    """

    actions: tuple[dict[str, Any], ...]
    closes: int
    height: int
    proposer: str
    status: Literal["open", "passed", "rejected"]
    votes: dict[str, Literal["no", "yes"]]
    decided: int | None = None


class TakenDown(Wire, frozen=True):
    """Why and when the body of a transaction was taken down."""

    basis: str
    height: int
    reason: str
    time_ms: int


class Recovery(Wire, frozen=True):
    """Members went on without the others by an agreement outside the chain, of this digest, which these have signed."""

    agreement: str
    made: int
    members: tuple[str, ...]
    reason: str


RULES: Item[RuleBook] = Item("govern/rules", RuleBook)
SEALERS: Item[Sealers] = Item("govern/sealers", Sealers, often=True)
VALIDATORS: Item[Validators] = Item("govern/validators", Validators)
RETIRED_KEYS: Map[RetiredKey] = Map("govern/retired_keys", RetiredKey, ("public_key",))
WORKDAYS: Item[Workdays] = Item("govern/workdays", Workdays)
PROPOSALS: Map[Proposal] = Map("govern/proposals", Proposal, ("proposal",))
RECOVERIES: Map[Recovery] = Map("govern/recoveries", Recovery, ("height",))
TAKEN_DOWN: Map[TakenDown] = Map("govern/taken_down", TakenDown, ("transaction",))
