"""From secrets to a seed, and from a seed to those who are drawn. Anyone can work it out again from what stands on the chain."""

from collections.abc import Sequence

from zhulian.crypto import Hasher

__all__ = ["draw_places", "seed_of"]


def seed_of(hasher: Hasher, record: str, pool: str, secrets: Sequence[bytes]) -> bytes:
    """The digest of the record, of the pool, and of every contributor's secret in their order, 32 bytes."""
    named = hasher.suite.digest(record.encode()) + hasher.suite.digest(pool.encode())
    return hasher.digest("draw-seed", named + b"".join(secrets))


def draw_places(hasher: Hasher, seed: bytes, count: int, winners: int) -> list[int]:
    """`winners` different places of a pool of `count`, from 0, the first winner first; every order is as likely as any other.

    A shuffle that stops (Fisher and Yates): for the k-th winner a number below `count` − k is taken from the digest of the seed and
    k, and the place that stands there is taken out. A digest of 256 bits modulo a million favours no place by more than 2^−236.
    """
    moved: dict[int, int] = {}
    places = []
    for turn in range(min(winners, count)):
        left = count - turn
        chosen = int.from_bytes(hasher.digest("draw-turn", seed + turn.to_bytes(4, "big")), "big") % left
        places.append(moved.get(chosen, chosen))
        moved[chosen] = moved.get(left - 1, left - 1)
    return places
