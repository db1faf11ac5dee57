"""Cutting a batch into its envelopes as the bytes that came, without reading what they say."""

import msgspec

from zhulian.canonical import DEPTH_MAX, TooDeep
from zhulian.errors import Words
from zhulian.gateway.errors import BadBatch, BatchTooLong

__all__ = ["NDJSON", "split_lines", "split_list"]

NDJSON = "application/x-ndjson"

_SPLITTER = msgspec.json.Decoder(list[msgspec.Raw])


def split_list(body: bytes, most: int) -> list[bytes]:
    """The items of a JSON list, each as its own bytes.

    Raises:
        BadBatch: it is no JSON list, or empty. TooDeep, BatchTooLong.
    """
    try:
        raws = _SPLITTER.decode(body)
    except RecursionError:
        raise TooDeep(most=DEPTH_MAX) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as wrong:
        raise BadBatch(why=Words.quote(wrong)) from None
    return _counted([bytes(raw) for raw in raws], most)


def split_lines(body: bytes, most: int) -> list[bytes]:
    """The lines of `application/x-ndjson`, the last line feed being optional. Canonical JSON holds no line feed itself.

    Raises:
        BadBatch: empty. BatchTooLong.
    """
    if body.count(b"\n") > most:
        raise BatchTooLong(count=body.count(b"\n"), most=most)
    lines = body.split(b"\n")
    if not lines[-1]:
        lines.pop()
    return _counted(lines, most)


def _counted(items: list[bytes], most: int) -> list[bytes]:
    if not items:
        raise BadBatch(why=Words("内容为空", "it is empty"))
    if len(items) > most:
        raise BatchTooLong(count=len(items), most=most)
    return items
