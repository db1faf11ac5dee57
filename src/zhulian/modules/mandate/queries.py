"""Whether something is frozen; other modules ask it through a need of their own."""

from zhulian.ledger.overlay import StateView
from zhulian.modules.mandate.state import FROZEN, STANDING

__all__ = ["Freezes"]


class Freezes:
    """Answers by one value where nothing is frozen at all."""

    def standing(self, state: StateView) -> bool:
        """Whether anything at all may be frozen."""
        return bool(STANDING.find(state))

    def until(self, state: StateView, target: str, time: int) -> int | None:
        """Until when a party, `@instance` or record is frozen at block time `time`, both in Unix seconds; None if it is not."""
        found = FROZEN.find(state, target)
        return found.until if found is not None and time < found.until else None
