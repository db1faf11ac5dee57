"""What timers and sweeps share: under which name their results stand, and how their effects reach other instances."""

from collections.abc import Callable
from typing import TypeAlias

from zhulian.modules.scenario.acting.effects import CallOut
from zhulian.modules.scenario.acting.work import Work

__all__ = ["MODULE", "Calls"]

MODULE = "scenario"
"""Under which name results of timers stand in a block."""

Calls: TypeAlias = Callable[[Work], CallOut]
"""How the effects of a timer reach other instances."""
