"""RFC 8785 (JCS) JSON, cut down to what has one reading everywhere: integers only, ASCII keys, NFC text.

Everything that is hashed or signed passes through here. Decoding accepts exactly the bytes that encoding would write, so
that one value has one digest. `read` is the one lenient door, for files that people may have reformatted: it allows other
white space and key order, and nothing else.
"""

import json
import re
import unicodedata
from typing import Any, Generic, TypeVar

import msgspec

from zhulian._unicode14 import UNASSIGNED
from zhulian.errors import Refusal, Words

__all__ = [
    "BYTES_MAX",
    "DEPTH_MAX",
    "INTEGER_MAX",
    "Codec",
    "KeyNotAscii",
    "Malformed",
    "NotCanonical",
    "NotInteger",
    "OutOfRange",
    "TextNotNormal",
    "TooDeep",
    "TooLong",
    "WrongShape",
    "bound",
    "decode",
    "encode",
    "read",
]

T = TypeVar("T")

INTEGER_MAX = 2**53 - 1
"""The largest magnitude of an integer that every JSON reader keeps exactly (RFC 7493 §2.2)."""
DEPTH_MAX = 32
"""How deep arrays and objects may nest; far below any interpreter's own limit."""
BYTES_MAX = 8 * 1024 * 1024
"""The longest document that any reader here looks at."""


class Malformed(
    Refusal,
    code="form/1",
    zh="不是合法的 JSON：{why.zh}。请按 RFC 8785 重新生成。",
    en="This is not JSON: {why.en}. Write it again by RFC 8785.",
):
    why: Words


class NotCanonical(
    Refusal,
    code="form/2",
    zh="JSON 写法不规范（键须排序且不重复，不得有多余空白或转义）。请按 RFC 8785 重新生成。",
    en="The JSON is not in canonical form (keys sorted and unique, no spare white space or escapes). Write it again by RFC 8785.",
):
    pass


class NotInteger(
    Refusal,
    code="form/3",
    zh="{path} 不是整数。请改用整数，金额以分为单位。",
    en="{path} is not an integer. Use whole numbers, money in fen.",
):
    path: str


class OutOfRange(
    Refusal,
    code="form/4",
    zh="{path} 超出 ±（2^53−1）。请改用较小的整数或文本。",
    en="{path} is beyond ±(2^53−1). Use a smaller integer or text.",
):
    path: str


class TextNotNormal(
    Refusal,
    code="form/5",
    zh="{path} 含有未按 NFC 规范化、未分配或残缺的字符。请规范化后重试。",
    en="{path} has characters that are not in NFC, not assigned, or half a pair. Normalise the text and try again.",
):
    path: str


class TooDeep(
    Refusal, code="form/6", zh="嵌套超过 {most} 层。请简化结构。", en="It nests deeper than {most} levels. Make it flatter."
):
    most: int


class TooLong(
    Refusal,
    code="form/7",
    zh="共 {size} 字节，上限为 {most} 字节。请拆分。",
    en="It has {size} bytes, {most} is the most. Split it.",
):
    size: int
    most: int


class KeyNotAscii(
    Refusal,
    code="form/8",
    zh="键名 {path} 含有非 ASCII 字符。请改用英文字母。",
    en="The key {path} is not ASCII. Use ASCII letters.",
):
    path: str


class WrongShape(
    Refusal,
    code="form/9",
    zh="内容与约定的结构不符：{why.zh}。请对照接口文档修改。",
    en="The content has another shape than agreed: {why.en}. Compare it with the reference.",
):
    why: Words


_ENCODER = msgspec.json.Encoder(order="sorted")
_ANY = msgspec.json.Decoder()
_BRACKETS = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)|[][{}]', re.DOTALL)  # linear: an open string runs to the end
_FLAT = bytes.maketrans(b"123456789,[", b"000000000::")
_SUSPECT = re.compile(rb":-?(?:0{16}|0+[.eE])")  # in flattened bytes: a number that may be no integer of the range


