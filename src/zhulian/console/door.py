"""What every request passes: whose host it names, where it comes from, who is signed in; and the headers of every answer.

Scripts run only from this console's own files, or with the nonce of the one answer that they stand in. The framework evaluates text that comes over
its own connection, and sets styles on elements, so `unsafe-eval` and inline styles have to be allowed on its pages (docs/decisions/0051).
"""

import ipaddress
import re
import secrets
from collections.abc import Awaitable, Callable
from http.cookies import CookieError, SimpleCookie
from typing import Any, Final
from urllib.parse import quote, urlsplit

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from zhulian.console.entering import Desk
from zhulian.console.errors import FromElsewhere
from zhulian.console.files import PLACE
from zhulian.console.sessions import COOKIE, Visitor
from zhulian.gateway.origin import Origin
from zhulian.home import ConsoleConfig

__all__ = ["LANGUAGE_COOKIE", "Door", "bake", "cookie_of", "first_of", "language_of", "safe_path", "visitor_of"]

LANGUAGE_COOKIE: Final = "zhulian-language"
_YEAR_S: Final = 365 * 86_400
_SAFE: Final = frozenset(("GET", "HEAD", "OPTIONS"))
_OPEN: Final = ("/enter", PLACE, "/_nicegui", "/favicon")
"""What needs nobody signed in. The framework's own connections belong to pages, whose ids are secrets of whoever was served them."""
_SOCKETS: Final = {"http": "ws", "https": "wss"}
_SCRIPT: Final = re.compile(rb"<script(?=[ >])")
_DRAWN: Final = re.compile(rb'<div id="app"\s*></div>')
"""Where the framework draws a page."""
_FRAMEWORK: Final = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; media-src 'self' blob:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_PLAIN: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
_HEADERS: Final = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

Answer = Callable[[Scope, Receive, Send], Awaitable[None]]


class Door:
    """The outermost layer of the console, around `app`."""

    def __init__(self, app: ASGIApp, desk: Desk, config: ConsoleConfig) -> None:
        self._app = app
        self._desk = desk
        self._names = frozenset(each.lower() for each in config.names)
        self._here = not self._names and _is_here(config.host)
        self._origin = Origin(config.trusted_proxies)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Judge the request, hand it on, and dress the answer."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        scope = self._settled(scope)
        host = _header(scope, b"host").lower()
        if not self._known(host) or not _is_own(scope, host):
            await _turn_away(scope, receive, send)
            return
        if scope["type"] == "websocket":
            await self._app(scope, receive, send)
            return
        query = scope["query_string"].decode("latin-1")
        token = cookie_of(scope, COOKIE)
        scope["zhulian.visitor"] = visitor = self._desk.sessions.find(token, touch=not scope["path"].startswith("/_nicegui"))
        scope["zhulian.language"] = language = _language(scope, query)
        scope["zhulian.first"] = []
        nonce = secrets.token_urlsafe(16)
        dressed = _dressed(scope, send, nonce, language if "lang=" in query else "")
        if (visitor is None or not visitor.person) and not scope["path"].startswith(_OPEN):
            target = scope["path"] + (f"?{query}" if query else "")
            await RedirectResponse(f"/enter?next={quote(target, safe='')}", 303)(scope, receive, dressed)
            return
        await self._app(scope, receive, dressed)

    def _settled(self, scope: Scope) -> Scope:
        """The scope of whoever really asks. Nothing behind this door reads what a request says about its own way here."""
        kind = scope["type"]
        scope = self._origin.settle(scope)
        if kind == "websocket":
            scope = {**scope, "scheme": _SOCKETS.get(scope["scheme"], scope["scheme"])}
        headers = [
            (name, value) for name, value in scope["headers"] if name != b"forwarded" and not name.startswith(b"x-forwarded-")
        ]
        return {**scope, "headers": headers}

    def _known(self, host: str) -> bool:
        """Whether the host is a name of ours: another one would be a page elsewhere whose name was pointed at this machine."""
        if self._names:
            return host in self._names
        return not self._here or _is_here(urlsplit(f"//{host}").hostname or "")


def visitor_of(scope: Scope) -> Visitor | None:
    """The session of a request, whether or not somebody has signed in with it."""
    found: Visitor | None = scope.get("zhulian.visitor")
    return found


