"""What others ask of the registry module: who may claim in a space."""

from zhulian.ledger.overlay import StateView
from zhulian.modules.registry.state import SPACES

__all__ = ["SpaceRules"]


class SpaceRules:
    """What the members have set by vote."""

    def may_claim(self, state: StateView, space: str, instance: str) -> bool:
        """Whether there is such a space and the instance may claim numbers in it."""
        found = SPACES.find(state, space)
        return found is not None and (found.open or instance in found.claimants)
