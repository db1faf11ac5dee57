"""The part of DER (X.690) that certificates need: a reader that takes one encoding only, and a writer.

Certificates decide who may act, and every node must decide alike, so the reader is our own and does not change with the
version of a library. What is read here would be written again byte for byte the same.
"""

import calendar
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from zhulian import canonical
from zhulian.crypto.certificates.errors import CertificateMalformed
from zhulian.errors import Words

__all__ = [
    "BIT_STRING",
    "BOOLEAN",
    "INTEGER",
    "NULL",
    "OCTET_STRING",
    "OID",
    "SEQUENCE",
    "SET",
    "Reader",
    "bits",
    "boolean",
    "context",
    "element",
    "integer",
    "is_visible",
    "moment",
    "octets",
    "oid",
    "read_bits",
    "read_boolean",
    "read_integer",
    "read_moment",
    "read_oid",
    "read_text",
    "sequence",
    "text",
]

BOOLEAN: Final = 0x01
INTEGER: Final = 0x02
BIT_STRING: Final = 0x03
OCTET_STRING: Final = 0x04
NULL: Final = b"\x05\x00"
OID: Final = 0x06
UTF8: Final = 0x0C
SEQUENCE: Final = 0x30
SET: Final = 0x31
UTC_TIME: Final = 0x17
GENERALIZED_TIME: Final = 0x18

_PRINTABLE: Final = re.compile(rb"[A-Za-z0-9 '()+,./:=?*@&_-]*")  # X.680 with the * @ & _ that CAs write all the same
_MOMENT: Final = re.compile(rb"[0-9]{14}Z")
_INVISIBLE: Final = re.compile("[\x00-\x1f\x7f-\xa0\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")
_ENCODINGS: Final = {UTF8: "utf-8", 0x13: "ascii", 0x16: "ascii", 0x1E: "utf-16-be"}
"""UTF8String, PrintableString, IA5String and BMPString."""


class Reader:
    """Reads elements one after the other out of definite, shortest-form DER."""

    __slots__ = ("_at", "_data")

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def more(self) -> bool:
        """Whether anything is left."""
        return self._at < len(self._data)

    def next_is(self, tag: int) -> bool:
        """Whether the next element has this tag."""
        return self.more and self._data[self._at] == tag

    def whole(self, tag: int | None = None) -> bytes:
        """The next element with its tag and length.

        Raises:
            CertificateMalformed: if it is cut short, has another tag, or its length is not in the shortest form.
        """
        start, _, end = self._measure(tag)
        self._at = end
        return self._data[start:end]

    def content(self, tag: int) -> bytes:
        """The content of the next element.

        Raises:
            CertificateMalformed: as `whole`.
        """
        _, body, end = self._measure(tag)
        self._at = end
        return self._data[body:end]

    def inner(self, tag: int) -> "Reader":
        """A reader for the content of the next element.

        Raises:
            CertificateMalformed: as `whole`.
        """
        return Reader(self.content(tag))

    def each(self, tag: int) -> Iterator["Reader"]:
        """Readers for the contents of all the elements that are left.

        Raises:
            CertificateMalformed: as `whole`.
        """
        while self.more:
            yield self.inner(tag)

    def end(self) -> None:
        """Require that nothing is left.

        Raises:
            CertificateMalformed: if there is.
        """
        if self.more:
            raise CertificateMalformed(why=Words("末尾有多余字节", "it has bytes too many"))

    def _measure(self, tag: int | None) -> tuple[int, int, int]:
        data, at = self._data, self._at
        if len(data) < at + 2:
            raise CertificateMalformed(why=Words("内容不完整", "it is cut short"))
        if tag is not None and data[at] != tag:
            raise CertificateMalformed(
                why=Words(
                    f"应为标签 {tag:#04x} 之处为 {data[at]:#04x}", f"tag {tag:#04x} is expected where {data[at]:#04x} stands"
                )
            )
        size, body = data[at + 1], at + 2
        if size & 0x80:
            count = size & 0x7F
            size = int.from_bytes(data[body : body + count], "big")
            body += count
            if not 1 <= count <= 3 or size < 0x80 or size.bit_length() <= 8 * (count - 1):
                raise CertificateMalformed(why=Words("长度未用最短写法", "a length is not in its shortest form"))
        if len(data) < body + size:
            raise CertificateMalformed(why=Words("内容不完整", "it is cut short"))
        return at, body, body + size


def read_integer(reader: Reader) -> int:
    """The next INTEGER, shortest form, at most 20 bytes.

    Raises:
        CertificateMalformed.
    """
    body = reader.content(INTEGER)
    if not 1 <= len(body) <= 20 or (len(body) > 1 and body[0] in (0x00, 0xFF) and (body[0] ^ body[1]) < 0x80):
        raise CertificateMalformed(why=Words("整数未用最短写法", "a number is not in its shortest form"))
    return int.from_bytes(body, "big", signed=True)


def read_boolean(reader: Reader) -> bool:
    """The next BOOLEAN where FALSE is the default, which DER leaves out; so it is TRUE or absent.

    Raises:
        CertificateMalformed: if it is written as anything but FF.
    """
    if not reader.next_is(BOOLEAN):
        return False
    if reader.content(BOOLEAN) != b"\xff":
        raise CertificateMalformed(why=Words("布尔值不符合 DER 写法", "a truth value is not written as DER does"))
    return True


