"""Which objects may go: those that the chain says are erased, at once; those that it never named, after a while."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from zhulian.offchain.vault.catalogue import Entry

__all__ = ["Judge", "Standing", "Swept", "gone"]

Standing = Literal["dead", "live", "unnamed"]
"""What the chain says of an object: a record that lives names it; only what is erased or withdrawn does; nothing does."""

Judge = Callable[[str], Standing]
"""Asks the chain about a digest; raises where the chain does not answer, and then nothing is removed."""


@dataclass(frozen=True)
class Swept:
    """What a sweep did: objects looked at, removed, and bytes freed."""

    looked: int
    removed: tuple[str, ...]
    freed_bytes: int


def gone(entries: Iterable[Entry], judge: Judge, now: int, grace_s: int) -> list[Entry]:
    """Those of the objects that may go: dead ones, and unnamed ones that were brought more than `grace_s` ago.

    The grace is for what was uploaded before its transaction; it is longer than any transaction can wait.
    """
    found = []
    for each in entries:
        standing = judge(each.digest)
        if standing == "dead" or (standing == "unnamed" and now - each.stored > grace_s):
            found.append(each)
    return found
