"""What each proof of a draw is about, and the second generator H, whose logarithm to G nobody knows."""

from functools import lru_cache

from zhulian import canonical
from zhulian.crypto import BadPoint, Suite, suite
from zhulian.crypto.group import Point, group_of

__all__ = ["DEAL_PURPOSE", "KEY_PURPOSE", "RECOVERY_PURPOSE", "context_of", "second_generator"]

KEY_PURPOSE = "draw-key"
DEAL_PURPOSE = "draw-deal"
RECOVERY_PURPOSE = "draw-part"


def context_of(record: str, by: str, about: str) -> bytes:
    """For a proof that `by` makes about a key (`about` is empty), a share for a holder, or a part of a dealer's secret."""
    return canonical.encode({"about": about, "by": by, "record": record})


def second_generator(chosen: Suite) -> Point:
    """H: the point of even y whose x is the first digest of the text `second generator of draws` and a counter that is one of a point."""
    return _second(chosen.name)


@lru_cache(maxsize=2)
def _second(name: str) -> Point:
    chosen = suite(name)
    counter = 0
    while True:
        x = chosen.digest(b"second generator of draws" + counter.to_bytes(4, "big"))
        try:
            return group_of(chosen).decode(b"\x02" + x)
        except BadPoint:
            counter += 1