def read_oid(reader: Reader) -> str:
    """The next OBJECT IDENTIFIER in dotted form.

    Raises:
        CertificateMalformed.
    """
    body = reader.content(OID)
    if not 1 <= len(body) <= 32 or body[-1] & 0x80:
        raise CertificateMalformed(why=Words("对象标识符不完整", "an object identifier is cut short"))
    arcs: list[int] = []
    value, fresh = 0, True
    for byte in body:
        if fresh and byte == 0x80:
            raise CertificateMalformed(why=Words("对象标识符未用最短写法", "an object identifier is not in its shortest form"))
        value, fresh = value << 7 | byte & 0x7F, not byte & 0x80
        if fresh:
            arcs.append(value)
            value = 0
    first = min(arcs[0] // 40, 2)
    return ".".join(str(arc) for arc in (first, arcs[0] - 40 * first, *arcs[1:]))


def read_bits(reader: Reader) -> tuple[bytes, int]:
    """The next BIT STRING: its bytes, and how many bits at their end are unused (and zero).

    Raises:
        CertificateMalformed.
    """
    body = reader.content(BIT_STRING)
    if not body or body[0] > 7 or (len(body) == 1 and body[0]):
        raise CertificateMalformed(why=Words("位串不符合 DER 写法", "a bit string is not written as DER does"))
    unused = body[0]
    if unused and body[-1] & ((1 << unused) - 1):
        raise CertificateMalformed(why=Words("位串的未用位不为零", "the unused bits of a bit string are not zero"))
    return body[1:], unused


def read_text(reader: Reader) -> str:
    """The next string of a name, of 1 to 256 characters that can be seen.

    Raises:
        CertificateMalformed: also for T61String and UniversalString, which RFC 5280 §4.1.2.4 retires.
    """
    encoded = reader.whole()
    tag, body = encoded[0], Reader(encoded).content(encoded[0])
    encoding = _ENCODINGS.get(tag)
    if encoding is None:
        raise CertificateMalformed(why=Words(f"名称使用了字符串类型 {tag:#04x}", f"a name has the string type {tag:#04x}"))
    if tag == 0x13 and not _PRINTABLE.fullmatch(body):
        raise CertificateMalformed(why=Words("可打印字符串含有其他字符", "a printable string has other characters"))
    try:
        found = body.decode(encoding)
    except UnicodeDecodeError:
        raise CertificateMalformed(why=Words("名称不是文本", "a name is not text")) from None
    if not 1 <= len(found) <= 256 or not is_visible(found):
        raise CertificateMalformed(
            why=Words(
                "名称为空、过长、未按 NFC 规范化，或含有不可见字符",
                "a name is empty, too long, not in NFC, or has characters that cannot be seen",
            )
        )
    return found


def is_visible(value: str) -> bool:
    """Whether a text is in NFC and free of controls, marks of direction and zero-width characters.

    `str.isprintable` would answer by the Unicode version of each Python.
    """
    try:
        canonical.encode(value)
    except canonical.TextNotNormal:
        return False
    return _INVISIBLE.search(value) is None


def read_moment(reader: Reader) -> int:
    """The next Time in Unix seconds: UTCTime up to 2049, GeneralizedTime from 2050 (RFC 5280 §4.1.2.5).

    Raises:
        CertificateMalformed: also for the wrong one of the two, for fractions and for zones.
    """
    short = reader.next_is(UTC_TIME)
    digits = reader.content(UTC_TIME if short else GENERALIZED_TIME)
    if short:
        digits = (b"20" if digits[:2] < b"50" else b"19") + digits
    if not _MOMENT.fullmatch(digits) or (not short and digits[:4] < b"2050"):
        raise CertificateMalformed(
            why=Words("时间不符合 RFC 5280 第 4.1.2.5 条的写法", "a time is not written as RFC 5280 §4.1.2.5 asks")
        )
    year, month, day, hour, minute, second = (int(digits[:4]), *(int(digits[i : i + 2]) for i in range(4, 14, 2)))
    try:
        instant = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        raise CertificateMalformed(why=Words("时间不存在", "a time does not exist")) from None
    return calendar.timegm(instant.utctimetuple())


def element(tag: int, body: bytes) -> bytes:
    """An element with its length in the shortest form."""
    size = len(body)
    if size < 0x80:
        return bytes((tag, size)) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + body


def sequence(*parts: bytes) -> bytes:
    """SEQUENCE of encoded parts."""
    return element(SEQUENCE, b"".join(parts))


def context(number: int, body: bytes, *, constructed: bool = True) -> bytes:
    """A context-specific element."""
    return element((0xA0 if constructed else 0x80) | number, body)


def integer(value: int) -> bytes:
    """INTEGER of a number that is not negative."""
    return element(INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def boolean() -> bytes:
    """BOOLEAN TRUE; FALSE is the default everywhere here and left out."""
    return element(BOOLEAN, b"\xff")


def oid(dotted: str) -> bytes:
    """OBJECT IDENTIFIER from its dotted form."""
    first, second, *rest = (int(arc) for arc in dotted.split("."))
    body = b""
    for arc in (40 * first + second, *rest):
        septets = [arc & 0x7F]
        while arc := arc >> 7:
            septets.append(0x80 | arc & 0x7F)
        body += bytes(reversed(septets))
    return element(OID, body)


def octets(body: bytes) -> bytes:
    """OCTET STRING."""
    return element(OCTET_STRING, body)


def bits(body: bytes, unused: int = 0) -> bytes:
    """BIT STRING."""
    return element(BIT_STRING, bytes((unused,)) + body)


def text(value: str) -> bytes:
    """UTF8String."""
    return element(UTF8, value.encode())


def moment(unix: int) -> bytes:
    """Time from Unix seconds (RFC 5280 §4.1.2.5)."""
    digits = time.strftime("%Y%m%d%H%M%SZ", time.gmtime(unix)).zfill(15).encode()
    if b"1950" <= digits[:4] < b"2050":
        return element(UTC_TIME, digits[2:])
    return element(GENERALIZED_TIME, digits)
