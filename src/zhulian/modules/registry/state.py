"""What the registry module keeps: the spaces, and one value for each number that is taken."""

from zhulian.ledger.collections import Map
from zhulian.ledger.genesis import Title
from zhulian.ledger.types import Wire

__all__ = ["CLAIMS", "SPACES", "Claim", "Space"]


class Space(Wire, frozen=True):
    """A space in which numbers are unique; `claimants` are the instances that may claim, unless it is `open` to all."""

    claimants: tuple[str, ...]
    height: int
    title: Title
    open: bool = False


class Claim(Wire, frozen=True):
    """Which record of which instance has taken a number, when (block time in Unix milliseconds) and by which transaction."""

    height: int
    instance: str
    record: str
    time_ms: int
    transaction: str


SPACES: Map[Space] = Map("registry/spaces", Space, ("space",))

CLAIMS: Map[Claim] = Map("registry/claims", Claim, ("space", "claim"))
"""`claim` is the digest of issuer and number, so that the list of claims tells neither (docs/formats.md §2, `claim`)."""
