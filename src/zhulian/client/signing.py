"""Signed requests: where a gateway asks who reads, each request is signed with the key that signs transactions.

The signature covers method, host, path with query, the body's digest, time and a nonce (the gateway's reference, "signed
requests"). A gateway that asks nobody gets no signatures: they would only slow it down.
"""

import secrets
from collections.abc import Callable, Generator

import httpx

from zhulian import canonical
from zhulian.client.body import Identity
from zhulian.crypto import Hasher, fingerprint

__all__ = ["RequestSigner"]

_SCHEME = "Zhulian-Signature"


class RequestSigner(httpx.Auth):
    """Signs requests once the gateway has asked for it (401 with our scheme)."""

    requires_request_body = True

    def __init__(self) -> None:
        self._who: Callable[[], Identity] | None = None
        self._hasher: Hasher | None = None
        self._clock: Callable[[], float] = float
        self._asked = False

    def use(self, hasher: Hasher, who: Callable[[], Identity], clock: Callable[[], float]) -> None:
        """From now on `who` can sign; the key is opened only when it is needed."""
        self._hasher, self._who, self._clock = hasher, who, clock

    def rest(self) -> None:
        """Sign no requests from now on: nobody here can."""
        self._who = None

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Send the request; where the gateway asks for a signature, sign and send it again (it was not carried out).

        What brings an authorization of its own, as a session of custody does, goes as it is.
        """
        if self._asked and "Authorization" not in request.headers:
            self._sign(request)
        response = yield request
        wanted = response.status_code == 401 and _SCHEME in response.headers.get("WWW-Authenticate", "")
        if wanted and not self._asked and self._who is not None and "Authorization" not in request.headers:
            self._asked = True
            self._sign(request)
            yield request

    def _sign(self, request: httpx.Request) -> None:
        if self._who is None or self._hasher is None:
            return
        identity, now, nonce = self._who(), int(self._clock()), secrets.token_hex(16)
        description = canonical.encode(
            {
                "body": self._hasher.suite.digest(request.content).hex(),
                "host": request.headers["Host"].lower(),
                "method": request.method,
                "nonce": nonce,
                "path": request.url.raw_path.decode("latin-1"),
                "signer": identity.name,
                "time": now,
            }
        )
        signature = identity.signer.sign(self._hasher.preimage("request", description)).hex()
        key = fingerprint(self._hasher.suite, identity.signer.public_key)
        parts = {"key": key, "nonce": nonce, "signature": signature, "signer": identity.name, "time": str(now)}
        request.headers["Authorization"] = f"{_SCHEME} " + ", ".join(f'{name}="{value}"' for name, value in parts.items())
