"""Keys and signatures in the forms of JOSE: JWK (RFC 7517), compact JWS (RFC 7515), for both suites.

Suite intl uses the registered names (`EdDSA`, RFC 8037; `sha-256`). None is registered for national cryptography yet, so suite gm
uses `SM2-SM3` for SM2 with SM3 and the default identifier (GB/T 32918.2, GB/T 35276), the curve name `SM2`, and `sm3`.
"""

import base64
import binascii
from typing import Any, Final, Protocol

from zhulian import canonical
from zhulian.credentials.errors import AlgorithmRefused, TokenMalformed, WrongSignature
from zhulian.crypto import BadKey, BadSignature, Signer, Suite
from zhulian.errors import Refusal, Words

__all__ = ["Jose", "SuiteJose", "Token", "from_base64", "read_json", "read_token", "sign_token", "to_base64", "verify_token"]

TOKEN_BYTES_MAX: Final = 512 * 1024
"""The longest token: a status list of a million entries is 250 KB before it is packed."""
_COORDINATE: Final = 32


class Jose(Protocol):
    """The algorithms of one suite under the names of JOSE."""

    alg: str
    digest_name: str

    def digest(self, data: bytes) -> bytes:
        """The digest that `digest_name` names."""

    def verify(self, key: Any, message: bytes, signature: bytes) -> None:
        """Check a signature by a public JWK.

        Raises:
            BadSignature: it does not hold. BadKey: the JWK is no key of this suite.
        """


class SuiteJose:
    """The names that a suite of ours has in JOSE."""

    def __init__(self, suite: Suite) -> None:
        self.suite = suite
        self.alg, self.digest_name = ("SM2-SM3", "sm3") if suite.name == "gm" else ("EdDSA", "sha-256")

    def digest(self, data: bytes) -> bytes:
        """The suite's plain digest, 32 bytes."""
        return self.suite.digest(data)

    def verify(self, key: Any, message: bytes, signature: bytes) -> None:
        """Check a signature by a public JWK.

        Raises:
            BadSignature, BadKey.
        """
        self.suite.verify(self.public_key(key), message, signature)

    def jwk(self, public_key: bytes) -> dict[str, str]:
        """A raw public key as a JWK, with the members that RFC 7638 needs and no others."""
        if self.suite.name == "gm":
            x, y = public_key[1 : 1 + _COORDINATE], public_key[1 + _COORDINATE :]
            return {"crv": "SM2", "kty": "EC", "x": to_base64(x), "y": to_base64(y)}
        return {"crv": "Ed25519", "kty": "OKP", "x": to_base64(public_key)}

    def public_key(self, key: Any) -> bytes:
        """The raw public key of a JWK.

        Raises:
            BadKey: if it is none of this suite.
        """
        wanted = ("EC", "SM2", ("x", "y")) if self.suite.name == "gm" else ("OKP", "Ed25519", ("x",))
        if not isinstance(key, dict) or (key.get("kty"), key.get("crv")) != wanted[:2]:
            raise BadKey(why=Words(f"不是 {wanted[1]} 公钥（JWK）", f"it is no JWK of {wanted[1]}"))
        parts = [key.get(each) for each in wanted[2]]
        try:
            raw = b"".join(from_base64(each) if isinstance(each, str) else b"" for each in parts)
        except TokenMalformed as wrong:
            raise BadKey(why=wrong.why) from None
        public_key = (b"\x04" + raw) if self.suite.name == "gm" else raw
        self.suite.check_public_key(public_key)
        return public_key


class Token:
    """A compact JWS that was taken apart; nothing is verified yet."""

    __slots__ = ("head", "payload", "signature", "signed")

    def __init__(self, head: dict[str, Any], payload: dict[str, Any], signed: bytes, signature: bytes) -> None:
        self.head = head
        self.payload = payload
        self.signed = signed
        self.signature = signature


def to_base64(data: bytes) -> str:
    """Base64url without padding (RFC 7515 §2)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def from_base64(text: str) -> bytes:
    """Undo `to_base64`, strictly: one text for each value.

    Raises:
        TokenMalformed.
    """
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        data = b""
    if to_base64(data) != text:
        raise TokenMalformed(part=Words("数据", "data"), why=Words("不是规范的 base64url", "it is no canonical base64url"))
    return data


def read_json(text: str, part: Words) -> Any:
    """The JSON behind base64url, read strictly: no duplicate names, no fractions, bounded.

    Raises:
        TokenMalformed.
    """
    try:
        return canonical.read(from_base64(text), TOKEN_BYTES_MAX)
    except Refusal as wrong:
        why = wrong.why if isinstance(wrong, TokenMalformed) else wrong.words()
        raise TokenMalformed(part=part, why=why) from None


def sign_token(jose: Jose, signer: Signer, head: dict[str, Any], payload: dict[str, Any]) -> str:
    """A compact JWS by `signer`; `alg` is added to the head."""
    parts = [to_base64(canonical.encode(each)) for each in ({"alg": jose.alg, **head}, payload)]
    signed = ".".join(parts)
    return f"{signed}.{to_base64(signer.sign(signed.encode('ascii')))}"


def read_token(text: str, part: Words) -> Token:
    """Take a compact JWS apart.

    Raises:
        TokenMalformed.
    """
    pieces = text.split(".") if len(text) <= TOKEN_BYTES_MAX and text.isascii() else []
    if len(pieces) != 3:
        raise TokenMalformed(part=part, why=Words("应由句点分隔的三段组成", "it has not three parts with dots between them"))
    head, payload = read_json(pieces[0], part), read_json(pieces[1], part)
    if not isinstance(head, dict) or not isinstance(payload, dict):
        raise TokenMalformed(part=part, why=Words("不是 JSON 对象", "it is no JSON object"))
    return Token(head, payload, f"{pieces[0]}.{pieces[1]}".encode("ascii"), from_base64(pieces[2]))


def verify_token(jose: Jose, token: Token, key: Any, kinds: tuple[str, ...], part: Words) -> None:
    """Check kind, algorithm and signature of a token (RFC 8725 §3.1, §3.11); `crit` is not understood, so nothing may name it.

    Raises:
        AlgorithmRefused, TokenMalformed, WrongSignature.
    """
    if token.head.get("alg") != jose.alg:
        raise AlgorithmRefused(given=str(token.head.get("alg"))[:40], wanted=jose.alg)
    if "crit" in token.head or token.head.get("typ") not in kinds:
        raise TokenMalformed(part=part, why=Words(f"类型应为 {kinds[0]}", f"its kind is not {kinds[0]}"))
    try:
        jose.verify(key, token.signed, token.signature)
    except (BadSignature, BadKey):
        raise WrongSignature(part=part) from None
