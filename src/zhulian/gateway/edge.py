"""The outermost layer: names it answers for, how much is under way, who asks; and no fault leaves as anything but a problem."""

import asyncio
import ipaddress
import logging
import secrets
import time
from collections.abc import Awaitable, Callable, Collection, Mapping
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from zhulian.errors import Bug, Refusal
from zhulian.gateway.access.guard import CUSTODY_PATH, VAULT_PATH
from zhulian.gateway.access.records import PUBLIC_PATH, AccessLog, path_told
from zhulian.gateway.buckets import Buckets
from zhulian.gateway.catalogue import Endpoint
from zhulian.gateway.context import Context
from zhulian.gateway.errors import InternalFault, LedgerSilent, MethodNotAllowed, NoSuchPage, TooManyFromAddress, WrongHost
from zhulian.gateway.gate import Ticket
from zhulian.gateway.language import spoken
from zhulian.gateway.origin import Origin
from zhulian.gateway.problems import RETRY_AFTER_S, problem_answer
from zhulian.gateway.settings import Settings
from zhulian.offchain.notices.messages import LINK_PATH

__all__ = ["LOOPBACK_NAMES", "Edge", "host_name"]

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})

_log = logging.getLogger("zhulian.gateway")
_SAFE: tuple[tuple[bytes, bytes], ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)
_CLOSED: tuple[tuple[bytes, bytes], ...] = (
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"x-frame-options", b"DENY"),
)
"""For answers that state no policy of their own, as pages do: nothing in them may run, and no page may frame them."""

Admit = Callable[[Scope, Receive, Ticket], Awaitable[Receive]]


class Edge:
    """Wraps the routes. `admit` judges who asks, except at `open_paths`; None: at the vault only. `host` is where the plain door listens.

    `hot` are the endpoints, by method and path, that are worth going past the framework for: measured, its routing and
    dependency solving cost three times what the endpoint for one transaction does.
    """

    def __init__(
        self,
        app: ASGIApp,
        context: Context,
        hot: Mapping[tuple[str, str], Endpoint],
        host: str,
        admit: Admit,
        open_paths: Collection[str] | None,
        access: AccessLog,
    ) -> None:
        self._app = app
        self._context = context
        self._settings = context.settings
        self._gate = context.gate
        self._hot = dict(hot)
        settings = context.settings
        self._names = names_for(host, settings)
        self._is_named = bool(settings.hosts or settings.public_url)
        self._origin = Origin(settings.trusted_proxies)
        self._buckets = Buckets(settings.address_requests_per_s, settings.address_burst, settings.addresses_max)
        self._strict = b"max-age=%d" % settings.tls.hsts_s if settings.tls is not None and settings.tls.hsts_s else b""
        self._admit = admit
        self._access = access
        self._open_paths = None if open_paths is None else frozenset(open_paths)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1003})
            return
        at_tls = scope["scheme"] == "https"  # with a certificate, no page from elsewhere can borrow our name
        scope = self._origin.settle(scope)
        strict = self._strict if scope["scheme"] == "https" else b""
        answer = _Answer(send, scope["method"] == "HEAD", strict)
        began = time.perf_counter()
        if scope["method"] == "HEAD":
            scope = {**scope, "method": "GET", "zhulian.method": "HEAD"}
        ticket: Ticket | None = None
        try:
            self._may_ask(scope, at_tls)
            ticket = scope["zhulian.ticket"] = self._gate.enter()
            if self._is_asked(scope["path"]):
                receive = await self._admit(scope, receive, ticket)
            scope["zhulian.context"] = self._context
            endpoint = self._hot.get((scope["method"], scope["path"]))
            if endpoint is None:
                await self._app(scope, receive, answer)
            else:
                await (await endpoint(Request(scope, receive)))(scope, receive, answer)
        except ClientDisconnect:
            return
        except asyncio.CancelledError:  # the gateway stops; without an answer of ours the server would write one without a number
            await answer.finish(self._refuse(scope, LedgerSilent(retry_after_s=RETRY_AFTER_S)), scope, receive)
            return  # the server would write a traceback for what is an orderly end
        except ConnectionError:  # the ledger's line; its own sentence names a path of this machine
            await answer.finish(self._refuse(scope, LedgerSilent(retry_after_s=RETRY_AFTER_S)), scope, receive)
        except Refusal as refused:
            await answer.finish(self._refuse(scope, refused), scope, receive)
        except HTTPException as wrong:  # the router's
            await answer.finish(self._refuse(scope, _translate(scope, wrong), wrong.headers), scope, receive)
        except (Exception, Bug):  # noqa: BLE001 - nobody beyond this line; the gateway holds no state that could be corrupt
            reference = secrets.token_hex(4)
            _log.exception("fault %s at %s %s", reference, scope["method"], path_told(scope["path"]))
            await answer.finish(self._refuse(scope, InternalFault(reference=reference)), scope, receive)
        finally:
            if ticket is not None:
                ticket.leave()
            if answer.status:
                method = scope.get("zhulian.method", scope["method"])
                self._context.telemetry.answered(method, answer.status, answer.began - began)
                self._access.note(scope, method, answer.status)

    def _may_ask(self, scope: Scope, at_tls: bool) -> None:
        if not self._buckets.take(scope["zhulian.address"]):
            raise TooManyFromAddress(retry_after_s=RETRY_AFTER_S)
        if self._names and (self._is_named or not at_tls) and host_name(scope) not in self._names:
            raise WrongHost(host=host_name(scope)[:128])

    def _is_asked(self, path: str) -> bool:
        if self._open_paths is None:
            return path.startswith(VAULT_PATH)
        opened = (f"{CUSTODY_PATH}/", f"{LINK_PATH}/", PUBLIC_PATH)
        return path not in self._open_paths and not path.startswith(opened)

    def _refuse(self, scope: Scope, refused: Refusal, headers: Mapping[str, str] | None = None) -> Response:
        more = dict(headers or {})
        if _endless(scope, self._settings.batch_bytes_max):
            more["Connection"] = "close"  # a shorter body is drained, since closing on it could lose the answer on its way
        return problem_answer(refused, spoken(scope, self._settings.language), more)


