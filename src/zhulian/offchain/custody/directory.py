"""Sign-in through an organisation's own directory: OpenID Connect Core 1.0, authorisation code flow with PKCE (RFC 7636).

What comes back is believed only where it fits what went out: the state and the browser that began, the issuer (RFC 9207), the nonce, this client as
the audience, a signature by one of a few algorithms that are named here and never taken from the token alone.
"""

import base64
import hashlib
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeGuard
from urllib.parse import urlencode, urlsplit

import httpx
import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from zhulian.errors import Words
from zhulian.home import DirectoryConfig
from zhulian.offchain.custody.errors import DirectorySilent, NotFromDirectory

__all__ = ["Begun", "Directory", "Returned", "is_safe"]

_BYTES_MAX: Final = 256 * 1024
_TIMEOUT_S: Final = 10.0
_KEPT_S: Final = 3600.0
_AGAIN_S: Final = 30.0
"""How soon keys are asked for again, where a token names one that is not among them."""
_SLACK_S: Final = 60
_AGE_MAX_S: Final = 600


class _Metadata(msgspec.Struct):
    """What is read of a provider's own description (OpenID Connect Discovery 1.0 §3)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    authorization_response_iss_parameter_supported: bool = False


@dataclass(frozen=True)
class Begun:
    """Where the browser is to go, and what must be remembered until it comes back."""

    address: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True)
class Returned:
    """What the browser brought back."""

    code: str
    issuer: str


class Directory:
    """One provider, as the settings name it. Its description and keys are fetched at first need and kept for an hour."""

    def __init__(self, config: DirectoryConfig, secret: str, clock: Callable[[], float] = time.time) -> None:
        self._config = config
        self._secret = secret
        self._clock = clock
        self._metadata: _Metadata | None = None
        self._keys: KeySet | None = None
        self._read_at = self._keys_at = 0.0

    async def begin(self) -> Begun:
        """A fresh state, nonce and verifier, and the address with their marks.

        Raises:
            DirectorySilent, NotFromDirectory.
        """
        metadata = await self._described()
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        asked = {
            "client_id": self._config.client,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
            "nonce": nonce,
            "redirect_uri": self._config.redirect,
            "response_type": "code",
            "scope": "openid",
            "state": state,
        }
        joint = "&" if urlsplit(metadata.authorization_endpoint).query else "?"
        return Begun(metadata.authorization_endpoint + joint + urlencode(asked), state, nonce, verifier)

    async def subject(self, returned: Returned, nonce: str, verifier: str) -> str:
        """Who it is, by the provider's own unchanging name (`sub`), from the code that the browser brought back.

        Raises:
            NotFromDirectory: something does not fit. DirectorySilent.
        """
        metadata = await self._described()
        if returned.issuer != metadata.issuer and (returned.issuer or metadata.authorization_response_iss_parameter_supported):
            raise _no("答复来自另一目录", "the answer names another directory")  # mixed up, RFC 9207 §2.4
        token = await self._exchange(metadata, returned.code, verifier)
        return self._checked(await self._decoded(metadata, token), nonce)

    async def _described(self) -> _Metadata:
        if self._metadata is not None and self._clock() - self._read_at < _KEPT_S:
            return self._metadata
        address = self._config.issuer.rstrip("/") + "/.well-known/openid-configuration"
        found = _shaped(await self._fetch("GET", address), _Metadata)
        if found.issuer != self._config.issuer:
            raise _no("目录自称另一签发者", "it calls itself another issuer")
        for each in (found.authorization_endpoint, found.token_endpoint, found.jwks_uri):
            if not is_safe(each):
                raise _no("目录给出了不安全的地址", "it names an address that is not https")
        self._metadata, self._read_at = found, self._clock()
        return found

    async def _exchange(self, metadata: _Metadata, code: str, verifier: str) -> str:
        asked = {
            "code": code,
            "code_verifier": verifier,
            "grant_type": "authorization_code",
            "redirect_uri": self._config.redirect,
        }
        found = await self._fetch("POST", metadata.token_endpoint, asked)
        token = found.get("id_token") if isinstance(found, dict) else None
        if not isinstance(token, str):
            raise _no("目录没有给出身份令牌", "it gave no ID token")
        return token

    async def _decoded(self, metadata: _Metadata, token: str) -> dict[str, Any]:
        """The claims of a token whose signature holds."""
        for fresh in (False, True):
            keys = await self._key_set(metadata, fresh=fresh)
            try:
                return dict(jwt.decode(token, keys, algorithms=list(self._config.algorithms)).claims)
            except (JoseError, ValueError, TypeError) as wrong:
                if fresh or self._clock() - self._keys_at < _AGAIN_S:
                    raise _no(
                        "身份令牌的签名不成立", f"the ID token's signature does not hold ({type(wrong).__name__})"
                    ) from None
        raise AssertionError

    async def _key_set(self, metadata: _Metadata, *, fresh: bool) -> KeySet:
        if self._keys is None or fresh or self._clock() - self._keys_at >= _KEPT_S:
            found = await self._fetch("GET", metadata.jwks_uri)
            try:
                self._keys = KeySet.import_key_set(found)
            except (JoseError, ValueError, TypeError, KeyError, AttributeError):
                raise _no("目录的密钥无法读取", "its keys cannot be read") from None
            self._keys_at = self._clock()
        return self._keys

    def _checked(self, claims: dict[str, Any], nonce: str) -> str:
        """The subject of claims that are for us, of now, and of this sign-in (OpenID Connect Core §3.1.3.7)."""
        now = self._clock()
        audience = claims.get("aud")
        audiences = [audience] if isinstance(audience, str) else audience
        subject, expires, issued = claims.get("sub"), claims.get("exp"), claims.get("iat")
        if claims.get("iss") != self._config.issuer:
            raise _no("身份令牌由另一签发者签发", "the ID token is another issuer's")
        if not isinstance(audiences, list) or self._config.client not in audiences:
            raise _no("身份令牌不是签发给本服务的", "the ID token is for somebody else")
        if (len(audiences) > 1 and claims.get("azp") != self._config.client) or claims.get(
            "azp", self._config.client
        ) != self._config.client:
            raise _no("身份令牌授权给了另一服务", "the ID token was issued to somebody else")
        if not (_is_number(expires) and _is_number(issued)) or expires + _SLACK_S <= now:
            raise _no("身份令牌已过期", "the ID token has expired")
        if issued > now + _SLACK_S or issued < now - _AGE_MAX_S:
            raise _no("身份令牌的签发时间与时钟不符", "the ID token's time does not fit the clock")
        if not isinstance(claims.get("nonce"), str) or not secrets.compare_digest(claims["nonce"].encode(), nonce.encode()):
            raise _no("身份令牌不属于本次登录", "the ID token is of another sign-in")
        if not isinstance(subject, str) or not 0 < len(subject) <= 255:
            raise _no("身份令牌没有写明是谁", "the ID token does not say who it is")
        return subject

    async def _fetch(self, method: str, address: str, form: dict[str, str] | None = None) -> Any:
        """JSON of the provider; no redirect is followed, and nothing large is read."""
        client = (self._config.client, self._secret)
        try:
            async with (
                httpx.AsyncClient(
                    timeout=_TIMEOUT_S, follow_redirects=False, trust_env=False, verify=self._config.authority or True
                ) as line,
                line.stream(method, address, data=form, auth=client if form is not None else None) as answer,
            ):
                data = b""
                async for chunk in answer.aiter_bytes():
                    data += chunk
                    if len(data) > _BYTES_MAX:
                        raise _no("目录的答复过大", "its answer is too large")
        except (httpx.HTTPError, OSError) as wrong:
            raise DirectorySilent(issuer=self._config.issuer, why=Words.quote(str(wrong) or type(wrong).__name__)) from None
        if answer.status_code in (400, 401, 403):
            raise _no("目录不接受该代码", f"it does not take the code (HTTP {answer.status_code})")
        if answer.status_code != 200:
            why = Words(f"HTTP 状态码 {answer.status_code}", f"HTTP {answer.status_code}")
            raise DirectorySilent(issuer=self._config.issuer, why=why)
        try:
            return msgspec.json.decode(data)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise _no("目录的答复不是 JSON", "its answer is no JSON") from None


def _shaped(found: Any, shape: type[_Metadata]) -> _Metadata:
    try:
        return msgspec.convert(found, shape)
    except msgspec.ValidationError:
        raise _no("目录的描述不完整", "its description is not complete") from None


def is_safe(address: str) -> bool:
    """Whether an address is reached by TLS, or on this machine."""
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1"))


def _is_number(value: Any) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _no(zh: str, en: str) -> NotFromDirectory:
    return NotFromDirectory(why=Words(zh, en))