class Codec(Generic[T]):
    """Canonical encoding and strict decoding of one msgspec type.

    The type's structs must forbid unknown fields and leave out defaults (`omit_defaults`), so that a value is written in
    one way only.
    """

    def __init__(self, shape: Any) -> None:
        self._decoder: msgspec.json.Decoder[T] = msgspec.json.Decoder(shape)

    def encode(self, value: T) -> bytes:
        """The canonical bytes of `value`, whose type promises integers of the range and normal text."""
        return _ENCODER.encode(value)

    def decode(self, data: bytes, most: int = BYTES_MAX) -> T:
        """Read canonical bytes of at most `most` bytes.

        Raises:
            Malformed, WrongShape, NotCanonical, NotInteger, OutOfRange, TextNotNormal, TooDeep, TooLong, KeyNotAscii.
        """
        bound(data, most)
        try:
            value = self._decoder.decode(data)
        except msgspec.ValidationError as wrong:
            _ = decode(data, most)  # a fault of form is named before a fault of shape
            raise WrongShape(why=Words.quote(wrong)) from None
        except (msgspec.DecodeError, UnicodeDecodeError) as wrong:
            raise Malformed(why=Words.quote(wrong)) from None
        if not data.isascii() or _SUSPECT.search(b":" + data.translate(_FLAT)):
            _inspect(_ANY.decode(data), "$")
        if _ENCODER.encode(value) != data:
            raise NotCanonical()
        return value


def encode(value: Any) -> bytes:
    """The canonical bytes of a tree of dict, list, str, int, bool and None.

    Raises:
        NotInteger, OutOfRange, TextNotNormal, KeyNotAscii, TooDeep: if the tree holds what canonical JSON cannot say.
    """
    _inspect(value, "$")
    return _ENCODER.encode(value)


def decode(data: bytes, most: int = BYTES_MAX) -> Any:
    """Read canonical bytes of at most `most` bytes into a tree of dict, list, str, int, bool and None.

    Raises:
        Malformed, NotCanonical, NotInteger, OutOfRange, TextNotNormal, TooDeep, TooLong, KeyNotAscii.
    """
    bound(data, most)
    try:
        value = _ANY.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as wrong:
        raise Malformed(why=Words.quote(wrong)) from None
    _inspect(value, "$")
    if _ENCODER.encode(value) != data:
        raise NotCanonical()
    return value


def read(data: bytes, most: int = BYTES_MAX) -> Any:
    """Read JSON from a file that a person or a mail programme may have reformatted: any white space, any order of keys.

    Raises:
        Malformed: also for duplicate keys. NotInteger, OutOfRange, TextNotNormal, TooDeep, TooLong, KeyNotAscii.
    """
    bound(data, most)
    try:
        value = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_unique,
            parse_float=_no_float,
            parse_constant=_no_float,
            parse_int=_bounded_int,
        )
    except (ValueError, UnicodeDecodeError) as wrong:
        raise Malformed(why=Words.quote(wrong)) from None
    _inspect(value, "$")
    return value


def bound(data: bytes, most: int) -> None:
    """Refuse bytes that are too long or nest too deep, before any parser sees them.

    Raises:
        TooLong, TooDeep.
    """
    if len(data) > most:
        raise TooLong(size=len(data), most=most)
    if data.count(b"[") + data.count(b"{") <= DEPTH_MAX:
        return
    depth = 0
    for token in _BRACKETS.finditer(data):
        mark = token.group()
        if mark in (b"[", b"{"):
            depth += 1
            if depth > DEPTH_MAX:
                raise TooDeep(most=DEPTH_MAX)
        elif mark in (b"]", b"}"):
            depth -= 1


def _inspect(value: Any, path: str, depth: int = 0) -> None:
    kind = type(value)
    if kind is str:
        if not (value.isascii() or _is_normal(value)):
            raise TextNotNormal(path=path)
    elif kind is bool or value is None:
        pass
    elif kind is int:
        if not -INTEGER_MAX <= value <= INTEGER_MAX:
            raise OutOfRange(path=path)
    elif depth >= DEPTH_MAX:
        raise TooDeep(most=DEPTH_MAX)
    elif kind is dict:
        for key, item in value.items():
            if type(key) is not str or not key.isascii():
                raise KeyNotAscii(path=f"{path}.{key}".encode("utf-8", "replace").decode())
            _inspect(item, f"{path}.{key}", depth + 1)
    elif kind is list or kind is tuple:
        for place, item in enumerate(value):
            _inspect(item, f"{path}[{place}]", depth + 1)
    else:
        raise NotInteger(path=path)


def _is_normal(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:  # a lone surrogate
        return False
    return UNASSIGNED.search(text) is None and unicodedata.is_normalized("NFC", text)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Malformed(why=Words("同一对象中有重复的键", "a key occurs twice"))
    return found


def _no_float(text: str) -> Any:
    raise NotInteger(path=text[:40])


def _bounded_int(text: str) -> int:
    if len(text) > 17:
        raise OutOfRange(path=text[:40])
    return int(text)