def first_of(scope: Scope) -> list[str]:
    """Holds the HTML that stands where the framework draws until it does."""
    held: list[str] = scope.setdefault("zhulian.first", [])
    return held


def language_of(scope: Scope) -> str:
    """Which language a request wants."""
    return str(scope.get("zhulian.language", "zh"))


def cookie_of(scope: Scope, name: str) -> str:
    """A cookie's value, or nothing."""
    try:
        found = SimpleCookie(_header(scope, b"cookie")).get(name)
    except CookieError:
        return ""
    return found.value[:128] if found is not None else ""


def bake(response: Any, scope: Scope, token: str) -> None:
    """Give a browser its session, or take it back where `token` is empty."""
    secure = scope["scheme"] == "https"
    response.set_cookie(
        COOKIE, token, max_age=None if token else 0, path="/", secure=secure, httponly=True, samesite="lax"
    )  # lax, since a directory sends people back by a link of its own


def safe_path(wanted: str) -> str:
    """A path of this console to go on to, or the first page."""
    parts = urlsplit(wanted)
    if parts.scheme or parts.netloc or not wanted.startswith("/") or wanted.startswith(("//", "/\\")) or "\\" in wanted:
        return "/"
    return "/" if wanted.startswith(("/enter", "/leave")) or not wanted.isprintable() else wanted


def _is_own(scope: Scope, host: str) -> bool:
    """Whether what changes something, or opens a connection, comes from our own pages (OWASP: verifying origin with standard headers)."""
    if scope["type"] == "http" and scope["method"] in _SAFE:
        return True
    origin = _header(scope, b"origin")
    if origin:
        return urlsplit(origin).netloc.lower() == host
    return _header(scope, b"sec-fetch-site") in ("", "none", "same-origin")


async def _turn_away(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    why = FromElsewhere()
    await PlainTextResponse(f"{why.code}\n{why.say('zh')}\n{why.say('en')}\n", 403, headers=_HEADERS)(scope, receive, send)


def _dressed(scope: Scope, send: Send, nonce: str, language: str) -> Send:
    """`send`, with our headers, and with the nonce on the scripts of the framework's pages, which alone hold inline scripts."""
    held: list[Message] = []

    async def dressed(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
            if scope["scheme"] == "https":
                headers.setdefault("Strict-Transport-Security", "max-age=31536000")
            if language:
                headers.append("Set-Cookie", f"{LANGUAGE_COOKIE}={language}; Path=/; Max-Age={_YEAR_S}; SameSite=Lax")
            is_page = headers.get("content-type", "").startswith("text/html")
            framework = is_page and "x-nicegui-content" in headers
            headers["Content-Security-Policy"] = _FRAMEWORK.format(nonce=nonce) if framework else _PLAIN
            if is_page:
                headers["Cache-Control"] = "no-store"
            if framework:
                held.append(message)
                return
        elif held:
            held.append(message)
            if not message.get("more_body", False):
                await _send_page(held, nonce, first_of(scope), send)
                held.clear()
            return
        await send(message)

    return dressed


async def _send_page(held: list[Message], nonce: str, first: list[str], send: Send) -> None:
    body = b"".join(each.get("body", b"") for each in held[1:])
    body = _SCRIPT.sub(f'<script nonce="{nonce}"'.encode(), body)
    view = f'<div id="app">{"".join(first)}</div>'.encode(
        "utf-8", "replace"
    )  # put in last: nothing in it is a script with a nonce
    body = _DRAWN.sub(lambda _: view, body, count=1)
    MutableHeaders(scope=held[0])["Content-Length"] = str(len(body))
    await send(held[0])
    await send({"type": "http.response.body", "body": body})


def _language(scope: Scope, query: str) -> str:
    wanted = re.search(r"(?:^|&)lang=(zh|en)(?:&|$)", query)
    kept = wanted[1] if wanted else cookie_of(scope, LANGUAGE_COOKIE)
    if kept in ("zh", "en"):
        return kept
    return "en" if _header(scope, b"accept-language").lower().startswith("en") else "zh"


def _header(scope: Scope, name: bytes) -> str:
    found = [value.decode("latin-1") for key, value in scope["headers"] if key == name]
    return found[0] if len(found) == 1 else ""


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
