"""Token Status List (draft-ietf-oauth-status-list-21): one entry for each copy of each credential, packed, in a signed token."""

import zlib
from dataclasses import dataclass
from typing import Any, Final

from zhulian.credentials.errors import StatusListWrong, TokenMalformed
from zhulian.credentials.jose import Jose, from_base64, read_token, sign_token, to_base64, verify_token
from zhulian.crypto import Signer
from zhulian.errors import Words

__all__ = ["INVALID", "KIND", "SUSPENDED", "VALID", "ListToken", "StatusList", "make_list_token", "read_list_token"]

VALID, INVALID, SUSPENDED = 0, 1, 2
"""Status types (§7.1)."""
KIND: Final = ("statuslist+jwt",)
SIZE_MAX: Final = 2**20
_BITS: Final = (1, 2, 4, 8)
_PART: Final = Words("状态清单", "status list")


class StatusList:
    """`size` entries of `bits` each, the first in the lowest bits of the first byte (§4.1)."""

    def __init__(self, bits: int, size: int, packed: bytes | None = None) -> None:
        """An empty list, or the one that `packed` is.

        Raises:
            StatusListWrong: for another width or too many entries.
        """
        if bits not in _BITS or not 1 <= size <= SIZE_MAX:
            raise StatusListWrong(why=Words("位宽或容量不符", "its bits or size are out of bounds"))
        self.bits, self.size = bits, size
        self._bytes = bytearray(-(-size * bits // 8)) if packed is None else bytearray(packed)

    def get(self, index: int) -> int:
        """The status of an entry.

        Raises:
            StatusListWrong: there is no such entry.
        """
        place, shift = self._where(index)
        return self._bytes[place] >> shift & (1 << self.bits) - 1

    def set(self, index: int, status: int) -> None:
        """Set the status of an entry.

        Raises:
            StatusListWrong: there is no such entry, or its bits cannot say that.
        """
        if not 0 <= status < 1 << self.bits:
            raise StatusListWrong(why=Words(f"{self.bits} 位无法表示状态 {status}", f"{self.bits} bits cannot say {status}"))
        place, shift = self._where(index)
        self._bytes[place] = self._bytes[place] & ~((1 << self.bits) - 1 << shift) | status << shift

    def encode(self) -> dict[str, Any]:
        """The list as JSON (§4.2): `bits`, and `lst` packed by zlib (RFC 1950)."""
        return {"bits": self.bits, "lst": to_base64(zlib.compress(bytes(self._bytes), 9))}

    @classmethod
    def decode(cls, found: Any) -> "StatusList":
        """Undo `encode`; what would unpack to more than `SIZE_MAX` entries is refused before it does.

        Raises:
            StatusListWrong, TokenMalformed.
        """
        bits, packed = (found.get("bits"), found.get("lst")) if isinstance(found, dict) else (None, None)
        if type(bits) is not int or bits not in _BITS or not isinstance(packed, str):
            raise StatusListWrong(why=Words("缺少 bits 或 lst", "it has no bits or lst"))
        most = SIZE_MAX * bits // 8
        unpacking = zlib.decompressobj()
        try:
            unpacked = unpacking.decompress(from_base64(packed), most + 1)
        except zlib.error:
            raise StatusListWrong(why=Words("无法解压", "it does not unpack")) from None
        if not unpacked or len(unpacked) > most or not unpacking.eof or unpacking.unused_data:
            raise StatusListWrong(why=Words("解压后大小不符", "what it unpacks to has another size"))
        return cls(bits, len(unpacked) * 8 // bits, unpacked)

    def _where(self, index: int) -> tuple[int, int]:
        if not 0 <= index < self.size:
            raise StatusListWrong(why=Words(f"没有第 {index} 项", f"it has no entry {index}"))
        return index * self.bits // 8, index * self.bits % 8


@dataclass(frozen=True)
class ListToken:
    """A status list's token that was verified. Times in Unix seconds; `expires` is 0 where the token does not say."""

    uri: str
    issued: int
    expires: int
    statuses: StatusList


def make_list_token(jose: Jose, signer: Signer, key: str, uri: str, issued: int, ttl_s: int, statuses: StatusList) -> str:
    """A status list's token (§5.1); `key` names the issuing key."""
    payload = {"iat": issued, "status_list": statuses.encode(), "sub": uri, "ttl": ttl_s}
    return sign_token(jose, signer, {"kid": key, "typ": KIND[0]}, payload)


def read_list_token(jose: Jose, text: str, find_key: Any) -> ListToken:
    """Verify a status list's token (§8.3); `find_key` answers with the JWK for a `kid` and the time of issue, or refuses.

    Raises:
        TokenMalformed, AlgorithmRefused, WrongSignature, StatusListWrong; whatever `find_key` raises.
    """
    token = read_token(text, _PART)
    uri, issued = token.payload.get("sub"), token.payload.get("iat")
    expires = token.payload.get("exp", 0)
    if not isinstance(uri, str) or type(issued) is not int or type(expires) is not int:
        raise TokenMalformed(part=_PART, why=Words("缺少 sub 或 iat", "it has no sub or iat"))
    verify_token(jose, token, find_key(str(token.head.get("kid")), issued), KIND, _PART)
    return ListToken(uri, issued, expires, StatusList.decode(token.payload.get("status_list")))
