"""Which module versions the members have decided for heights to come, and whether this program has them."""

import msgspec

from zhulian.consensus.application import Application
from zhulian.ledger.overlay import StateView
from zhulian.ledger.transition import World, require_versions

__all__ = ["Coming", "coming", "coming_in", "require_supported"]


class Coming(msgspec.Struct, frozen=True):
    """A switch that is decided: a module runs this version from this height on; whether this program has it."""

    from_height: int
    module: str
    version: int
    supported: bool


def coming(application: Application) -> list[Coming]:
    """The switches above the head, the next first."""
    return coming_in(application.world, application.chain_store, application.head.height)


def coming_in(world: World, state: StateView, height: int) -> list[Coming]:
    """The switches above `height` that stand in a state, the next first."""
    has = {each.name: each.versions for each in world.modules}
    found = world.governing.switches(state, height)
    return [
        Coming(from_height=at, module=module, version=version, supported=version in has[module]) for at, module, version in found
    ]


def require_supported(application: Application) -> None:
    """Hold that this program can make the next block.

    Raises:
        UnsupportedVersion: it lacks a version that the members have switched on.
    """
    height = application.head.height + 1
    require_versions(application.world, application.world.governing.rules(application.chain_store, height), height)