class _Answer:
    """Passes an answer on, with the headers that every answer has; a HEAD answer without its body (RFC 9110 §9.3.2)."""

    def __init__(self, send: Send, head_only: bool, strict: bytes) -> None:
        self._send = send
        self._strict = strict
        self._head_only = head_only
        self._started = False
        self.status = 0
        self.began = 0.0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._started = True
            self.status, self.began = message["status"], time.perf_counter()
            given = message.get("headers", ())
            closed = () if any(name.lower() == b"content-security-policy" for name, _ in given) else _CLOSED
            strict = ((b"strict-transport-security", self._strict),) if self._strict else ()
            message["headers"] = [*given, *_SAFE, *closed, *strict]
        elif self._head_only and "body" in message:
            message = {**message, "body": b""}
        await self._send(message)

    async def finish(self, response: Response, scope: Scope, receive: Receive) -> None:
        """Send `response`, unless another one has begun; that one then breaks off, which every client notices."""
        if not self._started:
            await response(scope, receive, self)


def host_name(scope: Scope) -> str:
    """The name in the Host header, without the port, in lower case."""
    given = [value for key, value in scope["headers"] if key == b"host"]
    if len(given) != 1:
        return ""
    host: str = given[0].decode("latin-1").lower()
    return host.partition("]")[0] + "]" if host.startswith("[") else host.partition(":")[0]


def _translate(scope: Scope, wrong: HTTPException) -> Refusal:
    if wrong.status_code == 405:
        return MethodNotAllowed(path=scope["path"][:200], method=scope["method"])
    return NoSuchPage(path=scope["path"][:200])


def _endless(scope: Scope, most: int) -> bool:
    for key, value in scope["headers"]:
        if key == b"transfer-encoding":
            return True
        if key == b"content-length":
            return len(value) > 16 or not value.isdigit() or int(value) > most
    return False


def names_for(host: str, settings: Settings) -> frozenset[str]:
    """The names to answer for when listening on `host`: those configured and loopback's own; where none is configured and
    others can come, any (empty). A page from elsewhere cannot take one of loopback's names.
    """
    public = urlsplit(settings.public_url).hostname if settings.public_url else None
    named = {each.lower() for each in settings.hosts} | ({_bracketed(public)} if public else set())
    if named:
        return LOOPBACK_NAMES | named
    try:
        inside = ipaddress.ip_address(host).is_loopback
    except ValueError:
        inside = host == "localhost"
    return LOOPBACK_NAMES if inside else frozenset()


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
