"""SD-JWT: a signed credential whose holder chooses what to show (RFC 9901, Selective Disclosure for JSON Web Tokens).

`issue` makes one copy, `present` a presentation with key binding, `split` and `unfold` take one apart. The JWS JSON serialisation
(RFC 9901 §8) is not used here.
"""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from zhulian import canonical
from zhulian.credentials.errors import AlgorithmRefused, DigestTwice, DisclosureUnfit, NoCredential, TokenMalformed
from zhulian.credentials.jose import Jose, read_json, sign_token, to_base64
from zhulian.crypto import Signer
from zhulian.errors import Words

__all__ = [
    "BINDING_KIND",
    "DISCLOSURES_MAX",
    "KINDS",
    "Parts",
    "Shown",
    "binding_digest",
    "claim_of",
    "issue",
    "present",
    "split",
    "unfold",
]

KINDS: Final = ("dc+sd-jwt",)
"""What an issued credential says it is (SD-JWT VC, `typ`)."""
BINDING_KIND: Final = ("kb+jwt",)
DISCLOSURES_MAX: Final = 128
PRESENTATION_BYTES_MAX: Final = 64 * 1024
_DEPTH_MAX: Final = 24
_SALT_BYTES: Final = 16
_PART: Final = Words("凭证", "credential")
_DISCLOSURE: Final = Words("披露项", "disclosure")
_SPECIAL: Final = ("_sd", "...")


@dataclass(frozen=True)
class Parts:
    """What tildes divide: the issuer's token, the disclosures as they came, and the key binding, empty where there is none."""

    token: str
    disclosures: tuple[str, ...]
    binding: str

    @property
    def bound(self) -> bytes:
        """The bytes that the key binding binds (RFC 9901 §4.3.1)."""
        return "~".join([self.token, *self.disclosures, ""]).encode("ascii")


@dataclass(frozen=True)
class Shown:
    """The payload with what was disclosed in its places (the Processed SD-JWT Payload), and the names of disclosed top-level claims."""

    payload: dict[str, Any]
    disclosed: tuple[str, ...]


def issue(
    jose: Jose, signer: Signer, head: Mapping[str, Any], clear: Mapping[str, Any], hidden: Mapping[str, Any], decoys: int = 0
) -> str:
    """One copy of a credential: `clear` claims as they are, each of `hidden` behind a fresh salt of 128 bits, and `decoys` (RFC 9901 §4.2.5).

    Digests are sorted, so that their order tells nothing.
    """
    disclosures = [_disclosure([_salt(), name, value]) for name, value in hidden.items()]
    digests = [_digest(jose, each) for each in disclosures]
    digests += [to_base64(jose.digest(secrets.token_bytes(32))) for _ in range(decoys)]
    payload = {**clear, "_sd": sorted(digests), "_sd_alg": jose.digest_name}
    return "~".join([sign_token(jose, signer, {"typ": KINDS[0], **head}, payload), *disclosures, ""])


def present(jose: Jose, signer: Signer, issued: str, shown: Collection[str], binding: Mapping[str, Any]) -> str:
    """A presentation that discloses the top-level claims `shown`, bound by the holder's key; `binding` has aud, iat and nonce.

    Raises:
        NoCredential: it has no such claim to disclose. TokenMalformed.
    """
    parts = split(issued)
    found = {claim_of(each): each for each in parts.disclosures}
    missing = sorted(set(shown) - set(found))
    if missing:
        named = ", ".join(missing)[:80]
        raise NoCredential(why=Words(f"没有数据项 {named}", f"there is no claim {named}"))
    chosen = Parts(parts.token, tuple(text for name, text in found.items() if name in shown), "")
    bound = {**binding, "sd_hash": binding_digest(jose, chosen)}
    return chosen.bound.decode("ascii") + sign_token(jose, signer, {"typ": BINDING_KIND[0]}, bound)


def binding_digest(jose: Jose, parts: Parts) -> str:
    """What `sd_hash` of the key binding must be (RFC 9901 §4.3.1)."""
    return to_base64(jose.digest(parts.bound))


def claim_of(disclosure: str) -> str:
    """The name of the claim that a disclosure of an object member discloses; empty for an array element.

    Raises:
        TokenMalformed.
    """
    read = read_json(disclosure, _DISCLOSURE)
    return read[1] if isinstance(read, list) and len(read) == 3 and isinstance(read[1], str) else ""


