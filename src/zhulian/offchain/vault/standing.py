"""What the chain says of an object: whether it may go, and who may read it.

Written once as a generator that asks for state values by key and is sent them (None: absent), so that the gateway asks its ledger
awaiting and the command asks a node blocking.
"""

from collections.abc import Callable, Generator
from typing import Any, TypeVar

from zhulian.offchain.vault.sweeping import Standing

__all__ = ["Asking", "may_read", "settle", "standing_of", "taken_down"]

T = TypeVar("T")
Asking = Generator[tuple[str, ...], dict[str, Any] | None, T]


def standing_of(digest: str) -> Asking[Standing]:
    """Whether a live record names the object, only one that was erased or withdrawn, or none."""
    named = yield "share/blobs", digest
    if named is None:
        return "unnamed"
    content = yield "share/contents", named["content"], named["owner"]
    if content is None or content.get("erased") is not None:
        return "dead"
    if named["kind"] == "key":
        reader = yield "share/readers", named["content"], named["owner"], named["reader"]
        if reader is None or reader.get("ended") is not None:
            return "dead"
    return "live"


def may_read(digest: str, party: str, brought_by: str | None) -> Asking[bool]:
    """Whether the party may fetch the object: its owner, its reader, a keeper of its key, or, while nothing names it, who brought it.

    The sealed content goes to those who are among its readers now; an envelope only to the one that it is for.
    """
    named = yield "share/blobs", digest
    if named is None:
        return party == brought_by
    if party == named["owner"]:
        return True
    content = yield "share/contents", named["content"], named["owner"]
    if content is None or content.get("erased") is not None:
        return False
    reader = yield "share/readers", named["content"], named["owner"], party
    is_reader = reader is not None and reader.get("ended") is None
    terms = yield "share/terms", named["content"]
    for each in (content, terms):
        if reader is not None and each is not None and each.get("restricted") is not None:
            is_reader = is_reader and reader["height"] > each["restricted"]["height"]  # by an opening since
    if named["kind"] == "content":
        return is_reader
    if named["kind"] == "share":
        return bool(named["reader"] == party)
    return is_reader and bool(named["reader"] == party)


def taken_down(digest: str) -> Asking[dict[str, Any] | None]:
    """Why and when the members took down the transaction that named the object's content; None where they have not.

    What is taken down stays in the vault, so that an authority may have it, and is handed to nobody.
    """
    named = yield "share/blobs", digest
    if named is None:
        return None
    content = yield "share/contents", named["content"], named["owner"]
    return None if content is None else (yield "govern/taken_down", content["transaction"])


def settle(asking: Asking[T], find: Callable[[tuple[str, ...]], dict[str, Any] | None]) -> T:
    """Run such a question to its end, blocking."""
    try:
        key = next(asking)
        while True:
            key = asking.send(find(key))
    except StopIteration as stop:
        answer: T = stop.value
        return answer
