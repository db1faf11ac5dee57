"""What one may ask of the registry module, by a passed proposal."""

from typing import Annotated

from msgspec import Meta

from zhulian.ledger.genesis import Title
from zhulian.ledger.types import Message

__all__ = ["CLAIMANTS_MAX", "SetSpace"]

CLAIMANTS_MAX = 256
InstanceName = Annotated[str, Meta(pattern=r"\A[a-z][a-z0-9-]{0,62}\Z")]
SpaceName = Annotated[str, Meta(pattern=r"\A[a-z][a-z0-9-]*(?:\.[a-z0-9][a-z0-9-]*)+\Z", max_length=63)]


class SetSpace(Message, frozen=True, tag="registry.set_space"):
    """Set up a space, or replace who may claim in it; what is claimed stays. Needs a passed proposal.

    `claimants` are instances, sorted; with `open` any instance may claim. With neither the space takes no more claims.
    """

    claimants: Annotated[list[InstanceName], Meta(max_length=CLAIMANTS_MAX)]
    space: SpaceName
    title: Title
    open: bool = False