def split(text: str) -> Parts:
    """Take a credential or a presentation apart at its tildes (RFC 9901 §4).

    Raises:
        TokenMalformed.
    """
    pieces = text.split("~") if len(text) <= PRESENTATION_BYTES_MAX and text.isascii() else []
    if not 2 <= len(pieces) <= DISCLOSURES_MAX + 2 or "" in pieces[:-1]:
        why = Words(
            "应由波浪号分隔的签发部分、披露项与持有人绑定组成",
            "it is not made of token, disclosures and binding with tildes between",
        )
        raise TokenMalformed(part=_PART, why=why)
    return Parts(pieces[0], tuple(pieces[1:-1]), pieces[-1])


def unfold(jose: Jose, payload: Mapping[str, Any], disclosures: Sequence[str]) -> Shown:
    """Put every disclosure in the place of its digest (RFC 9901 §7.1, steps 3 to 5).

    Raises:
        AlgorithmRefused: digests by another algorithm. DisclosureUnfit: one is referenced nowhere, is of the wrong form, or would
        write over a claim. DigestTwice. TokenMalformed.
    """
    named = payload.get("_sd_alg", "sha-256")
    if named != jose.digest_name:
        raise AlgorithmRefused(given=str(named)[:40], wanted=jose.digest_name)
    folded = _Folded(jose, disclosures)
    found = folded.opened({name: value for name, value in payload.items() if name != "_sd_alg"}, 0)
    if len(folded.used) != len(folded.given):
        raise DisclosureUnfit(why=Words("有披露项不在凭证的摘要之列", "one is none of those that the credential has digests of"))
    return Shown(found, tuple(name for name in found if name not in payload))


class _Folded:
    """A payload being unfolded: the disclosures by digest, which were used, and which digests were met."""

    def __init__(self, jose: Jose, disclosures: Sequence[str]) -> None:
        self.given: dict[str, Any] = {}
        self.used: set[str] = set()
        self._met: set[str] = set()
        for each in disclosures:
            digest = _digest(jose, each)
            if digest in self.given:
                raise DisclosureUnfit(why=Words("同一披露项出现两次", "one comes twice"))
            self.given[digest] = read_json(each, _DISCLOSURE)

    def opened(self, value: dict[str, Any], depth: int) -> dict[str, Any]:
        """An object with what its `_sd` discloses."""
        found = {name: self._any(each, depth) for name, each in value.items() if name != "_sd"}
        if "..." in found:
            raise TokenMalformed(part=_PART, why=Words("“...”出现在不许的位置", '"..." stands where it may not'))
        digests = value.get("_sd", [])
        if not isinstance(digests, list) or not all(isinstance(each, str) for each in digests):
            raise TokenMalformed(part=_PART, why=Words("_sd 不是摘要列表", "_sd is no list of digests"))
        for each in digests:
            there, content = self._take(each)
            if not there:
                continue
            if not isinstance(content, list) or len(content) != 3 or not all(isinstance(part, str) for part in content[:2]):
                raise DisclosureUnfit(why=Words("应为盐值、名称、取值三项", "it is not salt, name and value"))
            name = content[1]
            if name in _SPECIAL or name in found:
                raise DisclosureUnfit(
                    why=Words(f"数据项 {name[:40]} 已经存在或不许披露", f"the claim {name[:40]} is there already, or is none")
                )
            found[name] = self._any(content[2], depth + 1)
        return found

    def _any(self, value: Any, depth: int) -> Any:
        if depth > _DEPTH_MAX:
            raise TokenMalformed(part=_PART, why=Words("嵌套过深", "it nests too deep"))
        if isinstance(value, dict):
            return self.opened(value, depth + 1)
        if isinstance(value, list):
            return self._list(value, depth)
        return value

    def _list(self, value: list[Any], depth: int) -> list[Any]:
        found = []
        for each in value:
            if not (isinstance(each, dict) and set(each) == {"..."}):
                found.append(self._any(each, depth + 1))
                continue
            if not isinstance(each["..."], str):
                raise TokenMalformed(part=_PART, why=Words("“...”不是摘要", '"..." is no digest'))
            there, content = self._take(each["..."])
            if not there:
                continue
            if not isinstance(content, list) or len(content) != 2 or not isinstance(content[0], str):
                raise DisclosureUnfit(why=Words("应为盐值与取值两项", "it is not salt and value"))
            found.append(self._any(content[1], depth + 1))
        return found

    def _take(self, digest: str) -> tuple[bool, Any]:
        if digest in self._met:
            raise DigestTwice(digest=digest[:60])
        self._met.add(digest)
        if digest not in self.given:
            return False, None
        self.used.add(digest)
        return True, self.given[digest]


def _disclosure(content: list[Any]) -> str:
    return to_base64(canonical.encode(content))


def _digest(jose: Jose, disclosure: str) -> str:
    return to_base64(jose.digest(disclosure.encode("ascii")))


def _salt() -> str:
    return to_base64(secrets.token_bytes(_SALT_BYTES))
