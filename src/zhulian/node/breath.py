"""Long answers take turns with the rest of the loop."""

import asyncio
import time

__all__ = ["Breath"]

_TURN_S = 0.005


class Breath:
    """Lets others run whenever this answer has taken its turn of 5 ms."""

    def __init__(self) -> None:
        self._since = time.monotonic()

    async def take(self) -> None:
        """Return at once within the turn, else after everyone else has had one."""
        if time.monotonic() - self._since >= _TURN_S:
            await asyncio.sleep(0)
            self._since = time.monotonic()
