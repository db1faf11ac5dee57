"""Judging who asks, before a route sees the request."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from starlette.types import Message, Receive, Scope

from zhulian.gateway.access.directory import Directory
from zhulian.gateway.access.nonces import NonceMemory
from zhulian.gateway.access.signatures import SCHEME, check_time, describe, parse_credentials, verify
from zhulian.gateway.access.tokens import TokenBook
from zhulian.gateway.bodies import read_body
from zhulian.gateway.chain import ChainSource
from zhulian.gateway.errors import BodyEmpty, SignInFirst
from zhulian.gateway.gate import Ticket
from zhulian.gateway.ledger import Ledger
from zhulian.gateway.settings import Settings

__all__ = ["CUSTODY_PATH", "VAULT_PATH", "AccessGuard"]

CUSTODY_PATH = "/v1/custody"
"""What lies below it asks who comes by sessions of its own, for people without keys."""
VAULT_PATH = "/v1/vault"
"""What lies below it asks who comes, whatever the settings say."""

Clock = Callable[[], float]


class AccessGuard:
    """Asks for a signed request or a bearer token, and tells the routes which party asks (`scope["zhulian.party"]`)."""

    def __init__(self, ledger: Ledger, chain: ChainSource, settings: Settings, tokens: Path, clock: Clock = time.time) -> None:
        self._chain = chain
        self._settings = settings
        self._clock = clock
        self._tokens = TokenBook(tokens)
        self._directory = Directory(ledger, settings.key_cache_s)
        self._nonces = NonceMemory(2 * settings.skew_s + 1, settings.nonces_max)

    async def admit(self, scope: Scope, receive: Receive, ticket: Ticket) -> Receive:
        """Judge the request; answers where its body is to be read from, since a signature covers the body.

        Raises:
            SignInFirst, UnsignedProperly, WrongTime, UsedNonce, TokenNotValid: who asks has not shown who they are.
            Refusal: BodyTooLarge and its like, or the ledger's own.
        """
        scheme, _, rest = _authorization(scope).partition(" ")
        if scheme.lower() == "bearer":
            scope["zhulian.party"] = self._tokens.party(rest.strip(), self._clock())
            return receive
        if scheme.lower() != SCHEME:
            raise SignInFirst()
        credentials = parse_credentials(rest)
        now = self._clock()
        check_time(credentials, now, self._settings.skew_s)
        public_key = await self._directory.public_key(credentials.key, credentials.signer, now)
        body = await self._body(scope, receive, ticket)
        chain = await self._chain.get()
        description = describe(chain.suite, credentials, scope["method"], _host(scope), _path(scope), body)
        verify(chain.hasher, public_key, credentials, description)
        self._nonces.spend(credentials.key, credentials.nonce, now)
        scope["zhulian.signer"] = credentials.signer
        scope["zhulian.party"] = credentials.signer.partition(".")[0]
        return _replayed(body, receive)

    async def _body(self, scope: Scope, receive: Receive, ticket: Ticket) -> bytes:
        if scope["method"] in ("GET", "HEAD"):
            return b""
        most = self._settings.batch_bytes_max if scope["path"].endswith("/batch") else self._settings.envelope_bytes_max
        if scope["path"].startswith(VAULT_PATH):
            most = self._settings.vault_piece_bytes_max
        try:
            return await read_body(scope, receive, ticket, most, self._settings.body_s)
        except BodyEmpty:
            return b""


def _replayed(body: bytes, receive: Receive) -> Receive:
    """The body again, from the start; then whatever the line says next."""
    rest: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return rest.pop() if rest else await receive()

    return again


def _authorization(scope: Scope) -> str:
    given = _values(scope, b"authorization")
    return given[0] if len(given) == 1 else ""


def _host(scope: Scope) -> str:
    given = _values(scope, b"host")
    return given[0].lower() if len(given) == 1 else ""


def _path(scope: Scope) -> str:
    path: bytes = scope.get("raw_path") or scope["path"].encode()
    path = path.partition(b"?")[0]
    query: bytes = scope["query_string"]
    return (path + b"?" + query if query else path).decode("latin-1")


def _values(scope: Scope, name: bytes) -> Sequence[str]:
    return [value.decode("latin-1") for key, value in scope["headers"] if key == name]
