"""The embedded engine: one process, one sealer, every block decided as soon as it is durable."""

from zhulian.consensus.solo.engine import Outcome, SoloEngine

__all__ = ["Outcome", "SoloEngine"]
