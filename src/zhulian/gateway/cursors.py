"""Opaque page cursors: what the ledger gave, bound to the collection and prefix it was given for."""

import base64
import binascii

import msgspec

from zhulian.gateway.errors import BadCursor

__all__ = ["open_cursor", "seal_cursor"]

_LENGTH_MAX = 8192


class _Cursor(msgspec.Struct, array_like=True, forbid_unknown_fields=True, frozen=True):
    version: int
    collection: str
    prefix: list[str]
    after: str


_DECODER = msgspec.msgpack.Decoder(_Cursor)


def seal_cursor(collection: str, prefix: list[str], after: str) -> str:
    """A cursor for URLs."""
    return base64.urlsafe_b64encode(msgspec.msgpack.encode(_Cursor(1, collection, prefix, after))).decode().rstrip("=")


def open_cursor(text: str, collection: str, prefix: list[str]) -> str:
    """What the ledger gave for `text`.

    Raises:
        BadCursor: it is none of ours, or was given for another collection or prefix.
    """
    if len(text) > _LENGTH_MAX:
        raise BadCursor()
    try:
        found = _DECODER.decode(base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True))
    except (msgspec.DecodeError, binascii.Error, UnicodeError):
        raise BadCursor() from None
    if (found.version, found.collection, found.prefix) != (1, collection, prefix):
        raise BadCursor()
    return found.after
